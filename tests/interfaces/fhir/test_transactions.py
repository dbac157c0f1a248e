"""ITI-65 and batches: all or nothing, entry by entry, on a real socket."""

from __future__ import annotations

import base64
from typing import Any

import httpx
import pytest

from socle.base.access.actor import Actor
from socle.base.identity.models import Patient
from socle.formats.fhir.profile_rules import DOCUMENT, PROVIDE_BUNDLE, SUBMISSION_SET
from tests import documents, minting
from tests.interfaces.fhir import samples
from tests.interfaces.fhir.serving import Wire
from tests.interfaces.fhir.test_documents import code_of, deposited, found, refusal, treating

MHD = "https://profiles.ihe.net/ITI/MHD"


def submission_set(patient: Patient, actor: Actor, items: list[str], **changes: Any) -> samples.Json:
    return {
        "resourceType": "List",
        "meta": {"profile": [SUBMISSION_SET]},
        "contained": [samples.practitioner(actor)],
        "extension": [
            {
                "url": f"{MHD}/StructureDefinition/ihe-designationType",
                "valueCodeableConcept": {
                    "coding": [{"system": f"{samples.NOS}/TRE_R209-TypeActivite/FHIR/TRE-R209-TypeActivite", "code": "07"}]
                },
            },
            {
                "url": f"{MHD}/StructureDefinition/ihe-sourceId",
                "valueIdentifier": {"system": "urn:ietf:rfc:3986", "value": "urn:oid:1.2.3.4"},
            },
        ],
        "identifier": [{"use": "usual", "system": "urn:ietf:rfc:3986", "value": samples.urn()}],
        "status": "current",
        "mode": "working",
        "title": "Consultation",
        "code": {"coding": [{"system": f"{MHD}/CodeSystem/MHDlistTypes", "code": "submissionset"}]},
        "subject": {"reference": samples.ins_query(patient)},
        "date": "2026-03-02T11:00:00+01:00",
        "source": {"reference": "#author"},
        "entry": [{"item": {"reference": item}} for item in items],
        **changes,
    }


def entry(full_url: str, resource: samples.Json, method: str = "POST", url: str = "") -> samples.Json:
    return {
        "fullUrl": full_url,
        "resource": resource,
        "request": {"method": method, "url": url or resource["resourceType"]},
    }


def binary(content: bytes, media: str = "text/plain") -> samples.Json:
    return {"resourceType": "Binary", "contentType": media, "data": base64.b64encode(content).decode()}


def lot(patient: Patient, actor: Actor, contents: list[bytes], **changes: Any) -> samples.Json:
    """A provide bundle: the lot, then each document with its content."""
    items, entries = [], []
    for content in contents:
        item, url = samples.urn(), samples.urn()
        items.append(item)
        entries += [
            entry(item, samples.comprehensive(patient, actor, url, content, **changes)),
            entry(url, binary(content)),
        ]
    return bundle([entry(samples.urn(), submission_set(patient, actor, items)), *entries])


def bundle(entries: list[samples.Json], kind: str = "transaction") -> samples.Json:
    return {"resourceType": "Bundle", "meta": {"profile": [PROVIDE_BUNDLE]}, "type": kind, "entry": entries}


def statuses(answer: httpx.Response) -> list[str]:
    assert answer.status_code == 200, answer.text
    return [one["response"]["status"] for one in answer.json()["entry"]]


def test_a_lot_is_deposited_found_and_given_again_to_a_retry(wire: Wire) -> None:
    patient, author = minting.patient(), minting.doctor()
    client, holder = wire.client(author), wire.client(minting.holder(patient.id))
    sent = lot(patient, author, [b"Un.", b"Deux."])
    first = client.post("", json=sent)
    assert statuses(first) == ["201 Created"] * 5
    places = [one["response"]["location"].partition("/fhir/")[2] for one in first.json()["entry"]]
    assert [place.split("/")[0] for place in places] == ["List", "DocumentReference", "Binary", "DocumentReference", "Binary"]
    ids = [place.split("/")[1] for place in places]
    assert sorted(found(holder, patient)) == sorted([ids[1], ids[3]])
    assert holder.get(places[4], headers={"Accept": "*/*"}).content == b"Deux."
    kept = holder.get(f"List/{ids[0]}").json()
    assert [one["item"]["reference"] for one in kept["entry"]] == [f"DocumentReference/{ids[1]}", f"DocumentReference/{ids[3]}"]
    again = client.post("", json=sent)
    assert statuses(again) == ["200 OK"] * 5
    assert [one["response"]["location"] for one in again.json()["entry"]] == [
        one["response"]["location"] for one in first.json()["entry"]
    ]
    stranger = wire.client(minting.doctor())
    assert refusal(stranger.post("", json=sent)) == (409, "doublon")
    other = lot(patient, author, [b"Trois."])
    other["entry"][0]["resource"]["identifier"] = sent["entry"][0]["resource"]["identifier"]
    assert refusal(client.post("", json=other)) == (409, "doublon")


