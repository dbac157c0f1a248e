"""The Patient that a lot is about may stand in it: recognised or refused, never created nor changed in silence."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from socle.base.access.actor import Actor
from socle.base.access.doors import sql_allowed
from socle.base.identity.models import LocalIdentifier, Patient
from socle.base.signin.rules import SCOPES
from socle.record.models import Document, SubmissionSet
from tests import documents, minting
from tests.base.identity import people
from tests.interfaces.fhir import samples
from tests.interfaces.fhir.serving import Wire
from tests.interfaces.fhir.test_documents import refusal, treating
from tests.interfaces.fhir.test_patients import LOCAL, told
from tests.interfaces.fhir.test_transactions import binary, entry, lot, statuses

WHOLE = {"Prefer": "return=representation"}


def person(**changes: object) -> Patient:
    """The person whom `told` describes, known here."""
    known = {"birth_name": "GLYCINE", "first_given": "ZOE", "given_names": "ZOE ANNE", "sex": "F", "birth_date": people.day()}
    return minting.patient(**{**known, **changes})


def described(patient: Patient, *, local: str = "", **changes: Any) -> samples.Json:
    return told(matricule=str(patient.matricule or ""), local=local, birthDate=str(patient.birth_date), **changes)


def numbered(patient: Patient, by: Actor) -> str:
    """The number that the structure of this actor gave."""
    number = samples.urn()
    with sql_allowed("tests"):
        LocalIdentifier.objects.create(owner_id=by.structure_id, system=LOCAL, value=number, patient=patient)
    return number


def lot_about(patient: Patient, author: Any, resource: samples.Json, *, every: bool = True) -> samples.Json:
    """A lot that holds this Patient; `every`: its List and documents name it by the entry."""
    place = samples.urn()
    bundle = lot(patient, author, [b"Un.", b"Deux."])
    for one in bundle["entry"] if every else ():
        if "subject" in one["resource"]:
            one["resource"]["subject"] = {"reference": place}
        if "context" in one["resource"]:
            one["resource"]["context"]["sourcePatientInfo"] = {"reference": place}
    bundle["entry"].insert(1, entry(place, resource))
    return bundle


def kept(*patients: Patient) -> tuple[int, int, int]:
    """Lots and documents of these persons, and identities born on their days."""
    with sql_allowed("tests"):
        ids = [one.id for one in patients]
        return (
            SubmissionSet.objects.filter(patient_id__in=ids).count(),
            Document.objects.filter(patient_id__in=ids).count(),
            Patient.objects.filter(birth_date__in=[one.birth_date for one in patients]).count(),
        )


@pytest.mark.parametrize("every", [True, False], ids=["named by the entry", "named beside it"])
@pytest.mark.parametrize("by", ["ins", "local", "both"])
def test_the_known_person_may_stand_in_the_lot(wire: Wire, by: str, every: bool) -> None:
    patient, author = person(), minting.doctor()
    number = numbered(patient, author)
    resource = described(patient, local=number if by != "ins" else "")
    if by == "local":
        resource["identifier"] = [one for one in resource["identifier"] if one["system"] == LOCAL]
    bundle = lot_about(patient, author, resource, every=every)
    answer = wire.client(author).post("", json=bundle, headers=WHOLE)
    assert statuses(answer) == ["201 Created", "200 OK", *["201 Created"] * 4], answer.text
    assert answer.json()["entry"][1]["response"]["location"].endswith(f"/fhir/Patient/{patient.id}")
    assert kept(patient) == (1, 2, 1)
    document = answer.json()["entry"][2]["resource"]
    assert document["subject"] == {"reference": f"Patient/{patient.id}"}
    assert len(wire.client(treating(patient)).get(f"DocumentReference?patient={patient.id}&status=current").json()["entry"]) == 2
    again = wire.client(author).post("", json=bundle)
    assert set(statuses(again)) == {"200 OK"}
    with sql_allowed("tests"):
        row = Patient.objects.get(id=patient.id)
    assert (row.version, row.birth_name, row.phone) == (1, "GLYCINE", "")


def test_nothing_that_the_lot_says_of_the_person_is_written(wire: Wire) -> None:
    patient, author = person(), minting.doctor()
    resource = described(patient, local=samples.urn(), telecom=[{"system": "phone", "value": "0102030405"}])
    assert wire.client(author).post("", json=lot_about(patient, author, resource)).status_code == 200
    with sql_allowed("tests"):
        assert Patient.objects.get(id=patient.id).phone == ""
        assert not LocalIdentifier.objects.filter(patient=patient).exists()


def test_the_identity_itself_is_answered_to_a_token_that_reads_identities(wire: Wire) -> None:
    patient, author = person(), minting.doctor()
    for rights, shown in ((SCOPES, True), (frozenset({"record.deposit"}), False)):
        client = wire.client(replace(author, rights=rights))
        answer = client.post("", json=lot_about(patient, author, described(patient)), headers=WHOLE)
        assert answer.status_code == 200, answer.text
        assert ("resource" in answer.json()["entry"][1]) is shown


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"gender": "male"}, "identity-conflict"),
        ({"birthDate": "1950-02-03"}, "identity-conflict"),
        ({"name": [{"use": "official", "family": "AUTRE", "given": ["ZOE"]}]}, "identity-conflict"),
        ({"name": [{"use": "official", "family": "GLYCINE", "given": ["LOU"]}]}, "identity-conflict"),
        ({"name": [{"use": "official", "family": "GL\u0406CINE", "given": ["ZOE"]}]}, "traits"),
        ({"identifier": [{"system": LOCAL, "value": "inconnu"}]}, "identity-conflict"),
        ({"identifier": None}, "identity-conflict"),
    ],
)
def test_a_person_who_is_not_the_known_one_refuses_the_whole_lot(wire: Wire, changes: dict[str, Any], code: str) -> None:
    patient, author = person(), minting.doctor()
    resource = {name: value for name, value in (described(patient) | changes).items() if value is not None}
    for every in (True, False):
        answer = wire.client(author).post("", json=lot_about(patient, author, resource, every=every))
        assert refusal(answer) == (422, code)
        assert answer.json()["issue"][0]["expression"][0].startswith("Bundle.entry[1].resource")
    assert kept(patient) == (0, 0, 1)


def test_an_unknown_person_is_never_created_by_a_lot(wire: Wire) -> None:
    patient = person(matricule=None, oid=None, status="provisional")
    unknown = told(matricule=minting.matricule(), local=samples.urn())
    for actor in (people.software(), minting.doctor()):
        answer = wire.client(actor).post("", json=lot_about(person(), minting.doctor(), unknown))
        assert refusal(answer) == (422, "identity-conflict")
    with sql_allowed("tests"):
        assert not Patient.objects.filter(birth_date=unknown["birthDate"]).exists()
    author = minting.doctor()
    resource = described(patient, local=numbered(patient, author), validated=False)
    answer = wire.client(author).post("", json=lot_about(patient, author, resource))
    assert refusal(answer) == (422, "identity-conflict")  # known, and not qualified: the gate of the record
    assert kept(patient) == (0, 0, 1)


def test_two_persons_in_a_lot_are_refused_whoever_they_are(wire: Wire) -> None:
    patient, other, author = person(), person(), minting.doctor()
    bundle = lot_about(patient, author, described(patient))
    bundle["entry"].append(entry(samples.urn(), described(patient)))
    assert refusal(wire.client(author).post("", json=bundle)) == (422, "cardinality")
    crossed = lot_about(patient, author, described(other), every=False)
    assert refusal(wire.client(author).post("", json=crossed)) == (422, "identity-conflict")
    mixed = described(patient)
    mixed["identifier"].append({"system": LOCAL, "value": numbered(other, author)})
    assert refusal(wire.client(author).post("", json=lot_about(patient, author, mixed))) == (422, "identity-conflict")
    assert kept(patient, other) == (0, 0, 2)


def test_a_cda_about_another_is_refused_though_the_lot_holds_its_patient(wire: Wire) -> None:
    patient, other, author = person(), person(), minting.doctor()
    bundle = lot_about(patient, author, described(patient))
    content = documents.report(other, author=author)
    place = bundle["entry"][2]["resource"]["content"][0]["attachment"]
    place |= {"contentType": "text/xml", "size": len(content)}
    place.pop("hash")
    bundle["entry"][2]["resource"] |= {"date": "2026-03-02T10:00:00+01:00"}
    bundle["entry"][3] = entry(bundle["entry"][3]["fullUrl"], binary(content, "text/xml"))
    answer = wire.client(author).post("", json=bundle)
    assert answer.status_code == 422
    assert kept(patient, other) == (0, 0, 2)


def test_a_patient_is_put_or_changed_by_no_lot(wire: Wire) -> None:
    patient, author = person(), minting.doctor()
    for method in ("PUT", "DELETE", "PATCH"):
        bundle = lot_about(patient, author, described(patient))
        bundle["entry"][1]["request"] = {"method": method, "url": f"Patient/{patient.id}"}
        answer = wire.client(author).post("", json=bundle)
        assert (answer.status_code, kept(patient)) == (422, (0, 0, 1)), method
