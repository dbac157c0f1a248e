"""Patient: found by a whole identifier or the birth date first, received from software, never a matricule unless qualified."""

from __future__ import annotations

from typing import Any

import pytest

from socle.base.access.actor import Actor
from socle.base.identity.mappings import BIRTH_LIST, BIRTH_PLACE, INSEE_CODE, PROFILE_INS, RELIABILITY, STATUS_CODES
from socle.formats.fhir import is_valid, validate
from socle.formats.identifiers import INS_TEST_OID
from tests import minting
from tests.base.identity import people
from tests.interfaces.fhir import samples
from tests.interfaces.fhir.serving import Wire
from tests.interfaces.fhir.test_documents import refusal

LOCAL = "urn:oid:1.2.250.1.999.7"
COMMUNES = f"{samples.NOS}/TRE_R13-CommuneOM/FHIR/TRE-R13-CommuneOM"


def told(*, matricule: str = "", validated: bool = True, local: str = "", **changes: Any) -> samples.Json:
    """A Patient as software sends one."""
    status = {"system": STATUS_CODES, "code": "VALI" if validated else "PROV"}
    place = {"extension": [{"url": INSEE_CODE, "valueCoding": {"system": COMMUNES, "code": "75112"}}]}
    identifiers = []
    if matricule:
        types = "https://hl7.fr/ig/fhir/core/CodeSystem/fr-core-cs-v2-0203"
        identifiers.append(
            {
                "use": "official",
                "type": {"coding": [{"system": types, "code": "INS-NIR-TEST"}]},
                "system": f"urn:oid:{INS_TEST_OID}",
                "value": matricule,
            }
        )
    if local:
        identifiers.append({"system": LOCAL, "value": local})
    resource = {
        "resourceType": "Patient",
        "extension": [
            {"url": RELIABILITY, "extension": [{"url": "identityStatus", "valueCoding": status}]},
            {"url": BIRTH_PLACE, "valueAddress": place},
        ],
        "identifier": identifiers,
        "name": [
            {
                "extension": [{"url": BIRTH_LIST, "valueString": "ZOE ANNE"}],
                "use": "official",
                "family": "GLYCINE",
                "given": ["ZOE"],
            }
        ],
        "gender": "female",
        "birthDate": people.day().isoformat(),
        **changes,
    }
    return {name: value for name, value in resource.items() if value}


def software(**changes: bool) -> Actor:
    return people.software(**changes)


def test_a_person_is_found_by_identifier_and_read(wire: Wire) -> None:
    patient = minting.patient()
    client = wire.client(minting.doctor())
    answer = client.get("Patient", params={"identifier": f"urn:oid:{patient.oid}|{patient.matricule}"})
    assert answer.json()["total"] == 1
    resource = answer.json()["entry"][0]["resource"]
    assert (resource["id"], resource["active"]) == (str(patient.id), True)
    assert is_valid(validate(resource, PROFILE_INS))
    assert str(patient.matricule) not in answer.json()["link"][0]["url"]
    read = client.get(f"Patient/{patient.id}")
    assert read.json() == resource
    assert client.get(f"Patient/{patient.id}", headers={"If-None-Match": read.headers["ETag"]}).status_code == 304
    unknown = client.get("Patient", params={"identifier": f"urn:oid:{patient.oid}|{minting.matricule()}"})
    assert (unknown.json()["total"], "entry" in unknown.json()) == (0, False)
    other = wire.client(minting.holder(minting.patient().id))
    assert refusal(other.get(f"Patient/{patient.id}")) == (404, "introuvable")
    assert wire.client(minting.holder(patient.id)).get(f"Patient/{patient.id}").status_code == 200


def test_a_person_is_found_by_birth_date_first(wire: Wire) -> None:
    client = wire.client(software())
    kept = client.post("Patient", json=told()).json()
    born = kept["birthDate"]
    assert [one["resource"]["id"] for one in client.get(f"Patient?birthdate={born}&family=gly").json()["entry"]] == [kept["id"]]
    assert client.get(f"Patient?birthdate={born}&family=other").json()["total"] == 0
    assert client.get(f"Patient?birthdate={born}&gender=male").json()["total"] == 0
    assert refusal(client.get("Patient?family=gly")) == (400, "search-required")
    assert refusal(client.get("Patient?birthdate=1950")) == (400, "search-value")
    assert refusal(client.get(f"Patient?birthdate={born}&identifier=a|b")) == (400, "search-value")
    assert refusal(wire.client(minting.holder(minting.patient().id)).get(f"Patient?birthdate={born}")) == (403, "role")


def test_software_under_contract_sends_a_qualified_identity_once(wire: Wire) -> None:
    client, number = wire.client(software()), minting.matricule()
    sent = told(matricule=number, local=number)
    first = client.post("Patient", json=sent)
    assert first.status_code == 201, first.text
    kept = first.json()
    assert kept["meta"]["profile"] == [PROFILE_INS]
    assert {one["value"] for one in kept["identifier"]} == {number}
    assert client.post("Patient", json=sent).status_code == 200
    condition = {"If-None-Exist": f"identifier={LOCAL}|{number}"}
    again = client.post("Patient", json=told(), headers=condition)
    assert (again.status_code, again.json()["id"]) == (200, kept["id"])
    other = sent | {"birthDate": people.day().isoformat()}
    assert refusal(client.post("Patient", json=other)) == (409, "identity-conflict")
    assert refusal(wire.client(minting.doctor()).post("Patient", json=told())) == (403, "role")


def test_without_contract_the_identity_is_provisional_without_matricule(wire: Wire) -> None:
    number = minting.matricule()
    kept = wire.client(software(trust_contract=False)).post("Patient", json=told(matricule=number)).json()
    assert "identifier" not in kept
    statuses = [
        part["valueCoding"]["code"] for one in kept["extension"] for part in one.get("extension", ()) if "valueCoding" in part
    ]
    assert statuses == ["PROV"]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"meta": {"profile": [PROFILE_INS]}, "identifier": []}, "fr-core-1"),
        ({"gender": "other"}, "code-invalid"),
        ({"birthDate": "1950-13-01"}, "value"),
        ({"name": []}, "required"),
    ],
)
def test_an_identity_that_breaks_its_profile_is_refused(wire: Wire, changes: dict[str, Any], code: str) -> None:
    resource = {name: value for name, value in (told(matricule=minting.matricule()) | changes).items() if value}
    answer = wire.client(software()).post("Patient", json=resource)
    assert answer.status_code == 422
    codes = {issue["details"]["coding"][0]["code"] for issue in answer.json()["issue"] if issue["severity"] == "error"}
    assert code in codes


def test_two_official_numbers_are_refused(wire: Wire) -> None:
    sent = told(matricule=minting.matricule())
    sent["identifier"].append(sent["identifier"][0] | {"value": minting.matricule()})
    answer = wire.client(software()).post("Patient", json=sent)
    assert answer.status_code == 422
    assert "fr-core-2" in answer.text
