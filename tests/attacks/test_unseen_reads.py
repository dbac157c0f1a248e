"""Whoever may write and not read is shown nothing by a write, and no reading stays out of the person's journal."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from socle.record.queries import accesses
from tests import minting
from tests.interfaces.fhir import samples
from tests.interfaces.fhir.serving import Wire
from tests.interfaces.fhir.test_documents import sent, treating

pytestmark = pytest.mark.usefixtures("installation")
UNCHANGED = b'[{"op":"replace","path":"/status","value":"current"}]'
PATCH = {"Content-Type": "application/json-patch+json"}


@pytest.mark.parametrize(("scopes", "shown"), [({"record.deposit"}, "OperationOutcome"), (set(), "DocumentReference")])
def test_a_patch_shows_the_document_to_the_scope_that_reads_it(wire: Wire, scopes: set[str], shown: str) -> None:
    patient, author, unique = minting.patient(), minting.doctor(), samples.urn()
    id_ = sent(wire.client(author), samples.published(patient, author, unique_id=unique)).json()["id"]
    reader = treating(patient)
    client = wire.client(replace(reader, rights=frozenset(scopes)))
    assert client.get(f"DocumentReference/{id_}").status_code == (403 if scopes else 200)
    answer = client.patch(f"DocumentReference/{id_}", content=UNCHANGED, headers=PATCH)
    assert (answer.status_code, answer.json()["resourceType"]) == (200, shown)
    again = sent(client, samples.published(patient, reader), **{"If-None-Exist": f"identifier=urn:ietf:rfc:3986|{unique}"})
    assert (again.status_code, again.json()["resourceType"]) == (200, shown)
    lines = accesses.page(actor=minting.holder(patient.id), patient_id=patient.id).lines
    mine = [line.about[0].id for line in lines if line.what == "document" and line.person_id == reader.person_id]
    assert len(mine) >= 2
    assert {str(one) for one in mine} == {id_}


def test_an_identity_found_shows_in_the_journal_of_the_person(wire: Wire) -> None:
    patient, reader = minting.patient(birth_date=date(1931, 5, 6), birth_name=f"VU{minting.matricule()[-9:]}"), minting.doctor()
    identifier = f"identifier=urn:oid:{patient.oid}|{patient.matricule}"
    client, writer = wire.client(reader), wire.client(replace(reader, rights=frozenset({"identity.write"})))
    assert client.get(f"Patient?{identifier}").json()["total"] == 1
    assert client.get(f"Patient?birthdate=1931-05-06&family={patient.birth_name}").json()["total"] == 1
    lines = accesses.page(actor=minting.holder(patient.id), patient_id=patient.id).lines
    assert [line.what for line in lines if line.person_id == reader.person_id] == ["identite", "identite"]
    body = {"resourceType": "Patient", "name": [{"family": "ESSAI"}]}
    answers = [one.post("Patient", json=body, headers={"If-None-Exist": identifier}) for one in (client, writer)]
    assert [one.status_code for one in answers] == [200, 403]
