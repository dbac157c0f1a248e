"""A row of the record as a FHIR DocumentReference (PDSm comprehensive profile, fhir.md §6.2), and the labels both ways."""

from __future__ import annotations

import base64
import re
from datetime import UTC, datetime
from typing import Any

import orjson

from socle.base import terminology
from socle.record.incoming import HIDDEN_FROM_PATIENT, HIDDEN_FROM_REPRESENTATIVES, MASKED
from socle.record.models import Document

PROFILE = "https://interop.esante.gouv.fr/ig/fhir/pdsm/StructureDefinition/pdsm-comprehensive-document-reference"
ARCHIVED = "https://interop.esante.gouv.fr/ig/fhir/pdsm/StructureDefinition/pdsm-ext-is-archived"
NOS = "https://mos.esante.gouv.fr/NOS"
CLASS = f"{NOS}/TRE_A03-ClasseDocument/FHIR/TRE-A03-ClasseDocument"
SETTING = f"{NOS}/TRE_A01-CadreExercice/FHIR/TRE-A01-CadreExercice"
FACILITY = f"{NOS}/TRE_R02-SecteurActivite/FHIR/TRE-R02-SecteurActivite"
VISIBILITY = f"{NOS}/TRE_A07-StatutVisibiliteDocument/FHIR/TRE-A07-StatutVisibiliteDocument"
FORMAT_IHE = f"{NOS}/TRE_A11-IheFormatCode/FHIR/TRE-A11-IheFormatCode"
FORMAT_FR = f"{NOS}/TRE_A06-FormatCodeComplementaire/FHIR/TRE-A06-FormatCodeComplementaire"
CONFIDENTIALITY = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality"
IDNPS_SYSTEM = "urn:oid:1.2.250.1.71.4.2.1"
IDNST_SYSTEM = "urn:oid:1.2.250.1.71.4.2.2"
URN = "urn:ietf:rfc:3986"
DISPLAYS = {
    MASKED: "Masqué aux professionnels de santé",
    HIDDEN_FROM_PATIENT: "Non visible par le patient",
    HIDDEN_FROM_REPRESENTATIVES: "Non visible par les représentants légaux du patient",
}


def labels_of(document: Document) -> list[str]:
    """The visibility codes of TRE_A07 that the row carries, in a fixed order."""
    return [
        code
        for code, held in (
            (MASKED, document.masked),
            (HIDDEN_FROM_PATIENT, document.hidden_from_patient),
            (HIDDEN_FROM_REPRESENTATIVES, document.hidden_from_representatives),
        )
        if held
    ]


def security_labels(document: Document) -> list[dict[str, Any]]:
    """`securityLabel`: N first, then the visibility codes."""
    coded = [{"coding": [{"system": CONFIDENTIALITY, "code": "N", "display": "normal"}]}]
    for code in labels_of(document):
        coded.append({"coding": [{"system": VISIBILITY, "code": code, "display": DISPLAYS[code]}]})
    return coded


def as_text(document: Document) -> str:
    """The served resource, as the row's `fhir_text` keeps it."""
    return orjson.dumps(as_resource(document)).decode()


def as_resource(document: Document) -> dict[str, Any]:
    """The DocumentReference of the row. Addresses inside are relative: the wire that serves it has a base."""
    contained, author = _author(document)
    resource: dict[str, Any] = {
        "resourceType": "DocumentReference",
        "id": str(document.id),
        "meta": {
            "versionId": str(document.fhir_version),
            "lastUpdated": instant(document.updated_at),
            "profile": [PROFILE],
        },
        "contained": [*contained, _source_patient(document)],
        "extension": [{"url": ARCHIVED, "valueBoolean": document.archived}],
        "masterIdentifier": {"system": URN, "value": document.unique_id},
        "status": document.state,
        "type": {"coding": [_coding(_type_system(document), document.type_code, document.type_label)]},
        "category": [{"coding": [_coding(CLASS, document.class_code, _class_label(document.class_code))]}],
        "subject": {"reference": f"Patient/{document.patient_id}"},
        "date": instant(document.created_at),
        "author": [author],
        "custodian": _custodian(document),
        "securityLabel": security_labels(document),
        "content": [_content(document)],
        "context": _context(document),
    }
    if document.set_id:
        resource["identifier"] = [{"system": URN, "value": document.set_id}]
    if document.replaces_id:
        resource["relatesTo"] = [{"code": "replaces", "target": {"reference": f"DocumentReference/{document.replaces_id}"}}]
    return resource


