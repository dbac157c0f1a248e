"""Family names that only contain, or only resemble, what was typed. Few rows of the table of distinct names are read."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import connection
from django.db.backends.utils import CursorWrapper

from socle.base.directory.search.listing import Family, spans
from socle.base.directory.search.spellings import Reading, after, allowed_slips, near, nearby, same_start, slips

MOST = 30
_CANDIDATES = 300
_CLOSE_ENOUGH = "0.4"
_ASKED = 3
"""Readings whose family name may be misspelt: the whole, and the two that cut off the first word."""

_INNER = """
(SELECT %s::integer AS reading, family FROM directory_name
 WHERE start >= %s AND start < %s AND start <> family ORDER BY start LIMIT %s)
"""


def inner(readings: tuple[Reading, ...]) -> list[Family]:
    """Families one of whose other words is what was typed (COSTE of D'SAUVAGE COSTE). One statement."""
    values: list[Any] = []
    for place, reading in enumerate(readings):
        end = f"{reading.family} " if reading.given else after(reading.family)
        values += [place, reading.family, end, MOST]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM ({' UNION ALL '.join([_INNER] * len(readings))}) inner_names ORDER BY family", values)  # noqa: S608
        found = [Family(family, readings[place].given) for place, family in cursor.fetchall()]
    return _without_shown(found, readings)[:MOST]


def close(readings: tuple[Reading, ...]) -> list[Family]:
    """Families a slip away from what was typed, the closest first; failing those two slips away, and failing those the ones that
    share most three-letter pieces with it. One to four short statements."""
    asked = [reading for reading in readings[:_ASKED] if allowed_slips(reading.family)]
    if not asked:
        return []
    with connection.cursor() as cursor:
        for numbers in (near, nearby):
            cursor.execute(
                "SELECT start, family FROM directory_near_names(%s) LIMIT %s",
                [sorted({number for reading in asked for number in numbers(reading.family)}), _CANDIDATES],
            )
            if found := _without_shown(_ranked(cursor.fetchall(), asked), readings):
                return found[:MOST]
        return _without_shown(_alike(cursor, asked[0]), readings)[:MOST]


def _ranked(rows: list[tuple[str, str]], readings: Iterable[Reading]) -> list[Family]:
    """By slips, whole names before the inner words of others, then by the letters that are right at the start: people err late
    in a word more than early."""
    found: dict[Family, tuple[int, bool, int, str]] = {}
    for reading in readings:
        for start, family in rows:
            distance = slips(reading.family, start)
            if distance > allowed_slips(reading.family):
                continue
            one = Family(family, reading.given[:2], reading.given)
            rank = (distance, start != family, -same_start(start, reading.family), family)
            found[one] = min(found.get(one, rank), rank)
    return sorted(found, key=lambda one: found[one])


def _alike(cursor: CursorWrapper, reading: Reading) -> list[Family]:
    cursor.execute("SELECT set_config('pg_trgm.similarity_threshold', %s, true)", [_CLOSE_ENOUGH])
    cursor.execute(
        "SELECT family FROM directory_name WHERE start %% %s ORDER BY similarity(start, %s) DESC, start LIMIT %s",
        [reading.family, reading.family, MOST],
    )
    return [Family(family, reading.given[:2], reading.given) for (family,) in cursor.fetchall()]


def _without_shown(families: list[Family], readings: tuple[Reading, ...]) -> list[Family]:
    """Those whose rows the first tier has not shown already; a given name that is only resembled was not."""
    shown = spans(readings)
    return [
        one
        for one in dict.fromkeys(families)
        if one.like or not any(low <= f"{one.family} {one.given}" < high for low, high in shown)
    ]
