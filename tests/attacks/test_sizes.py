"""Small questions with giant answers, and texts made to fail or to last."""

from __future__ import annotations

import time
from datetime import UTC, datetime

import pytest

from socle import clock
from socle.interfaces.fhir import transactions
from socle.record.actions import openings
from tests import minting
from tests.interfaces.fhir import samples
from tests.interfaces.fhir.serving import Wire
from tests.interfaces.fhir.test_documents import refusal, sent

BOUNDS = ("ap0001-01-01", "ap9999-12-31", "ge0001-01-01T00:00:00+14:00", "le9999-12-31T23:59:59-12:00", "ap0001", "ap9999")


@pytest.mark.parametrize("name", ["date", "creation", "period", "period-start", "_lastUpdated"])
def test_dates_at_the_ends_of_the_calendar_are_dates(wire: Wire, name: str) -> None:
    patient = minting.patient()
    client = wire.client(minting.holder(patient.id))
    for value in BOUNDS:
        answer = client.get("DocumentReference", params={"patient": str(patient.id), "status": "current", name: value})
        assert answer.status_code in (200, 400), value


def test_the_journal_is_searched_from_before_time(wire: Wire) -> None:
    patient = minting.patient()
    client = wire.client(minting.holder(patient.id))
    for since in ("1960-01-01", "1969-12-31", "1970-01-01", "0002-01-01"):
        answer = client.get("AuditEvent", params=[("date", f"ge{since}"), ("date", "le2100-01-01")])
        assert answer.status_code == 200
    assert clock.first_id_at(datetime(1960, 1, 1, tzinfo=UTC)) < clock.new_id()


@pytest.mark.parametrize("tag", ['W/"' + "9" * 5000 + '"', '"' + "9" * 30 + '"', "W/", '""'])
def test_a_version_that_none_can_be_is_refused(wire: Wire, tag: str) -> None:
    patient, author = minting.patient(), minting.doctor()
    client = wire.client(author)
    id_ = sent(client, samples.published(patient, author)).json()["id"]
    headers = {"Content-Type": "application/json-patch+json", "If-Match": tag}
    assert refusal(client.patch(f"DocumentReference/{id_}", content=b"[]", headers=headers)) == (400, "if-match")


def test_labels_of_a_document_have_a_size(wire: Wire) -> None:
    patient, author = minting.patient(), minting.doctor()
    related = {"related": [{"identifier": {"value": "A" * 9000}}] * 100}
    assert refusal(sent(wire.client(author), samples.published(patient, author, context=related))) == (422, "metadata")


@pytest.mark.parametrize("moment", ["9999-12-31T23:59:59Z", "0001-01-01T00:00:00+14:00", "2200-01-01T00:00:00Z"])
@pytest.mark.parametrize("name", ["date", "start", "end"])
def test_no_date_makes_the_pages_of_a_record_fail(wire: Wire, moment: str, name: str) -> None:
    """One such document, and no page of the record could be shown any more."""
    patient, author = minting.patient(), minting.doctor()
    changes = {"date": moment} if name == "date" else {"context": {"period": {name: moment}}}
    assert refusal(sent(wire.client(author), samples.published(patient, author, **changes))) == (422, "metadata")


def test_a_batch_gives_no_more_than_it_may(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    patient, author = minting.patient(), minting.doctor()
    openings.state_care(actor=author, patient_id=patient.id)
    client = wire.client(author)
    sent(client, samples.published(patient, author))
    monkeypatch.setattr(transactions, "MAX_ANSWER", 4000)
    entry = {"request": {"method": "GET", "url": f"DocumentReference?patient={patient.id}&status=current"}}
    answer = client.post("", json={"resourceType": "Bundle", "type": "batch", "entry": [entry] * 9}).json()
    statuses = [one["response"]["status"][:3] for one in answer["entry"]]
    assert statuses[0] == "200"
    assert statuses[-1] == "413"
    assert len(statuses) == 9


def test_allergies_told_in_a_text_are_found_in_time() -> None:
    from socle.formats import cda
    from socle.record.extraction import _allergies_in_text

    day = clock.today()
    for text in (
        "allergi" * 20_000,
        "allergie à " * 20_000,
        "sans " * 50_000 + "allergi",
        "allergie a a a " * 20_000,
        "(" * 200_000,
    ):
        started = time.perf_counter()
        list(_allergies_in_text([cda.SectionText("", "", text, 1)], day))
        assert time.perf_counter() - started < 5, text[:20]
