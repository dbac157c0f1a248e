"""The examples that the French guides publish, sent as they are but for the person and what makes each unique."""

from __future__ import annotations

import base64
import hashlib
import json
from typing import Any

from socle.formats.fhir import is_valid, validate
from socle.formats.fhir.profile_rules import DOCUMENT, SUBMISSION_SET
from socle.record import incoming, metadata
from socle.record.incoming import Claims
from tests import documents, minting
from tests.corpora import shared
from tests.interfaces.fhir import samples
from tests.interfaces.fhir.serving import Wire
from tests.interfaces.fhir.test_documents import refusal, sent, treating
from tests.interfaces.fhir.test_transactions import bundle, entry, statuses

PDF = b"%PDF-1.4\n%%EOF\n"


def example(name: str) -> Any:
    return json.loads(shared(f"corpora/fhir/ans/{name}").read_bytes())


def digest(content: bytes) -> str:
    return base64.b64encode(hashlib.sha1(content).digest()).decode()


def test_the_simplified_example_is_published(wire: Wire) -> None:
    patient, author = minting.patient(), minting.doctor()
    resource = example("pdsm/DocumentReference-PDSmSimplifiedExample.json")
    resource["subject"] = {"reference": f"Patient/{patient.id}"}
    resource["masterIdentifier"]["value"] = samples.urn()
    attachment = resource["content"][0]["attachment"]
    assert refusal(sent(wire.client(author), resource)) == (422, "size")
    attachment |= {"data": base64.b64encode(PDF).decode(), "size": len(PDF), "hash": digest(PDF)}
    answer = sent(wire.client(author), resource)
    assert answer.status_code == 201, answer.text
    kept = answer.json()
    for name in ("type", "category", "custodian"):
        assert kept[name]
    assert kept["content"][0]["attachment"]["title"] == attachment["title"]
    assert kept["context"]["facilityType"]["coding"][0]["code"] == "SA05"


def test_the_comprehensive_example_is_deposited_in_its_lot(wire: Wire) -> None:
    patient, author = minting.patient(), minting.doctor()
    lot = example("pdsm/List-ExampleSubmissionSet.json")
    document = example("pdsm/DocumentReference-exemple-pdsm-documentreference.json")
    binary = example("pdsm/Binary-6789.json")
    for resource in (lot, document):
        resource["subject"] = {"reference": samples.ins_query(patient)}
    for identifier in (document["masterIdentifier"], *lot["identifier"]):
        identifier["value"] = samples.urn()
    binary["data"] = base64.b64encode(PDF).decode()
    document["content"][0]["attachment"] |= {"size": len(PDF), "hash": digest(PDF)}
    whole = bundle(
        [entry("urn:uuid:1", lot), entry("urn:uuid:2", document), entry("urn:uuid:3", binary)],
    )
    answer = wire.client(author).post("", json=whole)
    assert statuses(answer) == ["201 Created"] * 3
    reader = wire.client(treating(patient))
    served = {
        kind: reader.get(one["response"]["location"].partition("/fhir/")[2].partition("/_history")[0]).json()
        for kind, one in zip(("List", "DocumentReference"), answer.json()["entry"], strict=False)
    }
    assert is_valid(validate(served["DocumentReference"], DOCUMENT, tolerant=True))
    assert is_valid(validate(served["List"], SUBMISSION_SET, tolerant=True)), validate(served["List"], SUBMISSION_SET)
    assert served["DocumentReference"]["securityLabel"][0]["coding"][0]["system"] == samples.CONFIDENTIALITY
    assert served["List"]["title"] == lot["title"]


def test_the_deposit_of_the_dmp_guide_needs_its_custodian_and_then_passes(wire: Wire) -> None:
    patient, author = minting.patient(), minting.doctor()
    content = documents.report(patient, author=author)
    whole = example("pdsm4dmp/Bundle-example-td2-iti65-lot-soumission.json")
    lot, document, binary = (one["resource"] for one in whole["entry"])
    identifier = {"system": f"urn:oid:{patient.oid}", "value": patient.matricule}
    for resource in (lot, document):
        resource["subject"] = {"reference": samples.ins_query(patient)}
        for contained in resource["contained"]:
            if contained["resourceType"] == "Patient":
                contained["identifier"] = [identifier]
            else:
                contained["identifier"][0]["value"] = author.national_id
    del document["masterIdentifier"], document["date"], document["content"][0]["attachment"]["creation"]
    binary["data"] = base64.b64encode(content).decode()
    document["content"][0]["attachment"] |= {"size": len(content), "hash": digest(content)}
    client = wire.client(author)
    refused = client.post("", json=whole)
    wrong = {tuple(one["expression"]) for one in refused.json()["issue"] if one["severity"] == "error"}
    place = "Bundle.entry[1].resource"
    assert refused.status_code == 422
    assert (f"{place}.custodian",) in wrong
    said = metadata.of(incoming.read(content, "text/xml", Claims()))
    document |= {
        "masterIdentifier": {"system": "urn:ietf:rfc:3986", "value": said.unique_id},
        "date": said.created_at.isoformat(),
        "custodian": {"display": "Centre de santé"},
    }
    document["content"][0]["attachment"]["creation"] = said.created_at.isoformat()
    document["context"]["period"] = {"start": said.started_at.isoformat()}
    answer = client.post("", json=whole)
    assert statuses(answer)[0] == "201 Created", answer.text
