"""From header and claims to the metadata of a document (rules.md §2.2). A claim that the header contradicts is refused."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from socle import clock
from socle.base import terminology
from socle.errors import Invalid, Issue
from socle.formats import cda
from socle.formats.legible import legible, mixes_alphabets
from socle.formats.names import name_parts
from socle.record.incoming import HIDDEN_FROM_PATIENT, MASKED, Claims, Incoming

EARLIEST, LATEST = datetime(1850, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)
"""Between these a document is dated."""
IDNPS_ROOT = "1.2.250.1.71.4.2.1"
IDNST_ROOT = "1.2.250.1.71.4.2.2"
TEXT_FORMAT = "urn:ihe:iti:xds-sd:text:2008"
PDF_FORMAT = "urn:ihe:iti:xds-sd:pdf:2008"


@dataclass(frozen=True, slots=True)
class Metadata:
    """Everything the record keeps of a document besides its bytes, its labels and its depositor."""

    unique_id: str
    set_id: str
    version_number: int | None
    parent_ids: tuple[str, ...]
    class_code: str
    type_code: str
    type_system: str
    type_label: str
    format_code: str
    title: str
    practice_setting: str
    facility_type: str
    event_codes: tuple[str, ...]
    reference_ids: tuple[str, ...]
    encounter_id: str
    created_at: datetime
    started_at: datetime
    ended_at: datetime | None
    language: str
    media_type: str
    size: int
    sha256: bytes
    sha1: bytes
    body_level: int
    author_name: str
    author_family: str
    author_given: str
    author_title: str
    author_national_id: str
    author_profession: str
    author_structure_name: str
    author_structure_id: str
    custodian_name: str
    custodian_id: str


def of(incoming: Incoming) -> Metadata:
    """The metadata, or Invalid `metadata` (one issue a field that differs from the header), `type`, `labels`."""
    claims = incoming.claims
    if {MASKED, HIDDEN_FROM_PATIENT} <= claims.labels:
        raise Invalid("labels", "Un document ne peut être à la fois masqué aux professionnels et invisible au patient.")
    said = _from_header(incoming.document) if incoming.document is not None else _from_claims(claims)
    differing = _differences(claims, said) if incoming.document is not None else []
    if differing:
        raise Invalid("metadata", "Les informations de la demande diffèrent de l’en-tête du document.", issues=differing)
    _check_calendar(said)
    said |= {name: legible(said[name]) for name in _SHOWN}
    if not (said["author_family"] or said["author_given"]):
        said["author_given"], said["author_family"] = name_parts(said["author_name"])
    _check_alphabets(said | {name: legible(getattr(claims, name)) for name in _NAMES if getattr(claims, name)})
    kind = terminology.document_type(said["type_code"])
    if kind is None:
        raise Invalid("type", "Le type de ce document n’est pas connu du dossier partagé.", where="type")
    level = incoming.document.level if incoming.document else 1
    default_format = PDF_FORMAT if incoming.media_type == "application/pdf" else TEXT_FORMAT
    return Metadata(
        **{
            **said,
            "class_code": said["class_code"] or claims.class_code or kind.class_code,
            "type_label": kind.label,
            "type_system": kind.system_oid,
            "format_code": claims.format_code or said["format_code"] or default_format,
            "title": legible(claims.title) or said["title"] or kind.label,
            "practice_setting": claims.practice_setting or said["practice_setting"],
            "facility_type": claims.facility_type or said["facility_type"],
            "custodian_name": legible(claims.custodian_name) or said["custodian_name"],
            "custodian_id": claims.custodian_id or said["custodian_id"],
        },
        media_type=incoming.media_type,
        size=len(incoming.content),
        sha256=hashlib.sha256(incoming.content).digest(),
        sha1=hashlib.sha1(incoming.content, usedforsecurity=False).digest(),
        body_level=level,
    )


def _check_calendar(said: dict[str, Any]) -> None:
    """Dates that no act has would make the pages of the whole record fail. Raises Invalid `metadata`, one issue a date."""
    sentence = "Cette date ne peut pas être celle d’un document de santé."
    issues = [
        Issue("metadata", sentence, where)
        for name, where in (("created_at", "date"), ("started_at", "context.period.start"), ("ended_at", "context.period.end"))
        if said[name] is not None and not EARLIEST <= said[name] < LATEST
    ]
    if issues:
        raise Invalid("metadata", sentence, issues=issues)


_NAMES = {"author_name": "author", "author_structure_name": "author", "custodian_name": "custodian"}
_SHOWN = ("title", "author_title", "author_family", "author_given", *_NAMES)
"""Texts that pages and wires show beside the document."""


def _check_alphabets(said: dict[str, Any]) -> None:
    """A name that imitates another one by look-alike letters would be read as that one. Raises Invalid `name-characters`."""
    sentence = "Ce nom mêle des lettres de plusieurs alphabets : il pourrait être pris pour un autre."
    issues = [Issue("name-characters", sentence, where) for name, where in _NAMES.items() if mixes_alphabets(said[name])]
    if issues:
        raise Invalid("name-characters", sentence, issues=issues)


def _from_header(document: cda.Document) -> dict[str, Any]:
    header = document.header
    event = header.events[0] if header.events else None
    encounter = header.encounter
    created = header.effective.at if header.effective else None
    started = next(
        (p.start.at for p in ((event.period if event else None), (encounter.period if encounter else None)) if p and p.start),
        created,
    )
    if created is None or started is None or not header.unique_id:
        raise Invalid("header", "L’en-tête du document n’a ni identifiant ni date lisibles.", where="/ClinicalDocument")
    return {
        "unique_id": header.unique_id,
        "set_id": header.set_id.uri if header.set_id else "",
        "version_number": header.version,
        "parent_ids": tuple(parent.uri for parent in header.replaces),
        "class_code": "",
        "type_code": header.type.code,
        "format_code": _format(document),
        "title": header.title,
        "practice_setting": header.practice_setting.code,
        "facility_type": encounter.facility_type.code if encounter else "",
        "event_codes": tuple(f"{e.code.system}|{e.code.code}|{e.code.label}" for e in header.events if e.code.code),
        "reference_ids": tuple(order.uri for order in header.orders),
        "encounter_id": encounter.ids[0].uri if encounter and encounter.ids else "",
        "created_at": created.astimezone(UTC),
        "started_at": started.astimezone(UTC),
        "ended_at": _end(event, encounter),
        "language": header.language or "fr-FR",
        **_author(header),
        "custodian_name": header.custodian.name if header.custodian else "",
        "custodian_id": _id_of(header.custodian),
    }


def _format(document: cda.Document) -> str:
    """The formatCode of the document's model, else of the file in a non-structured body (terminology, ASS_A11 and ASS_A12)."""
    if document.level == 1 and document.attachments:
        return terminology.format_of_media_type(document.attachments[0].media_type)
    found = (terminology.format_of_template(template.root) for template in reversed(document.header.template_ids))
    return next(filter(None, found), "")


