"""Former versions of a document: each reads as it did, for who sees the document and could have seen it ever since."""

from __future__ import annotations

import httpx
import pytest

from socle.record.actions import labels
from socle.record.incoming import HIDDEN_FROM_PATIENT
from socle.record.queries import accesses
from tests import minting
from tests.interfaces.fhir import samples
from tests.interfaces.fhir.serving import Wire
from tests.interfaces.fhir.test_documents import deposited, refusal, sent, treating
from tests.interfaces.fhir.test_patches import MASK, patched

ARCHIVE = [{"op": "replace", "path": "/extension/0/valueBoolean", "value": True}]
UNARCHIVE = [{"op": "replace", "path": "/extension/0/valueBoolean", "value": False}]
MASKING = [{"op": "add", "path": "/securityLabel/-", "value": MASK}]
UNMASKING = [{"op": "remove", "path": "/securityLabel/1"}]


def versions(client: httpx.Client, id_: str, upto: int) -> list[int]:
    return [client.get(f"DocumentReference/{id_}/_history/{number}").status_code for number in range(1, upto + 1)]


def test_each_version_reads_as_it_did(wire: Wire) -> None:
    patient, author = minting.patient(), minting.doctor()
    id_ = deposited(wire, patient, author)
    client, reader = wire.client(author), wire.client(treating(patient))
    texts = [reader.get(f"DocumentReference/{id_}").text]
    for operations in (ARCHIVE, UNARCHIVE):
        places = [patched(client, f"DocumentReference/{id_}", operations).headers["Location"]]
        texts.append(reader.get(f"DocumentReference/{id_}").text)
    assert places[-1].endswith(f"DocumentReference/{id_}/_history/3")
    for number, text in enumerate(texts, start=1):
        answer = reader.get(f"DocumentReference/{id_}/_history/{number}")
        assert (answer.status_code, answer.text, answer.headers["ETag"]) == (200, text, f'W/"{number}"')
        assert answer.json()["meta"]["versionId"] == str(number)
        again = reader.get(f"DocumentReference/{id_}/_history/{number}", headers={"If-None-Match": f'W/"{number}"'})
        assert again.status_code == 304
    assert versions(reader, id_, 5) == [200, 200, 200, 404, 404]


def test_a_document_replaced_reads_current_in_its_former_version(wire: Wire) -> None:
    patient, author = minting.patient(), minting.doctor()
    client = wire.client(author)
    id_ = deposited(wire, patient, author)
    relation = [{"code": "replaces", "target": {"reference": f"DocumentReference/{id_}"}}]
    assert sent(client, samples.published(patient, author, relatesTo=relation)).status_code == 201
    reader = wire.client(treating(patient))
    told = [reader.get(f"DocumentReference/{id_}/_history/{number}").json()["status"] for number in (1, 2)]
    assert told == ["current", "superseded"]
    assert reader.get(f"DocumentReference/{id_}").json()["status"] == "superseded"


def test_a_mask_that_was_lifted_shows_to_nobody_whom_it_hid_the_document_from(wire: Wire) -> None:
    patient, author = minting.patient(), minting.doctor()
    id_ = deposited(wire, patient, author)
    holder, reader = wire.client(minting.holder(patient.id)), wire.client(treating(patient))
    patched(holder, f"DocumentReference/{id_}", MASKING)
    assert versions(reader, id_, 2) == [404, 404]
    patched(holder, f"DocumentReference/{id_}", UNMASKING)
    assert versions(holder, id_, 3) == [200, 200, 200]
    assert versions(reader, id_, 4) == [404, 404, 200, 404]  # neither the mask, nor a gap where it stood
    patched(holder, f"DocumentReference/{id_}", MASKING)
    patched(holder, f"DocumentReference/{id_}", UNMASKING)
    assert versions(reader, id_, 5) == [404, 404, 404, 404, 200]
    assert "MASQUE_PS" in holder.get(f"DocumentReference/{id_}/_history/2").text


def test_what_was_hidden_from_the_patient_shows_in_no_version(wire: Wire) -> None:
    patient, author = minting.patient(), minting.doctor()
    resource = samples.published(patient, author, labels=("N", HIDDEN_FROM_PATIENT))
    id_ = sent(wire.client(author), resource).json()["id"]
    holder = wire.client(minting.holder(patient.id))
    assert versions(holder, id_, 1) == [404]
    labels.set_labels(actor=author, document_id=id_, labels=frozenset())
    assert versions(holder, id_, 2) == [404, 200]
    assert versions(wire.client(treating(patient)), id_, 2) == [200, 200]


def test_strangers_and_the_deleted_have_no_version(wire: Wire) -> None:
    patient, author = minting.patient(), minting.doctor()
    id_ = deposited(wire, patient, author)
    reader = wire.client(treating(patient))
    patched(wire.client(author), f"DocumentReference/{id_}", ARCHIVE)
    assert versions(wire.client(minting.doctor()), id_, 2) == [404, 404]
    assert versions(reader, id_, 2) == [200, 200]
    patched(wire.client(author), f"DocumentReference/{id_}", [{"op": "replace", "path": "/status", "value": "superseded"}])
    assert versions(reader, id_, 3) == [404, 404, 404]


@pytest.mark.parametrize("number", ["0", "-1", "01", "x", "1e0", "٣", "9" * 30, "1.0", "%31%20"])
def test_a_version_that_is_no_number_is_none(wire: Wire, number: str) -> None:
    patient, author = minting.patient(), minting.doctor()
    id_ = deposited(wire, patient, author)
    answer = wire.client(treating(patient)).get(f"DocumentReference/{id_}/_history/{number}")
    assert refusal(answer) == (404, "introuvable")


def test_changing_nothing_makes_no_version(wire: Wire) -> None:
    patient, author = minting.patient(), minting.doctor()
    id_ = deposited(wire, patient, author)
    for _ in range(2):
        assert patched(wire.client(author), f"DocumentReference/{id_}", UNARCHIVE).headers["ETag"] == 'W/"1"'
    assert versions(wire.client(treating(patient)), id_, 2) == [200, 404]


def test_the_statement_says_that_versions_are_kept(wire: Wire) -> None:
    (rest,) = wire.client(None).get("metadata").json()["rest"]
    told = {one["type"]: one for one in rest["resource"]}
    assert told["DocumentReference"]["readHistory"] is True
    assert {"code": "vread"} in told["DocumentReference"]["interaction"]
    assert "history-instance" not in str(told)
    assert told["List"]["readHistory"] is False


def test_reading_a_former_version_is_told_to_the_person(wire: Wire) -> None:
    patient, author = minting.patient(), minting.doctor()
    id_ = deposited(wire, patient, author)
    patched(wire.client(author), f"DocumentReference/{id_}", ARCHIVE)
    reader = treating(patient)
    for number, status in ((1, 200), (2, 200), (9, 404)):
        assert wire.client(reader).get(f"DocumentReference/{id_}/_history/{number}").status_code == status
    lines = accesses.page(actor=minting.holder(patient.id), patient_id=patient.id).lines
    theirs = [line.refused for line in lines if line.who == reader.name and line.what == "document"]
    assert theirs == [True, False, False]
