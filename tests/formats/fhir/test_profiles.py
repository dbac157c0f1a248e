"""The French profiles: what they accept and what they refuse, side by side."""

from __future__ import annotations

import tracemalloc
from importlib.resources import files
from typing import Any

import pytest

from socle.formats.fhir import is_valid, validate
from socle.formats.fhir.definitions import table
from socle.formats.fhir.profiles import known_profiles, system_key
from tests.formats.fhir import profile_samples as s
from tests.formats.fhir.samples import PATIENT, changed

INS = s.FR + "fr-core-patient-ins"
DOCUMENT = s.PDSM + "pdsm-comprehensive-document-reference"
SIMPLIFIED = s.PDSM + "pdsm-simplified-publish"
SUBMISSION_SET = s.PDSM + "pdsm-submissionset-comprehensive"
FOLDER = s.PDSM + "pdsm-folder-comprehensive"
BUNDLE = s.PDSM + "pdsm-comprehensive-provide-document-bundle"
AUDIT = "https://interop.esante.gouv.fr/ig/fhir/tde/StructureDefinition/tde-auditevent"
RIGHT = [
    (s.PATIENT_INS, INS),
    (s.PATIENT_INS, s.FR + "fr-core-patient"),
    (s.DOCUMENT, DOCUMENT),
    (s.SIMPLIFIED, SIMPLIFIED),
    (s.SUBMISSION_SET, SUBMISSION_SET),
    (s.FOLDER, FOLDER),
    (s.deposit(), BUNDLE),
    (s.AUDIT, AUDIT),
]


def found(resource: dict[str, Any], profile: str) -> list[tuple[str, str, str]]:
    return [(issue.severity, issue.code, issue.where) for issue in validate(resource, profile)]


@pytest.mark.parametrize(("resource", "profile"), RIGHT)
def test_resources_that_follow_a_profile_have_no_issue(resource: dict[str, Any], profile: str) -> None:
    assert found(resource, profile) == []
    assert found(resource, profile + "|9.9.9") == []
    assert profile in known_profiles()


def content(**attachment: Any) -> list[dict[str, Any]]:
    first = s.DOCUMENT["content"][0]
    return [first | {"attachment": changed(first["attachment"], attachment)}]


def context(**changes: Any) -> dict[str, Any]:
    return changed(s.DOCUMENT["context"], changes)


def label(code: str) -> list[dict[str, Any]]:
    return [s.concept(s.NOS + "TRE_A07-StatusVisibiliteDocument/FHIR/TRE-A07-StatusVisibiliteDocument", code)]


_SNOMED = s.concept("http://snomed.info/sct", "22232009")
_NAME = s.PATIENT_INS["name"][0]
_FREE = {"url": "http://example.org/autre", "valueString": "x"}


def _role(code: str) -> dict[str, Any]:
    category = {"url": s.FR + "fr-core-patient-contact-relationship-category", "valueCode": "role"}
    return {"extension": [category]} | s.concept(s.NOS + "TRE_R260-HL7RoleClass/FHIR/TRE-R260-HL7RoleClass", code)


