"""What the guides leave open and this record does not keep: FHIR documents and folders, refused in plain words."""

from __future__ import annotations

import base64

import httpx
import pytest

from socle.base.access.doors import sql_allowed
from socle.base.identity.models import Patient
from socle.formats.fhir.profile_rules import PDSM
from socle.record.models import Document, SubmissionSet
from tests import minting
from tests.interfaces.fhir import samples
from tests.interfaces.fhir.serving import Wire
from tests.interfaces.fhir.test_documents import refusal, sent
from tests.interfaces.fhir.test_transactions import entry, lot

FOLDER = f"{PDSM}pdsm-folder-comprehensive"


def kept(patient: Patient) -> int:
    with sql_allowed("tests"):
        lots = SubmissionSet.objects.filter(patient_id=patient.id).count()
        return lots + Document.objects.filter(patient_id=patient.id).count()


FHIR_DOCUMENT = {"resourceType": "Bundle", "type": "document", "entry": []}


def refused_document(answer: httpx.Response) -> None:
    assert refusal(answer) == (422, "not-supported")
    assert "document FHIR" in answer.json()["issue"][0]["details"]["text"]


@pytest.mark.parametrize("media", ["application/fhir+json", "application/fhir+xml", "application/fhir+json; charset=utf-8"])
def test_a_fhir_document_is_refused_in_plain_words_wherever_it_stands(wire: Wire, media: str) -> None:
    patient, author = minting.patient(), minting.doctor()
    client = wire.client(author)
    refused_document(sent(client, samples.published(patient, author, content=b"{}", media=media)))
    bundle = lot(patient, author, [b"Un."])
    bundle["entry"][1]["resource"]["content"][0]["attachment"]["contentType"] = media
    bundle["entry"][2]["resource"]["contentType"] = media
    refused_document(client.post("", json=bundle))
    assert kept(patient) == 0


def test_a_fhir_document_as_an_entry_of_a_lot_is_refused(wire: Wire) -> None:
    patient, author = minting.patient(), minting.doctor()
    content = base64.b64encode(b"x").decode()
    document = FHIR_DOCUMENT | {
        "identifier": {"system": "urn:ietf:rfc:3986", "value": samples.urn()},
        "timestamp": "2026-03-02T10:00:00Z",
        "entry": [
            {"fullUrl": samples.urn(), "resource": {"resourceType": "Binary", "contentType": "text/plain", "data": content}}
        ],
    }
    bundle = lot(patient, author, [b"Un."])
    bundle["entry"].append(entry(samples.urn(), document))
    answer = wire.client(author).post("", json=bundle)
    assert (answer.status_code, kept(patient)) == (422, 0)
    assert {one["details"]["coding"][0]["code"] for one in answer.json()["issue"]} == {"not-supported"}


def test_folders_are_said_not_to_be_kept(wire: Wire) -> None:
    (rest,) = wire.client(None).get("metadata").json()["rest"]
    told_of = {one["type"]: one for one in rest["resource"]}
    assert "classeurs (code folder)" in told_of["List"]["documentation"].lower()
    assert FOLDER not in told_of["List"].get("supportedProfile", [])
    assert {one["code"] for one in told_of["List"]["interaction"]} == {"read", "search-type"}
