"""Identities as FHIR Patients of the French profiles and back, and the search of software within the rules of identity."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from socle import clock
from socle.base.access.doors import sql_allowed
from socle.base.identity import mappings
from socle.base.identity.actions import receptions, statuses
from socle.base.identity.models import Patient
from socle.base.identity.queries import fhir, patients
from socle.errors import Forbidden, Invalid
from socle.formats.fhir import is_valid, parse_json, validate, write_json
from socle.record.actions import openings
from tests import minting
from tests.base.identity import people
from tests.corpora import shared

pytestmark = pytest.mark.usefixtures("installation")

JSON = dict[str, Any]


def resource(patient: Patient) -> JSON:
    return mappings.resource_of(patients.read(actor=minting.holder(patient.id), patient_id=patient.id))


def of_status(status: str, **traits: object) -> Patient:
    numbers = {} if status in ("retrieved", "qualified") else {"matricule": None, "oid": None}
    document = {"document_kind": "CN", "document_checked_on": clock.today()} if status in ("validated", "qualified") else {}
    return minting.patient(**{"status": status, **numbers, **document, **traits})


def reliability(patient: JSON) -> list[str]:
    return [
        part["valueCoding"]["code"]
        for one in patient["extension"]
        if one["url"] == mappings.RELIABILITY
        for part in one["extension"]
        if part["url"] == "identityStatus"
    ]


@pytest.mark.parametrize(
    ("status", "code", "profile"),
    [
        ("provisional", "PROV", "fr-core-patient|2.2.0"),
        ("retrieved", "PROV", "fr-core-patient|2.2.0"),
        ("validated", "VALI", "fr-core-patient|2.2.0"),
        ("qualified", "VALI", "fr-core-patient-ins|2.2.0"),
    ],
)
def test_each_status_has_its_code_and_profile_and_one_only_a_matricule(status: str, code: str, profile: str) -> None:
    """Invariant 1 on the wire (EXI SI 08)."""
    patient = of_status(status, used_name="VERDIAN", phone="0639980002", city="Melun", postal_code="77000")
    served = resource(patient)
    assert reliability(served) == [code]
    assert served["meta"]["profile"][0].endswith("/" + profile)
    official = [one["value"] for one in served.get("identifier", []) if one["use"] == "official"]
    assert official == ([patient.matricule] if status == "qualified" else [])
    assert status == "qualified" or (patient.matricule or "1 10 01") not in write_json(served).decode()
    assert next(one["valueCode"] for one in served["extension"] if one["url"] == mappings.FINE_STATUS) == status
    issues = validate(parse_json(write_json(served)), served["meta"]["profile"][0])
    assert [issue for issue in issues if issue.severity == "error"] == []


@pytest.mark.parametrize(
    "traits",
    [
        {"document_kind": "TC"},
        {"document_kind": "CS"},
        {"document_kind": ""},
        {"birthplace_cog": "99324"},
        {"birthplace_cog": "99999"},
        {"birthplace_cog": "2B999"},
        {"homonym": True},
        {"used_given": "LULU"},
        {"died_on": date(2020, 1, 1)},
        {"address_lines": ["1 rue du Canal"], "commune_cog": "93055"},
    ],
)
def test_every_qualified_identity_is_right_for_the_profile(traits: dict[str, object]) -> None:
    served = resource(of_status("qualified", **traits))
    issues = validate(parse_json(write_json(served)), mappings.PROFILE_INS)
    assert is_valid(issues), [(issue.code, issue.where) for issue in issues]


def test_attributes_stand_beside_the_status() -> None:
    patient = of_status("qualified", homonym=True)
    assert reliability(resource(patient)) == ["VALI", "HOMA"]
    statuses.put_in_doubt(actor=people.referent(), patient_id=patient.id, version=1, reason="Usurpation")
    served = resource(patient)
    assert reliability(served) == ["PROV", "HOMA", "DOUT"]
    assert "identifier" not in served


def test_active_says_that_the_record_is_open() -> None:
    patient = of_status("qualified")
    assert resource(patient)["active"]
    openings.set_state(actor=minting.holder(patient.id), patient_id=patient.id, state="opposed")
    assert not resource(patient)["active"]
    assert not mappings.resource_of(patients.read(actor=minting.doctor(), patient_id=people.registered(minting.doctor()).id))[
        "active"
    ]


def test_contact_details_are_left_out_for_who_may_not_read_them() -> None:
    patient = of_status("qualified", phone="0639980002", city="Melun")
    assert {"telecom", "address"} <= resource(patient).keys()
    seen = mappings.resource_of(patients.read(actor=minting.doctor(), patient_id=patient.id))
    assert not {"telecom", "address"} & seen.keys()


def test_what_is_served_is_read_back_the_same() -> None:
    patient = of_status(
        "qualified",
        birth_name="D'ARTAGNAN-COEUR",
        first_given="ZOE",
        given_names="ZOE ANNE-MARIE",
        sex="F",
        used_name="VERDIAN",
        used_given="LULU",
        phone="0639980002",
        email="z@courriel.example",
        address_lines=["1 rue du Canal", "Bâtiment B"],
        postal_code="93500",
        city="Pantin",
        commune_cog="93055",
    )
    told = mappings.received_of(resource(patient))
    strict = (told.strict.birth_name, told.strict.first_given, told.strict.given_names, told.strict.sex)
    assert strict == ("D'ARTAGNAN-COEUR", "ZOE", "ZOE ANNE-MARIE", "F")
    assert (told.strict.birth_date, told.strict.birthplace_cog) == (patient.birth_date.isoformat(), patient.birthplace_cog)
    assert (told.validated, told.matricule, told.oid, told.document_kind) == (True, patient.matricule, patient.oid, "CN")
    more = told.complementary
    assert (more.used_name, more.used_given, more.phone, more.email) == ("VERDIAN", "LULU", "0639980002", "z@courriel.example")
    assert (more.address_lines, more.postal_code, more.city) == (("1 rue du Canal", "Bâtiment B"), "93500", "Pantin")
    again = receptions.receive(actor=people.software(), received=told)
    assert (again.id, again.created) == (patient.id, False)


def sent(number: str = "", *, status: str = "VALI", **changes: Any) -> JSON:
    told: JSON = {
        "resourceType": "Patient",
        "extension": [
            {
                "url": mappings.RELIABILITY,
                "extension": [{"url": "identityStatus", "valueCoding": {"system": mappings.STATUS_CODES, "code": status}}],
            }
        ],
        "identifier": [{"use": "official", "system": "urn:oid:1.2.250.1.213.1.4.10", "value": number}] if number else [],
        "name": [{"use": "official", "family": "Müller-Œrsted", "given": ["Zoé", "Anne"]}],
        "gender": "female",
        "birthDate": people.day().isoformat(),
        **changes,
    }
    return {name: value for name, value in told.items() if value is not None}


def test_a_patient_sent_under_contract_is_stored_in_its_forms() -> None:
    number = minting.matricule()
    made = receptions.receive(actor=people.software(), received=mappings.received_of(sent(number)))
    row = people.row(made.id)
    assert (row.birth_name, row.given_names, row.birthplace_cog) == ("MULLER-OERSTED", "ZOE ANNE", "99999")
    assert (row.status, row.matricule, row.document_kind) == ("qualified", number, "TC")


@pytest.mark.parametrize("contract", [True, False])
def test_a_provisional_patient_keeps_no_matricule_and_valid_needs_a_contract(contract: bool) -> None:
    """Invariant 4 (EXI SI 33/34)."""
    actor = people.software(trust_contract=contract)
    provisional = receptions.receive(actor=actor, received=mappings.received_of(sent(minting.matricule(), status="PROV")))
    assert (provisional.status, people.row(provisional.id).matricule) == ("provisional", None)
    claimed = receptions.receive(actor=actor, received=mappings.received_of(sent(minting.matricule())))
    assert claimed.status == ("qualified" if contract else "provisional")


def test_other_identifiers_are_numbers_of_the_sender_or_nothing() -> None:
    billing = {"use": "official", "system": "urn:oid:1.2.250.1.213.1.4.13", "value": "275126322074974"}
    former = {"use": "old", "system": "urn:oid:1.2.250.1.213.1.4.10", "value": "275126322074974"}
    own = {"use": "usual", "system": "urn:oid:1.2.3.4.5", "value": "IPP-1"}
    told = mappings.received_of(sent(identifier=[billing, former, own]))
    assert (told.matricule, told.locals) == ("", (("urn:oid:1.2.3.4.5", "IPP-1"),))
    two = [{"system": "urn:oid:1.2.250.1.213.1.4.10", "value": minting.matricule()} for _ in range(2)]
    with pytest.raises(Invalid, match="ins-several"):
        mappings.received_of(sent(identifier=two))


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"name": None}, {"birth_name", "first_given"}),
        ({"name": [{"use": "usual", "family": "X", "given": ["Y"]}]}, {"birth_name", "first_given"}),
        ({"birthDate": None}, {"birth_date"}),
        ({"gender": None}, {"sex"}),
        ({"gender": "other"}, {"sex"}),
    ],
)
def test_a_patient_without_its_strict_traits_is_refused(changes: JSON, where: set[str]) -> None:
    with pytest.raises(Invalid) as refusal:
        receptions.receive(actor=people.software(), received=mappings.received_of(sent(**changes)))
    assert {issue.where for issue in refusal.value.issues} == where


def test_published_examples_are_read() -> None:
    path = shared("corpora/fhir/ans/pdsm/Patient-fr-patient-123.json")
    told = mappings.received_of(parse_json(path.read_bytes()))
    assert (told.strict.birth_name, told.strict.first_given, told.validated) == ("Claire", "Martin", False)
    examples = sorted(shared("corpora/fhir/r4-spec/Patient").glob("*.json"))
    read = [mappings.received_of(parse_json(path.read_bytes())) for path in examples]
    assert len(read) == len(examples) > 5


# --- the search of software


def test_software_searches_by_birth_date_first_then_names_and_sex() -> None:
    day, actor = people.day(), people.software()
    one = minting.patient(birth_date=day, birth_name="MARCHAND", first_given="ODETTE", sex="F", phone="0639980002")
    other = minting.patient(birth_date=day, birth_name="MARTIN", first_given="LEO", sex="M")

    def found(**criteria: str) -> list[object]:
        page = fhir.search(actor=actor, birth_date=day, **criteria)
        return [seen.heading.patient_id for seen in page.identities]

    assert found() == [one.id, other.id]
    assert found(family="Marchand") == found(given="odé") == found(sex="F") == [one.id]
    assert found(family="Marchandeau") == found(family="MARTIN", sex="F") == []
    with pytest.raises(Invalid, match="date-first"):
        fhir.search(actor=actor, birth_date=None, family="MARTIN")
    with pytest.raises(Forbidden):
        fhir.search(actor=minting.holder(one.id), birth_date=day)


def test_the_search_shows_no_contact_and_the_state_of_the_record_of_the_whole_family() -> None:
    day = people.day()
    master = minting.patient(birth_date=day, phone="0639980002")
    opposed = minting.patient(birth_date=day, status="provisional", matricule=None, oid=None)
    openings.set_state(actor=minting.holder(opposed.id), patient_id=opposed.id, state="opposed")
    with sql_allowed("tests"):
        Patient.objects.filter(id=opposed.id).update(master=master.id)
    with people.statements() as sent_sql:
        (seen,) = fhir.search(actor=people.software(), birth_date=day).identities
    assert (seen.contact, seen.record_state) == (None, "opposed")
    assert len(sent_sql) == 7, sent_sql
    assert seen.record_state == patients.read(actor=minting.doctor(), patient_id=master.id).record_state


def test_the_searches_of_software_count_too() -> None:
    actor, day = people.software(), people.day()
    with clock.as_of(clock.now() + timedelta(days=1)):
        for _ in range(60):
            fhir.search(actor=actor, birth_date=day)
        with pytest.raises(Forbidden, match="trop-de-recherches"):
            fhir.search(actor=actor, birth_date=day)
        assert patients.by_identifier(actor=actor, system="urn:x", value="1") is None
