"""A DocumentReference that arrives: from the resource to the claims and bytes that the record takes.

Tolerant of what the published examples do (fhir.md §19 lines 1 and 5, §2.3); what the record cannot keep faithfully is refused,
never dropped in silence. Source: PDSm 3.1.1, MHD 4.2.3, mapping of rules.md §2.2.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from datetime import datetime
from uuid import UUID

from socle.base import terminology
from socle.base.access.actor import Actor
from socle.errors import Invalid, NotFound
from socle.formats.fhir import interval
from socle.interfaces.fhir.exchange import Json, base, uuid_of
from socle.interfaces.fhir.parties import author_of, custodian_of
from socle.interfaces.fhir.subjects import Subject, agreed, subject_of
from socle.record.incoming import (
    CDA_MEDIA_TYPES,
    HIDDEN_FROM_PATIENT,
    HIDDEN_FROM_REPRESENTATIVES,
    MASKED,
    Claims,
    Incoming,
)
from socle.record.incoming import read as read_content
from socle.record.queries import wire
from socle.record.queries.conditions import document_uri

ROOT = "DocumentReference"
LABELS = frozenset({MASKED, HIDDEN_FROM_PATIENT, HIDDEN_FROM_REPRESENTATIVES})
NO_FORMAT = frozenset({"urn:ihe:iti:xds:2017:mimeTypeSufficient"})
LONGEST_ID = 200
FHIR_DOCUMENT = (
    "Un document FHIR (Bundle de type document) n’est pas conservé ici : le volet PDSm attend un Binary. Déposez-le en CDA, PDF,"
    " texte, JPEG ou PNG."
)
FHIR_MEDIA = ("application/fhir+", "application/json", "application/xml+fhir")
"""Media types of a document that is a FHIR Bundle."""


def incoming(
    resource: Json, actor: Actor, *, content: bytes | None = None, also: Subject | None = None, where: str = ROOT
) -> Incoming:
    """The document to deposit. `content` is given when it stands in another entry of the Bundle, `also` is the subject of the
    lot. Raises Invalid with the place of what is wrong."""
    attachment = attachment_of(resource, where)
    if media_type_of(resource).startswith(FHIR_MEDIA):
        raise Invalid("not-supported", FHIR_DOCUMENT, where=f"{where}.content[0].attachment.contentType")
    found = content if content is not None else _inline(attachment, f"{where}.content[0].attachment")
    check_digest(attachment, found, f"{where}.content[0].attachment")
    claims = claims_of(resource, actor, also=also, where=where)
    return read_content(found, media_type_of(resource), claims)


def media_type_of(resource: Json) -> str:
    """The media type of the content, without parameters."""
    media: str = attachment_of(resource, ROOT).get("contentType", "")
    return media.split(";")[0].strip().lower()


def attachment_of(resource: Json, where: str) -> Json:
    contents = resource.get("content", ())
    if len(contents) != 1:
        raise Invalid("cardinality", "Un document a exactement un contenu.", where=f"{where}.content")
    attachment: Json = contents[0].get("attachment", {})
    return attachment


def _inline(attachment: Json, where: str) -> bytes:
    data = attachment.get("data")
    if not data:
        raise Invalid("required", "Le contenu du document manque : joignez-le en base64 (data).", where=f"{where}.data")
    return decoded(data, f"{where}.data")


def decoded(data: str, where: str) -> bytes:
    """The bytes of a base64Binary; white space between its lines is allowed. Raises Invalid `value`."""
    try:
        return binascii.a2b_base64(data.encode("ascii"), strict_mode=True)
    except (ValueError, UnicodeEncodeError):
        pass
    try:
        return base64.b64decode("".join(data.split()), validate=True)
    except (binascii.Error, ValueError):
        raise Invalid("value", "Ce contenu n’est pas du base64.", where=where) from None


def check_digest(attachment: Json, content: bytes, where: str) -> None:
    """Size and SHA-1 that the request states are those of the bytes. Raises Invalid `size` or `hash`."""
    if "size" in attachment and attachment["size"] != len(content):
        raise Invalid("size", "La taille annoncée n’est pas celle du contenu.", where=f"{where}.size")
    if "hash" in attachment:
        digest = hashlib.sha1(content, usedforsecurity=False).digest()
        if attachment["hash"] != base64.b64encode(digest).decode():
            raise Invalid("hash", "L’empreinte SHA-1 annoncée n’est pas celle du contenu.", where=f"{where}.hash")


def claims_of(resource: Json, actor: Actor, *, also: Subject | None = None, where: str = ROOT) -> Claims:
    """What the request says of the document. The custodian defaults to the caller's structure when no header will tell it."""
    subject = subject_of(resource, actor, where)
    if also is not None:
        subject = agreed(subject, also, f"{where}.subject")
    attachment, context = attachment_of(resource, where), resource.get("context", {})
    is_cda = media_type_of(resource) in CDA_MEDIA_TYPES
    author, custodian = author_of(resource, actor), custodian_of(resource, actor)
    keeper = custodian.name or ("" if is_cda or custodian.id else actor.structure_name)
    period = context.get("period", {})
    return Claims(
        unique_id=_unique_id(resource, where),
        type_code=_type(resource),
        class_code=_code(next(iter(resource.get("category", ())), {}), "TRE_A03"),
        title=attachment.get("title", "") or resource.get("description", ""),
        created_at=_created(resource, attachment, is_cda),
        started_at=instant(period.get("start")),
        ended_at=instant(period.get("end")),
        language=_language(attachment),
        format_code=_format(resource),
        practice_setting=_code(context.get("practiceSetting", {}), "TRE_A01"),
        facility_type=_code(context.get("facilityType", {}), "TRE_R02", "TRE_A00"),
        event_codes=tuple(_event(coding) for event in context.get("event", ()) for coding in event.get("coding", ())),
        reference_ids=tuple(filter(None, (one.get("identifier", {}).get("value") for one in context.get("related", ())))),
        custodian_id=custodian.id,
        custodian_name=keeper,
        author_name=author.name,
        author_family=author.family,
        author_given=author.given,
        author_title=author.title,
        author_national_id=author.national_id,
        author_profession=author.profession,
        author_structure_id=author.structure_id,
        author_structure_name=author.structure_name,
        labels=labels_of(resource, where),
        replaces=replaced(resource, actor, where),
        ins=subject.ins,
        patient_id=subject.patient_id,
    )


