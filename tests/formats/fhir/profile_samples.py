"""Small resources of our own that follow the French profiles; the people and the numbers are fictitious."""

from __future__ import annotations

from typing import Any

NOS = "https://mos.esante.gouv.fr/NOS/"
FR = "https://hl7.fr/ig/fhir/core/StructureDefinition/"
FR_CODES = "https://hl7.fr/ig/fhir/core/CodeSystem/"
PDSM = "https://interop.esante.gouv.fr/ig/fhir/pdsm/StructureDefinition/"
MHD = "https://profiles.ihe.net/ITI/MHD/StructureDefinition/"
LIST_TYPES = "https://profiles.ihe.net/ITI/MHD/CodeSystem/MHDlistTypes"
INS_TEST = "urn:oid:1.2.250.1.213.1.4.10"


def concept(system: str, code: str) -> dict[str, Any]:
    return {"coding": [{"system": system, "code": code}]}


def reliability(status: str, mode: str = "CN") -> dict[str, Any]:
    return {
        "url": FR + "fr-core-identity-reliability",
        "extension": [
            {"url": "identityStatus", "valueCoding": {"system": FR_CODES + "fr-core-cs-v2-0445", "code": status}},
            {
                "url": "validationMode",
                "valueCoding": {"system": FR_CODES + "fr-core-cs-mode-validation-identity", "code": mode},
            },
        ],
    }


def birth_place(code: str) -> dict[str, Any]:
    coding = {"system": NOS + "TRE_R13-CommuneOM/FHIR/TRE-R13-CommuneOM", "code": code}
    insee = {"url": FR + "fr-core-address-insee-code", "valueCoding": coding}
    return {"url": "http://hl7.org/fhir/StructureDefinition/patient-birthPlace", "valueAddress": {"extension": [insee]}}


def ins(kind: str = "INS-NIR-TEST", system: str = INS_TEST, use: str = "official") -> dict[str, Any]:
    return {"use": use, "type": concept(FR_CODES + "fr-core-cs-v2-0203", kind), "system": system, "value": "260026900000175"}


