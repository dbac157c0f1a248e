"""The same deposit sent by many clients at once is one document; versions of one document form one line."""

from __future__ import annotations

import uuid
from collections import Counter
from typing import Any

import httpx

from socle.base.access.doors import sql_allowed
from socle.base.identity.models import Patient
from socle.base.vault.models import Content
from socle.record.models import Document, SubmissionSet
from tests import documents, minting
from tests.interfaces.fhir import samples
from tests.interfaces.fhir.test_documents import sent
from tests.interfaces.fhir.test_transactions import lot, statuses
from tests.races.together import Calling, together

CLIENTS = 32


def cda_reference(patient: Patient, content: bytes) -> samples.Json:
    reference = samples.ins_query(patient)
    attachment = samples.published(patient, minting.doctor(), content=content, media="text/xml")["content"]
    return {
        "resourceType": "DocumentReference",
        "status": "current",
        "subject": {"reference": reference},
        "content": [{"attachment": {k: v for k, v in attachment[0]["attachment"].items() if k != "title"}}],
    }


def kept(patient: Patient, **filters: Any) -> list[Document]:
    with sql_allowed("tests"):
        return list(Document.objects.filter(patient_id=patient.id, **filters).order_by("version_number", "id"))


def contents(patient: Patient) -> int:
    with sql_allowed("tests"):
        return Content.objects.filter(owner_kind="record", owner_id=patient.id).count()


def all_at_once(client: httpx.Client, resources: list[samples.Json]) -> list[httpx.Response]:
    return together([lambda one=one: sent(client, one) for one in resources])


def test_thirty_two_deposits_of_one_document_give_one(calling: Calling) -> None:
    patient, author = minting.patient(), minting.doctor()
    sent_by_all = cda_reference(patient, documents.report(patient, author=author))
    answers = all_at_once(calling(author), [sent_by_all] * CLIENTS)
    assert Counter(one.status_code for one in answers) == {201: 1, 200: CLIENTS - 1}
    assert len({one.text for one in answers}) == 1
    assert len({one.headers["Location"] for one in answers}) == 1
    assert [str(one.id) for one in kept(patient)] == [answers[0].json()["id"]]
    assert contents(patient) == 1


def test_of_different_bytes_under_one_id_one_is_kept_and_the_others_are_refused(calling: Calling) -> None:
    patient, author = minting.patient(), minting.doctor()
    unique_id = samples.urn()
    texts = [f"Compte rendu {number}." for number in range(CLIENTS)]
    answers = all_at_once(
        calling(author),
        [samples.published(patient, author, unique_id=unique_id, content=text.encode()) for text in texts],
    )
    assert Counter(one.status_code for one in answers) == {201: 1, 409: CLIENTS - 1}
    winner = next(number for number, one in enumerate(answers) if one.status_code == 201)
    reader = calling(minting.holder(patient.id))
    place = answers[winner].json()["content"][0]["attachment"]["url"]
    assert reader.get(place, headers={"Accept": "text/plain"}).text == texts[winner]
    assert len(kept(patient)) == contents(patient) == 1


def test_one_id_for_two_persons_is_one_document(calling: Calling) -> None:
    author, unique_id = minting.doctor(), samples.urn()
    people = [minting.patient() for _ in range(CLIENTS)]
    answers = all_at_once(calling(author), [samples.published(one, author, unique_id=unique_id) for one in people])
    assert Counter(one.status_code for one in answers) == {201: 1, 409: CLIENTS - 1}
    with sql_allowed("tests"):
        assert Document.objects.filter(unique_id=unique_id).count() == 1


def test_thirty_two_identical_transactions_give_one_lot(calling: Calling) -> None:
    patient, author = minting.patient(), minting.doctor()
    client = calling(author)
    bundle = lot(patient, author, [b"Un.", b"Deux.", b"Trois."])
    answers = together([lambda: client.post("", json=bundle)] * CLIENTS)
    assert Counter(tuple(statuses(one)) for one in answers) == {("201 Created",) * 7: 1, ("200 OK",) * 7: CLIENTS - 1}
    places = [[entry["response"]["location"] for entry in one.json()["entry"]] for one in answers]
    assert places == [places[0]] * CLIENTS
    with sql_allowed("tests"):
        assert SubmissionSet.objects.filter(patient_id=patient.id).count() == 1
    assert len(kept(patient)) == contents(patient) == 3


def test_versions_sent_at_once_end_with_the_highest_current_and_no_fork(calling: Calling) -> None:
    patient, author = minting.patient(), minting.doctor()
    series = str(uuid.uuid4())
    versions = [
        cda_reference(patient, documents.report(patient, author=author, set_id=series, version=number)) for number in range(1, 17)
    ]
    answers = all_at_once(calling(author), versions)
    assert {one.status_code for one in answers} <= {201, 409}
    assert answers[-1].status_code == 201
    rows = kept(patient)
    assert [one.version_number for one in rows if one.state == "current"] == [16]
    assert len(rows) == sum(one.status_code == 201 for one in answers) == contents(patient)
    assert [one.replaces_id for one in rows[1:]] == [one.id for one in rows[:-1]]
    assert rows[0].replaces_id is None


def test_deposits_for_many_persons_do_not_wait_for_each_other(calling: Calling) -> None:
    author = minting.doctor()
    people = [minting.patient() for _ in range(CLIENTS)]
    answers = all_at_once(calling(author), [samples.published(one, author) for one in people])
    assert [one.status_code for one in answers] == [201] * CLIENTS
    assert [len(kept(one)) for one in people] == [1] * CLIENTS


def test_a_document_replaced_by_two_at_once_has_one_successor(calling: Calling) -> None:
    patient, author = minting.patient(), minting.doctor()
    first = sent(calling(author), samples.published(patient, author)).json()["id"]
    replaces = [{"code": "replaces", "target": {"reference": f"DocumentReference/{first}"}}]
    answers = all_at_once(calling(author), [samples.published(patient, author, relatesTo=replaces) for _ in range(8)])
    assert Counter(one.status_code for one in answers) == {201: 1, 409: 7}
    assert [one.state for one in kept(patient, replaces=None)] == ["superseded"]
    assert [one.state for one in kept(patient, replaces_id=first)] == ["current"]
