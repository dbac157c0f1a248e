"""What arrives for deposit: bytes, what the request claims about them, and what the header of the bytes says."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from socle.errors import Invalid
from socle.formats import cda

CDA_MEDIA_TYPES = frozenset({"text/xml", "application/xml", "application/hl7-v3+xml", "application/hl7-cda+xml"})
OTHER_MEDIA_TYPES = frozenset({"application/pdf", "text/plain", "image/jpeg", "image/png"})
MAX_BYTES = 20 * 1024 * 1024
"""Limit of one document (contract.md §4)."""

MASKED = "MASQUE_PS"
HIDDEN_FROM_PATIENT = "INVISIBLE_PATIENT"
HIDDEN_FROM_REPRESENTATIVES = "INVISIBLE_REPRESENTANTS_LEGAUX"


@dataclass(frozen=True, slots=True)
class Claims:
    """Metadata of the request. Empty means « not said »: the header decides. What differs from the header is refused."""

    unique_id: str = ""
    type_code: str = ""
    class_code: str = ""
    title: str = ""
    created_at: datetime | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None
    language: str = ""
    format_code: str = ""
    practice_setting: str = ""
    facility_type: str = ""
    event_codes: tuple[str, ...] = ()
    reference_ids: tuple[str, ...] = ()
    custodian_id: str = ""
    custodian_name: str = ""
    author_name: str = ""
    author_family: str = ""
    author_given: str = ""
    author_title: str = ""
    author_national_id: str = ""
    author_profession: str = ""
    author_structure_id: str = ""
    author_structure_name: str = ""
    labels: frozenset[str] = field(default=frozenset())
    replaces: UUID | None = None
    """Document of this record that the request says it replaces."""
    ins: tuple[str, str] | None = None
    """INS value and OID of the subject, when the request names the person that way."""
    patient_id: UUID | None = None
    """Identity of the subject, when the request names the person by our id."""


@dataclass(frozen=True, slots=True)
class Incoming:
    """One document to deposit. `document` is None when the bytes are not a CDA."""

    content: bytes
    media_type: str
    claims: Claims
    document: cda.Document | None


def read(content: bytes, media_type: str, claims: Claims) -> Incoming:
    """Before the door: size and media type checked, CDA parsed. Raises Invalid `size`, `media-type`, or a code of the parser."""
    if len(content) > MAX_BYTES:
        raise Invalid("size", "Le document dépasse la taille acceptée (20 Mo).")
    if not content:
        raise Invalid("empty", "Le document est vide.")
    plain = media_type.split(";")[0].strip().lower()
    if plain in CDA_MEDIA_TYPES:
        return Incoming(content, "text/xml", claims, cda.parse(content))
    if plain not in OTHER_MEDIA_TYPES:
        raise Invalid("media-type", "Ce type de fichier ne peut pas être déposé : CDA, PDF, texte, JPEG ou PNG seulement.")
    if not _looks_like(plain, content):
        raise Invalid("media-type", "Le contenu du fichier ne correspond pas au type annoncé.")
    return Incoming(content, plain, claims, None)


_SIGNATURES = {"application/pdf": b"%PDF-", "image/jpeg": b"\xff\xd8\xff", "image/png": b"\x89PNG\r\n\x1a\n"}


def _looks_like(media_type: str, content: bytes) -> bool:
    if media_type == "text/plain":
        try:
            return "\0" not in content.decode("utf-8")
        except UnicodeDecodeError:
            return False
    return content.startswith(_SIGNATURES[media_type])
