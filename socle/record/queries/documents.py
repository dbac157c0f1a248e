"""Read documents: lists by episode, type and time, one document with its content, submission sets for the wires."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from socle.base.access.actor import Actor
from socle.base.access.doors import door, note
from socle.base.vault import sealing as vault
from socle.errors import NotFound
from socle.record import visible
from socle.record.chart import Chart, Header, header_of, hidden_chart, open_chart
from socle.record.models import Document, Record
from socle.record.rules import Authorship, may_change

PAGE = 60
NOBODY = UUID(int=0)
NEWER, OLDER = 3, 24
"""Titles shown around the document that is open: it stands near the top of its list."""


@dataclass(frozen=True, slots=True)
class DocumentsPage:
    """The page « Documents »: the newest acts first, and where the next page starts."""

    header: Header
    documents: tuple[visible.DocumentRow, ...]
    total: int
    by_type: dict[str, int]
    """How many current documents of each type this reader sees."""
    next_after: tuple[datetime, UUID] | None


@door(reads=True)
def page(
    *,
    actor: Actor,
    patient_id: UUID,
    wanted: visible.Filter = visible.EVERYTHING_CURRENT,
    after: tuple[datetime, UUID] | None = None,
    limit: int = PAGE,
) -> DocumentsPage:
    """What this reader sees of the documents, newest act first. The count is of what they see, nothing else."""
    chart = open_chart(actor, patient_id)
    found = visible.rows(chart, wanted, after=after, limit=limit + 1)
    shown = tuple(found[:limit])
    by_type = visible.counts_by_type(chart)
    total = sum(by_type.values())
    note(kind="document", shown=[row.id for row in shown], revision=revision_of(chart))
    more = (shown[-1].started_at, shown[-1].id) if len(found) > limit else None
    return DocumentsPage(header_of(chart, document_count=total), shown, total, by_type, more)


@dataclass(frozen=True, slots=True)
class OpenedDocument:
    """One document that may be read now: its row, what may be done with it, its versions, and the permit to its content."""

    header: Header
    document: visible.DocumentRow
    unique_id: str
    custodian_name: str
    replaces_id: UUID | None
    replaced_by_id: UUID | None
    depositor_name: str
    may_change: bool
    permit: vault.Permit


@door(reads=True)
def read(*, actor: Actor, patient_id: UUID, document_id: UUID) -> OpenedDocument:
    """The document and the right to open its content once. NotFound when it is absent, hidden or of another person."""
    return opened(open_chart(actor, patient_id), document_id)


@dataclass(frozen=True, slots=True)
class BesideList:
    """One document open beside the list it was chosen from: the acts around it, itself among them."""

    opened: OpenedDocument
    around: tuple[visible.DocumentRow, ...]
    total: int


@door(reads=True)
def beside(
    *, actor: Actor, patient_id: UUID, document_id: UUID, wanted: visible.Filter = visible.EVERYTHING_CURRENT
) -> BesideList:
    """The document as `read` gives it, and the titles around it that this reader sees. The journal says that it was read, at
    which revision of the record. NotFound as `read`."""
    chart = open_chart(actor, patient_id)
    found = opened(chart, document_id)
    row = found.document
    newer, older = visible.around(chart, wanted, (row.started_at, row.id), newer=NEWER, older=OLDER)
    total = visible.counts(chart, None).documents
    note(revision=revision_of(chart))
    header = replace(found.header, document_count=total)
    return BesideList(replace(found, header=header), (*newer, row, *older), total)


def opened(chart: Chart, document_id: UUID) -> OpenedDocument:
    """The same, of a chart that is open already."""
    actor = chart.sight.actor
    row = visible_document(chart, document_id)
    note(kind="document", shown=[row.id])
    return OpenedDocument(
        header_of(chart),
        _as_row(row),
        row.unique_id,
        row.custodian_name,
        row.replaces_id if row.replaces_id and _sees(chart, row.replaces_id) else None,
        _replacement(chart, row.id),
        row.depositor_name,
        may_change(actor, Authorship(row.depositor_id, row.depositor_structure_id, row.author_national_id)).allowed,
        vault.permit(row.content_id),
    )


@dataclass(frozen=True, slots=True)
class Content:
    """A content that may be opened now, as the wires serve it."""

    media_type: str
    permit: vault.Permit


@door(reads=True)
def content(*, actor: Actor, content_id: UUID) -> Content:
    """The right to open the content of a document by the content's id (ITI-68). NotFound when absent or hidden: two statements
    both."""
    row = Document.objects.filter(content_id=content_id).first()
    chart = hidden_chart(actor, row.patient_id if row is not None else NOBODY)
    if row is None or not chart.sight.sees(row):
        raise NotFound()
    note(kind="document", shown=[row.id])
    return Content(row.media_type, vault.permit(row.content_id))


def revision_of(chart: Chart) -> int:
    """The record's revision that this consultation showed. One statement."""
    return Record.objects.filter(patient_id=chart.root).values_list("revision", flat=True).first() or 0


def visible_document(chart: Chart, document_id: UUID) -> Document:
    """The row of a document of this chart, for the doors of this package. NotFound when it is absent or hidden."""
    document = Document.objects.filter(id=document_id, patient_id__in=chart.family).first()
    if document is None or not chart.sight.sees(document):
        raise NotFound()
    return document


def _sees(chart: Chart, document_id: UUID) -> bool:
    document = Document.objects.filter(id=document_id, patient_id__in=chart.family).first()
    return document is not None and chart.sight.sees(document)


def _replacement(chart: Chart, document_id: UUID) -> UUID | None:
    newer = Document.objects.filter(replaces_id=document_id, patient_id__in=chart.family).first()
    return newer.id if newer is not None and chart.sight.sees(newer) else None


def _as_row(row: Document) -> visible.DocumentRow:
    return visible.DocumentRow(*(getattr(row, name) for name in visible.DocumentRow.__slots__))
