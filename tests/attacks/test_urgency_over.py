"""An urgent access ends by itself after four hours: page and token of that purpose then read nothing; the journal says who tried.

Time passes by the dates of the rows, written as the owner of the database: the processes that serve keep their own clock.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from socle import clock
from socle.base.access.actor import Actor, Purpose
from socle.base.access.doors import sql_allowed
from socle.base.access.models import EmergencySession
from socle.base.access.rules import EMERGENCY_HOURS
from socle.base.identity.models import Patient
from socle.base.signin.models import Session
from socle.base.signin.rules import SCOPES
from socle.record.actions import deposits, openings
from socle.record.incoming import Claims, read
from socle.record.queries import accesses
from tests import minting
from tests.documents import report
from tests.interfaces.fhir.test_documents import refusal
from tests.portal.professional.forms import Visit, record, send, words
from tests.races.together import Calling
from tests.signing_in import Browser

pytestmark = pytest.mark.usefixtures("platform")
REASON = "Malaise sur la voie publique, personne inconsciente"
WORD = "FIBRILLATION-ÉPREUVE"
OVER = timedelta(hours=EMERGENCY_HOURS, seconds=1)


def deposited(patient: Patient) -> UUID:
    content = report(patient, text=WORD)
    return deposits.deposit(actor=minting.doctor(), incoming=read(content, "text/xml", Claims())).id


def pass_by(doctor: Actor, patient: Patient, by: timedelta, *, sessions_too: bool = True) -> None:
    """The urgent accesses of this doctor, and what their sessions remember of them, are that much older."""
    with sql_allowed("tests"):
        for row in EmergencySession.objects.filter(person_id=doctor.person_id, patient_id=patient.id):
            row.started_at, row.ends_at = row.started_at - by, row.ends_at - by
            row.save()
        for session in Session.objects.filter(account__person_id=doctor.person_id) if sessions_too else ():
            for one in session.urgent:
                one["ends_at"] = (datetime.fromisoformat(one["ends_at"]) - by).isoformat()
            session.save()


def urgent_actor(doctor: Actor, patient: Patient, purpose: Purpose = Purpose.EMERGENCY) -> Actor:
    opened = openings.open_urgently(actor=doctor, patient_id=patient.id, purpose=purpose, reason=REASON)
    acting = replace(doctor, purpose=purpose, emergency_id=opened.id, emergency_patient_id=opened.patient_id)
    return replace(acting, rights=SCOPES)


def opened_by_page(browser: Browser, patient: Patient) -> None:
    answer = send(browser, record(patient, "ouvrir"), purpose="emergency", reason=REASON)
    assert answer.status_code == 302, words(answer)


def pages(patient: Patient, document: UUID) -> list[str]:
    return [
        record(patient),
        record(patient, "documents"),
        record(patient, f"documents/{document}"),
        record(patient, f"documents/{document}/fichier/0"),
        record(patient, "acces"),
    ]


def addresses(patient: Patient, document: dict[str, Any]) -> list[str]:
    now = clock.now()
    bounds = f"date=ge{now - timedelta(days=1):%Y-%m-%d}&date=le{now + timedelta(days=1):%Y-%m-%d}"
    return [
        f"DocumentReference/{document['id']}",
        document["content"][0]["attachment"]["url"],
        f"DocumentReference?patient={patient.id}&status=current",
        f"List?patient={patient.id}&code=submissionset&status=current",
        f"AuditEvent?patient={patient.id}&{bounds}",
    ]


@pytest.mark.parametrize("sessions_too", [True, False], ids=["all rows", "the access only"])
def test_after_four_hours_no_page_of_the_record_shows_anything(visit: Visit, sessions_too: bool) -> None:
    """Even a session that would still believe in its urgent access reads nothing: the access itself decides."""
    patient, doctor = minting.patient(), minting.doctor()
    document = deposited(patient)
    browser = visit(doctor)
    opened_by_page(browser, patient)
    assert [browser.get(path).status_code for path in pages(patient, document)] == [200] * 5
    assert WORD in browser.get(record(patient, f"documents/{document}/fichier/0")).text
    pass_by(doctor, patient, OVER - timedelta(minutes=2), sessions_too=sessions_too)
    assert browser.get(record(patient)).status_code == 200  # the two last minutes
    pass_by(doctor, patient, timedelta(minutes=3), sessions_too=sessions_too)
    for path in pages(patient, document):
        shut = browser.get(path)
        assert shut.status_code == 403, path
        assert WORD not in shut.text
        assert "Ce dossier n’est pas ouvert pour vous" in words(shut)
    opened_by_page(browser, patient)  # a new reason, a new line: permission beside refusal
    assert browser.get(record(patient)).status_code == 200


@pytest.mark.parametrize("purpose", [Purpose.EMERGENCY, Purpose.REGULATION])
def test_after_four_hours_the_token_of_that_purpose_reads_nothing(calling: Calling, purpose: Purpose) -> None:
    patient, doctor = minting.patient(), minting.doctor(regulation_claim=True)
    id_ = deposited(patient)
    client = calling(urgent_actor(doctor, patient, purpose))
    document = client.get(f"DocumentReference/{id_}").json()
    asked = addresses(patient, document)
    assert [client.get(one).status_code for one in asked] == [200] * 5
    pass_by(doctor, patient, OVER)
    answers = [client.get(one) for one in asked]
    assert [one.status_code for one in answers[:2]] == [404, 404]
    assert refusal(answers[2]) == refusal(answers[3]) == refusal(answers[4]) == (403, "urgence-close")
    assert not [one for one in answers if WORD in one.text or str(id_) in one.text]
    again = calling(urgent_actor(doctor, patient, purpose))
    assert again.get(asked[0]).status_code == 200
    assert client.get(asked[0]).status_code == 404  # the new access is not the old token's


def test_the_journal_tells_the_person_what_was_read_and_what_was_tried_after_the_end(visit: Visit, calling: Calling) -> None:
    patient, doctor = minting.patient(), minting.doctor()
    id_ = deposited(patient)
    browser, client = visit(doctor), calling(urgent_actor(doctor, patient))
    opened_by_page(browser, patient)
    browser.get(record(patient, f"documents/{id_}"))
    client.get(f"DocumentReference/{id_}")
    pass_by(doctor, patient, OVER)
    browser.get(record(patient, f"documents/{id_}"))
    client.get(f"DocumentReference?patient={patient.id}&status=current")
    client.get(f"DocumentReference/{id_}")
    told = accesses.page(actor=minting.holder(patient.id), patient_id=patient.id).lines
    theirs = [line for line in told if line.who == doctor.name]
    refused = [line for line in theirs if line.refused]
    assert len(refused) == 3
    assert len(theirs) - len(refused) >= 4  # twice opened, twice read
    assert theirs[:3] == refused  # the newest
