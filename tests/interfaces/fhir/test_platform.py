"""The same wire behind the real web process: granian, its threads, its tokens."""

from __future__ import annotations

import httpx

from tests import minting
from tests.interfaces.fhir import samples
from tests.interfaces.fhir.serving import Wire
from tests.interfaces.fhir.test_documents import refusal, treating
from tests.interfaces.fhir.test_transactions import lot, statuses
from tests.running import Platform


def test_a_document_goes_in_and_out_of_the_web_process(wire: Wire, platform: Platform) -> None:
    patient, author = minting.patient(), minting.doctor()
    base = platform.endpoints["fhir"]
    headers = {"Content-Type": "application/fhir+json", "Accept": "application/fhir+json"}
    with httpx.Client(base_url=f"{base}/", headers=headers, trust_env=False, timeout=30) as client:
        assert client.get("metadata").json()["implementation"]["url"] == base
        assert refusal(client.get(f"Patient/{patient.id}")) == (401, "jeton-absent")
        client.headers["Authorization"] = f"Bearer {wire.token(author)}"
        kept = client.post("DocumentReference", json=samples.published(patient, author))
        assert kept.status_code == 201, kept.text
        assert statuses(client.post(base, json=lot(patient, author, [b"Un."]))) == ["201 Created"] * 3
        client.headers["Authorization"] = f"Bearer {wire.token(treating(patient))}"
        read = client.get(kept.headers["Location"])
        assert read.json() == kept.json()
        assert client.get(kept.headers["Location"], headers={"If-None-Match": read.headers["ETag"]}).status_code == 304
        assert client.get(f"DocumentReference?patient={patient.id}&status=current").json()["total"] == 2
        head = client.head(kept.headers["Location"])
        assert (head.status_code, head.content) == (200, b"")