def test_resources_come_back_when_the_client_prefers(wire: Wire) -> None:
    patient, author = minting.patient(), minting.doctor()
    sent = lot(patient, author, [b"Un."])
    answer = wire.client(author).post("", json=sent, headers={"Prefer": "return=representation"})
    assert [one.get("resource", {}).get("resourceType") for one in answer.json()["entry"]] == ["List", "DocumentReference", None]
    told = wire.client(author).post("", json=lot(patient, author, [b"Un."]), headers={"Prefer": "return=OperationOutcome"})
    assert told.json()["entry"][0]["response"]["outcome"]["resourceType"] == "OperationOutcome"


def test_a_cda_in_a_lot_is_read(wire: Wire) -> None:
    patient, author = minting.patient(), minting.doctor()
    content = documents.report(patient, author=author)
    url, item = samples.urn(), samples.urn()
    resource = samples.comprehensive(patient, author, url, content)
    for name in ("masterIdentifier", "date", "author", "custodian", "context", "contained"):
        del resource[name]
    simple = bundle(
        [
            entry(samples.urn(), submission_set(patient, author, [item])),
            entry(item, resource),
            entry(url, binary(content, "text/xml")),
        ]
    )
    refused = wire.client(author).post("", json=simple)
    assert refused.status_code == 422
    expressions = {issue["expression"][0] for issue in refused.json()["issue"] if issue["severity"] == "error"}
    assert "Bundle.entry[1].resource.custodian" in expressions


@pytest.mark.parametrize("broken", ["hash", "size", "custodian", "binary", "subject", "item", "lost", "folder"])
def test_one_defect_refuses_the_whole_lot(wire: Wire, broken: str) -> None:
    patient, author = minting.patient(), minting.doctor()
    sent = lot(patient, author, [b"Un.", b"Deux."])
    second = sent["entry"][3]["resource"]
    expected = {
        "hash": ("hash", "Bundle.entry[3].resource.content[0].attachment.hash"),
        "size": ("size", "Bundle.entry[3].resource.content[0].attachment.size"),
        "custodian": ("required", "Bundle.entry[3].resource.custodian"),
        "binary": ("reference", "Bundle.entry[3].resource.content[0].attachment.url"),
        "subject": ("identity-conflict", None),
        "item": ("association", "Bundle.entry[0].resource.entry[0].item"),
        "lost": ("reference", "Bundle.entry[5]"),
        "folder": ("not-supported", "Bundle.entry[5]"),
    }[broken]
    match broken:
        case "hash":
            second["content"][0]["attachment"]["hash"] = base64.b64encode(b"0" * 20).decode()
        case "size":
            second["content"][0]["attachment"]["size"] = 1
        case "custodian":
            del second["custodian"]
        case "binary":
            del sent["entry"][4]
        case "subject":
            second["subject"] = {"reference": f"Patient/{minting.patient().id}"}
        case "item":
            sent["entry"][0]["resource"]["entry"][0]["item"]["reference"] = samples.urn()
        case "lost":
            sent["entry"].append(entry(samples.urn(), binary(b"Perdu.")))
        case "folder":
            folder = submission_set(patient, author, [], title="Classeur")
            folder["code"]["coding"][0]["code"] = "folder"
            folder["entry"] = [{"item": {"reference": sent["entry"][1]["fullUrl"]}}]
            sent["entry"].append(entry(samples.urn(), folder))
    answer = wire.client(author).post("", json=sent)
    assert answer.status_code == 422
    first = answer.json()["issue"][0]
    assert first["details"]["coding"][0]["code"] == expected[0]
    assert expected[1] is None or first["expression"] == [expected[1]]
    assert found(wire.client(minting.holder(patient.id)), patient) == []


