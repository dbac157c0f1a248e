"""The synthèse (product.md §2.3 D1): blocks by concept from the facts this reader sees, divergences first, gaps stated."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import groupby
from typing import Any
from uuid import UUID

from django.db import connection

from socle import clock
from socle.base.access.actor import Actor
from socle.base.access.doors import door, note
from socle.record import visible
from socle.record.chart import Chart, Header, header_of, open_chart
from socle.record.models import Visit
from socle.record.queries.documents import revision_of

MONTHS_SHOWN = 12
STAY_TYPES = frozenset({"34112-3", "15507-7", "11490-0", "34133-9", "34874-8", "18761-7"})
"""Documents that tell of a stay or of an emergency visit (rules.md §2.3)."""
STAYS_SHOWN = 3
DIRECTIVES = "EXPPAT_3"
WISHES = (DIRECTIVES, "EXPPAT_1")
"""What the person writes of their wishes: advance directives, then the rest (trusted person, organs). Source: JDV_J07."""
WISHES_SHOWN = 4
ABNORMAL = frozenset({"H", "L", "HH", "LL", "A", "AA", "HX", "LX"})


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of the synthèse, and the document that proves it."""

    id: UUID
    kind: str
    label: str
    key: str
    detail: str
    value_text: str
    value: Decimal | None
    unit: str
    low: Decimal | None
    high: Decimal | None
    interpretation: str
    status: str
    none_known: bool
    reliability: str
    quote: str
    started_on: date | None
    ended_on: date | None
    noted_on: date
    document_id: UUID
    document_title: str
    document_author: str
    document_day: datetime

    @property
    def abnormal(self) -> bool:
        """Marked so by the laboratory, or outside the bounds that the document gives."""
        if self.interpretation:
            return self.interpretation in ABNORMAL
        if self.value is None:
            return False
        return (self.low is not None and self.value < self.low) or (self.high is not None and self.value > self.high)


@dataclass(frozen=True, slots=True)
class Divergence:
    """Two documents that say the opposite: shown before everything else."""

    says: Fact
    against: Fact | None


@dataclass(frozen=True, slots=True)
class Episode:
    """Documents of one stay or contact; a document without one stands alone (nothing is guessed)."""

    started_at: datetime
    documents: tuple[visible.DocumentRow, ...]


@dataclass(frozen=True, slots=True)
class Synthesis:
    """What the page shows. An empty block is a gap to state, never an absent block."""

    header: Header
    divergences: tuple[Divergence, ...]
    allergies: tuple[Fact, ...]
    no_known_allergy: Fact | None
    problems: tuple[Fact, ...]
    history: tuple[Fact, ...]
    treatments: tuple[Fact, ...]
    vaccinations: tuple[Fact, ...]
    abnormal_results: tuple[Fact, ...]
    result_count: int
    measures: tuple[Fact, ...]
    stays: tuple[visible.DocumentRow, ...]
    wishes: tuple[visible.DocumentRow, ...]
    episodes: tuple[Episode, ...]
    counts: visible.Counts
    last_visit: datetime | None
    may_be_partial: bool
    shown: tuple[UUID, ...] = field(default=(), repr=False)


@door(reads=True)
def page(*, actor: Actor, patient_id: UUID) -> Synthesis:
    """The synthèse of a record that this actor may read: at most thirteen statements, whatever its size. The visit is kept for
    « depuis votre dernier passage »."""
    chart = open_chart(actor, patient_id)
    last = _last_visit(chart, actor)
    facts = _facts(chart)
    since = clock.now() - timedelta(days=366)
    recent = visible.rows(chart, visible.Filter(since=since))
    stays = _stays(chart)
    wishes = visible.rows(chart, visible.Filter(type_codes=WISHES), limit=WISHES_SHOWN)
    counts = visible.counts(chart, last)
    built = _assemble(facts, recent, stays, counts, last)
    header = header_of(chart, tuple(fact.label for fact in built["allergies"]), counts.documents)
    shown = tuple(dict.fromkeys([fact.document_id for fact in facts] + [row.id for row in [*recent, *stays, *wishes]]))
    _visited(chart, actor)
    note(kind="document", shown=shown, revision=revision_of(chart))
    return Synthesis(header=header, may_be_partial=chart.sight.may_be_partial, wishes=tuple(wishes), shown=shown, **built)


FACT_COLUMNS = (
    "f.id, f.kind, f.label, k.key, f.detail, f.value_text, f.value, f.unit, f.low, f.high, f.interpretation, f.status,"
    " f.none_known, f.reliability, f.quote, f.started_on, f.ended_on, f.noted_on, d.id, d.title, d.author_name, d.started_at"
)
FACT_ROWS = """
FROM record_fact f
JOIN record_document d ON d.id = f.document_id
CROSS JOIN LATERAL (SELECT CASE WHEN f.code <> '' THEN f.code_system || '|' || f.code ELSE f.label_key END AS key) k
"""
_FACTS = f"""
SELECT DISTINCT ON (f.kind, f.reliability, f.none_known, k.key) {FACT_COLUMNS} {FACT_ROWS}
WHERE {{where}}
ORDER BY f.kind, f.reliability, f.none_known, k.key, f.noted_on DESC, f.id DESC
"""


