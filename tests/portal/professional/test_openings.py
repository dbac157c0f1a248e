"""« Ouvrir le dossier » without scripts: what is said before, what an urgent access says of itself, what a refusal leaves."""

from __future__ import annotations

import re

import pytest

from socle.base.access.actor import system
from socle.record.actions import openings
from tests import minting
from tests.documents import report
from tests.portal.professional.forms import Visit, caring, put, record, send, words
from tests.reactions import settle

pytestmark = pytest.mark.usefixtures("platform")
REASON = "Malaise sur la voie publique, inconscience"
TOLD_ALL = "La personne, son médecin traitant et le contrôleur des accès sont prévenus."
TOLD = "La personne et le contrôleur des accès sont prévenus."


def test_an_urgent_access_says_who_is_told_when_it_closes_and_why(visit: Visit) -> None:
    alone, followed = minting.patient(), minting.patient()
    minting.treated_by(followed.id, caring(followed))
    for patient, said, unsaid in ((alone, TOLD, TOLD_ALL), (followed, TOLD_ALL, TOLD)):
        put(patient)
        browser = visit(minting.doctor())
        opened = send(browser, record(patient, "ouvrir"), purpose="emergency", reason=REASON)
        assert opened.headers["Location"] == record(patient)
        for path in ("synthese", "documents", "acces"):
            page = words(browser.get(record(patient, path))).replace("\u00a0", " ")
            assert said in page, path
            assert unsaid not in page, path
            assert re.search(r"Se ferme à \d{1,2} h( \d\d)?\.", page), path
            assert f"Motif indiqué : {REASON}" in page, path
    assert "Accès en urgence" not in words(visit(caring(alone)).get(record(alone)))


def test_each_purpose_that_is_offered_is_explained(visit: Visit) -> None:
    patient = minting.patient()
    regulator, doctor = (visit(minting.doctor(regulation_claim=claim)) for claim in (True, False))
    offered, other = (words(browser.get(record(patient, "ouvrir"))) for browser in (regulator, doctor))
    for sentence in ("Vous répondez à un appel au centre 15 pour cette personne.", "Régulation du SAMU"):
        assert sentence in offered
        assert sentence not in other
    assert "son médecin traitant s’il est déclaré" in other


def test_who_is_refused_keeps_the_identity_and_is_offered_nothing_more(visit: Visit) -> None:
    patient = minting.patient(birth_name="REFUSÉ-D’ESSAI")
    blocked, free = caring(patient), minting.doctor()
    assert blocked.person_id is not None
    openings.block(actor=minting.holder(patient.id), patient_id=patient.id, person_id=blocked.person_id, person_name=blocked.name)
    path = record(patient, "ouvrir")
    browser = visit(blocked)
    for typed in ({"purpose": "normal"}, {"purpose": "emergency", "reason": REASON}):
        refused = send(browser, path, **typed)
        said = words(refused)
        assert refused.status_code == 403
        assert "Vous n’avez pas d’autorisation pour lire ce dossier." in said
        assert "REFUSÉ-D’ESSAI" in said
        assert ">Ouvrir<" not in refused.text
        assert path not in refused.text
    assert send(visit(free), path, purpose="normal").status_code == 302
    closed = words(browser.get(record(patient)))
    assert "REFUSÉ-D’ESSAI" in closed
    assert "Mon espace santé" not in closed


def test_an_opposition_speaks_of_a_document_only_where_there_is_one(visit: Visit) -> None:
    patient = minting.patient(birth_name="OPPOSÉ-D’ESSAI")
    browser = visit(caring(patient))
    openings.set_state(actor=system("test"), patient_id=patient.id, state="opposed")
    for path, handed in (("synthese", False), ("ouvrir", False), ("documents/deposer", True)):
        page = browser.get(record(patient, path))
        said = words(page)
        assert "Cette personne s’est opposée à la création de son espace." in said, path
        assert ("Vous pouvez lui remettre le document en main propre." in said) is handed, path
        assert "OPPOSÉ-D’ESSAI" in said, path
        assert record(patient, "ouvrir") not in page.text, path


def test_the_identity_keeps_the_header_of_an_open_record_and_of_no_other(visit: Visit) -> None:
    patient = minting.patient()
    put(patient, content=report(patient, text="Allergie à l’arachide."))
    settle()
    reader, stranger = (words(visit(one).get(record(patient, "identite"))) for one in (caring(patient), minting.doctor()))
    for said in ("arachide", "Médecin traitant aucun déclaré", "Documents 1"):
        assert said in reader, said
        assert said not in stranger, said
