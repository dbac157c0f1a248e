"""A lot as a FHIR List (PDSm submission set, fhir.md §6.2)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson

from socle.base.access.actor import Actor
from socle.formats.names import name_parts
from socle.record.mappings.document_reference import ARCHIVED, IDNPS_SYSTEM, URN, human_name, instant
from socle.record.models import SubmissionSet

PROFILE = "https://interop.esante.gouv.fr/ig/fhir/pdsm/StructureDefinition/pdsm-submissionset-comprehensive"
MHD = "https://profiles.ihe.net/ITI/MHD"
KIND = {"system": f"{MHD}/CodeSystem/MHDlistTypes", "code": "submissionset"}


@dataclass(frozen=True, slots=True)
class Lot:
    """What a request says of a lot."""

    unique_id: str
    source_id: str
    designation_code: str = ""
    designation_system: str = ""
    title: str = ""
    submitted_at: datetime | None = None


def lot_text(lot: SubmissionSet, actor: Actor, documents: Sequence[UUID]) -> str:
    """The served List. The reader's sight filters its entries when it is read: nothing hidden shows by a reference."""
    return orjson.dumps(lot_resource(lot, actor, documents)).decode()


def lot_resource(lot: SubmissionSet, actor: Actor, documents: Sequence[UUID]) -> dict[str, Any]:
    source: dict[str, Any] = {"reference": "#source", "display": _name(actor)}
    if actor.national_id:
        source["identifier"] = {"system": IDNPS_SYSTEM, "value": actor.national_id}
    extensions: list[dict[str, Any]] = [
        {
            "url": f"{MHD}/StructureDefinition/ihe-sourceId",
            "valueIdentifier": {"value": lot.source_id},
        },
        {"url": ARCHIVED, "valueBoolean": lot.archived},
    ]
    if lot.designation_code:
        coding = {"code": lot.designation_code}
        if lot.designation_system:
            coding["system"] = lot.designation_system
        extensions.insert(
            0,
            {
                "url": f"{MHD}/StructureDefinition/ihe-designationType",
                "valueCodeableConcept": {"coding": [coding]},
            },
        )
    resource: dict[str, Any] = {
        "resourceType": "List",
        "id": str(lot.id),
        "meta": {"versionId": str(lot.fhir_version), "lastUpdated": instant(lot.updated_at), "profile": [PROFILE]},
        "contained": _source(actor),
        "extension": extensions,
        "identifier": [{"system": URN, "use": "usual", "value": lot.unique_id}],
        "status": "current",
        "mode": "working",
        "code": {"coding": [KIND]},
        "subject": {"reference": f"Patient/{lot.patient_id}"},
        "date": instant(lot.submitted_at),
        "source": source,
        "entry": [{"item": {"reference": f"DocumentReference/{document}"}} for document in documents],
    }
    if lot.title:
        resource["title"] = lot.title
    return resource


def _name(actor: Actor) -> str:
    return actor.name or actor.structure_name or "socle"


def _source(actor: Actor) -> list[dict[str, Any]]:
    """Who sent the lot, as they were that day: a person in a situation of practice, or a software."""
    if not actor.is_professional:
        device = {"name": _name(actor), "type": "user-friendly-name"}
        return [{"resourceType": "Device", "id": "source", "deviceName": [device]}]
    name = human_name(_name(actor), *name_parts(_name(actor)))
    person: dict[str, Any] = {"resourceType": "Practitioner", "id": "source-person", "name": [name]}
    practitioner = {"reference": "#source-person", "display": _name(actor)}
    role: dict[str, Any] = {"resourceType": "PractitionerRole", "id": "source", "practitioner": practitioner}
    if actor.structure_name:
        role["organization"] = {"display": actor.structure_name}
    return [person, role]