REFUSED = [
    (s.DOCUMENT, DOCUMENT, {"custodian": None}, ("error", "required", "DocumentReference.custodian")),
    (s.DOCUMENT, DOCUMENT, {"type": None}, ("error", "required", "DocumentReference.type")),
    (s.DOCUMENT, DOCUMENT, {"docStatus": "final"}, ("error", "cardinality", "DocumentReference.docStatus")),
    (s.DOCUMENT, DOCUMENT, {"status": "entered-in-error"}, ("error", "code-invalid", "DocumentReference.status")),
    (s.DOCUMENT, DOCUMENT, {"status": "superseded"}, None),
    (
        s.DOCUMENT,
        DOCUMENT,
        {"content": content(size=None)},
        ("error", "required", "DocumentReference.content[0].attachment.size"),
    ),
    (
        s.DOCUMENT,
        DOCUMENT,
        {"content": content(data="Qm9uam91cg==")},
        ("error", "cardinality", "DocumentReference.content[0].attachment.data"),
    ),
    (
        s.DOCUMENT,
        DOCUMENT,
        {"content": content(url="https://ailleurs.example/x")},
        ("warning", "constr-bind-attachmenturl", "DocumentReference.content[0].attachment.url"),
    ),
    (s.DOCUMENT, DOCUMENT, {"content": content(url="urn:uuid:0b9e9b4c-7a0e-4a50-9c3d-000000000003")}, None),
    (s.DOCUMENT, DOCUMENT, {"securityLabel": label("MASQUE_PS")}, None),
    (s.DOCUMENT, DOCUMENT, {"securityLabel": label("N")}, ("warning", "code-preferred", "DocumentReference.securityLabel[0]")),
    (
        s.DOCUMENT,
        DOCUMENT,
        {"context": context(facilityType=_SNOMED)},
        ("warning", "code-preferred", "DocumentReference.context.facilityType"),
    ),
    (
        s.DOCUMENT,
        DOCUMENT,
        {"context": context(facilityType=s.concept("urn:oid:1.2.250.1.71.4.2.4", "SA05"))},
        None,
    ),
    (
        s.DOCUMENT,
        DOCUMENT,
        {"context": context(period={"end": "2026"})},
        ("error", "required", "DocumentReference.context.period.start"),
    ),
    (
        s.DOCUMENT,
        DOCUMENT,
        {
            "context": context(
                related=[{"identifier": {"type": s.concept("urn:ietf:rfc:3986", "urn:ihe:iti:xds:2013:accession")}}]
            )
        },
        ("error", "required", "DocumentReference.context.related[0].identifier.value"),
    ),
    (
        s.DOCUMENT,
        DOCUMENT,
        {"author": [{"reference": "#a"}, {"reference": "Practitioner/1"}]},
        ("warning", "contained-expected", "DocumentReference.author[1].reference"),
    ),
    (
        s.DOCUMENT,
        DOCUMENT,
        {"author": [{"reference": "#a"}, {"reference": "RelatedPerson/1"}]},
        ("error", "profile-reference", "DocumentReference.author[1].reference"),
    ),
    (
        s.DOCUMENT,
        DOCUMENT,
        {"relatesTo": [{"code": "replaces", "target": {"reference": f"DocumentReference/{n}"}} for n in (1, 2)]},
        ("warning", "constr-bind-relatesTo", "DocumentReference.relatesTo"),
    ),
    (
        s.DOCUMENT,
        DOCUMENT,
        {"extension": [{"url": s.PDSM + "pdsm-ext-is-archived", "valueString": "oui"}]},
        ("error", "value", "DocumentReference.extension[0].value"),
    ),
    (s.SIMPLIFIED, SIMPLIFIED, {"custodian": None}, ("error", "required", "DocumentReference.custodian")),
    (s.SIMPLIFIED, SIMPLIFIED, {"identifier": [{"value": "x"}]}, ("error", "cardinality", "DocumentReference.identifier")),
    (s.SIMPLIFIED, SIMPLIFIED, {"status": "superseded"}, ("error", "fixed", "DocumentReference.status")),
    (s.SUBMISSION_SET, SUBMISSION_SET, {"mode": "snapshot"}, ("error", "fixed", "List.mode")),
    (s.SUBMISSION_SET, SUBMISSION_SET, {"code": s.concept(s.LIST_TYPES, "folder")}, ("error", "fixed", "List.code")),
    (s.SUBMISSION_SET, SUBMISSION_SET, {"extension": s.SUBMISSION_SET["extension"][:1]}, ("error", "required", "List.extension")),
    (
        s.SUBMISSION_SET,
        SUBMISSION_SET,
        {"source": {"reference": "#b"}, "contained": [{"resourceType": "Practitioner", "id": "b", "active": True}]},
        ("error", "profile-reference", "List.source.reference"),
    ),
    (s.FOLDER, FOLDER, {"title": None}, ("error", "required", "List.title")),
    (s.FOLDER, FOLDER, {"entry": None}, ("error", "required", "List.entry")),
    (s.AUDIT, AUDIT, {"period": {"end": "2026-01-15"}}, ("error", "required", "AuditEvent.period.start")),
    (s.AUDIT, AUDIT, {"agent": s.AUDIT["agent"] * 3}, ("error", "cardinality", "AuditEvent.agent")),
    (s.AUDIT, AUDIT, {"agent": [{"requestor": True}]}, ("error", "required", "AuditEvent.agent[0].who")),
    (s.PATIENT_INS, INS, {"gender": "other"}, ("error", "code-invalid", "Patient.gender")),
    (s.PATIENT_INS, INS, {"birthDate": None}, ("error", "required", "Patient.birthDate")),
    (s.PATIENT_INS, INS, {"name": [_NAME | {"given": ["Jeanne", "Marie"]}]}, ("error", "cardinality", "Patient.name[0].given")),
    (s.PATIENT_INS, INS, {"name": [changed(_NAME, {"family": None})]}, ("error", "required", "Patient.name[0].family")),
    (s.PATIENT_INS, INS, {"telecom": [{"system": "phone"}]}, ("error", "required", "Patient.telecom[0].value")),
    (s.PATIENT_INS, INS, {"extension": [s.reliability("VALI")]}, ("error", "required", "Patient.extension")),
    (
        s.PATIENT_INS,
        INS,
        {"extension": [s.reliability("VALI"), changed(s.birth_place("1"), {"valueAddress": {"extension": [_FREE]}})]},
        ("error", "required", "Patient.extension[1].value.extension"),
    ),
    (
        s.PATIENT_INS,
        INS,
        {"extension": [s.reliability("VALI", "CE"), s.birth_place("69383")]},
        ("error", "code-invalid", "Patient.extension[0].extension[1].value"),
    ),
    (
        s.PATIENT_INS,
        INS,
        {"extension": [s.reliability("VALI"), s.birth_place("99999")]},
        ("warning", "fr-core-3", "Patient.extension"),
    ),
    (
        s.PATIENT_INS,
        INS,
        {"contact": [{"relationship": [_role("CAREGIVER"), _role("GUARD")], "name": {"text": "x"}}]},
        ("error", "cardinality", "Patient.contact[0].relationship"),
    ),
]


