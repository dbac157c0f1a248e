"""Small resources of our own, right as they stand; the people are fictitious."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

PATIENT: dict[str, Any] = {
    "resourceType": "Patient",
    "id": "p-1",
    "meta": {"versionId": "1", "lastUpdated": "2026-01-15T08:30:00.000+01:00"},
    "text": {"status": "generated", "div": '<div xmlns="http://www.w3.org/1999/xhtml">Jeanne MARTIN&nbsp;!</div>'},
    "identifier": [
        {
            "use": "official",
            "type": {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v2-0203", "code": "PI"}]},
            "system": "urn:oid:1.2.3.4",
            "value": "A-17",
            "period": {"start": "2020-02-29", "end": "2024-02"},
        }
    ],
    "active": True,
    "name": [
        {"use": "official", "family": "MARTIN", "given": ["Jeanne", None], "_given": [None, {"id": "g"}]},
        {"use": "usual", "text": "Jeanne D’ARC"},
    ],
    "telecom": [{"system": "phone", "value": "01 99 00 12 34", "use": "home", "rank": 1}],
    "gender": "female",
    "birthDate": "1960-02-29",
    "_birthDate": {"extension": [{"url": "http://example.org/heure", "valueDateTime": "1960-02-29T14:35:00+01:00"}]},
    "deceasedBoolean": False,
    "address": [{"line": ["3 rue des Lilas"], "city": "Lyon", "postalCode": "69003", "country": "FRA"}],
    "contact": [{"relationship": [{"text": "fille"}], "name": {"family": "MARTIN", "given": ["Zoé"]}}],
    "communication": [{"language": {"coding": [{"system": "urn:ietf:bcp:47", "code": "fr-FR"}]}, "preferred": True}],
    "generalPractitioner": [{"reference": "Practitioner/d-1"}],
    "managingOrganization": {"reference": "#o"},
    "contained": [{"resourceType": "Organization", "id": "o", "name": "Centre de santé"}],
}
OBSERVATION: dict[str, Any] = {
    "resourceType": "Observation",
    "status": "final",
    "code": {"coding": [{"system": "http://loinc.org", "code": "29463-7"}]},
    "subject": {"reference": "Patient/p-1"},
    "effectiveDateTime": "2026-01-15T08:30:00+01:00",
    "valueQuantity": {"value": 72, "unit": "kg", "system": "http://unitsofmeasure.org", "code": "kg"},
}


def patient(**changes: Any) -> dict[str, Any]:
    """The patient, with elements changed (`None` removes one)."""
    return changed(PATIENT, changes)


def observation(**changes: Any) -> dict[str, Any]:
    return changed(OBSERVATION, changes)


def changed(resource: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    found = deepcopy(resource) | changes
    return {key: value for key, value in found.items() if value is not None}
