"""PATCH of a document: three elements, their authors, and the versions that clients hold."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests import minting
from tests.interfaces.fhir import samples
from tests.interfaces.fhir.serving import Wire
from tests.interfaces.fhir.test_documents import deposited, found, refusal, treating

JSON_PATCH = "application/json-patch+json"
MASK = {"coding": [{"system": samples.VISIBILITY, "code": "MASQUE_PS"}]}


def patched(client: httpx.Client, address: str, operations: Any, media: str = JSON_PATCH, **headers: str) -> httpx.Response:
    return client.patch(address, json=operations, headers={"Content-Type": media, **headers})


def parameters(*operations: dict[str, str]) -> samples.Json:
    return {
        "resourceType": "Parameters",
        "parameter": [
            {"name": "operation", "part": [{"name": name, **part} for name, part in operation.items()]}  # type: ignore[dict-item]
            for operation in operations
        ],
    }


def test_the_person_masks_a_document_and_professionals_lose_it(wire: Wire) -> None:
    patient, author = minting.patient(), minting.doctor()
    id_ = deposited(wire, patient, author)
    holder, reader = wire.client(minting.holder(patient.id)), wire.client(treating(patient))
    assert reader.get(f"DocumentReference/{id_}").status_code == 200
    answer = patched(holder, f"DocumentReference/{id_}", [{"op": "add", "path": "/securityLabel/-", "value": MASK}])
    assert (answer.status_code, answer.headers["ETag"]) == (200, 'W/"2"')
    assert answer.json()["securityLabel"][1]["coding"][0]["code"] == "MASQUE_PS"
    assert reader.get(f"DocumentReference/{id_}").status_code == 404
    assert refusal(patched(reader, f"DocumentReference/{id_}", [{"op": "remove", "path": "/securityLabel/1"}])) == (
        404,
        "introuvable",
    )
    hidden = {"coding": [{"system": samples.VISIBILITY, "code": "INVISIBLE_PATIENT"}]}
    both = patched(wire.client(author), f"DocumentReference/{id_}", [{"op": "add", "path": "/securityLabel/-", "value": hidden}])
    assert refusal(both) == (422, "labels")
    back = patched(holder, f"DocumentReference/{id_}", [{"op": "remove", "path": "/securityLabel/1"}])
    assert back.headers["ETag"] == 'W/"3"'
    assert reader.get(f"DocumentReference/{id_}").status_code == 200


def test_an_older_version_is_not_overwritten(wire: Wire) -> None:
    patient, author = minting.patient(), minting.doctor()
    id_ = deposited(wire, patient, author)
    client = wire.client(author)
    archive = [{"op": "replace", "path": "/extension/0/valueBoolean", "value": True}]
    assert patched(client, f"DocumentReference/{id_}", archive, **{"If-Match": 'W/"1"'}).headers["ETag"] == 'W/"2"'
    unarchive = [{"op": "replace", "path": "/extension/0/valueBoolean", "value": False}]
    stale = patched(client, f"DocumentReference/{id_}", unarchive, **{"If-Match": 'W/"1"'})
    assert refusal(stale) == (412, "version-attendue")
    assert refusal(patched(client, f"DocumentReference/{id_}", unarchive, **{"If-Match": "one"})) == (400, "if-match")


def test_an_archived_document_shows_only_when_asked_for(wire: Wire) -> None:
    patient, author = minting.patient(), minting.doctor()
    id_ = deposited(wire, patient, author)
    operation = parameters(
        {
            "type": {"valueCode": "replace"},
            "path": {"valueString": f"DocumentReference.extension('{samples.ARCHIVED}').value"},
            "value": {"valueBoolean": True},
        }
    )
    answer = patched(wire.client(author), f"DocumentReference/{id_}", operation, "application/fhir+json")
    assert answer.status_code == 200, answer.text
    reader = wire.client(treating(patient))
    assert found(reader, patient) == []
    assert found(reader, patient, isArchived="true") == [id_]
    assert found(reader, patient, isArchived="true,false") == [id_]
    assert reader.get(f"DocumentReference/{id_}").json()["extension"][0]["valueBoolean"] is True


def test_labels_and_archive_change_together_or_not_at_all(wire: Wire) -> None:
    patient, author = minting.patient(), minting.doctor()
    id_ = deposited(wire, patient, author)
    both = [
        {"op": "add", "path": "/securityLabel/-", "value": MASK},
        {"op": "replace", "path": "/extension/0/valueBoolean", "value": True},
    ]
    holder = wire.client(minting.holder(patient.id))
    assert refusal(patched(holder, f"DocumentReference/{id_}", both)) == (403, "auteur")
    kept = holder.get(f"DocumentReference/{id_}").json()
    assert (kept["meta"]["versionId"], len(kept["securityLabel"])) == ("1", 1)
    assert patched(wire.client(author), f"DocumentReference/{id_}", both).status_code == 200
    kept = holder.get(f"DocumentReference/{id_}").json()
    assert (kept["extension"][0]["valueBoolean"], len(kept["securityLabel"])) == (True, 2)


@pytest.mark.parametrize("status", ["superseded", "entered-in-error"])
def test_the_author_deletes_and_nobody_else(wire: Wire, status: str) -> None:
    patient, author = minting.patient(), minting.doctor()
    id_ = deposited(wire, patient, author)
    end = [{"op": "replace", "path": "/status", "value": status}]
    reader = wire.client(treating(patient))
    assert refusal(patched(reader, f"DocumentReference/{id_}", end)) == (403, "auteur")
    answer = patched(wire.client(author), f"DocumentReference/{id_}", end)
    assert (answer.status_code, answer.json()["status"]) == (200, "superseded")
    assert reader.get(f"DocumentReference/{id_}").status_code == 404
    assert found(reader, patient) == found(reader, patient, status="superseded") == []
    assert patched(wire.client(author), f"DocumentReference/{id_}", end).status_code == 404


def test_a_document_is_patched_by_its_own_identifier(wire: Wire) -> None:
    patient, author = minting.patient(), minting.doctor()
    unique_id = samples.urn()
    id_ = deposited(wire, patient, author, unique_id=unique_id)
    operations = [{"op": "add", "path": "/securityLabel/-", "value": MASK}]
    address = f"DocumentReference?identifier=urn:ietf:rfc:3986|{unique_id}"
    answer = patched(wire.client(author), address, operations)
    assert (answer.status_code, answer.json()["id"]) == (200, id_)
    assert patched(wire.client(minting.doctor()), address, operations).status_code == 404
    assert patched(wire.client(author), f"DocumentReference?identifier={samples.urn()}", operations).status_code == 404
    assert patched(wire.client(author), "DocumentReference?status=current", operations).status_code == 400


@pytest.mark.parametrize(
    ("operations", "status", "code"),
    [
        ([{"op": "replace", "path": "/description", "value": "x"}], 422, "patch-path"),
        ([{"op": "add", "path": "/description", "value": "x"}], 405, "patch-forbidden"),
        ([{"op": "replace", "path": "/content/0/attachment/title", "value": "Autre"}], 405, "patch-forbidden"),
        ([{"op": "remove", "path": "/masterIdentifier"}], 405, "patch-forbidden"),
        ([{"op": "replace", "path": "/securityLabel", "value": "N"}], 422, "structure"),
        ([{"op": "replace", "path": "/status", "value": "unknown"}], 422, "code-invalid"),
        ([{"op": "replace", "path": "/securityLabel/?(@.x)", "value": {}}], 422, "patch-filter"),
        ([{"op": "test", "path": "/status", "value": "superseded"}], 422, "patch-test"),
        ({"resourceType": "Parameters"}, 400, "patch"),
        ([], 400, "patch"),
    ],
)
def test_other_elements_and_broken_patches_are_refused(wire: Wire, operations: Any, status: int, code: str) -> None:
    patient, author = minting.patient(), minting.doctor()
    id_ = deposited(wire, patient, author)
    assert refusal(patched(wire.client(author), f"DocumentReference/{id_}", operations)) == (status, code)
    assert wire.client(minting.holder(patient.id)).get(f"DocumentReference/{id_}").headers["ETag"] == 'W/"1"'


def test_a_patch_that_changes_nothing_makes_no_version(wire: Wire) -> None:
    patient, author = minting.patient(), minting.doctor()
    id_ = deposited(wire, patient, author)
    same = [{"op": "test", "path": "/status", "value": "current"}]
    assert patched(wire.client(author), f"DocumentReference/{id_}", same).headers["ETag"] == 'W/"1"'
    other = wire.client(author).patch(f"DocumentReference/{id_}", content="<a/>", headers={"Content-Type": "text/xml"})
    assert refusal(other) == (415, "media")