@pytest.mark.parametrize(("resource", "profile", "change", "issue"), REFUSED)
def test_each_departure_from_a_profile_is_named(
    resource: dict[str, Any], profile: str, change: dict[str, Any], issue: tuple[str, str, str] | None
) -> None:
    assert found(changed(resource, change), profile) == ([issue] if issue else [])


def test_a_validated_identity_carries_one_official_ins() -> None:
    codes = lambda resource: {code for _, code, _ in found(resource, INS)}  # noqa: E731
    local = {
        "use": "official",
        "type": s.concept("http://terminology.hl7.org/CodeSystem/v2-0203", "PI"),
        "system": "urn:oid:1.2.3",
        "value": "1",
    }
    assert codes(changed(s.PATIENT_INS, {"identifier": [s.ins(use="old"), local]})) >= {"fr-core-1"}
    assert codes(changed(s.PATIENT_INS, {"identifier": [s.ins(), local]})) >= {"fr-core-2"}
    provisional = changed(s.PATIENT_INS, {"extension": [s.reliability("PROV"), s.birth_place("69383")]})
    assert not codes(changed(provisional, {"identifier": [s.ins(), s.ins("INS-NIA", "urn:oid:1.2.250.1.213.1.4.9")]}))


def test_slices_bound_what_they_hold_and_leave_the_rest_free() -> None:
    fr_patient = s.FR + "fr-core-patient"
    type_of = lambda code: s.concept("http://terminology.hl7.org/CodeSystem/v2-0203", code)  # noqa: E731
    billing = {"use": "official", "type": type_of("NH"), "system": "urn:oid:1.2.250.1.213.1.4.13", "value": "1"}
    free = {"system": "urn:oid:1.2.3.4", "value": "sans type"}
    assert found(changed(s.PATIENT_INS, {"identifier": [free]}), fr_patient) == []
    assert found(changed(s.PATIENT_INS, {"identifier": [billing]}), fr_patient) == []
    assert found(changed(s.PATIENT_INS, {"identifier": [billing, billing]}), fr_patient) == [
        ("error", "cardinality", "Patient.identifier")
    ]
    assert found(changed(s.PATIENT_INS, {"identifier": [billing | {"use": "usual"}]}), fr_patient) == [
        ("error", "fixed", "Patient.identifier[0].use")
    ]
    internal = {"use": "official", "type": type_of("PI"), "system": "urn:oid:1.2.3", "value": "1"}
    assert found(changed(s.PATIENT_INS, {"identifier": [internal]}), fr_patient) == [
        ("error", "code-invalid", "Patient.identifier[0].use")
    ]


def test_a_deposit_holds_one_submission_set_and_nothing_foreign() -> None:
    foreign = s.entry(9, {"resourceType": "Organization", "name": "x"})
    assert found(s.deposit(foreign), BUNDLE) == [("error", "slice", "Bundle.entry[3]")]
    assert found(s.deposit(s.entry(9, s.SUBMISSION_SET)), BUNDLE) == [("error", "slice", "Bundle.entry")]
    parameters = {
        "resourceType": "Parameters",
        "parameter": [{"name": "operation", "part": [{"name": "type", "valueCode": "replace"}]}],
    }
    assert found(s.deposit(s.entry(9, parameters, "PATCH", "DocumentReference/1")), BUNDLE) == []
    bad = s.deposit(s.entry(9, changed(s.DOCUMENT, {"custodian": None})))
    assert found(bad, BUNDLE) == [("error", "required", "Bundle.entry[3].resource.custodian")]
    assert is_valid(validate(bad, BUNDLE, tolerant=True))


def test_other_profiles_and_other_types_are_told() -> None:
    assert found(PATIENT, "http://example.org/inconnu") == [("warning", "profile-unknown", "Patient.meta.profile")]
    assert found(PATIENT, DOCUMENT) == [("error", "profile-type", "Patient")]
    assert [code for _, code, _ in found({"resourceType": "Patient", "name": 1}, INS)] == ["structure"]


def test_systems_are_known_by_their_short_name() -> None:
    for address in (
        s.NOS + "TRE_A07-StatutVisibiliteDocument/FHIR/TRE-A07-StatutVisibiliteDocument",
        s.NOS + "TRE_A07-StatusVisibiliteDocument/FHIR/TRE-A07-StatusVisibiliteDocument",
        "https://smt.esante.gouv.fr/fhir/CodeSystem/tre-a07-statut-visibilite-document",
        "urn:oid:1.2.250.1.213.1.1.4.13",
    ):
        assert system_key(address) == "TRE_A07"
    assert system_key("http://loinc.org") == "http://loinc.org"


@pytest.mark.parametrize("name", ["r4", "french"])
def test_the_packaged_tables_are_small(name: str) -> None:
    packaged = files("socle.formats.fhir.definitions").joinpath(f"{name}.json.gz")
    assert len(packaged.read_bytes()) < 100_000
    tracemalloc.start()
    try:
        table.__wrapped__(name)
        assert tracemalloc.get_traced_memory()[1] < 20_000_000
    finally:
        tracemalloc.stop()
