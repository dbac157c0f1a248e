"""Lots (submission sets) as the wires serve them. A lot shows when one of its documents does, with those entries alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from django.db import connection

from socle.base.access import sight
from socle.base.access.actor import Actor, Kind
from socle.base.access.doors import door, note
from socle.base.audit.journal import IDS_KEPT
from socle.errors import NotFound
from socle.record import chart as charts
from socle.record.chart import Chart, chart_of, family_named
from socle.record.queries.asked import Place, Wanted, Whose, asked, find_chart, owned_by, page_of
from socle.record.queries.conditions import LOTS, Clause
from socle.record.queries.documents import revision_of
from socle.record.queries.served import COLUMNS, FROM, Row, Served, served

_SERVED = "s.id, s.fhir_text, s.fhir_version, s.updated_at, s.submitted_at::text"
_CHART = 5
_READ = f"""SELECT {_SERVED}, {charts.COLUMNS} FROM record_submissionset s CROSS JOIN {family_named("s.patient_id")}
WHERE s.id = %(lot)s"""  # noqa: S608
ITEM = "DocumentReference/"


@dataclass(frozen=True, slots=True)
class Lot:
    """A lot as it is served: its text names only documents that the reader sees, `documents` are their ids."""

    id: UUID
    text: str
    version: int
    updated_at: datetime
    documents: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class LotPage:
    """Lots that this reader sees, newest first. `total` None: not counted. `root` is the person, None when nobody is."""

    lots: tuple[Lot, ...] = ()
    total: int | None = 0
    following: Place | None = None
    root: UUID | None = None
    documents: tuple[Served, ...] = ()
    """Their documents, when asked for."""


@dataclass(frozen=True, slots=True)
class Retried:
    """A lot that its depositor sends again, and its documents by their unique id."""

    id: UUID
    text: str
    documents: dict[str, Served]


@door(reads=True)
def read(*, actor: Actor, lot_id: UUID) -> Lot:
    """The lot. NotFound when it is absent, when no document of it shows, or when the record is closed to this reader. Two
    statements, one when it is absent."""
    with connection.cursor() as cursor:
        cursor.execute(_READ, {"lot": lot_id, **sight.values(actor)})
        row = cursor.fetchone()
    if row is None:
        raise NotFound()
    chart = chart_of(actor, row[_CHART:])
    if not chart.sight.decision().allowed:
        raise NotFound()
    found = _filtered(chart, [row[:_CHART]])
    if not found or not found[0].documents:
        raise NotFound()
    note(kind="document", shown=found[0].documents)
    return found[0]


@door(reads=True)
def retried(*, actor: Actor, unique_id: str, digests: Mapping[str, bytes]) -> Retried | None:
    """The lot of this id, when this very caller deposited it with exactly these documents (unique id: SHA-256); None
    otherwise, which tells nothing of whatever lot has that id."""
    software = actor.kind is Kind.SOFTWARE
    depositor, column = (actor.structure_id, "depositor_structure_id") if software else (actor.person_id, "depositor_id")
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT s.id, s.fhir_text, s.patient_id, {COLUMNS}, d.unique_id, d.sha256 {FROM}"
            " JOIN record_submissionset s ON s.id = d.submission_id"
            f" WHERE s.unique_id = %s AND s.{column} = %s AND NOT d.deleted",
            [unique_id, depositor],
        )
        rows = cursor.fetchall()
    if {row[-2]: bytes(row[-1]) for row in rows} != digests or not rows:
        return None
    documents = {row[-2]: Served(row[3], row[4], row[5]) for row in rows}
    note(patient_id=rows[0][2], kind="document", shown=[one.id for one in documents.values()])
    return Retried(rows[0][0], rows[0][1], documents)


@door(reads=True)
def search(*, actor: Actor, whose: Whose, wanted: Wanted) -> LotPage:
    """The lots of one person that fulfil every condition and hold a document that this reader sees. Raises as a search of
    documents does. Three statements; more for an identifier, a total, inclusions."""
    chart = find_chart(actor, whose)
    if chart is None:
        return LotPage()
    where, values = matching(chart, wanted)
    rows = _page(where, values, wanted) if wanted.limit else []
    shown = rows[: wanted.limit]
    following = (shown[-1][4], shown[-1][0]) if len(rows) > len(shown) else None
    total = len(shown) if wanted.limit and wanted.after is None and following is None else None
    if total is None and (wanted.counted or not wanted.limit):
        total = _count(where, values)
    found = _filtered(chart, shown)
    named = [one for lot in found for one in lot.documents]
    note(kind="document", shown=named, revision=revision_of(chart) if len(named) > IDS_KEPT else None)
    documents = _documents(chart, named) if wanted.with_others else ()
    return LotPage(found, total, following, chart.root, documents)


def of_documents(chart: Chart, ids: Sequence[UUID]) -> tuple[Lot, ...]:
    """Inside a door that shows documents: the lots of these ids, with the entries that this reader sees. Two statements."""
    if not ids:
        return ()
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {_SERVED} FROM record_submissionset s WHERE s.id = ANY(%s) AND s.patient_id = ANY(%s)"  # noqa: S608
            " ORDER BY s.submitted_at DESC, s.id DESC",
            [list(dict.fromkeys(ids)), list(chart.family)],
        )
        rows = cursor.fetchall()
    return tuple(lot for lot in _filtered(chart, rows) if lot.documents)


def matching(chart: Chart, wanted: Wanted) -> Clause:
    """The WHERE clause, on alias `s`, of the lots that show and fulfil the conditions."""
    owner, family = owned_by(chart, "s")
    visible, values = chart.sight.where("d")
    conditions, more = asked(LOTS, wanted, chart, "s")
    shows = f"EXISTS (SELECT 1 FROM record_document d WHERE d.submission_id = s.id AND {visible})"  # noqa: S608
    return f"{owner} AND {shows}{conditions}", [*family, *values, *more]


def page_statement(where: str, values: list[Any], wanted: Wanted) -> Clause:
    """The statement of a page and its values."""
    end, place = page_of("s.submitted_at", "s.id", wanted)
    return f"SELECT {_SERVED} FROM record_submissionset s WHERE {where}{end}", [*values, *place]  # noqa: S608


def _page(where: str, values: list[Any], wanted: Wanted) -> list[Row]:
    with connection.cursor() as cursor:
        cursor.execute(*page_statement(where, values, wanted))
        return cursor.fetchall()  # type: ignore[no-any-return]


def _count(where: str, values: list[Any]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM record_submissionset s WHERE {where}", values)  # noqa: S608
        return int(cursor.fetchone()[0])


def _filtered(chart: Chart, rows: Sequence[Row]) -> tuple[Lot, ...]:
    """The lots with the entries whose documents this reader sees. One statement."""
    resources = [orjson.loads(row[1]) for row in rows]
    seen = _visible(chart, [one for resource in resources for one in _named(resource)])
    lots = []
    for row, resource in zip(rows, resources, strict=True):
        shown = tuple(one for one in _named(resource) if one in seen)
        resource["entry"] = [{"item": {"reference": f"{ITEM}{one}"}} for one in shown]
        if not shown:
            del resource["entry"]
        lots.append(Lot(row[0], orjson.dumps(resource).decode(), row[2], row[3], shown))
    return tuple(lots)


def _named(resource: dict[str, Any]) -> list[UUID]:
    return [UUID(entry["item"]["reference"].removeprefix(ITEM)) for entry in resource.get("entry", ())]


def _visible(chart: Chart, ids: Sequence[UUID]) -> frozenset[UUID]:
    return frozenset(row[0] for row in _select(chart, "d.id", "FROM record_document d", ids)) if ids else frozenset()


def _documents(chart: Chart, ids: Sequence[UUID]) -> tuple[Served, ...]:
    return tuple(served(row, chart.sight) for row in _select(chart, COLUMNS, FROM, ids)) if ids else ()


def _select(chart: Chart, columns: str, tables: str, ids: Sequence[UUID]) -> list[Row]:
    where, values = chart.sight.where("d")
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {columns} {tables} WHERE d.id = ANY(%s) AND d.patient_id = ANY(%s) AND {where}",
            [list(ids), list(chart.family), *values],
        )
        return cursor.fetchall()  # type: ignore[no-any-return]