PATIENT_INS: dict[str, Any] = {
    "resourceType": "Patient",
    "meta": {"profile": [FR + "fr-core-patient-ins|2.2.0"]},
    "extension": [reliability("VALI"), birth_place("69383")],
    "identifier": [ins()],
    "name": [
        {
            "extension": [{"url": FR + "fr-core-patient-birth-list-given-name", "valueString": "Jeanne Marie"}],
            "use": "official",
            "family": "MARTIN",
            "given": ["Jeanne"],
        }
    ],
    "gender": "female",
    "birthDate": "1960-02-29",
}
DOCUMENT: dict[str, Any] = {
    "resourceType": "DocumentReference",
    "contained": [
        {"resourceType": "Patient", "id": "p", "identifier": [{"system": INS_TEST, "value": "260026900000175"}]},
        {"resourceType": "Practitioner", "id": "a", "name": [{"family": "DURAND"}]},
    ],
    "masterIdentifier": {"system": "urn:ietf:rfc:3986", "value": "urn:uuid:0b9e9b4c-7a0e-4a50-9c3d-1d2f3a4b5c6d"},
    "status": "current",
    "type": concept("http://loinc.org", "34133-9"),
    "category": [concept(NOS + "TRE_A03-ClasseDocument/FHIR/TRE-A03-ClasseDocument", "11")],
    "subject": {"reference": f"Patient?identifier={INS_TEST}|260026900000175"},
    "date": "2026-01-15T08:30:00+01:00",
    "author": [{"reference": "#a"}],
    "custodian": {"reference": "Organization/o-1"},
    "securityLabel": [concept("http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "N")],
    "content": [
        {
            "attachment": {
                "contentType": "application/pdf",
                "language": "fr-FR",
                "url": "Binary/b-1",
                "size": 5,
                "hash": "2jmj7l5rSw0yVb/vlWAYkK/YBwk=",
                "title": "Synthèse d’épisode",
                "creation": "2026-01-15T08:00:00+01:00",
            },
            "format": {
                "system": NOS + "TRE_A11-IheFormatCode/FHIR/TRE-A11-IheFormatCode",
                "code": "urn:ihe:iti:xds-sd:pdf:2008",
            },
        }
    ],
    "context": {
        "period": {"start": "2026-01-10"},
        "facilityType": concept(NOS + "TRE_R02-SecteurActivite/FHIR/TRE-R02-SecteurActivite", "SA05"),
        "practiceSetting": concept(NOS + "TRE_A01-CadreExercice/FHIR/TRE-A01-CadreExercice", "AMBULATOIRE"),
        "sourcePatientInfo": {"reference": "#p"},
    },
}
SIMPLIFIED: dict[str, Any] = {
    "resourceType": "DocumentReference",
    "masterIdentifier": DOCUMENT["masterIdentifier"],
    "status": "current",
    "subject": {"reference": "Patient/p-1"},
    "date": "2026-01-15T08:30:00+01:00",
    "author": [{"reference": "Practitioner/a-1"}],
    "custodian": {"reference": "Organization/o-1"},
    "content": [{"attachment": {"contentType": "text/plain", "data": "Qm9uam91cg==", "title": "Note"}}],
}
SUBMISSION_SET: dict[str, Any] = {
    "resourceType": "List",
    "contained": [{"resourceType": "PractitionerRole", "id": "a", "active": True}],
    "extension": [
        {
            "url": MHD + "ihe-designationType",
            "valueCodeableConcept": concept(NOS + "TRE_R02-SecteurActivite/FHIR/TRE-R02-SecteurActivite", "SA05"),
        },
        {"url": MHD + "ihe-sourceId", "valueIdentifier": {"system": "urn:ietf:rfc:3986", "value": "urn:oid:1.2.3"}},
    ],
    "status": "current",
    "mode": "working",
    "code": concept(LIST_TYPES, "submissionset"),
    "subject": {"reference": "Patient/p-1"},
    "date": "2026-01-15T08:30:00+01:00",
    "source": {"reference": "#a"},
    "entry": [{"item": {"reference": "urn:uuid:0b9e9b4c-7a0e-4a50-9c3d-000000000002"}}],
}
FOLDER: dict[str, Any] = {
    "resourceType": "List",
    "extension": [SUBMISSION_SET["extension"][0]],
    "status": "current",
    "mode": "working",
    "title": "Suivi",
    "code": concept(LIST_TYPES, "folder"),
    "subject": {"reference": "Patient/p-1"},
    "date": "2026-01-15",
    "entry": [{"item": {"reference": "DocumentReference/d-1"}}],
}
AUDIT: dict[str, Any] = {
    "resourceType": "AuditEvent",
    "type": {"system": "http://terminology.hl7.org/CodeSystem/audit-event-type", "code": "rest"},
    "subtype": [{"system": "http://hl7.org/fhir/restful-interaction", "code": "read"}],
    "period": {"start": "2026-01-15T08:30:00Z"},
    "recorded": "2026-01-15T08:30:01Z",
    "agent": [{"who": {"reference": "Practitioner/a-1"}, "requestor": True}],
    "source": {"observer": {"reference": "Device/d-1"}},
}


def entry(number: int, resource: dict[str, Any], method: str = "POST", url: str = "") -> dict[str, Any]:
    return {
        "fullUrl": f"urn:uuid:0b9e9b4c-7a0e-4a50-9c3d-{number:012}",
        "resource": resource,
        "request": {"method": method, "url": url or resource["resourceType"]},
    }


def deposit(*more: dict[str, Any]) -> dict[str, Any]:
    """A document deposit (ITI-65) of one document, with more entries."""
    binary = {"resourceType": "Binary", "contentType": "application/pdf", "data": "JVBERg=="}
    entries = [entry(1, SUBMISSION_SET), entry(2, DOCUMENT), entry(3, binary), *more]
    return {"resourceType": "Bundle", "type": "transaction", "entry": entries}
