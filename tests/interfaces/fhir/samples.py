"""Resources that tests send, about the people they minted."""

from __future__ import annotations

import base64
import hashlib
import uuid
from typing import Any

from socle.base.access.actor import Actor
from socle.base.identity.models import Patient
from socle.formats.fhir.profile_rules import DOCUMENT, SIMPLIFIED

Json = dict[str, Any]
NOS = "https://mos.esante.gouv.fr/NOS"
LOINC = "http://loinc.org"
CONSULTATION = "11488-4"
VISIBILITY = f"{NOS}/TRE_A07-StatutVisibiliteDocument/FHIR/TRE-A07-StatutVisibiliteDocument"
CONFIDENTIALITY = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality"
IDNPS = "urn:oid:1.2.250.1.71.4.2.1"
IDNST = "urn:oid:1.2.250.1.71.4.2.2"
ARCHIVED = "https://interop.esante.gouv.fr/ig/fhir/pdsm/StructureDefinition/pdsm-ext-is-archived"


def urn() -> str:
    return f"urn:uuid:{uuid.uuid4()}"


def ins_query(patient: Patient) -> str:
    """The French habit: a reference by identifier."""
    return f"Patient?identifier=urn:oid:{patient.oid}|{patient.matricule}"


def practitioner(actor: Actor) -> Json:
    return {
        "resourceType": "Practitioner",
        "id": "author",
        "identifier": [{"system": IDNPS, "value": actor.national_id}],
        "name": [{"family": "Leclerc", "given": ["Sophie"]}],
    }


def label(*codes: str) -> list[Json]:
    return [{"coding": [{"system": CONFIDENTIALITY if code == "N" else VISIBILITY, "code": code}]} for code in codes]


def published(
    patient: Patient,
    actor: Actor,
    *,
    content: bytes = b"Compte rendu de consultation.",
    media: str = "text/plain",
    unique_id: str = "",
    labels: tuple[str, ...] = ("N",),
    **changes: Any,
) -> Json:
    """A document with its content inside (ITI-105)."""
    return {
        "resourceType": "DocumentReference",
        "meta": {"profile": [SIMPLIFIED]},
        "contained": [practitioner(actor)],
        "masterIdentifier": {"system": "urn:ietf:rfc:3986", "value": unique_id or urn()},
        "status": "current",
        "type": {"coding": [{"system": LOINC, "code": CONSULTATION}]},
        "subject": {"reference": f"Patient/{patient.id}"},
        "date": "2026-03-02T10:00:00+01:00",
        "author": [{"reference": "#author"}],
        "custodian": {"display": "Cabinet d’essai"},
        "securityLabel": label(*labels),
        "content": [{"attachment": {"contentType": media, "data": base64.b64encode(content).decode(), "title": "Consultation"}}],
        **changes,
    }


def comprehensive(patient: Patient, actor: Actor, url: str, content: bytes, *, unique_id: str = "", **changes: Any) -> Json:
    """A document whose content lies elsewhere in the Bundle (ITI-65)."""
    attachment = {
        "contentType": "text/plain",
        "language": "fr-FR",
        "url": url,
        "size": len(content),
        "hash": base64.b64encode(hashlib.sha1(content).digest()).decode(),
        "title": "Consultation",
        "creation": "2026-03-02T10:00:00+01:00",
    }
    return {
        **published(patient, actor, unique_id=unique_id),
        "meta": {"profile": [DOCUMENT]},
        "category": [{"coding": [{"system": f"{NOS}/TRE_A03-ClasseDocument/FHIR/TRE-A03-ClasseDocument", "code": "10"}]}],
        "content": [
            {
                "attachment": attachment,
                "format": {
                    "system": f"{NOS}/TRE_A11-IheFormatCode/FHIR/TRE-A11-IheFormatCode",
                    "code": "urn:ihe:iti:xds-sd:text:2008",
                },
            }
        ],
        "context": {
            "period": {"start": "2026-03-02T09:30:00+01:00"},
            "facilityType": {
                "coding": [{"system": f"{NOS}/TRE_R02-SecteurActivite/FHIR/TRE-R02-SecteurActivite", "code": "SA07"}]
            },
            "practiceSetting": {
                "coding": [{"system": f"{NOS}/TRE_A01-CadreExercice/FHIR/TRE-A01-CadreExercice", "code": "AMBULATOIRE"}]
            },
            "sourcePatientInfo": {"reference": f"Patient/{patient.id}"},
        },
        **changes,
    }
