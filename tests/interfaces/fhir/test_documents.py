"""DocumentReference and Binary: each interaction allowed and refused, on a real socket."""

from __future__ import annotations

import base64
from typing import Any

import httpx
import pytest

from socle.base.access.actor import Actor, Kind
from socle.base.identity.models import Patient
from socle.record.actions import openings
from tests import documents, minting
from tests.interfaces.fhir import samples
from tests.interfaces.fhir.serving import Wire

PLAIN = "Compte rendu de consultation."


def treating(patient: Patient) -> Actor:
    actor = minting.doctor()
    openings.state_care(actor=actor, patient_id=patient.id)
    return actor


def sent(client: httpx.Client, resource: dict[str, Any], **headers: str) -> httpx.Response:
    return client.post("DocumentReference", json=resource, headers=headers)


def deposited(wire: Wire, patient: Patient, actor: Actor, **changes: Any) -> str:
    answer = sent(wire.client(actor), samples.published(patient, actor, **changes))
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def found(client: httpx.Client, patient: Patient, **parameters: str) -> list[str]:
    answer = client.get("DocumentReference", params={"patient": str(patient.id), "status": "current", **parameters})
    assert answer.status_code == 200, answer.text
    return [entry["resource"]["id"] for entry in answer.json().get("entry", ()) if entry["search"]["mode"] == "match"]


def code_of(answer: httpx.Response) -> str:
    outcome = answer.json()
    assert outcome["resourceType"] == "OperationOutcome"
    assert outcome["issue"][0]["details"]["text"]
    return str(outcome["issue"][0]["details"]["coding"][0]["code"])


