"""What an XDM archive says, as plain values: a submission set, its documents with their bytes, and what is wrong.

Names are those of the record's metadata and of `socle.formats.cda`; a coded value is a `cda.Code` (code, system, display), an
identifier a `cda.Identifier` (root, extension).

Source: IHE ITI TF-3 §4.2.3 (attributes of DocumentEntry and SubmissionSet); CI-SIS volet Partage de documents de santé.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from socle.errors import Invalid
from socle.formats.cda.header import INS_ROOTS
from socle.formats.cda.values import NO_CODE, Code, Identifier
from socle.formats.identifiers import DocumentId, parse_document_id
from socle.formats.xdm.codes import IntegrationError

CDA_MEDIA_TYPES = frozenset({"text/xml", "application/xml", "application/hl7-v3+xml", "application/hl7-cda+xml"})


class Action(StrEnum):
    """What the receiver is asked to do. Source: volet Transmission de documents CDA, OBX-11 F, C, D."""

    SEND = ""
    REPLACE = "C"
    DELETE = "D"


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong: `code` for machines, `sentence` safe to show, `where` a file of the archive or an attribute.

    `integration` is the code to answer with when the document was to be integrated without anybody reading it.
    """

    code: str
    sentence: str
    where: str = ""
    integration: IntegrationError = IntegrationError.OTHER


@dataclass(frozen=True, slots=True)
class Institution:
    """A structure as an author (XON). `authority` is an OID: IDNST has 1.2.250.1.71.4.2.2."""

    name: str = ""
    id: str = ""
    authority: str = ""
    id_type: str = ""


@dataclass(frozen=True, slots=True)
class Person:
    """A professional, a patient or a device as an author (XCN). `id_type` is IDNPS, NH, RI (a device)…"""

    id: str = ""
    family: str = ""
    given: str = ""
    prefix: str = ""
    authority: str = ""
    id_type: str = ""


@dataclass(frozen=True, slots=True)
class Author:
    person: Person | None = None
    institutions: tuple[Institution, ...] = ()
    roles: tuple[str, ...] = ()
    specialties: tuple[Code, ...] = ()


@dataclass(frozen=True, slots=True)
class SourcePatient:
    """The traits the sender knew (sourcePatientInfo), as written; absent is empty. Names as in `cda.Patient`."""

    ids: tuple[Identifier, ...] = ()
    birth_family_name: str = ""
    first_given_name: str = ""
    given_names: str = ""
    used_family_name: str = ""
    used_given_name: str = ""
    birth_date: date | None = None
    sex: str = ""
    birthplace_code: str = ""


NO_SOURCE_PATIENT = SourcePatient()


@dataclass(frozen=True, slots=True)
class DocumentEntry:
    """One document: its bytes, verified against the announced hash and size, and its metadata.

    `unique_id` is in the form of XDS (`OID` or `OID^extension`), `uri` the name of its file beside METADATA.XML.
    Instants are aware and in UTC. Who it is about stays out of `repr`, so out of logs.
    """

    content: bytes = field(repr=False)
    uri: str
    unique_id: str
    entry_uuid: str
    media_type: str
    title: str = ""
    comments: str = ""
    language: str = ""
    version: str = ""
    type_code: Code = NO_CODE
    class_code: Code = NO_CODE
    format_code: Code = NO_CODE
    practice_setting: Code = NO_CODE
    facility_type: Code = NO_CODE
    confidentiality: tuple[Code, ...] = ()
    event_codes: tuple[Code, ...] = ()
    reference_ids: tuple[str, ...] = ()
    created_at: datetime | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None
    authors: tuple[Author, ...] = ()
    legal_authenticator: Person | None = None
    patient_id: Identifier | None = field(default=None, repr=False)
    source_patient_id: Identifier | None = field(default=None, repr=False)
    source_patient: SourcePatient = field(default=NO_SOURCE_PATIENT, repr=False)
    action: Action = Action.SEND

    @property
    def sha1(self) -> bytes:
        return hashlib.sha1(self.content, usedforsecurity=False).digest()

    @property
    def size(self) -> int:
        return len(self.content)

    @property
    def document_id(self) -> DocumentId | None:
        """The identity of the document on every wire; None when `unique_id` has not the form of one."""
        try:
            return parse_document_id(self.unique_id)
        except Invalid:
            return None

    @property
    def is_cda(self) -> bool:
        """True when the media type is one of CDA; the bytes decide later, when they are parsed."""
        return self.media_type in CDA_MEDIA_TYPES

    @property
    def is_archive(self) -> bool:
        """True for a ZIP inside the ZIP: it is never opened nor shown."""
        return self.content.startswith((b"PK\3\4", b"PK\5\6"))

    @property
    def ins(self) -> Identifier | None:
        """The patient's INS as the metadata claims it, NIR before NIA."""
        claimed = [found for found in (self.patient_id, self.source_patient_id, *self.source_patient.ids) if found]
        return next((found for root in INS_ROOTS for found in claimed if found.root == root), None)


class Relation(StrEnum):
    """How a document of the set is related to another. Source: IHE ITI TF-3 §4.2.2."""

    REPLACES = "RPLC"
    COMPLETES = "APND"
    TRANSFORMS = "XFRM"
    TRANSFORMS_AND_REPLACES = "XFRM_RPLC"
    SIGNS = "signs"


@dataclass(frozen=True, slots=True)
class Relationship:
    """`source` is the `entry_uuid` of a document of this set; `target` of another one, here or at the receiver's."""

    relation: Relation
    source: str
    target: str


@dataclass(frozen=True, slots=True)
class Submission:
    """A submission set and its documents, in the order of the metadata. `source_id` is the OID of the sending software."""

    unique_id: str
    entry_uuid: str
    source_id: str = ""
    submitted_at: datetime | None = None
    title: str = ""
    comments: str = ""
    content_type: Code = NO_CODE
    authors: tuple[Author, ...] = ()
    patient_id: Identifier | None = field(default=None, repr=False)
    documents: tuple[DocumentEntry, ...] = ()
    relationships: tuple[Relationship, ...] = ()


@dataclass(frozen=True, slots=True)
class Archive:
    """An archive that was read whole. `faults` keep it from being integrated without a reader; it stays readable.

    `ignored` names what is no document of the archive: leftovers of tools, style sheets, files the metadata does not list.
    INDEX.HTM, README.TXT and METADATA.XML are not in it.
    """

    submissions: tuple[Submission, ...]
    faults: tuple[Fault, ...] = ()
    ignored: tuple[str, ...] = ()

    @property
    def documents(self) -> tuple[DocumentEntry, ...]:
        return tuple(document for submission in self.submissions for document in submission.documents)


@dataclass(frozen=True, slots=True)
class Refused:
    """An archive of which nothing is taken, and why; at least one fault."""

    faults: tuple[Fault, ...]

    @property
    def sentence(self) -> str:
        return self.faults[0].sentence
