"""What a submission set must say before it is written: the attributes of the French convention, and lengths and characters.

Strict on purpose: what is written is read by others. Source: CI-SIS volet Partage de documents de santé; IHE ITI TF-2 §3.32
(names of files); ebRIM 3.0 (LongName 256, FreeFormText 1024, ShortName 64).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta

from socle.errors import Invalid, Issue
from socle.formats.cda.values import Code, Identifier
from socle.formats.identifiers import oid_shape_is_right, parse_document_id
from socle.formats.xdm import datatypes as types
from socle.formats.xdm.metadata_writing import author_slots
from socle.formats.xdm.values import Author, DocumentEntry, Submission

LONG, FREE, SHORT = 256, 1024, 64
_URI = re.compile(r"[A-Z0-9_]{1,8}\.[A-Z0-9]{1,3}")
_TAKEN = frozenset({"METADATA.XML", "INDEX.HTM", "README.TXT"})
_ENTRY_UUID = re.compile(r"urn:uuid:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_MEDIA_TYPE = re.compile(r"[a-z0-9.+-]{1,64}/[a-z0-9.+-]{1,64}")
_UNFIT = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
MISSING = "Une information que la convention française demande manque."
WRONG = "Une information n’a pas la forme que la convention française demande."
_Problems = Iterator[tuple[str, str]]


def check(submission: Submission) -> None:
    """Raises Invalid `xdm-submission`, one issue an attribute that is missing or cannot be written."""
    issues = [Issue("xdm-submission", sentence, where) for where, sentence in _problems(submission)]
    if issues:
        raise Invalid("xdm-submission", issues[0].sentence, issues=issues)


def _problems(submission: Submission) -> _Problems:
    yield from _identified("SubmissionSet", submission.unique_id, submission.entry_uuid)
    if not oid_shape_is_right(submission.source_id):
        yield "SubmissionSet.sourceId", WRONG
    yield from _instant("SubmissionSet.submissionTime", submission.submitted_at, required=True)
    yield from _texts("SubmissionSet", ("title", submission.title, FREE), ("comments", submission.comments, FREE))
    yield from _codes("SubmissionSet.contentTypeCode", (submission.content_type,))
    yield from _authors("SubmissionSet.author", submission.authors)
    yield from _identifier("SubmissionSet.patientId", submission.patient_id)
    if not submission.documents:
        yield "DocumentEntry", MISSING
    for rank, document in enumerate(submission.documents, 1):
        yield from _document(f"DocumentEntry[{rank}]", document)
    yield from _unique([document.uri for document in submission.documents], "URI")
    yield from _unique([document.unique_id for document in submission.documents], "uniqueId")
    yield from _unique([submission.entry_uuid, *(document.entry_uuid for document in submission.documents)], "entryUUID")
    own = {document.entry_uuid for document in submission.documents}
    for link in submission.relationships:
        if link.source not in own or not _ENTRY_UUID.fullmatch(link.target):
            yield "Association", WRONG


def _document(where: str, entry: DocumentEntry) -> _Problems:
    yield from _identified(where, entry.unique_id, entry.entry_uuid)
    if not _URI.fullmatch(entry.uri) or entry.uri in _TAKEN:
        yield f"{where}.URI", WRONG
    if not _MEDIA_TYPE.fullmatch(entry.media_type):
        yield f"{where}.mimeType", WRONG
    yield from _texts(
        where,
        ("title", entry.title, FREE),
        ("comments", entry.comments, FREE),
        ("languageCode", entry.language, LONG),
        ("version", entry.version, 16),
    )
    if not entry.title or not entry.language:
        yield f"{where}.{'languageCode' if entry.title else 'title'}", MISSING
    for name, codes in (
        ("typeCode", (entry.type_code,)),
        ("classCode", (entry.class_code,)),
        ("formatCode", (entry.format_code,)),
        ("practiceSettingCode", (entry.practice_setting,)),
        ("healthcareFacilityTypeCode", (entry.facility_type,)),
        ("confidentialityCode", entry.confidentiality),
    ):
        yield from _codes(f"{where}.{name}", codes)
    if entry.event_codes:
        yield from _codes(f"{where}.eventCodeList", entry.event_codes)
    yield from _instant(f"{where}.creationTime", entry.created_at, required=True)
    yield from _instant(f"{where}.serviceStartTime", entry.started_at, required=True)
    yield from _instant(f"{where}.serviceStopTime", entry.ended_at)
    yield from _authors(f"{where}.author", entry.authors)
    yield from _identifier(f"{where}.patientId", entry.patient_id)
    yield from _identifier(f"{where}.sourcePatientId", entry.source_patient_id)
    lines = [*types.write_source_patient(entry.source_patient), *entry.reference_ids]
    if entry.legal_authenticator:
        lines.append(types.write_person(entry.legal_authenticator))
    if not all(line and _fits(line, LONG) for line in lines) or not all(map(_is_complete, entry.source_patient.ids)):
        yield f"{where}.sourcePatientInfo", WRONG


def _identified(where: str, unique_id: str, entry_uuid: str) -> _Problems:
    try:
        right = parse_document_id(unique_id).xds() == unique_id
    except Invalid:
        right = False
    if not right:
        yield f"{where}.uniqueId", WRONG
    if not _ENTRY_UUID.fullmatch(entry_uuid):
        yield f"{where}.entryUUID", WRONG


def _fits(text: str, longest: int) -> bool:
    return len(text) <= longest and text == text.strip() and not _UNFIT.search(text)


def _texts(where: str, *texts: tuple[str, str, int]) -> _Problems:
    yield from ((f"{where}.{name}", WRONG) for name, text, longest in texts if not _fits(text, longest))


def _codes(where: str, codes: tuple[Code, ...]) -> _Problems:
    if not codes:
        yield where, MISSING
    for code in codes:
        if not (code.code and code.system and code.display):
            yield where, MISSING
        elif not (_fits(code.code, LONG) and _fits(code.system, LONG) and _fits(code.display, FREE)):
            yield where, WRONG


def _instant(where: str, value: datetime | None, *, required: bool = False) -> _Problems:
    if value is None:
        if required:
            yield where, MISSING
    elif value.utcoffset() != timedelta() or value.microsecond or value.year < 1000:
        yield where, WRONG


def _authors(where: str, authors: tuple[Author, ...]) -> _Problems:
    if not authors:
        yield where, MISSING
    for author in authors:
        values = [value for _, found in author_slots(author) for value in found]
        if not values:
            yield where, MISSING
        if not all(value and _fits(value, LONG) for value in values):
            yield where, WRONG


def _is_complete(value: Identifier) -> bool:
    return bool(value.root and value.extension)


def _identifier(where: str, value: Identifier | None) -> _Problems:
    if value is None:
        yield where, MISSING
    elif not (_is_complete(value) and oid_shape_is_right(value.root) and _fits(types.write_identifier(value), LONG)):
        yield where, WRONG


def _unique(values: list[str], name: str) -> _Problems:
    if len(set(values)) != len(values):
        yield name, WRONG