def refusal(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, code_of(answer)


def test_a_document_is_published_read_and_its_content_comes_back(wire: Wire) -> None:
    patient, author = minting.patient(), minting.doctor()
    reader, stranger = wire.client(treating(patient)), wire.client(minting.doctor())
    answer = sent(wire.client(author), samples.published(patient, author, content=PLAIN.encode()))
    resource = answer.json()
    assert answer.status_code == 201
    assert answer.headers["ETag"] == 'W/"1"'
    assert answer.headers["Location"].endswith(f"/fhir/DocumentReference/{resource['id']}/_history/1")
    read = reader.get(f"DocumentReference/{resource['id']}")
    assert read.json() == resource
    url = resource["content"][0]["attachment"]["url"]
    native = reader.get(url, headers={"Accept": "text/plain"})
    assert (native.text, native.headers["Content-Type"]) == (PLAIN, "text/plain; charset=utf-8")
    assert native.headers["X-Content-Type-Options"] == "nosniff"
    assert native.headers["Content-Disposition"].startswith("attachment; ")
    assert native.headers["Cache-Control"] == "private, no-store"
    assert base64.b64decode(reader.get(url).json()["data"]).decode() == PLAIN
    assert reader.get(url, headers={"Accept": "image/png"}).status_code == 406
    for address in (f"DocumentReference/{resource['id']}", url):
        assert refusal(stranger.get(address)) == (404, "introuvable")
        assert stranger.get(address).text == stranger.get(f"{address.split('/')[0]}/{patient.id}").text


def test_a_cda_brings_what_the_request_does_not_say(wire: Wire) -> None:
    patient, author = minting.patient(), minting.doctor()
    content = documents.report(patient, author=author)
    bare = {
        "resourceType": "DocumentReference",
        "status": "current",
        "subject": {"reference": samples.ins_query(patient)},
        "content": [{"attachment": {"contentType": "text/xml", "data": base64.b64encode(content).decode()}}],
    }
    answer = sent(wire.client(author), bare, Prefer="return=OperationOutcome")
    assert answer.status_code == 201, answer.text
    assert {issue["severity"] for issue in answer.json()["issue"]} == {"warning"}
    reader = wire.client(treating(patient))
    kept = reader.get(answer.headers["Location"].partition("/fhir/")[2]).json()
    assert kept["type"]["coding"][0]["code"] == samples.CONSULTATION
    assert kept["author"][0]["display"]
    assert reader.get(kept["content"][0]["attachment"]["url"], headers={"Accept": "*/*"}).content == content
    other = bare | {"type": {"coding": [{"system": samples.LOINC, "code": "11502-2"}]}}
    assert refusal(sent(wire.client(author), other)) == (422, "metadata")


def test_the_same_document_again_is_the_same_and_other_bytes_are_not(wire: Wire) -> None:
    patient, author = minting.patient(), minting.doctor()
    client, unique_id = wire.client(author), samples.urn()
    first = sent(client, samples.published(patient, author, unique_id=unique_id))
    again = sent(client, samples.published(patient, author, unique_id=unique_id))
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    assert refusal(sent(client, samples.published(patient, author, unique_id=unique_id, content=b"Autre."))) == (409, "doublon")
    stranger = minting.doctor()
    assert refusal(sent(wire.client(stranger), samples.published(patient, stranger, unique_id=unique_id))) == (409, "doublon")


def test_a_conditional_create_finds_the_document_or_makes_it(wire: Wire) -> None:
    patient, author = minting.patient(), minting.doctor()
    client, unique_id = wire.client(author), samples.urn()
    condition = {"If-None-Exist": f"identifier=urn:ietf:rfc:3986|{unique_id}"}
    first = sent(client, samples.published(patient, author, unique_id=unique_id), **condition)
    again = sent(client, samples.published(patient, author, unique_id=unique_id, content=b"Autre."), **condition)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    stranger = minting.doctor()
    hidden = sent(wire.client(stranger), samples.published(patient, stranger, unique_id=unique_id), **condition)
    assert refusal(hidden) == (409, "doublon")
    assert refusal(sent(client, samples.published(patient, author), **{"If-None-Exist": "status=current"})) == (
        400,
        "search-parameter",
    )


def test_the_answer_has_the_form_that_the_client_prefers(wire: Wire) -> None:
    patient, author = minting.patient(), minting.doctor()
    client = wire.client(author)
    minimal = sent(client, samples.published(patient, author), Prefer="return=minimal")
    assert (minimal.status_code, minimal.content) == (201, b"")
    assert minimal.headers["Location"]
    told = sent(client, samples.published(patient, author), Prefer="return=OperationOutcome")
    assert told.json()["resourceType"] == "OperationOutcome"


def test_a_reader_who_holds_the_version_gets_304_and_only_a_reader(wire: Wire) -> None:
    patient, author = minting.patient(), minting.doctor()
    id_ = deposited(wire, patient, author)
    reader, stranger = wire.client(treating(patient)), wire.client(minting.doctor())
    held = {"If-None-Match": 'W/"1"'}
    assert reader.get(f"DocumentReference/{id_}", headers=held).status_code == 304
    assert reader.get(f"DocumentReference/{id_}", headers={"If-None-Match": 'W/"2"'}).status_code == 200
    assert stranger.get(f"DocumentReference/{id_}", headers=held).status_code == 404
    assert reader.get(f"DocumentReference/{id_}/_history/1").status_code == 200
    assert reader.get(f"DocumentReference/{id_}/_history/2").status_code == 404
    assert reader.get(f"DocumentReference/{id_}/_history").status_code == 404


def test_a_comprehensive_document_may_be_published_with_its_content_inside(wire: Wire) -> None:
    patient, author = minting.patient(), minting.doctor()
    content = PLAIN.encode()
    resource = samples.comprehensive(patient, author, "", content)
    attachment = resource["content"][0]["attachment"]
    del attachment["url"]
    attachment["data"] = base64.b64encode(content).decode()
    client = wire.client(author)
    kept = sent(client, resource)
    assert kept.status_code == 201, kept.text
    assert kept.json()["context"]["practiceSetting"]["coding"][0]["code"] == "AMBULATOIRE"
    without = {name: value for name, value in resource.items() if name != "custodian"}
    answer = sent(client, without)
    assert refusal(answer) == (422, "required")
    assert answer.json()["issue"][0]["expression"] == ["DocumentReference.custodian"]
    wrong = resource | {"content": [{**resource["content"][0], "attachment": attachment | {"size": 1}}]}
    assert refusal(sent(client, wrong)) == (422, "size")
    wrong["content"][0]["attachment"] = attachment | {"hash": base64.b64encode(b"0" * 20).decode()}
    assert refusal(sent(client, wrong)) == (422, "hash")


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"status": "superseded"}, 422, "fixed"),
        ({"subject": {}}, 422, "required"),
        ({"subject": {"reference": "Patient/nobody"}}, 422, "identity-conflict"),
        ({"subject": {"reference": "Patient?identifier=urn:oid:1.2.250.1.213.1.4.8|123456789012345"}}, 422, "ins-oid"),
        ({"subject": {"reference": "Patient?identifier=urn:oid:1.2.250.1.213.1.4.10|160017500000100"}}, 422, "ins-key"),
        ({"securityLabel": [{"coding": [{"system": samples.CONFIDENTIALITY, "code": "V"}]}]}, 422, "code-invalid"),
        ({"relatesTo": [{"code": "replaces", "target": {"reference": "DocumentReference/nowhere"}}]}, 422, "association"),
        ({"relatesTo": [{"code": "appends", "target": {"reference": "DocumentReference/x"}}]}, 422, "association"),
        ({"type": {"coding": [{"system": samples.LOINC, "code": "1-1"}]}}, 422, "type"),
        ({"resourceType": "List"}, 422, "resource-type"),
        ({"unknown": 1}, 422, "unknown-element"),
    ],
)
def test_what_cannot_be_kept_is_refused(wire: Wire, changes: dict[str, Any], status: int, code: str) -> None:
    patient, author = minting.patient(), minting.doctor()
    client = wire.client(author)
    resource = samples.published(patient, author) | changes
    assert refusal(sent(client, {name: value for name, value in resource.items() if value})) == (status, code)
    assert found(wire.client(minting.holder(patient.id)), patient) == []


