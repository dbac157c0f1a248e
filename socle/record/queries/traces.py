"""The access journal as the wires serve it (AuditEvent): the lines that the journal's page shows to the same reader, no other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection

from socle.base.access.actor import Actor, Kind
from socle.base.access.doors import door, note
from socle.base.audit import reading
from socle.base.audit.reading import Entry
from socle.errors import NotFound
from socle.record import visible
from socle.record.chart import Chart, hidden_chart, open_chart
from socle.record.queries.accesses import ABSENT, WHAT

PATIENT_KINDS = frozenset({Kind.PATIENT, Kind.REPRESENTATIVE})


@dataclass(frozen=True, slots=True)
class Trace:
    """One line. `documents` are those that this reader sees, with their titles; `patient_id` the person it is about."""

    id: UUID
    at: datetime
    what: str
    refused: bool
    actor_kind: str
    actor_id: UUID | None
    actor_name: str
    actor_role: str
    structure_name: str
    patient_id: UUID
    purpose: str
    reason: str
    channel: str
    documents: tuple[tuple[UUID, str], ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """Which lines: from `since` (included) to `until` (excluded), by whom, of which kinds (codes of `accesses.WHAT`)."""

    since: datetime
    until: datetime
    actor_id: UUID | None = None
    what: tuple[str, ...] | None = None
    refused: bool | None = None
    document_id: UUID | None = None
    before: UUID | None = None
    limit: int = 20


@dataclass(frozen=True, slots=True)
class TracePage:
    """Lines, newest first, and the one before which the next page starts."""

    traces: tuple[Trace, ...] = ()
    following: UUID | None = None


@door(reads=True)
def of_record(*, actor: Actor, patient_id: UUID, asked: Asked) -> TracePage:
    """The lines about one person: all for the person, those who represent them and the médecin traitant, one's own for another
    professional. Raises as the opening of the record does."""
    chart = open_chart(actor, patient_id)
    note(kind="journal")
    own = actor.person_id if _own_only(chart) else None
    if own is not None and asked.actor_id not in (None, own):
        return TracePage()
    return _page(asked, chart, patients=chart.family, actor_id=own or asked.actor_id, but_code=ABSENT if own else None)


@door(reads=True)
def mine(*, actor: Actor, asked: Asked) -> TracePage:
    """One's own lines, whoever they are about; without their documents, which only the record of each person may tell."""
    note(kind="journal")
    if actor.person_id is None or actor.kind is not Kind.PROFESSIONAL or asked.actor_id not in (None, actor.person_id):
        return TracePage()
    return _page(asked, None, patients=None, actor_id=actor.person_id, but_code=ABSENT)


@door(reads=True)
def read(*, actor: Actor, entry_id: UUID) -> Trace:
    """One line. NotFound when it is not one that this reader may see."""
    entry = reading.one(entry_id)
    if entry is None or entry.patient_id is None:
        raise NotFound()
    chart = hidden_chart(actor, entry.patient_id)
    note(kind="journal", shown=[entry_id])
    if _own_only(chart) and (entry.actor_id != actor.person_id or entry.code == ABSENT):
        raise NotFound()
    found = _traces([entry], chart)
    if not found:
        raise NotFound()
    return found[0]


def _own_only(chart: Chart) -> bool:
    """As `accesses.lines_of` decides it."""
    return not (chart.sight.is_holder or chart.sight.facts.referent or chart.sight.actor.kind is Kind.REPRESENTATIVE)


def _entries(
    asked: Asked, before: UUID | None, patients: Sequence[UUID] | None, actor_id: UUID | None, but_code: str | None
) -> list[Entry]:
    doors = [name for name, what in WHAT.items() if asked.what is None or what in asked.what]
    if not doors:
        return []
    return reading.between(
        asked.since,
        asked.until,
        patients=patients,
        actor_id=actor_id,
        doors=doors,
        but_code=but_code,
        refused=asked.refused,
        object_id=asked.document_id,
        before=before,
        limit=asked.limit + 1,
    )


def _page(
    asked: Asked, chart: Chart | None, *, patients: Sequence[UUID] | None, actor_id: UUID | None, but_code: str | None
) -> TracePage:
    """A whole page of the lines that show: neither a short page nor the place of the next one tells of a line that does not."""
    found: list[Trace] = []
    before = asked.before
    while True:
        entries = _entries(asked, before, patients, actor_id, but_code)
        found += _traces(entries, chart)
        if len(found) > asked.limit or len(entries) <= asked.limit:
            break
        before = entries[-1].id
    shown = tuple(found[: asked.limit])
    return TracePage(shown, shown[-1].id if len(found) > asked.limit and shown else None)


def _traces(entries: Sequence[Entry], chart: Chart | None) -> tuple[Trace, ...]:
    """The lines that stay: one that was about documents only goes when this reader sees none of them."""
    titles = _titles(chart, entries) if chart is not None else {}
    traces = []
    for entry in entries:
        about_documents = "document" in entry.object_kind and bool(entry.object_ids)
        documents = tuple((one, titles[one]) for one in entry.object_ids if one in titles)
        if entry.door not in WHAT or entry.patient_id is None or (chart is not None and about_documents and not documents):
            continue
        traces.append(_trace(entry, documents))
    return tuple(traces)


def _titles(chart: Chart, entries: Sequence[Entry]) -> dict[UUID, str]:
    """Titles of the documents that these lines are about and that this reader sees. One statement."""
    wanted = [one for entry in entries if "document" in entry.object_kind for one in entry.object_ids]
    where, values = visible.clause(chart, visible.Filter(with_superseded=True, with_archived=True))
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT d.id, d.title FROM record_document d WHERE {where} AND d.id = ANY(%s)",  # noqa: S608
            [*values, wanted],
        )
        return dict(cursor.fetchall())


def _trace(entry: Entry, documents: tuple[tuple[UUID, str], ...]) -> Trace:
    assert entry.patient_id is not None
    return Trace(
        entry.id,
        entry.at,
        WHAT[entry.door],
        entry.outcome == "refused",
        entry.actor_kind,
        entry.actor_id,
        entry.actor_name,
        entry.actor_role,
        entry.structure_name,
        entry.patient_id,
        entry.purpose,
        entry.reason,
        entry.channel,
        documents,
    )
