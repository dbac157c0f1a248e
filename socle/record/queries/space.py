"""What the person, or whoever acts for them, reads of the record in their own space: home, documents, journal."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection

from socle import clock
from socle.base.access.actor import Actor
from socle.base.access.doors import door, note
from socle.base.access.models import Choice
from socle.base.audit import reading
from socle.base.notices.queries import mine
from socle.record import visible
from socle.record.chart import Chart, Header, header_of, open_chart
from socle.record.queries import accesses, synthesis
from socle.record.queries import documents as reader
from socle.record.queries.documents import OpenedDocument, revision_of

LATELY = timedelta(days=30)
KNOWN = timedelta(days=365)
ARRIVALS = 8
LINES_READ = 1000
"""Lines of the journal looked through to name the readers of a year."""
URGENT = frozenset({"urgent-emergency", "urgent-regulation"})


@dataclass(frozen=True, slots=True)
class Arrival:
    """A document that came lately, and whether this person has opened it."""

    document: visible.DocumentRow
    read: bool


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody else who read the record, and when last."""

    person_id: UUID | None
    name: str
    role: str
    structure: str
    last_at: datetime
    lately: bool


@dataclass(frozen=True, slots=True)
class Home:
    """The first page: what to do, what came, who read."""

    header: Header
    arrivals: tuple[Arrival, ...]
    readers: tuple[Reader, ...]
    urgent: tuple[mine.Told, ...]
    """Urgent accesses that the person was told of and has not said to have read."""
    urgency_chosen: bool


@door(reads=True)
def home(*, actor: Actor, patient_id: UUID) -> Home:
    """What came in the last thirty days and who read in them. At most thirteen statements."""
    chart = open_chart(actor, patient_id)
    since = clock.now() - LATELY
    arrivals = _arrivals(chart, since)
    readers = tuple(one for one in _readers(chart, LATELY) if one.lately)
    urgent = _urgent(chart)
    chosen = Choice.objects.filter(patient_id__in=chart.family).exists()
    total = visible.counts(chart, None).documents
    note(kind="document", shown=[one.document.id for one in arrivals])
    return Home(header_of(chart, document_count=total), arrivals, readers, urgent, chosen)


def _arrivals(chart: Chart, since: datetime) -> tuple[Arrival, ...]:
    where, values = visible.clause(chart)
    sql = (
        f"SELECT {visible.COLUMNS} FROM record_document d WHERE {where} AND d.deposited_at >= %s"  # noqa: S608
        " ORDER BY d.deposited_at DESC, d.id DESC LIMIT %s"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [*values, since, ARRIVALS])
        rows = [visible.DocumentRow(*row) for row in cursor.fetchall()]
    entries = reading.about(
        chart.family, actor_id=chart.sight.actor.person_id, doors=accesses.OPENINGS, since=since, limit=LINES_READ
    )
    opened = {found for entry in entries for found in entry.object_ids}
    return tuple(Arrival(row, row.id in opened) for row in rows)


def _readers(chart: Chart, span: timedelta) -> tuple[Reader, ...]:
    """Those who read the record within `span`, the newest first, from the lines that this reader may see. Two statements."""
    now = clock.now()
    wanted = accesses.Wanted(of_others=True, since=now - span)
    lines, _ = accesses.lines_of(chart, wanted, limit=LINES_READ, what=accesses.READINGS)
    found: dict[tuple[UUID | None, str], Reader] = {}
    for line in lines:
        if line.refused or not line.who:
            continue
        lately = line.at >= now - LATELY
        found.setdefault((line.person_id, line.who), Reader(line.person_id, line.who, line.role, line.structure, line.at, lately))
    return tuple(found.values())


def _urgent(chart: Chart) -> tuple[mine.Told, ...]:
    """Only in one's own space: notices are those of the person who asks."""
    if not chart.sight.is_holder:
        return ()
    return tuple(told for told in mine.mine(actor=chart.sight.actor) if told.kind in URGENT and not told.read)


@dataclass(frozen=True, slots=True)
class DocumentsInSpace:
    """The documents of one category, newest act first; `by_type` counts all that this reader sees."""

    header: Header
    documents: tuple[visible.DocumentRow, ...]
    by_type: dict[str, int]
    next_after: tuple[datetime, UUID] | None