def _end(event: cda.ServiceEvent | None, encounter: cda.Encounter | None) -> datetime | None:
    for period in (event.period if event else None, encounter.period if encounter else None):
        if period and period.end:
            return period.end.at.astimezone(UTC)
    return None


def _author(header: cda.Header) -> dict[str, str]:
    party = next(iter(header.authors), None)
    if party is None:
        return dict.fromkeys(_AUTHOR_FIELDS, "")
    person = next((found.extension for found in party.ids if found.root == IDNPS_ROOT), "")
    organization = party.organization
    given, family = _parts(party.name)
    return {
        "author_name": _called(party.name) or party.device,
        "author_family": family,
        "author_given": given,
        "author_title": party.code.label.removesuffix(" (SM)") if party.code else "",
        "author_national_id": person,
        "author_profession": party.code.code,
        "author_structure_name": organization.name if organization else "",
        "author_structure_id": _id_of(organization),
    }


_AUTHOR_FIELDS = (
    "author_name",
    "author_family",
    "author_given",
    "author_title",
    "author_national_id",
    "author_profession",
    "author_structure_name",
    "author_structure_id",
)


TITLES = {"DR": "Dr", "PR": "Pr", "PC": "Pr", "PG": "Pr", "MC": "Dr", "MG": "Dr"}


def _called(name: cda.Name) -> str:
    """« Dr Claire NOVAREL »: title, first name, family name in capitals. A civility says nothing beside a profession."""
    title = next((TITLES[part.upper()] for part in (name.suffix, name.prefix) if part.upper() in TITLES), "")
    given, family = _parts(name)
    return " ".join(part for part in (title, given, family.upper()) if part) or name.text


def _parts(name: cda.Name) -> tuple[str, str]:
    """First name and family name in use; empty when the name was written without parts."""
    given = name.given("CL") or name.given("BR") or name.given("") or next((part.value for part in name.givens), "")
    family = name.family("CL") or name.family("") or name.family("BR") or next((part.value for part in name.families), "")
    return given, family


def _id_of(organization: cda.Organization | None) -> str:
    if organization is None:
        return ""
    return next((found.extension for found in organization.ids if found.root == IDNST_ROOT and found.extension), "")


def _from_claims(claims: Claims) -> dict[str, Any]:
    if not claims.unique_id or not claims.type_code:
        raise Invalid("metadata", "Indiquez l’identifiant unique et le type du document.", where="masterIdentifier")
    created = claims.created_at or clock.now()
    return {
        "unique_id": claims.unique_id,
        "set_id": "",
        "version_number": None,
        "parent_ids": (),
        "class_code": claims.class_code,
        "type_code": claims.type_code,
        "format_code": claims.format_code,
        "title": claims.title,
        "practice_setting": claims.practice_setting,
        "facility_type": claims.facility_type,
        "event_codes": claims.event_codes,
        "reference_ids": claims.reference_ids,
        "encounter_id": "",
        "created_at": created,
        "started_at": claims.started_at or created,
        "ended_at": claims.ended_at,
        "language": claims.language or "fr-FR",
        **{name: getattr(claims, name) for name in _AUTHOR_FIELDS},
        "custodian_name": claims.custodian_name,
        "custodian_id": claims.custodian_id,
    }


_COMPARED = {
    "unique_id": "masterIdentifier",
    "type_code": "type",
    "language": "content.attachment.language",
    "practice_setting": "context.practiceSetting",
    "facility_type": "context.facilityType",
    "custodian_id": "custodian",
    "author_national_id": "author",
}
TOLERANCE = timedelta(seconds=1)


def _differences(claims: Claims, said: dict[str, Any]) -> list[Issue]:
    sentence = "Cette information diffère de l’en-tête du document."
    issues = [
        Issue("metadata", sentence, where)
        for name, where in _COMPARED.items()
        if getattr(claims, name) and said[name] and getattr(claims, name) != said[name]
    ]
    for name, where in (("created_at", "date"), ("started_at", "context.period.start")):
        claimed, header = getattr(claims, name), said[name]
        if claimed is not None and isinstance(header, datetime) and abs(claimed - header) > TOLERANCE:
            issues.append(Issue("metadata", sentence, where))
    return issues
