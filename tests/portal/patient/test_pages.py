"""The space of the person without scripts, on the running platform: what they read, what they decide, and what follows."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from html import unescape
from uuid import UUID

import httpx
import pytest

from socle import clock
from socle.base.access.actions import choices, emergencies
from socle.base.access.actor import Actor, Kind, Purpose, system
from socle.base.identity.models import Patient
from socle.errors import Forbidden, NotFound
from socle.portal.components import french
from socle.record import incoming
from socle.record.actions import deposits, labels, openings
from socle.record.incoming import HIDDEN_FROM_PATIENT, HIDDEN_FROM_REPRESENTATIVES, Claims
from socle.record.queries import documents, synthesis
from tests import minting
from tests.documents import report
from tests.reactions import settle
from tests.signing_in import Browser, fields, title

pytestmark = pytest.mark.usefixtures("platform")
Visit = Callable[[Actor], Browser]
READ = "a lu ce que le professionnel a écrit après votre rendez-vous"
REASON = "Malaise sur la voie publique, personne inconsciente"


def put(patient: Patient, author: Actor | None = None, *hidden: str, text: str = "Toux depuis trois jours.") -> UUID:
    claims = Claims(labels=frozenset(hidden))
    content = report(patient, text=text)
    return deposits.deposit(actor=author or minting.doctor(), incoming=incoming.read(content, "text/xml", claims)).id


def reading(patient: Patient, **changes: object) -> Actor:
    """A doctor whom the person lets read."""
    actor = minting.doctor(**changes)
    openings.state_care(actor=actor, patient_id=patient.id)
    return actor


def treating(patient: Patient) -> Actor:
    actor = reading(patient)
    minting.treated_by(patient.id, actor)
    return actor


def parent_of(child: Patient) -> Actor:
    """A parent, in the space of the child."""
    parent = minting.patient(first_given="DOMINIQUE", given_names="DOMINIQUE")
    choices.name_representative(
        actor=system("test"),
        patient_id=child.id,
        representative_id=parent.id,
        representative_name="Dominique ESSAI",
        kind="parent",
    )
    return Actor(kind=Kind.REPRESENTATIVE, person_id=parent.id, name="Dominique ESSAI", title="Parent", on_behalf_of=child.id)


def seen(answer: httpx.Response) -> str:
    """The words of a page, spaces made plain."""
    assert answer.status_code == 200, answer.text[:400]
    return words(answer)


def plain(text: str) -> str:
    return text.replace("\N{NO-BREAK SPACE}", " ")


def words(answer: httpx.Response) -> str:
    text = re.sub(r"(?s)<(svg|head).*?</\1>|<[^>]+>", " ", answer.text)
    return " ".join(plain(unescape(text)).split())


def decide(browser: Browser, path: str) -> httpx.Response:
    """Reads the page that asks, then says yes."""
    page = browser.get(path)
    assert page.status_code == 200, page.text[:400]
    return browser.post(path, fields(page.text, path))


def test_home_tells_what_came_and_who_read_and_forgets_what_was_read(visit: Visit) -> None:
    patient = minting.patient()
    document = put(patient)
    doctor = reading(patient)
    synthesis.page(actor=doctor, patient_id=patient.id)
    browser = visit(minting.holder(patient.id))
    home = seen(browser.get("/mon-espace"))
    assert "Bonjour Camille ESSAI" in home
    assert "Lire : ce que le professionnel a écrit après votre rendez-vous" in home
    assert "Une personne a lu votre dossier" in home
    assert doctor.name in home
    assert "Choisir ce que voient les urgences" in home
    seen(browser.get(f"/mon-espace/dossier/documents/{document}"))
    after = seen(browser.get("/mon-espace"))
    assert "Lire :" not in after
    assert "Ce que le professionnel a écrit après votre rendez-vous" in after


def test_each_page_has_a_title_and_an_address_without_health_words_or_names(visit: Visit) -> None:
    patient = minting.patient()
    document = put(patient, text="Diabète, dépression.")
    doctor = reading(patient)
    browser = visit(minting.holder(patient.id))
    for path, said in (
        ("", "Accueil"),
        ("/dossier", "Mon dossier"),
        ("/dossier/documents", "Mes documents"),
        (f"/dossier/documents/{document}", "Document"),
        (f"/dossier/documents/{document}/cacher", "Confirmer"),
        ("/droits", "Mes droits"),
        ("/droits/acces", "Qui a lu mon dossier"),
        ("/droits/professionnels", "Qui peut lire mon dossier"),
        (f"/droits/professionnels/{doctor.person_id}/bloquer", "Confirmer"),
        ("/droits/urgence", "En cas d’urgence"),
        ("/droits/opposition", "Mon espace"),
        ("/droits/opposition/fermer", "Confirmer"),
    ):
        page = browser.get(f"/mon-espace{path}")
        assert page.status_code == 200, path
        found = re.search(r"<title>(.*?)</title>", page.text)
        assert found is not None
        assert found[1] == f"{said} — socle"
        assert page.headers["Cache-Control"] == "no-store"


def test_a_document_is_hidden_from_professionals_and_shown_again(visit: Visit) -> None:
    patient = minting.patient()
    document = put(patient)
    doctor = reading(patient)
    browser = visit(minting.holder(patient.id))
    address = f"/mon-espace/dossier/documents/{document}"
    assert "Les professionnels que vous autorisez peuvent le lire" in seen(browser.get(address))
    assert "ne sauront pas que ce document existe" in seen(browser.get(f"{address}/cacher"))
    documents.read(actor=doctor, patient_id=patient.id, document_id=document)
    answer = decide(browser, f"{address}/cacher")
    assert (answer.status_code, answer.headers["Location"]) == (302, f"{address}?fait=cache")
    with pytest.raises(NotFound):
        documents.read(actor=doctor, patient_id=patient.id, document_id=document)
    hidden = browser.get(answer.headers["Location"])
    assert "Caché aux professionnels" in seen(hidden)
    assert f'action="{address}/montrer"' in hidden.text
    assert "Caché aux professionnels" in seen(browser.get("/mon-espace/dossier/documents"))
    decide(browser, f"{address}/montrer")
    documents.read(actor=doctor, patient_id=patient.id, document_id=document)
    assert "Caché aux professionnels" not in seen(browser.get(address))


def test_hiding_the_only_document_that_tells_of_an_allergy_says_so_first(visit: Visit) -> None:
    patient = minting.patient()
    letter, other = put(patient, text="Allergie à l’arachide."), put(patient)
    denial = put(patient, text="Soins dentaires. Pas d’allergie déclarée.")
    settle()
    browser = visit(minting.holder(patient.id))
    warned = "Ce document parle d’une allergie. Caché, les soignants ne la verront plus."
    asked = [browser.get(f"/mon-espace/dossier/documents/{one}/cacher") for one in (letter, other, denial)]
    assert [warned in seen(page) for page in asked] == [True, False, False]
    assert "arachide" not in asked[0].text.casefold()
    again = put(patient, text="Rappel : allergie à l’arachide.")
    settle()
    for one in (letter, again):
        assert warned not in seen(browser.get(f"/mon-espace/dossier/documents/{one}/cacher"))
    decide(browser, f"/mon-espace/dossier/documents/{letter}/cacher")
    assert warned in seen(browser.get(f"/mon-espace/dossier/documents/{again}/cacher"))


def test_the_journal_says_in_sentences_who_read_what_within_seconds(visit: Visit) -> None:
    patient = minting.patient()
    document = put(patient)
    doctor = reading(patient)
    other = reading(patient)
    documents.read(actor=doctor, patient_id=patient.id, document_id=document)
    documents.read(actor=doctor, patient_id=patient.id, document_id=document)
    synthesis.page(actor=other, patient_id=patient.id)
    browser = visit(minting.holder(patient.id))
    page = seen(browser.get("/mon-espace/droits/acces"))
    assert f"{doctor.name} {READ}," in page
    assert ", 2 fois." in page
    assert f"{other.name} a consulté la synthèse du dossier." in page
    assert f"{doctor.name} a déclaré vous prendre en charge." in page
    assert "Vous avez" not in page
    narrowed = seen(browser.get(f"/mon-espace/droits/acces?personne={doctor.person_id}"))
    assert READ in narrowed
    assert "a consulté la synthèse" not in narrowed
    assert "Bloquer cette personne" in narrowed
    assert "Vous avez consulté ce journal, 2 fois." in seen(browser.get("/mon-espace/droits/acces?moi=1"))


def test_a_structure_that_never_came_is_said_first(visit: Visit) -> None:
    patient = minting.patient()
    with clock.as_of(clock.now() - timedelta(days=40)):
        known = reading(patient)
        synthesis.page(actor=known, patient_id=patient.id)
    synthesis.page(actor=known, patient_id=patient.id)
    browser = visit(minting.holder(patient.id))
    assert "Une structure nouvelle" not in seen(browser.get("/mon-espace/droits/acces"))
    newcomer = reading(patient, structure_name="Clinique d’essai (fictive)")
    synthesis.page(actor=newcomer, patient_id=patient.id)
    page = seen(browser.get("/mon-espace/droits/acces"))
    assert "Une structure nouvelle a lu votre dossier Elle n’était jamais venue." in page
    assert f"Clinique d’essai (fictive), le {plain(french.day(clock.now()))}, par {newcomer.name} :" in page


def test_a_blocked_professional_reads_nothing_until_unblocked_and_agreed_again(visit: Visit) -> None:
    patient = minting.patient()
    document = put(patient)
    doctor = reading(patient)
    documents.read(actor=doctor, patient_id=patient.id, document_id=document)
    browser = visit(minting.holder(patient.id))
    listed = browser.get("/mon-espace/droits/professionnels")
    assert doctor.name in seen(listed)
    address = f"/mon-espace/droits/professionnels/{doctor.person_id}"
    assert f"{address}/bloquer" in listed.text
    assert "Elle ne pourra plus rien lire de votre dossier, même en urgence." in seen(browser.get(f"{address}/bloquer"))
    answer = decide(browser, f"{address}/bloquer")
    assert answer.headers["Location"] == "/mon-espace/droits/professionnels?fait=bloque"
    after = seen(browser.get(answer.headers["Location"]))
    assert "Ce professionnel ne peut plus lire votre dossier." in after
    assert after.index("Personnes bloquées") < after.index("Bloqué depuis le")
    for refused in (
        lambda: documents.read(actor=doctor, patient_id=patient.id, document_id=document),
        lambda: openings.open_urgently(actor=doctor, patient_id=patient.id, purpose=Purpose.EMERGENCY, reason=REASON),
    ):
        with pytest.raises(Forbidden):
            refused()
    decide(browser, f"{address}/debloquer")
    with pytest.raises(Forbidden):
        documents.read(actor=doctor, patient_id=patient.id, document_id=document)
    openings.state_care(actor=doctor, patient_id=patient.id)
    documents.read(actor=doctor, patient_id=patient.id, document_id=document)


def test_the_medecin_traitant_cannot_be_blocked_and_the_page_says_what_to_do(visit: Visit) -> None:
    patient = minting.patient()
    doctor = treating(patient)
    browser = visit(minting.holder(patient.id))
    listed = browser.get("/mon-espace/droits/professionnels")
    assert "Votre médecin traitant" in seen(listed)
    address = f"/mon-espace/droits/professionnels/{doctor.person_id}/bloquer"
    assert address not in listed.text
    assert "vous pouvez en changer" in seen(browser.get(address))
    answer = browser.post(address, {})
    assert answer.status_code == 403
    assert "Vous ne pouvez pas bloquer votre médecin traitant ; vous pouvez en changer." in words(answer)
    synthesis.page(actor=doctor, patient_id=patient.id)


def test_a_person_unknown_to_the_record_cannot_be_named_in_an_address(visit: Visit) -> None:
    patient, stranger = minting.patient(), minting.doctor()
    browser = visit(minting.holder(patient.id))
    assert browser.get(f"/mon-espace/droits/professionnels/{stranger.person_id}/bloquer").status_code == 404
    assert browser.post(f"/mon-espace/droits/professionnels/{stranger.person_id}/bloquer", {}).status_code == 404


def test_urgent_access_is_told_refused_by_choice_and_read(visit: Visit) -> None:
    patient, doctor = minting.patient(), minting.doctor()
    openings.open_urgently(actor=doctor, patient_id=patient.id, purpose=Purpose.EMERGENCY, reason=REASON)
    settle()
    browser = visit(minting.holder(patient.id))
    assert "Votre dossier a été ouvert en urgence" in seen(browser.get("/mon-espace"))
    page = browser.get("/mon-espace/droits/acces")
    assert f"{doctor.name} a ouvert votre dossier en urgence." in seen(page)
    assert f"Motif : {REASON}" in seen(page)
    action = re.search(r'action="(/mon-espace/droits/acces/avis/[^"]+)"', page.text)
    assert action is not None
    browser.post(action[1], fields(page.text, action[1]))
    assert "a été ouvert en urgence" not in seen(browser.get("/mon-espace"))
    path = "/mon-espace/droits/urgence"
    form = fields(browser.get(path).text, path)
    refusal = {"emergency_allowed": "non", "regulation_allowed": "oui", "masked_shown_in_emergency": "non"}
    answer = browser.post(path, {"situation": form["situation"], **refusal})
    assert answer.headers["Location"] == f"{path}?fait=urgence"
    saved = browser.get(path).text
    assert re.search(r'name="emergency_allowed" value="non"[^>]*checked', saved)
    with pytest.raises(Forbidden, match="urgence-refusee"):
        openings.open_urgently(actor=minting.doctor(), patient_id=patient.id, purpose=Purpose.EMERGENCY, reason=REASON)
    missing = browser.post(path, {"situation": form["situation"]})
    assert "3 points sont à corriger" in words(missing)


def test_who_reads_in_urgency_now_is_said_first_and_blocked_from_there(visit: Visit) -> None:
    patient, doctor = minting.patient(), minting.doctor(structure_name="CENTRE HOSPITALIER D’ESSAI")
    path, browser = "/mon-espace/droits/professionnels", visit(minting.holder(patient.id))
    assert "Accès en urgence en cours" not in seen(browser.get(path))
    access = openings.open_urgently(actor=doctor, patient_id=patient.id, purpose=Purpose.EMERGENCY, reason=REASON)
    page = browser.get(path)
    shown = seen(page)
    until = plain(french.hour(access.ends_at))
    for expected in (doctor.name, doctor.structure_name, f"Motif : {REASON}", f"Jusqu’à {until}"):
        assert expected in shown[: shown.index("Personnes autorisées")], expected
    block = f"/mon-espace/droits/professionnels/{doctor.person_id}/bloquer"
    assert f'href="{block}"' in page.text
    browser.post(block, fields(browser.get(block).text, block))
    after = seen(browser.get(path))
    assert "Accès en urgence en cours" not in after
    assert doctor.name in after[after.index("Personnes bloquées") :]


def test_an_urgent_access_that_is_closed_or_refused_by_choice_is_not_under_way(visit: Visit) -> None:
    patient, doctor = minting.patient(), minting.doctor()
    person = minting.holder(patient.id)
    access = openings.open_urgently(actor=doctor, patient_id=patient.id, purpose=Purpose.EMERGENCY, reason=REASON)
    browser = visit(person)
    assert "Accès en urgence en cours" in seen(browser.get("/mon-espace/droits/professionnels"))
    emergencies.close(actor=doctor, session_id=access.id)
    assert "Accès en urgence en cours" not in seen(browser.get("/mon-espace/droits/professionnels"))
    openings.open_urgently(actor=doctor, patient_id=patient.id, purpose=Purpose.EMERGENCY, reason=REASON)
    openings.set_urgent_access(
        actor=person, patient_id=patient.id, emergency_allowed=False, regulation_allowed=True, masked_shown_in_emergency=False
    )
    assert "Accès en urgence en cours" not in seen(browser.get("/mon-espace/droits/professionnels"))


def test_the_space_closes_opens_again_and_says_what_follows(visit: Visit) -> None:
    patient = minting.patient()
    document = put(patient)
    browser = visit(minting.holder(patient.id))
    assert "gardés 10 ans" in seen(browser.get("/mon-espace/droits/opposition/fermer"))
    decide(browser, "/mon-espace/droits/opposition/fermer")
    for path in ("", "/dossier", "/dossier/documents", f"/dossier/documents/{document}", "/droits/acces", "/droits/urgence"):
        assert browser.get(f"/mon-espace{path}").headers["Location"] == "/mon-espace/droits/opposition"
    assert "Votre espace est fermé" in seen(browser.get("/mon-espace/droits/opposition"))
    with pytest.raises(Forbidden, match="dossier-clos"):
        put(patient)
    assert browser.get("/mon-espace/droits/opposition/s-opposer").status_code == 302
    decide(browser, "/mon-espace/droits/opposition/rouvrir")
    put(patient)
    assert "ce que le professionnel a écrit" in seen(browser.get("/mon-espace"))


def test_a_person_told_in_advance_refuses_or_accepts_by_two_equal_buttons(visit: Visit) -> None:
    patient = minting.patient()
    openings.set_state(actor=minting.holder(patient.id), patient_id=patient.id, state="opposed")
    browser = visit(minting.holder(patient.id))
    page = browser.get("/mon-espace/droits/opposition")
    assert "Vous avez refusé la création de votre espace" in seen(page)
    assert re.findall(r'<div class="choices">(.*?)</div>', page.text, re.S)[0].count('class="button"') == 2
    confirm = browser.get("/mon-espace/droits/opposition/ouvrir").text
    buttons = re.findall(r'class="(button[^"]*)"', confirm.partition('class="choices"')[2])
    assert set(buttons) <= {"button", "button button--block"}
    assert len(buttons) == 2


def test_who_acts_for_a_child_reads_what_is_theirs_to_read_and_decides_nothing(visit: Visit) -> None:
    child = minting.patient()
    shown, secret = put(child), put(child, None, HIDDEN_FROM_REPRESENTATIVES)
    doctor = reading(child)
    documents.read(actor=doctor, patient_id=child.id, document_id=secret)
    browser = visit(parent_of(child))
    home = seen(browser.get("/mon-espace"))
    assert "Vous consultez l’espace de" in home
    assert "vous êtes son parent" in home
    listed = browser.get("/mon-espace/dossier/documents").text
    assert str(shown) in listed
    assert str(secret) not in listed
    assert browser.get(f"/mon-espace/dossier/documents/{secret}").status_code == 404
    page = browser.get(f"/mon-espace/dossier/documents/{shown}").text
    assert "/cacher" not in page
    assert f"{doctor.name} a lu " not in seen(browser.get("/mon-espace/droits/acces"))
    for path in ("/droits/professionnels", "/droits/urgence", f"/dossier/documents/{shown}/cacher"):
        refused = browser.get(f"/mon-espace{path}")
        assert (refused.status_code, title(refused.text)) == (403, "Ce choix appartient à la personne")
    assert browser.post(f"/mon-espace/dossier/documents/{shown}/cacher", {}).status_code == 403
    person = visit(minting.holder(child.id))
    assert f"{doctor.name} {READ}" in seen(person.get("/mon-espace/droits/acces"))
    assert "Dominique ESSAI a ouvert votre espace" in seen(person.get("/mon-espace/droits/acces"))


def test_what_is_hidden_from_the_person_shows_nowhere(visit: Visit) -> None:
    patient = minting.patient()
    hidden = put(patient, None, HIDDEN_FROM_PATIENT)
    doctor = reading(patient)
    documents.read(actor=doctor, patient_id=patient.id, document_id=hidden)
    browser = visit(minting.holder(patient.id))
    home = seen(browser.get("/mon-espace"))
    assert "Aucun nouveau document." in home
    assert "Personne d’autre que vous" in home
    listed = seen(browser.get("/mon-espace/dossier/documents"))
    assert "Aucun document pour l’instant." in listed
    assert f"{doctor.name} a lu " not in seen(browser.get("/mon-espace/droits/acces"))
    address = f"/mon-espace/dossier/documents/{hidden}"
    absent = browser.get(f"/mon-espace/dossier/documents/{clock.new_id()}")
    for path in (address, f"{address}/fichier/0", f"{address}/cacher"):
        answer = browser.get(path)
        assert answer.status_code == absent.status_code == 404
        assert words(answer) == words(absent)


def test_nobody_reads_another_space_nor_writes_without_the_token_or_in_another_situation(visit: Visit) -> None:
    patient, other = minting.patient(), minting.patient()
    theirs, mine = put(other), put(patient)
    browser = visit(minting.holder(patient.id))
    assert browser.get(f"/mon-espace/dossier/documents/{theirs}").status_code == 404
    address = f"/mon-espace/dossier/documents/{mine}/cacher"
    page = browser.get(address)
    forged = browser.http.post(browser.address + address, data={"situation": str(patient.id)})
    assert forged.status_code == 403
    another = browser.post(address, fields(page.text, address) | {"situation": str(other.id)})
    assert another.status_code == 409
    row = documents.read(actor=minting.holder(patient.id), patient_id=patient.id, document_id=mine).document
    assert not row.masked


def test_professionals_have_no_way_into_a_space(visit: Visit) -> None:
    doctor = replace(minting.doctor(), situation_id=clock.new_id())
    assert visit(doctor).get("/mon-espace").status_code == 403


def test_the_original_is_downloaded_and_never_runs_as_a_page(visit: Visit) -> None:
    patient = minting.patient()
    document = put(patient)
    browser = visit(minting.holder(patient.id))
    original = browser.get(f"/mon-espace/dossier/documents/{document}/fichier/0")
    assert original.content.startswith(b"<?xml")
    assert original.headers["Content-Disposition"].startswith("attachment")
    assert "sandbox" in original.headers["Content-Security-Policy"]
    assert browser.get(f"/mon-espace/dossier/documents/{document}/fichier/9").status_code == 404


def test_labels_of_the_author_survive_the_choice_of_the_person(visit: Visit) -> None:
    child = minting.patient()
    secret = put(child, None, HIDDEN_FROM_REPRESENTATIVES)
    browser = visit(minting.holder(child.id))
    decide(browser, f"/mon-espace/dossier/documents/{secret}/cacher")
    row = documents.read(actor=minting.holder(child.id), patient_id=child.id, document_id=secret).document
    assert (row.masked, row.hidden_from_representatives) == (True, True)
    with pytest.raises(Forbidden, match="masque"):
        labels.set_labels(actor=minting.holder(child.id), document_id=secret, labels=frozenset())


def test_devices_are_one_link_away_from_the_rights(visit: Visit) -> None:
    browser = visit(minting.holder(minting.patient().id))
    page = browser.get("/mon-espace/droits").text
    assert 'href="/mon-espace/reglages/sessions">Appareils et clés d’accès' in page
    assert browser.get("/mon-espace/reglages/sessions").status_code == 200
    work = visit(minting.doctor())
    assert 'href="/pro/reglages/sessions"' in work.get("/pro/a-traiter").text
    assert work.get("/pro/reglages/sessions").status_code == 200


def test_the_list_says_how_a_medecin_traitant_is_declared(visit: Visit) -> None:
    shown = seen(visit(minting.holder(minting.patient().id)).get("/mon-espace/droits/professionnels"))
    assert "Vous n’avez pas déclaré de médecin traitant. Pour en déclarer un" in shown


def test_the_space_of_a_child_says_their_and_leads_to_no_refusal(visit: Visit) -> None:
    child = minting.patient()
    put(child)
    browser = visit(parent_of(child))
    pages = ("", "/dossier", "/documents", "/droits", "/droits/acces")
    for path in pages:
        page = browser.get(f"/mon-espace{path}")
        main = page.text[page.text.index("<main") : page.text.index("</main>")]
        assert [(path, one) for one in ("Mes documents", "Mon dossier", "Mes droits", "mon dossier") if one in main] == []
        for href in set(re.findall(r'href="(/mon-espace[^"#]*)"', main)):
            assert (href, browser.get(unescape(href)).status_code) != (href, 403)
