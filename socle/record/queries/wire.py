"""The documents of a record as the wires serve them: from SQL text to bytes, without building objects on the way.

What a reader may not see answers like what is not there: same error, same number of statements; nothing hidden shows by a total,
a page, or the document that another one replaces.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection

from socle.base.access import sight
from socle.base.access.actor import Actor
from socle.base.access.doors import door, note
from socle.base.audit.journal import IDS_KEPT
from socle.base.identity.queries import patients
from socle.errors import NotFound
from socle.record import chart as charts
from socle.record.chart import Chart, chart_of, family_named
from socle.record.queries.asked import Place, Wanted, Whose, asked, find_chart, owned_by, page_of
from socle.record.queries.conditions import DOCUMENTS, Clause
from socle.record.queries.documents import revision_of
from socle.record.queries.lots import Lot, of_documents
from socle.record.queries.served import COLUMNS, DATE, FROM, LOT, WIDTH, Facts, Row, Served, facts_of, served
from socle.record.rules import Authorship, may_change


@dataclass(frozen=True, slots=True)
class Page:
    """Documents that this reader sees, in order. `total` None: not counted. `root` is the person, None when nobody is."""

    documents: tuple[Served, ...] = ()
    total: int | None = 0
    following: Place | None = None
    root: UUID | None = None
    subject: patients.Identity | None = None
    lots: tuple[Lot, ...] = ()
    """The lots that these documents were deposited in, when asked for."""


_READ = f"""SELECT {COLUMNS}, d.author_national_id, d.updated_at, {facts_of("d")}, {charts.COLUMNS}
{FROM} CROSS JOIN {family_named("d.patient_id")} WHERE d.id = %(document)s"""
_AUTHOR, _UPDATED, _FACTS = WIDTH, WIDTH + 1, WIDTH + 2
_CHART = _FACTS + len(Facts._fields)
_VERSION = 2
_HIDDEN = ("masked", "hidden_from_patient", "hidden_from_representatives")
IDENTIFIED = """
SELECT id FROM record_document WHERE unique_id = %s AND NOT deleted
UNION
SELECT id FROM record_document WHERE set_id = %s AND set_id <> '' AND state = 'current' AND NOT deleted
"""


@door(reads=True)
def read(*, actor: Actor, document_id: UUID) -> Served:
    """The document as it is now. NotFound when it is absent, deleted, hidden, or of a record closed to this reader. One
    statement, whatever the answer."""
    row, chart = _one(actor, document_id)
    seen = chart.sight
    if not (seen.decision().allowed and seen.sees(_facts(row))):
        raise NotFound()
    note(kind="document", shown=[document_id])
    return served(row, seen, row[_UPDATED])


_FORMER = """SELECT version, fhir_text, updated_at, masked, hidden_from_patient, hidden_from_representatives
FROM record_formerversion WHERE document_id = %s AND version >= %s ORDER BY version"""


@door(reads=True)
def read_version(*, actor: Actor, document_id: UUID, version: int) -> Served:
    """The document as it read under that version, for who sees it now and could have seen it ever since: a gap would tell
    that it was hidden meanwhile. NotFound otherwise, and for a version that never was. One statement for the present version, two
    for another."""
    row, chart = _one(actor, document_id)
    seen = chart.sight
    facts = _facts(row)
    if not (seen.decision().allowed and seen.sees(facts)):
        raise NotFound()
    note(kind="document", shown=[document_id])
    if version == row[_VERSION]:
        return served(row, seen, row[_UPDATED])
    with connection.cursor() as cursor:
        cursor.execute(_FORMER, [document_id, version])
        since = cursor.fetchall()
    stood = (facts._replace(**dict(zip(_HIDDEN, hidden, strict=True))) for _, _, _, *hidden in since)
    if not since or since[0][0] != version or not all(seen.sees(one) for one in stood):
        raise NotFound()
    _, text, updated_at, *_ = since[0]
    return served((row[0], text, version, *row[_VERSION + 1 :]), seen, updated_at)


@door(reads=True)
def changing(*, actor: Actor, document_id: UUID) -> Served:
    """The document, for whoever is about to change its labels: those who see it, and its author even without authorisation to
    read the record. NotFound otherwise."""
    row, chart = _one(actor, document_id)
    seen = chart.sight
    if not _within_reach(actor, row, seen):
        raise NotFound()
    note(kind="document", shown=[document_id])
    return served(row, seen, row[_UPDATED])


@door(reads=True)
def identified(*, actor: Actor, identifier: str) -> tuple[UUID, ...]:
    """The documents whose own id, or the id of whose versions, is this one, and that this actor sees or may change: at most two.
    Of the versions only the current one counts."""
    with connection.cursor() as cursor:
        cursor.execute(IDENTIFIED, [identifier, identifier])
        ids = [row[0] for row in cursor.fetchall()]
    found = []
    note(kind="document")
    for document_id in ids:
        row, chart = _one(actor, document_id, told=False)
        if _within_reach(actor, row, chart.sight):
            found.append(document_id)
            note(patient_id=chart.root, shown=[document_id])
    return tuple(found[:2])


def _one(actor: Actor, document_id: UUID, *, told: bool = True) -> tuple[Row, Chart]:
    """The row, and the chart of its record. One statement. NotFound when there is no such row."""
    with connection.cursor() as cursor:
        cursor.execute(_READ, {"document": document_id, **sight.values(actor)})
        row = cursor.fetchone()
    if row is None:
        raise NotFound()
    return row, chart_of(actor, row[_CHART:], told=told)


def _facts(row: Row) -> Facts:
    return Facts(*row[_FACTS:_CHART])


def _within_reach(actor: Actor, row: Row, seen: sight.Sight) -> bool:
    facts = _facts(row)
    if facts.deleted:
        return False
    mine = may_change(actor, Authorship(facts.depositor_id, facts.depositor_structure_id, row[_AUTHOR])).allowed
    return mine or (seen.decision().allowed and seen.sees(facts))


@door(reads=True)
def search(*, actor: Actor, whose: Whose, wanted: Wanted) -> Page:
    """The documents of one person that this reader sees and that fulfil every condition, by date then id. An unknown person has
    none. Forbidden when the record may not be read; NotFound when its very existence is not this reader's to know. Two
    statements; more for an identifier, a total, inclusions, a page of more than 50."""
    chart = find_chart(actor, whose)
    if chart is None:
        return Page()
    where, values = matching(chart, wanted)
    rows = _page(where, values, wanted) if wanted.limit else []
    shown = rows[: wanted.limit]
    following = (shown[-1][DATE], shown[-1][0]) if len(rows) > len(shown) else None
    total = len(shown) if wanted.limit and wanted.after is None and following is None else None
    if total is None and (wanted.counted or not wanted.limit):
        total = _count(where, values)
    ids = [row[0] for row in shown]
    note(kind="document", shown=ids, revision=revision_of(chart) if len(ids) > IDS_KEPT else None)
    return Page(
        tuple(served(row, chart.sight) for row in shown),
        total,
        following,
        chart.root,
        patients.read(actor=actor, patient_id=chart.root) if wanted.with_subject else None,
        of_documents(chart, [row[LOT] for row in shown if row[LOT] is not None]) if wanted.with_others else (),
    )


def matching(chart: Chart, wanted: Wanted) -> Clause:
    """The WHERE clause, on alias `d`, of the visible documents that fulfil the conditions."""
    owner, family = owned_by(chart, "d")
    where, values = chart.sight.where("d")
    conditions, more = asked(DOCUMENTS, wanted, chart, "d")
    return f"{owner} AND {where}{conditions}", [*family, *values, *more]


def page_statement(where: str, values: list[Any], wanted: Wanted) -> Clause:
    """The statement of a page and its values."""
    end, place = page_of("d.created_at", "d.id", wanted)
    return f"SELECT {COLUMNS} {FROM} WHERE {where}{end}", [*values, *place]


def _page(where: str, values: list[Any], wanted: Wanted) -> list[Row]:
    with connection.cursor() as cursor:
        cursor.execute(*page_statement(where, values, wanted))
        return cursor.fetchall()  # type: ignore[no-any-return]


def _count(where: str, values: list[Any]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM record_document d WHERE {where}", values)  # noqa: S608
        return int(cursor.fetchone()[0])
