"""The statements of a search. One place and one range of names: a page read straight from an index, in order. Several: a bounded
read of the index for each, and the few rows merged."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection

from socle.base.directory.search.places import Spot
from socle.base.directory.search.spellings import Reading, after

NOWHERE = UUID(int=0)


@dataclass(frozen=True, slots=True)
class Position:
    """A row of a page: tier of match, rank of its family name within the tier, and the row."""

    tier: int
    rank: int
    sort_key: str
    practitioner_id: UUID


@dataclass(frozen=True, slots=True)
class Criteria:
    """`spots` holds None alone when no place was asked; all spots are of one column."""

    readings: tuple[Reading, ...]
    spots: tuple[Spot | None, ...]
    profession: str = ""
    know_how: str = ""


@dataclass(frozen=True, slots=True)
class Family:
    """A family name to look under; `given` starts the given name, `like` is the given name it must resemble."""

    family: str
    given: str = ""
    like: str = ""

    @property
    def span(self) -> tuple[str, str]:
        start = f"{self.family} {self.given}"
        return start, after(start)


def spans(readings: Iterable[Reading]) -> list[tuple[str, str]]:
    """The ranges of sort keys, without those inside another."""
    found = sorted({reading.span for reading in readings})
    return [one for one in found if not any(other != one and other[0] <= one[0] and one[1] <= other[1] for other in found)]


def page(criteria: Criteria, start: Position | None, limit: int) -> list[Position]:
    """Tier 0: the family name typed is the whole or the start of the person's. One statement."""
    ranges = spans(criteria.readings)
    if len(ranges) > 1 or len(criteria.spots) > 1:
        return _bounded(criteria, 0, [(0, low, high, "") for low, high in ranges or [("", "\U0010ffff")]], start, limit)
    sql, parameters = ordered_sql(criteria, ranges[0] if ranges else None, start, limit)
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return [Position(0, 0, key, person) for key, person in cursor.fetchall()]


def ordered_sql(criteria: Criteria, span: tuple[str, str] | None, start: Position | None, limit: int) -> tuple[str, list[Any]]:
    """The statement that an index answers in order, whatever the criteria."""
    spot = criteria.spots[0]
    where, parameters = _filters(criteria)
    if spot is not None:
        where += f" AND {spot.column} = %s"
        parameters.append(spot.value)
    if span is not None:
        where += " AND sort_key >= %s AND sort_key < %s"
        parameters += span
    if start is not None:
        where += " AND (sort_key, practitioner_id) > (%s, %s)"
        parameters += [start.sort_key, start.practitioner_id]
    sql = (
        "SELECT DISTINCT ON (sort_key, practitioner_id) sort_key, practitioner_id FROM directory_situation"  # noqa: S608
        f" WHERE {where} ORDER BY sort_key, practitioner_id LIMIT %s"
    )
    return sql, [*parameters, limit]


def under(families: list[Family], tier: int, criteria: Criteria, start: Position | None, limit: int) -> list[Position]:
    """The persons of these families, in their order, then by name. One statement."""
    ranges = [(rank, *one.span, one.like) for rank, one in enumerate(families)]
    return _bounded(criteria, tier, ranges, start, limit)


_BOUNDED = """
SELECT DISTINCT ON (v.rank, r.sort_key, r.practitioner_id) v.rank, r.sort_key, r.practitioner_id
FROM unnest(%s::integer[], %s::text[], %s::text[], %s::text[], %s::text[]) AS v (rank, low, high, alike, place)
CROSS JOIN LATERAL (
  SELECT DISTINCT ON (sort_key, practitioner_id) sort_key, practitioner_id FROM directory_situation
  WHERE {where} AND sort_key >= v.low COLLATE "C" AND sort_key < v.high COLLATE "C"
  AND (v.rank > %s OR (sort_key, practitioner_id) > (%s, %s))
  AND (v.alike = '' OR similarity(split_part(sort_key, ' ', 2), v.alike) >= 0.2)
  ORDER BY sort_key, practitioner_id LIMIT %s
) r ORDER BY v.rank, r.sort_key, r.practitioner_id LIMIT %s
"""


def _bounded(
    criteria: Criteria, tier: int, ranges: list[tuple[int, str, str, str]], start: Position | None, limit: int
) -> list[Position]:
    """At most `limit` rows from each (range, place), merged: what is sorted never exceeds ranges × places × `limit`."""
    at = start or Position(tier, -1, "", NOWHERE)
    wanted = [(*one, spot.value if spot else "") for one in ranges if one[0] >= at.rank for spot in criteria.spots]
    if not wanted:
        return []
    where, parameters = _filters(criteria)
    if criteria.spots[0] is not None:
        where += f' AND {criteria.spots[0].column} = v.place COLLATE "C"'
    columns = [list(column) for column in zip(*wanted, strict=True)]
    with connection.cursor() as cursor:
        cursor.execute(
            _BOUNDED.format(where=where),
            [*columns, *parameters, at.rank, at.sort_key, at.practitioner_id, limit, limit],
        )
        return [Position(tier, rank, key, person) for rank, key, person in cursor.fetchall()]


def _filters(criteria: Criteria) -> tuple[str, list[Any]]:
    tests = ["active"]
    values: list[Any] = []
    if criteria.profession:
        tests.append("profession = %s")
        values.append(criteria.profession)
    if criteria.know_how:
        tests.append("know_how = %s AND know_how <> ''")
        values.append(criteria.know_how)
    return " AND ".join(tests), values