def test_a_replacement_in_a_lot_supersedes_the_old_one_and_only_that(wire: Wire) -> None:
    patient, author = minting.patient(), minting.doctor()
    client, holder = wire.client(author), wire.client(minting.holder(patient.id))
    old, other = deposited(wire, patient, author), deposited(wire, patient, author)
    patch = {
        "resourceType": "Parameters",
        "parameter": [
            {
                "name": "operation",
                "part": [
                    {"name": "type", "valueCode": "replace"},
                    {"name": "path", "valueString": "DocumentReference.status"},
                    {"name": "value", "valueCode": "superseded"},
                ],
            }
        ],
    }
    relation = [{"code": "replaces", "target": {"reference": f"DocumentReference/{old}"}}]
    wrong = lot(patient, author, [b"Nouveau."], relatesTo=relation)
    wrong["entry"].append(entry(samples.urn(), patch, "PATCH", f"DocumentReference/{other}"))
    assert refusal(client.post("", json=wrong)) == (422, "not-supported")
    assert sorted(found(holder, patient)) == sorted([old, other])
    right = lot(patient, author, [b"Nouveau."], relatesTo=relation)
    right["entry"].append(entry(samples.urn(), patch, "PATCH", f"DocumentReference/{old}"))
    answer = client.post("", json=right)
    assert statuses(answer) == ["201 Created", "201 Created", "201 Created", "200 OK"]
    assert found(holder, patient, status="superseded") == [old]
    assert len(found(holder, patient)) == 2


def test_references_are_followed_liberally(wire: Wire) -> None:
    patient, author = minting.patient(), minting.doctor()
    sent = lot(patient, author, [b"Un."])
    document, content = sent["entry"][1], sent["entry"][2]
    content["resource"]["id"] = "contenu-1"
    document["resource"]["content"][0]["attachment"]["url"] = "Binary/contenu-1"
    number = document["fullUrl"].removeprefix("urn:uuid:")
    sent["entry"][0]["resource"]["entry"][0]["item"]["reference"] = f"DocumentReference/{number}"
    document["request"]["url"] = f"DocumentReference/{number}"
    assert statuses(wire.client(author).post("", json=sent)) == ["201 Created"] * 3


def test_unknown_types_are_named_entry_by_entry(wire: Wire) -> None:
    patient, author = minting.patient(), minting.doctor()
    sent = lot(patient, author, [b"Un."])
    for kind in ("Observation", "CareTeam"):
        sent["entry"].append(entry(samples.urn(), {"resourceType": kind}))
    answer = wire.client(author).post("", json=sent)
    assert answer.status_code == 422
    assert [issue["expression"] for issue in answer.json()["issue"]] == [["Bundle.entry[3]"], ["Bundle.entry[4]"]]
    assert {issue["code"] for issue in answer.json()["issue"]} == {"not-supported"}


def test_a_batch_answers_entry_by_entry(wire: Wire) -> None:
    patient, author = minting.patient(), minting.doctor()
    id_ = deposited(wire, patient, author)
    reader = treating(patient)
    entries = [
        {"request": {"method": "GET", "url": f"DocumentReference/{id_}"}},
        {"request": {"method": "GET", "url": f"DocumentReference?patient={patient.id}&status=current"}},
        {"request": {"method": "GET", "url": "DocumentReference?status=current"}},
        entry("", samples.published(patient, reader)),
        entry("", {"resourceType": "Observation"}),
        {"request": {"method": "DELETE", "url": f"DocumentReference/{id_}"}},
    ]
    answer = wire.client(reader).post("", json=bundle(entries, "batch"))
    assert answer.json()["type"] == "batch-response"
    assert [status.split()[0] for status in statuses(answer)] == ["200", "200", "400", "201", "404", "405"]
    assert answer.json()["entry"][0]["resource"]["id"] == id_
    assert code_of(httpx.Response(200, json=answer.json()["entry"][2]["response"]["outcome"])) == "search-required"


def test_bundles_of_another_kind_or_too_long_are_refused(wire: Wire) -> None:
    client = wire.client(minting.doctor())
    assert refusal(client.post("", json={"resourceType": "Bundle", "type": "collection"})) == (400, "bundle-type")
    many = [{"request": {"method": "GET", "url": "metadata"}}] * 501
    assert refusal(client.post("", json=bundle(many, "batch"))) == (413, "too-long")
    assert refusal(client.post("", json={"resourceType": "Patient"})) == (422, "resource-type")
    assert client.get("").status_code == 405


def test_the_document_profile_is_what_lots_follow(wire: Wire) -> None:
    statement = wire.client(None).get("metadata").json()
    served = {one["type"]: one for one in statement["rest"][0]["resource"]}
    assert DOCUMENT in served["DocumentReference"]["supportedProfile"]
    assert {"code": "transaction"} in statement["rest"][0]["interaction"]
