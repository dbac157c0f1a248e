"""Validation against the official R4 definitions."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from socle.formats.fhir import is_valid, parse_json, validate, write_json
from socle.formats.fhir.definitions import table
from tests.formats.fhir.samples import PATIENT, observation, patient


def found(resource: Any) -> list[tuple[str, str]]:
    return [(issue.code, issue.where) for issue in validate(resource)]


def test_right_resources_have_no_issue() -> None:
    assert found(PATIENT) == []
    assert found(observation()) == []
    assert found(observation(valueQuantity={"value": Decimal("72.50"), "unit": "kg"})) == []


# The 18 inputs that libraries were compared on (stack.md §3), then the same idea further.
BAD = [
    (patient(gender="femme"), ("code-invalid", "Patient.gender")),
    (patient(telecom=[{"system": "telephone", "value": "1"}]), ("code-invalid", "Patient.telecom[0].system")),
    (patient(active="yes"), ("value", "Patient.active")),
    (patient(birthDate="31/12/1960"), ("value", "Patient.birthDate")),
    (patient(birthDate="2026-02-31"), ("value", "Patient.birthDate")),
    (patient(nom="MARTIN"), ("unknown-element", "Patient.nom")),
    (patient(name=[]), ("empty", "Patient.name")),
    (patient(contact=[{}]), ("empty", "Patient.contact[0]")),
    (patient(name={"family": "MARTIN"}), ("structure", "Patient.name")),
    (patient(deceasedDateTime="2024-01-01"), ("choice", "Patient.deceasedDateTime")),
    (patient(managingOrganization="Organization/1", contained=None), ("structure", "Patient.managingOrganization")),
    (
        patient(managingOrganization={"reference": "Patient/1"}, contained=None),
        ("reference", "Patient.managingOrganization.reference"),
    ),
    (patient(id="un identifiant"), ("value", "Patient.id")),
    (patient(multipleBirthInteger=Decimal("1.0")), ("value", "Patient.multipleBirthInteger")),
    (observation(status=None), ("required", "Observation.status")),
    (observation(code=None), ("required", "Observation.code")),
    (observation(valueString="72"), ("choice", "Observation.valueString")),
    ({"resourceType": "Malade"}, ("resource-type", "Malade")),
    (patient(id=""), ("empty-value", "Patient.id")),
    (patient(gender=None, _gender=[]), ("structure", "Patient.gender")),
    (patient(active=None, _active={"valueString": "x"}), ("unknown-element", "Patient.active.valueString")),
    (patient(deceasedBoolean=True, _deceasedDateTime={"id": "a"}), ("choice", "Patient.deceasedDateTime")),
    (patient(name=[{"given": ["A", None]}]), ("null", "Patient.name[0].given[1]")),
    (patient(name=[{"given": ["A", None], "_given": [{"id": "a"}]}]), ("structure", "Patient.name[0].given")),
    (patient(name=[{"given": ["A", None], "_given": [None, None]}]), ("empty", "Patient.name[0].given[1]")),
    (patient(name=[{"family": "A\x00B"}]), ("value", "Patient.name[0].family")),
    (patient(contact=[{"relationship": [{"text": "fille"}]}]), ("pat-1", "Patient.contact[0]")),
    (
        patient(extension=[{"url": "http://a", "valueString": "x", "valueInteger": 1}]),
        ("choice", "Patient.extension[0].valueInteger"),
    ),
    (patient(extension=[{"url": "http://a"}]), ("ext-1", "Patient.extension[0]")),
    (patient(extension=[{"valueString": "x"}]), ("required", "Patient.extension[0].url")),
    (patient(identifier=[{"period": {"start": "2025", "end": "2024-12-31"}}]), ("per-1", "Patient.identifier[0].period.start")),
    (patient(managingOrganization={"reference": "#x"}, contained=None), ("ref-1", "Patient.managingOrganization.reference")),
    (patient(generalPractitioner=[{"reference": "#o"}], managingOrganization={"reference": "#o"}), None),
    (patient(managingOrganization=None), ("dom-3", "Patient.contained[0]")),
    (patient(link=[{"other": {"reference": "Patient/2"}, "type": "seealso"}]), None),
    (patient(link=[{"other": {"reference": "Patient/2"}}]), ("required", "Patient.link[0].type")),
    (observation(valueQuantity={"value": True}), ("value", "Observation.valueQuantity.value")),
    (observation(valueQuantity={"value": "72"}), ("value", "Observation.valueQuantity.value")),
    (observation(effectiveDateTime="2026-01-15T08:30:00"), ("value", "Observation.effectiveDateTime")),
    (observation(effectiveDateTime="2025-02-29"), ("value", "Observation.effectiveDateTime")),
    (observation(dataAbsentReason={"text": "perdu"}), ("obs-6", "Observation")),
    (observation(valueQuantity={"value": 1, "code": "kg"}), ("qty-3", "Observation.valueQuantity.code")),
]


@pytest.mark.parametrize(("resource", "issue"), BAD)
def test_each_defect_is_named_where_it_is(resource: dict[str, Any], issue: tuple[str, str] | None) -> None:
    assert found(resource) == ([issue] if issue else [])


def test_a_code_that_must_be_in_a_value_set_is_checked_in_concepts_too() -> None:
    system = "http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical"
    allergy = {"resourceType": "AllergyIntolerance", "patient": {"reference": "Patient/1"}}
    assert found(allergy | {"clinicalStatus": {"coding": [{"system": system, "code": "active"}]}}) == []
    assert found(allergy | {"clinicalStatus": {"coding": [{"system": system, "code": "actif"}]}}) == [
        ("code-invalid", "AllergyIntolerance.clinicalStatus")
    ]
    assert found(allergy) == [("ait-1", "AllergyIntolerance")]


def test_a_contained_resource_contains_nothing_and_has_no_version() -> None:
    inner = {"resourceType": "Organization", "id": "o", "name": "x"}
    for change, issue in (
        ({"contained": [inner]}, "dom-2"),
        ({"meta": {"versionId": "1"}}, "dom-4"),
        ({"meta": {"security": [{"code": "R"}]}}, "dom-5"),
    ):
        assert issue in [code for code, _ in found(patient(contained=[inner | change]))]


def test_bundles_check_their_entries_and_their_kind() -> None:
    entry = {"fullUrl": "urn:uuid:87e11d66-c137-458a-9754-fe6c4e445a6d", "resource": observation()}
    request = {"method": "POST", "url": "Observation"}
    assert found({"resourceType": "Bundle", "type": "transaction", "entry": [entry | {"request": request}]}) == []
    assert found({"resourceType": "Bundle", "type": "transaction", "entry": [entry]}) == [("bdl-3", "Bundle")]
    assert found({"resourceType": "Bundle", "type": "collection", "entry": [entry, entry]}) == [("bdl-7", "Bundle")]
    assert found({"resourceType": "Bundle", "type": "collection", "entry": [{"resource": observation(status=None)}]}) == [
        ("required", "Bundle.entry[0].resource.status")
    ]


@pytest.mark.parametrize(
    ("div", "code"),
    [
        ("<div>texte &eacute; &#233;</div>", None),
        ('<div xmlns="http://www.w3.org/1999/xhtml"><p class="a">x</p><img src="a.png" alt=""/></div>', None),
        ("<div></div>", "narrative-empty"),
        ("<div><script>alert(1)</script>x</div>", "narrative-forbidden"),
        ('<div onclick="x()">x</div>', "narrative-forbidden"),
        ('<div><a href="javascript:x">x</a></div>', "narrative-forbidden"),
        ("<div><p>x</div>", "narrative-malformed"),
        ("<p>x</p>", "narrative-malformed"),
        ('<!DOCTYPE div [<!ENTITY a "b">]><div>&a;</div>', "narrative-malformed"),
        ("<div>&inconnu;</div>", "narrative-malformed"),
    ],
)
def test_narratives_are_judged(div: str, code: str | None) -> None:
    issues = validate(patient(text={"status": "generated", "div": div}))
    assert [(i.code, i.where) for i in issues] == ([(code, "Patient.text.div")] if code else [])
    assert is_valid(issues) is (code != "narrative-malformed")


def test_known_defects_of_published_examples_are_warnings_when_asked() -> None:
    resource = patient(managingOrganization={"reference": "#absent"}, contained=None)
    assert [i.severity for i in validate(resource)] == ["error"]
    assert [i.severity for i in validate(resource, tolerant=True)] == ["warning"]
    assert not is_valid(validate(patient(gender="x"), tolerant=True))


def test_a_hostile_resource_gives_a_bounded_answer() -> None:
    assert len(validate({"resourceType": "Patient", "name": [{"x": 1}] * 100_000})) == 200
    contained = [{"resourceType": "Basic", "id": f"b{number}", "code": {"text": "x"}} for number in range(5000)]
    assert {code for code, _ in found({"resourceType": "Patient", "contained": contained})} == {"dom-3"}


_names = st.sampled_from(
    [*sorted(PATIENT), "_birthDate", "_gender", "valueString", "x", "_", "", "resourceType", "url", "reference"]
)
_anything = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.text(max_size=3) | st.decimals(-(10**9), 10**9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_names, inner, max_size=4),
    max_leaves=15,
)


@settings(deadline=None)
@given(
    st.dictionaries(_names, _anything, max_size=6),
    st.sampled_from(sorted(k for k, v in table("r4")["kinds"].items() if v == "resource")),
)
def test_no_value_makes_the_validator_fail(changes: dict[str, Any], kind: str) -> None:
    for resource in (PATIENT | changes, {"resourceType": kind} | {k: v for k, v in changes.items() if k != "resourceType"}):
        for issue in validate(resource):
            assert issue.severity in ("error", "warning")
            assert issue.sentence.endswith(".")


@settings(deadline=None)
@given(st.sampled_from(sorted(PATIENT)), _anything)
def test_a_valid_resource_reads_back_valid(name: str, value: Any) -> None:
    resource = PATIENT | {name: value}
    assert found(parse_json(write_json(resource))) == found(resource)