def _content(document: Document) -> dict[str, Any]:
    content: dict[str, Any] = {
        "attachment": {
            "contentType": document.media_type,
            "language": document.language,
            "url": f"Binary/{document.content_id}",
            "size": document.size,
            "hash": base64.b64encode(bytes(document.sha1)).decode(),
            "title": document.title,
            "creation": instant(document.created_at),
        }
    }
    if document.format_code:
        system = (
            FORMAT_FR if document.format_code.startswith("urn:asip") or document.format_code.startswith("urn:ans") else FORMAT_IHE
        )
        content["format"] = {"system": system, "code": document.format_code}
    return content


def _context(document: Document) -> dict[str, Any]:
    period = {"start": instant(document.started_at)}
    if document.ended_at:
        period["end"] = instant(document.ended_at)
    context: dict[str, Any] = {"period": period, "sourcePatientInfo": {"reference": "#patient"}}
    if document.event_codes:
        context["event"] = [{"coding": [_event(text)]} for text in document.event_codes]
    if document.facility_type:
        context["facilityType"] = {
            "coding": [_coding(FACILITY, document.facility_type, terminology.label("TRE_R02", document.facility_type))]
        }
    if document.practice_setting:
        context["practiceSetting"] = {"coding": [_coding(SETTING, document.practice_setting, "")]}
    if document.encounter_id:
        context["encounter"] = [{"identifier": {"system": URN, "value": document.encounter_id}}]
    if document.reference_ids:
        context["related"] = [{"identifier": {"system": URN, "value": value}} for value in document.reference_ids]
    return context


def _author(document: Document) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """The author as contained resources and the reference to it (snapshot semantics, fhir.md §2.3)."""
    contained: list[dict[str, Any]] = []
    organization: dict[str, Any] | None = None
    if document.author_structure_name or document.author_structure_id:
        organization = {"resourceType": "Organization", "id": "author-organization", "name": document.author_structure_name}
        if document.author_structure_id:
            organization["identifier"] = [{"system": IDNST_SYSTEM, "value": document.author_structure_id}]
        contained.append({key: value for key, value in organization.items() if value})
    practitioner: dict[str, Any] = {"resourceType": "Practitioner", "id": "author-person"}
    if document.author_national_id:
        practitioner["identifier"] = [{"system": IDNPS_SYSTEM, "value": document.author_national_id}]
    practitioner["name"] = [
        human_name(document.author_name or "Auteur non indiqué", document.author_given, document.author_family)
    ]
    contained.append(practitioner)
    role: dict[str, Any] = {
        "resourceType": "PractitionerRole",
        "id": "author",
        "practitioner": {"reference": "#author-person"},
    }
    if organization is not None:
        role["organization"] = {"reference": "#author-organization"}
    if document.author_title:
        role["code"] = [{"text": document.author_title}]
    contained.append(role)
    return contained, {"reference": "#author", "display": document.author_name or "Auteur non indiqué"}


def human_name(text: str, given: str, family: str) -> dict[str, Any]:
    """A HumanName with the parts that are known."""
    name: dict[str, Any] = {"text": text}
    if family:
        name["family"] = family
    if given:
        name["given"] = [given]
    return name


def _custodian(document: Document) -> dict[str, Any]:
    custodian: dict[str, Any] = {"display": document.custodian_name or "socle"}
    if document.custodian_id:
        custodian["identifier"] = {"system": IDNST_SYSTEM, "value": document.custodian_id}
    return custodian


def _source_patient(document: Document) -> dict[str, Any]:
    return {"resourceType": "Patient", "id": "patient", "link": [_link(document)]}


def _link(document: Document) -> dict[str, Any]:
    return {"other": {"reference": f"Patient/{document.patient_id}"}, "type": "refer"}


def _class_label(code: str) -> str:
    found = terminology.document_class(code)
    return found.label if found else ""


def _type_system(document: Document) -> str:
    return terminology.uri_of_oid(document.type_system) if document.type_system else ""


def _coding(system: str, code: str, display: str) -> dict[str, str]:
    coding = {"system": system, "code": code, "display": display}
    return {key: value for key, value in coding.items() if value}


def _event(text: str) -> dict[str, str]:
    system, code, label = ([*text.split("|", 2), "", ""])[:3]
    if re.fullmatch(r"[0-9.]+", system):
        system = terminology.uri_of_oid(system)
    return _coding(system, code, label)


def instant(moment: datetime) -> str:
    """A FHIR instant in UTC, to the millisecond."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