def labels_of(resource: Json, where: str = ROOT) -> frozenset[str]:
    """The visibility codes of TRE_A07, its misspelt address included. R, V and unknown codes are refused: the record has no way
    to keep them, and a label is never lost."""
    found = set()
    for index, label in enumerate(resource.get("securityLabel", ())):
        for coding in label.get("coding", ()):
            code = coding.get("code", "")
            if code in LABELS:
                found.add(code)
            elif code != "N":
                sentence = "Ce niveau de confidentialité n’est pas admis dans le dossier partagé."
                raise Invalid("code-invalid", sentence, where=f"{where}.securityLabel[{index}]")
    return frozenset(found)


def replaced(resource: Json, actor: Actor, where: str = ROOT) -> UUID | None:
    """The document that this one replaces, by our id or by its own. Raises Invalid `association`."""
    target: UUID | None = None
    for index, relation in enumerate(resource.get("relatesTo", ())):
        place = f"{where}.relatesTo[{index}]"
        if relation.get("code") != "replaces":
            raise Invalid("association", "Seul le remplacement d’un document est admis (replaces).", where=place)
        if target is not None:
            raise Invalid("association", "Un document en remplace un seul autre.", where=place)
        target = document_named(relation.get("target", {}), actor, place)
    return target


def document_named(named: Json, actor: Actor, where: str) -> UUID:
    """Our id of a document named by a reference or by an identifier. Raises Invalid `association` for one that this caller does
    not reach."""
    unknown = Invalid("association", "Le document à remplacer n’existe pas dans ce dossier.", where=where)
    reference = named.get("reference", "").removeprefix(base() + "/")
    if reference.startswith("DocumentReference/"):
        try:
            return uuid_of(reference.split("/")[1])
        except NotFound:
            raise unknown from None
    identifier = named.get("identifier", {})
    if reference.startswith("DocumentReference?identifier="):
        system, _, value = reference.removeprefix("DocumentReference?identifier=").rpartition("|")
        identifier = {"system": system, "value": value}
    uri = document_uri(identifier.get("system") or None, identifier.get("value", ""))
    found = wire.identified(actor=actor, identifier=uri) if uri else ()
    if len(found) != 1:
        raise unknown
    return found[0]


def _unique_id(resource: Json, where: str) -> str:
    named = resource.get("masterIdentifier", {})
    uri = document_uri(named.get("system") or None, named.get("value", ""))
    if named and (not uri or len(uri) > LONGEST_ID or " " in uri):
        raise Invalid(
            "document-id-shape",
            "L’identifiant unique du document est un « urn:oid:… » ou « urn:uuid:… ».",
            where=f"{where}.masterIdentifier",
        )
    return uri


def _type(resource: Json) -> str:
    """The first coding that the record knows; else the first one, for the door to refuse."""
    codings = resource.get("type", {}).get("coding", ())
    known = (c.get("code", "") for c in codings if terminology.document_type(c.get("code", ""), c.get("system")))
    return next(known, next((c.get("code", "") for c in codings), ""))


def _code(concept: Json, *systems: str) -> str:
    """The code of a national system; what another system says is not ours to keep under that name."""
    for coding in concept.get("coding", ()):
        known = terminology.code_system(coding.get("system", ""))
        if known is not None and known.short in systems:
            return str(coding.get("code", ""))
    return ""


def _created(resource: Json, attachment: Json, is_cda: bool) -> datetime | None:
    """Of a CDA the creation of its content is compared with the header; of the rest the date of the reference is kept."""
    first, second = attachment.get("creation"), resource.get("date")
    return instant((first or second) if is_cda else (second or first))


def instant(text: str | None) -> datetime | None:
    """The first instant that a date covers."""
    return interval(text)[0] if text else None


def _language(attachment: Json) -> str:
    language: str = attachment.get("language", "")
    return "" if language == "fr" else language


def _format(resource: Json) -> str:
    contents: list[Json] = resource.get("content", [])
    code: str = contents[0].get("format", {}).get("code", "") if contents else ""
    return "" if code in NO_FORMAT else code


def _event(coding: Json) -> str:
    system = coding.get("system", "")
    return "|".join(
        [terminology.oid_of_uri(system) or system, coding.get("code", ""), coding.get("display", "").replace("|", " ")]
    )
