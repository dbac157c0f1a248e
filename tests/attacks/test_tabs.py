"""A form made on one person's page and posted to another person's address (another tab, a changed address) writes nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from socle.base.access.doors import sql_allowed
from socle.base.access.models import Authorisation, EmergencySession
from socle.base.identity.actions import statuses
from socle.base.identity.models import Patient
from socle.base.signin.edge import PERSON_FIELD
from socle.record.actions import openings
from socle.record.models import Document
from tests import minting
from tests.base.identity import people
from tests.portal.professional.forms import CONSULTATION, Visit, caring, put, record, words
from tests.signing_in import Browser, fields

pytestmark = pytest.mark.usefixtures("platform")
OTHER_TAB = "Ce formulaire vient de la page d’une autre personne"


def state(patient: Patient) -> tuple[Any, ...]:
    """All that a form of a record may write about this person."""
    with sql_allowed("tests"):
        row = Patient.objects.get(id=patient.id)
        documents = Document.objects.filter(patient_id=patient.id).order_by("id")
        return (
            (row.version, row.status, row.doubtful, row.homonym),
            list(documents.values_list("id", "fhir_version", "masked", "hidden_from_patient", "deleted")),
            Authorisation.objects.filter(patient_id=patient.id).count(),
            EmergencySession.objects.filter(patient_id=patient.id).count(),
        )


def posted_elsewhere(browser: Browser, made_at: str, sent_to: str, **typed: str) -> httpx.Response:
    """The form that the page at `made_at` shows, filled and sent to another address."""
    page = browser.get(made_at)
    assert page.status_code == 200, words(page)
    hidden = {name: value for name, value in fields(page.text, made_at).items() if name not in ("file", "")}
    assert PERSON_FIELD in hidden, made_at
    return browser.post(sent_to, hidden | typed)


@pytest.mark.parametrize(
    ("path", "typed"),
    [
        ("documents/deposer", {"text": "Compte rendu.", "type_code": CONSULTATION}),
        ("identite", {"geste": "homonyme"}),
        ("identite", {"geste": "douter", "doute-reason": "Photo différente"}),
        ("ouvrir", {"purpose": "normal"}),
        ("ouvrir", {"purpose": "emergency", "reason": "Malaise sur la voie publique"}),
    ],
)
def test_a_form_of_another_person_is_a_page_and_never_a_write(visit: Visit, path: str, typed: dict[str, str]) -> None:
    here, there = minting.patient(birth_name="ICI-ESSAI"), minting.patient(birth_name="LABAS-ESSAI")
    doctor = minting.doctor() if path == "ouvrir" else caring(here)
    if path != "ouvrir":
        openings.state_care(actor=doctor, patient_id=there.id)
    browser = visit(doctor)
    before = state(here), state(there)
    refused = posted_elsewhere(browser, record(here, path), record(there, path), **typed)
    assert refused.status_code == 409
    said = words(refused)
    assert OTHER_TAB in said
    assert "Rien n’a été enregistré." in said
    assert "ICI-ESSAI" not in said
    assert "LABAS" not in said
    assert (state(here), state(there)) == before
    assert posted_elsewhere(browser, record(here, path), record(here, path), **typed).status_code in (200, 302)
    assert state(there) == before[1]
    assert state(here) != before[0]


@pytest.mark.parametrize("path", ["visibilite", "supprimer"])
def test_a_gesture_on_a_document_is_bound_to_its_person_too(visit: Visit, path: str) -> None:
    here, there = minting.patient(), minting.patient()
    doctor = caring(here)
    openings.state_care(actor=doctor, patient_id=there.id)
    mine, other = put(here, doctor), put(there, doctor)
    browser = visit(doctor)
    before = state(there)
    made_at, sent_to = record(here, f"documents/{mine}/{path}"), record(there, f"documents/{other}/{path}")
    refused = posted_elsewhere(browser, made_at, sent_to, hidden="on")
    assert (refused.status_code, OTHER_TAB in words(refused)) == (409, True)
    crossed = posted_elsewhere(browser, made_at, record(here, f"documents/{other}/{path}"), hidden="on")
    assert crossed.status_code == 404  # another person's document under this person's address
    assert state(there) == before


def test_an_urgent_access_is_not_closed_by_the_form_of_another_record(visit: Visit) -> None:
    here, there = minting.patient(), minting.patient()
    doctor = minting.doctor()
    browser = visit(doctor)
    for patient in (here, there):
        form = {"purpose": "emergency", "reason": "Malaise sur la voie publique"}
        assert posted_elsewhere(browser, record(patient, "ouvrir"), record(patient, "ouvrir"), **form).status_code == 302
    hidden = fields(browser.get(record(here)).text, record(here, "fermer-acces"))
    assert browser.post(record(there, "fermer-acces"), hidden).status_code == 409
    assert [browser.get(record(patient)).status_code for patient in (here, there)] == [200, 200]
    assert browser.post(record(here, "fermer-acces"), hidden).status_code == 302
    assert [browser.get(record(patient)).status_code for patient in (here, there)] == [403, 200]


def test_two_persons_in_one_form_are_refused_whatever_their_order(visit: Visit) -> None:
    here, there = minting.patient(), minting.patient()
    doctor = caring(here)
    browser = visit(doctor)
    path = record(here, "documents/deposer")
    form = fields(browser.get(path).text, path) | {"text": "Compte rendu.", "type_code": CONSULTATION}
    form.pop("file", None)
    for both in ([str(here.id), str(there.id)], [str(there.id), str(here.id)], [""]):
        answer = browser.post(path, form | {PERSON_FIELD: both})  # type: ignore[dict-item]
        assert answer.status_code == 409, both


def test_a_doubt_is_lifted_on_the_page_of_its_own_identity_only(visit: Visit) -> None:
    here, there = minting.patient(), minting.patient()
    for one in (here, there):
        version = people.row(one.id).version
        statuses.put_in_doubt(actor=people.referent(), patient_id=one.id, version=version, reason="Photo différente")
    browser = visit(people.referent())
    place: Callable[[Patient], str] = lambda one: f"/gestion/identites/{one.id}/doute"  # noqa: E731 - one address, three times
    refused = posted_elsewhere(browser, place(here), place(there), reason="Pièce vue")
    assert (refused.status_code, OTHER_TAB in words(refused)) == (409, True)
    assert (people.row(here.id).doubtful, people.row(there.id).doubtful) == (True, True)
    assert posted_elsewhere(browser, place(here), place(here), reason="Pièce vue").status_code == 302
    assert (people.row(here.id).doubtful, people.row(there.id).doubtful) == (False, True)


def test_the_form_of_one_space_does_not_write_in_another(visit: Visit) -> None:
    """A parent with two tabs: the space is the situation, and the form is tied to it."""
    mine, other = minting.patient(), minting.patient()
    browser = visit(minting.holder(mine.id))
    document = put(mine)
    path = f"/mon-espace/dossier/documents/{document}/cacher"
    form = fields(browser.get(path).text, path)
    theirs = visit(minting.holder(other.id))
    assert theirs.post(path, form).status_code == 409
    assert not state(mine)[1][0][2]
    assert browser.post(path, form).status_code == 302
    assert state(mine)[1][0][2]