@door(reads=True)
def documents(
    *,
    actor: Actor,
    patient_id: UUID,
    wanted: visible.Filter = visible.EVERYTHING_CURRENT,
    after: tuple[datetime, UUID] | None = None,
    limit: int = reader.PAGE,
) -> DocumentsInSpace:
    """Counts are of what this reader sees, nothing else. Nine statements."""
    chart = open_chart(actor, patient_id)
    found = visible.rows(chart, wanted, after=after, limit=limit + 1)
    shown = tuple(found[:limit])
    by_type = visible.counts_by_type(chart)
    note(kind="document", shown=[row.id for row in shown], revision=revision_of(chart))
    more = (shown[-1].started_at, shown[-1].id) if len(found) > limit else None
    return DocumentsInSpace(header_of(chart, document_count=sum(by_type.values())), shown, by_type, more)


@dataclass(frozen=True, slots=True)
class ReadDocument:
    """One document with the facts read in it, and for each of its results the one before."""

    opened: OpenedDocument
    facts: tuple[synthesis.Fact, ...]
    before: dict[str, synthesis.Fact]
    """By the key of the fact."""


_OF_DOCUMENT = f"""
SELECT {synthesis.FACT_COLUMNS} {synthesis.FACT_ROWS} WHERE f.document_id = %s ORDER BY f.position
"""
_BEFORE = f"""
SELECT DISTINCT ON (k.key) {synthesis.FACT_COLUMNS} {synthesis.FACT_ROWS}
WHERE f.patient_id = ANY(%s) AND f.kind IN ('result', 'measure') AND k.key = ANY(%s) AND f.noted_on < %s AND {{where}}
ORDER BY k.key, f.noted_on DESC, f.id DESC
"""


@door(reads=True)
def document(*, actor: Actor, patient_id: UUID, document_id: UUID) -> ReadDocument:
    """The document, the right to open its content once, and its facts. NotFound when absent, hidden or of another person."""
    chart = open_chart(actor, patient_id)
    opened = reader.opened(chart, document_id)
    with connection.cursor() as cursor:
        cursor.execute(_OF_DOCUMENT, [document_id])
        facts = tuple(synthesis.Fact(*row) for row in cursor.fetchall())
    return ReadDocument(opened, facts, _before(chart, facts))


def _before(chart: Chart, facts: tuple[synthesis.Fact, ...]) -> dict[str, synthesis.Fact]:
    measured = [fact for fact in facts if fact.kind in ("result", "measure")]
    if not measured:
        return {}
    where, values = visible.clause(chart)
    first = min(fact.noted_on for fact in measured)
    with connection.cursor() as cursor:
        cursor.execute(_BEFORE.format(where=where), [list(chart.family), [fact.key for fact in measured], first, *values])
        return {found.key: found for found in (synthesis.Fact(*row) for row in cursor.fetchall())}


@dataclass(frozen=True, slots=True)
class JournalInSpace:
    """The page « Qui a lu mon dossier »."""

    header: Header
    lines: tuple[accesses.Line, ...]
    next_before: UUID | None
    readers: tuple[Reader, ...]
    """Those who read within a year: whom the lines may be narrowed to."""
    newcomers: tuple[accesses.Line, ...]
    """The first line of each structure that came within thirty days and had never come."""
    urgent: tuple[mine.Told, ...]


@door(reads=True)
def journal(
    *, actor: Actor, patient_id: UUID, wanted: accesses.Wanted = accesses.EVERY_LINE, before: UUID | None = None
) -> JournalInSpace:
    """The newest lines first, and what is unusual among those of thirty days. At most twelve statements."""
    chart = open_chart(actor, patient_id)
    note(kind="journal")
    lines, more = accesses.lines_of(chart, wanted, before=before)
    return JournalInSpace(header_of(chart), lines, more, _readers(chart, KNOWN), _newcomers(chart), _urgent(chart))


def _newcomers(chart: Chart) -> tuple[accesses.Line, ...]:
    """Nobody is new in a record that nobody had read."""
    since = clock.now() - LATELY
    known = reading.structures_before(chart.family, since)
    if not known:
        return ()
    wanted = accesses.Wanted(of_others=True, since=since)
    lines, _ = accesses.lines_of(chart, wanted, limit=LINES_READ, what=accesses.READINGS)
    first: dict[UUID, accesses.Line] = {}
    for line in lines:
        if line.structure_id is not None and line.structure_id not in known and line.person_id and not line.refused:
            first[line.structure_id] = line
    return tuple(first.values())
