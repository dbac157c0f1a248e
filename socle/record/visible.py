"""The visible documents of a chart, as SQL: the one place where a list, a count or a fact of the record meets Sight."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from socle.record.chart import Chart


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """A document as lists show it."""

    id: UUID
    title: str
    class_code: str
    type_code: str
    type_label: str
    author_name: str
    author_title: str
    author_structure_name: str
    started_at: datetime
    created_at: datetime
    deposited_at: datetime
    state: str
    archived: bool
    masked: bool
    hidden_from_patient: bool
    hidden_from_representatives: bool
    encounter_id: str
    media_type: str
    body_level: int
    parent_unknown: bool
    version_number: int | None
    depositor_id: UUID | None


COLUMNS = (
    "d.id, d.title, d.class_code, d.type_code, d.type_label, d.author_name, d.author_title, d.author_structure_name,"
    " d.started_at, d.created_at, d.deposited_at, d.state, d.archived, d.masked, d.hidden_from_patient,"
    " d.hidden_from_representatives, d.encounter_id, d.media_type, d.body_level, d.parent_unknown, d.version_number,"
    " d.depositor_id"
)


@dataclass(frozen=True, slots=True)
class Filter:
    """What a reader asked for. Only current, unarchived documents unless said otherwise (rules.md §2.4 step 8)."""

    class_code: str = ""
    type_code: str = ""
    type_codes: tuple[str, ...] = ()
    since: datetime | None = None
    author: str = ""
    with_superseded: bool = False
    with_archived: bool = False


EVERYTHING_CURRENT = Filter()


def clause(chart: Chart, wanted: Filter = EVERYTHING_CURRENT) -> tuple[str, list[Any]]:
    """The WHERE clause on alias `d` for what this reader sees of this chart, and its parameters."""
    where, parameters = chart.sight.where("d")
    clauses = ["d.patient_id = ANY(%s)", where]
    values: list[Any] = [list(chart.family), *parameters]
    if not wanted.with_superseded:
        clauses.append("d.state = 'current'")
    if not wanted.with_archived:
        clauses.append("NOT d.archived")
    for column, value in (("class_code", wanted.class_code), ("type_code", wanted.type_code), ("author_name", wanted.author)):
        if value:
            clauses.append(f"d.{column} = %s")
            values.append(value)
    if wanted.type_codes:
        clauses.append("d.type_code = ANY(%s)")
        values.append(list(wanted.type_codes))
    if wanted.since is not None:
        clauses.append("d.started_at >= %s")
        values.append(wanted.since)
    return " AND ".join(clauses), values


def rows(
    chart: Chart, wanted: Filter = EVERYTHING_CURRENT, *, after: tuple[datetime, UUID] | None = None, limit: int | None = None
) -> list[DocumentRow]:
    """Newest act first; after the (started_at, id) of the last row seen, when given. One statement."""
    where, values = clause(chart, wanted)
    if after is not None:
        where += " AND (d.started_at, d.id) < (%s, %s)"
        values += list(after)
    sql = f"SELECT {COLUMNS} FROM record_document d WHERE {where} ORDER BY d.started_at DESC, d.id DESC"  # noqa: S608
    if limit is not None:
        sql += " LIMIT %s"
        values.append(limit)
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return [DocumentRow(*row) for row in cursor.fetchall()]


def around(
    chart: Chart, wanted: Filter, place: tuple[datetime, UUID], *, newer: int, older: int
) -> tuple[list[DocumentRow], list[DocumentRow]]:
    """The rows just newer and just older than the one at `place` (started_at, id), each newest act first. Two statements."""
    where, values = clause(chart, wanted)
    sql = (
        f"SELECT {COLUMNS} FROM record_document d WHERE {where} AND (d.started_at, d.id) > (%s, %s)"  # noqa: S608
        " ORDER BY d.started_at, d.id LIMIT %s"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [*values, *place, newer])
        before = [DocumentRow(*row) for row in cursor.fetchall()]
    return before[::-1], rows(chart, wanted, after=place, limit=older)


@dataclass(frozen=True, slots=True)
class Counts:
    """How many visible documents, and how many new ones since an instant."""

    documents: int
    new: int
    oldest: datetime | None


def counts(chart: Chart, since: datetime | None) -> Counts:
    """One statement."""
    where, values = clause(chart)
    sql = (
        "SELECT count(*), count(*) FILTER (WHERE d.deposited_at > %s), min(d.started_at)"  # noqa: S608
        f" FROM record_document d WHERE {where}"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [since, *values])
        return Counts(*cursor.fetchone())


def counts_by_type(chart: Chart) -> dict[str, int]:
    """How many visible documents of each type. One statement."""
    where, values = clause(chart)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT d.type_code, count(*) FROM record_document d WHERE {where} GROUP BY 1", values)  # noqa: S608
        return dict(cursor.fetchall())
