"""« Déposer » without scripts: what is accepted, what is refused and what to do then, what only an author may change."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from socle.base.access.actor import system
from socle.base.identity.models import Patient
from socle.record.actions import openings
from tests import minting
from tests.documents import report
from tests.portal.professional.forms import CERTIFICATE, CONSULTATION, PDF, Visit, caring, put, record, send, words

pytestmark = pytest.mark.usefixtures("platform")


def test_a_cda_a_pdf_and_a_text_are_deposited_from_the_page(visit: Visit) -> None:
    patient = minting.patient()
    browser = visit(caring(patient))
    path = record(patient, "documents/deposer")
    for file, typed, said in (
        (("lettre.xml", report(patient, text="Toux sèche.")), {}, "Toux sèche."),
        (("scan.pdf", PDF), {"type_code": CERTIFICATE, "title": "Certificat — sport"}, "Certificat — sport"),
        (None, {"type_code": CONSULTATION, "text": "Angine <b>virale</b>."}, "Angine <b>virale</b>."),
    ):
        deposited = send(browser, path, file, **typed)
        assert deposited.status_code == 302, words(deposited)
        page = browser.get(deposited.headers["Location"])
        assert said in words(page)
        assert "Document déposé. La personne le trouve dans son espace." in words(page)
    assert "3 documents" in words(browser.get(record(patient, "documents")))


def test_what_is_kept_until_it_is_announced_is_said_so(visit: Visit) -> None:
    patient = minting.patient()
    browser = visit(caring(patient))
    deposited = send(browser, record(patient, "documents/deposer"), type_code=CONSULTATION, text="À annoncer.", hidden="on")
    page = words(browser.get(deposited.headers["Location"]))
    assert "La personne ne le voit pas encore." in page
    assert "Non visible du patient" in page


def _wrong_key(patient: Patient) -> bytes:
    matricule = patient.matricule or ""
    return report(patient).replace(matricule.encode(), (matricule[:13] + f"{(int(matricule[13:]) + 1) % 97:02d}").encode())


def _old_model(patient: Patient) -> bytes:
    return report(patient).replace(b'<realmCode code="FR"', b'<realmCode code="XX"')


@pytest.mark.parametrize(
    ("content", "said", "todo"),
    [
        (lambda patient: report(minting.patient()), "concerne une autre personne", "Vérifiez que c’est bien le bon patient"),
        (_wrong_key, "La clé de l’INS du document est fausse", "un document dont l’INS est exact"),
        (_old_model, "pas d’un modèle accepté", "ou déposez son PDF"),
        (lambda patient: b"<ClinicalDocument/>", "n’est pas un document CDA", "déposez son PDF"),
        (lambda patient: b"<ClinicalDocument>", "n’est pas du XML bien formé", "déposez son PDF"),
    ],
)
def test_a_refused_deposit_says_what_to_do_and_leaves_nothing(
    visit: Visit, content: Callable[[Patient], bytes], said: str, todo: str
) -> None:
    patient = minting.patient()
    browser = visit(caring(patient))
    refused = send(browser, record(patient, "documents/deposer"), ("document.xml", content(patient)))
    assert refused.status_code == 422
    text = words(refused)
    assert "Un point est à corriger" in text or "points sont à corriger" in text
    assert said in text
    assert todo in text
    assert "0 document" in words(browser.get(record(patient, "documents")))


def test_what_is_missing_of_a_deposit_is_asked_in_place(visit: Visit) -> None:
    patient = minting.patient()
    browser = visit(caring(patient))
    path = record(patient, "documents/deposer")
    for file, typed, said in (
        (None, {}, "Choisissez le fichier à déposer, ou écrivez un texte."),
        (("scan.pdf", PDF), {}, "Choisissez le type du document."),
        (("scan.pdf", PDF), {"text": "Et un texte.", "type_code": CERTIFICATE}, "l’un après l’autre"),
        (("scan.pdf", b"ceci n'est pas un PDF"), {"type_code": CERTIFICATE}, "Enregistrez le document en PDF"),
        (("tableur.xls", b"x"), {"type_code": CERTIFICATE}, "Enregistrez le document en PDF"),
        (None, {"text": "x", "type_code": CERTIFICATE, "acted_on": "31/02/2026"}, "Cette date n’existe pas."),
    ):
        refused = send(browser, path, file, **typed)
        assert refused.status_code == 422, said
        assert said in words(refused)
    assert "0 document" in words(browser.get(record(patient, "documents")))


def test_whoever_corrects_another_field_is_told_to_choose_the_file_again(visit: Visit) -> None:
    patient = minting.patient()
    browser = visit(caring(patient))
    path = record(patient, "documents/deposer")
    assert '<option value="" selected>— choisir un type —</option>' in browser.get(path).text
    again = "Choisissez de nouveau le fichier « scan <1>.pdf »."
    refused = send(browser, path, ("scan <1>.pdf", PDF))
    summary = refused.text.partition('class="error-summary"')[2].partition("</ul>")[0]
    assert "scan &lt;1&gt;.pdf" in summary
    assert 'href="#id_file"' in summary
    assert "2 points sont à corriger" in words(refused)
    assert words(refused).replace("\u00a0", " ").count(again) == 2  # in the summary, and at the field
    for file, typed in ((None, {"text": "x"}), (("scan.pdf", b"faux"), {"type_code": CERTIFICATE})):
        assert "de nouveau le fichier" not in words(send(browser, path, file, **typed))


def test_the_same_document_twice_is_one(visit: Visit) -> None:
    patient = minting.patient()
    browser = visit(caring(patient))
    content = report(patient)
    path = record(patient, "documents/deposer")
    first, second = (send(browser, path, ("lettre.xml", content)).headers["Location"] for _ in range(2))
    assert first == second
    other = send(browser, path, ("lettre.xml", content.replace(b"Toux", b"Rhume")))
    assert other.status_code == 422
    assert "Un autre document porte déjà cet identifiant." in words(other)


def test_who_is_opposed_gets_the_sentence_instead_of_the_form(visit: Visit) -> None:
    patient = minting.patient()
    browser = visit(caring(patient))
    assert browser.get(record(patient, "documents/deposer")).status_code == 200
    openings.set_state(actor=system("test"), patient_id=patient.id, state="opposed")
    for path in ("documents/deposer", "synthese"):
        refused = browser.get(record(patient, path))
        assert refused.status_code == 403
        assert "s’est opposée à la création de son espace." in words(refused)
    assert browser.post(record(patient, "documents/deposer"), {"text": "x", "type_code": CERTIFICATE}).status_code == 403


def test_its_author_alone_changes_who_sees_a_document_and_deletes_it(visit: Visit) -> None:
    patient = minting.patient()
    author, reader = caring(patient), caring(patient)
    document = put(patient, author)
    here = record(patient, f"documents/{document}")
    mine, theirs = visit(author), visit(reader)
    assert [f"{here}/supprimer" in one.get(here).text for one in (mine, theirs)] == [True, False]
    for gesture in ("visibilite", "supprimer"):
        refused = send(theirs, f"{here}/{gesture}", masked="on")
        assert refused.status_code == 403
        assert "Seul l’auteur du dépôt peut" in words(refused)
    assert theirs.get(here).status_code == 200
    changed = send(mine, f"{here}/visibilite", masked="on")
    page = words(mine.get(changed.headers["Location"]))
    assert "Masqué aux professionnels" in page
    assert "Visibilité enregistrée." in page
    assert theirs.get(here).status_code == 404
    assert send(mine, f"{here}/supprimer").headers["Location"] == record(patient, "documents")
    assert mine.get(here).status_code == 404