def test_labels_are_kept_whatever_the_spelling_of_their_system(wire: Wire) -> None:
    patient, author = minting.patient(), minting.doctor()
    misspelt = f"{samples.NOS}/TRE_A07-StatusVisibiliteDocument/FHIR/TRE-A07-StatusVisibiliteDocument"
    labels = [{"coding": [{"system": misspelt, "code": "N"}]}, {"coding": [{"system": misspelt, "code": "MASQUE_PS"}]}]
    id_ = deposited(wire, patient, author, securityLabel=labels)
    kept = wire.client(minting.holder(patient.id)).get(f"DocumentReference/{id_}").json()
    assert [label["coding"][0] for label in kept["securityLabel"]] == [
        {"system": samples.CONFIDENTIALITY, "code": "N", "display": "normal"},
        {"system": samples.VISIBILITY, "code": "MASQUE_PS", "display": "Masqué aux professionnels de santé"},
    ]
    assert wire.client(treating(patient)).get(f"DocumentReference/{id_}").status_code == 404


def test_software_without_a_professional_deposits_and_never_reads(wire: Wire) -> None:
    patient = minting.patient()
    software = Actor(
        kind=Kind.SOFTWARE,
        person_id=patient.id,
        name="Logiciel",
        structure_id=patient.id,
        structure_name="Structure",
        rights=frozenset({"record.deposit", "record.read"}),
    )
    client = wire.client(software)
    resource = samples.published(patient, minting.doctor())
    del resource["custodian"]
    kept = sent(client, resource)
    assert kept.status_code == 201, kept.text
    assert kept.json()["custodian"]["display"] == "Structure"
    assert client.get(f"DocumentReference/{kept.json()['id']}").status_code == 404
    search = client.get("DocumentReference", params={"patient": str(patient.id), "status": "current"})
    assert refusal(search) == (403, "logiciel-sans-professionnel")


def test_a_replacement_supersedes_and_is_refused_to_others(wire: Wire) -> None:
    patient, author = minting.patient(), minting.doctor()
    old = deposited(wire, patient, author)
    relation = [{"code": "replaces", "target": {"reference": f"DocumentReference/{old}"}}]
    stranger = minting.doctor()
    refused = sent(wire.client(stranger), samples.published(patient, stranger, relatesTo=relation))
    assert refusal(refused) == (422, "association")
    new = deposited(wire, patient, author, relatesTo=relation)
    holder = wire.client(minting.holder(patient.id))
    assert found(holder, patient) == [new]
    assert found(holder, patient, status="superseded") == [old]
    assert found(holder, patient, relatesto=f"DocumentReference/{old}") == [new]
    assert holder.get(f"DocumentReference/{old}").json()["status"] == "superseded"