def _facts(chart: Chart) -> list[Fact]:
    """The newest visible statement of each thing, by kind and reliability. One statement, which goes from the documents of the
    person to their facts whatever the statistics say: a condition on the facts' own `patient_id` would tempt the planner into
    crossing two indexes for each document (twenty times slower when measured on a fresh table)."""
    where, values = visible.clause(chart)
    with connection.cursor() as cursor:
        cursor.execute(_FACTS.format(where=where), values)
        return [Fact(*row) for row in cursor.fetchall()]


def _last_visit(chart: Chart, actor: Actor) -> datetime | None:
    """When this actor was here before. One statement."""
    if actor.person_id is None:
        return None
    return Visit.objects.filter(patient_id=chart.root, person_id=actor.person_id).values_list("last_at", flat=True).first()


def _visited(chart: Chart, actor: Actor) -> None:
    """This actor was here now. One statement, the last of its door: its row is locked until the commit, and the same person's
    other tab would wait for a whole page."""
    if actor.person_id is None:
        return
    Visit.objects.bulk_create(
        [Visit(patient_id=chart.root, person_id=actor.person_id, last_at=clock.now())],
        update_conflicts=True,
        unique_fields=["patient_id", "person_id"],
        update_fields=["last_at"],
    )


def _stays(chart: Chart) -> list[visible.DocumentRow]:
    """The last stays, by their newest document. One statement."""
    where, values = visible.clause(chart)
    sql = (
        f"SELECT {visible.COLUMNS} FROM record_document d WHERE {where} AND d.type_code = ANY(%s)"  # noqa: S608
        " ORDER BY d.started_at DESC, d.id DESC LIMIT %s"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [*values, sorted(STAY_TYPES), STAYS_SHOWN * 4])
        found = [visible.DocumentRow(*row) for row in cursor.fetchall()]
    by_stay: dict[str, visible.DocumentRow] = {}
    for row in found:
        by_stay.setdefault(row.encounter_id or str(row.id), row)
    return list(by_stay.values())[:STAYS_SHOWN]


def _assemble(
    facts: list[Fact],
    recent: list[visible.DocumentRow],
    stays: list[visible.DocumentRow],
    counts: visible.Counts,
    last: datetime | None,
) -> dict[str, Any]:
    kinds = {kind: list(group) for kind, group in groupby(facts, key=lambda fact: fact.kind)}
    allergies = _stated(kinds.get("allergy", ()))
    none_known = _newest(fact for fact in kinds.get("allergy", ()) if fact.none_known)
    problems = _stated(kinds.get("problem", ()))
    results = _stated(kinds.get("result", ()))
    return {
        "divergences": _divergences(allergies, none_known),
        "allergies": allergies,
        "no_known_allergy": none_known if not allergies else None,
        "problems": tuple(fact for fact in problems if fact.status != "resolved"),
        "history": tuple(fact for fact in problems if fact.status == "resolved") + _stated(kinds.get("procedure", ())),
        "treatments": tuple(fact for fact in _stated(kinds.get("treatment", ())) if fact.status != "stopped"),
        "vaccinations": _stated(kinds.get("vaccination", ())),
        "abnormal_results": tuple(fact for fact in results if fact.abnormal),
        "result_count": len(results),
        "measures": _stated(kinds.get("measure", ())),
        "stays": tuple(stays),
        "episodes": _episodes(recent),
        "counts": counts,
        "last_visit": last,
    }


def _stated(facts: Iterable[Fact]) -> tuple[Fact, ...]:
    """One line a thing: a coded statement wins over the same thing read in a text; the newest first."""
    by_key: dict[str, Fact] = {}
    for fact in facts:
        if fact.none_known or fact.status == "refuted":
            continue
        present = by_key.get(fact.key)
        if present is None or (present.reliability == "read" and fact.reliability == "structured"):
            by_key[fact.key] = fact
    return tuple(sorted(by_key.values(), key=lambda fact: (fact.noted_on, fact.label), reverse=True))


def _newest(facts: Iterable[Fact]) -> Fact | None:
    return max(facts, key=lambda fact: fact.noted_on, default=None)


def _divergences(allergies: tuple[Fact, ...], none_known: Fact | None) -> tuple[Divergence, ...]:
    """An allergy that only a text tells, or that another document denies, is the first thing to know; those with a reaction come
    first."""
    found = [Divergence(fact, none_known) for fact in allergies if none_known is not None or fact.reliability == "read"]
    return tuple(sorted(found, key=lambda one: one.says.detail == ""))


def _episodes(recent: list[visible.DocumentRow]) -> tuple[Episode, ...]:
    grouped: dict[str, list[visible.DocumentRow]] = {}
    for row in recent:
        grouped.setdefault(row.encounter_id or str(row.id), []).append(row)
    episodes = [Episode(max(row.started_at for row in rows), tuple(rows)) for rows in grouped.values()]
    return tuple(sorted(episodes, key=lambda episode: episode.started_at, reverse=True))
