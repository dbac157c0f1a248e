"""The habilitation matrix: which profession reads and writes which type of document. Data a lawyer can read, deny by default.

The rows are in `tables/habilitation.csv` (versioned, each with its source) or in the file that the operator names; the version
in force is the newest one whose date has come. Source: arrêté of 26-10-2023 in its verified shape, rules.md §2.5.
"""

from __future__ import annotations

import csv
import functools
import io
from dataclasses import dataclass
from datetime import date
from importlib import resources
from pathlib import Path

from django.conf import settings

from socle import clock
from socle.base.access.actor import Actor

Row = dict[str, str]


@dataclass(frozen=True, slots=True)
class Habilitation:
    """The document types that a situation of practice may read and write."""

    read: frozenset[str]
    write: frozenset[str]
    version: str


NOTHING = Habilitation(frozenset(), frozenset(), "")


def of(actor: Actor) -> Habilitation:
    """What the matrix in force gives to this actor's profession, specialty and role; nothing for whoever has no row."""
    if not actor.profession:
        return NOTHING
    return _of(clock.today(), actor.profession, actor.specialty, frozenset({actor.role, actor.sector}))


@functools.lru_cache(maxsize=512)
def _of(day: date, profession: str, specialty: str, qualifiers: frozenset[str]) -> Habilitation:
    """The most precise row of each type decides: role or sector first, then specialty, then the profession's own. Of two rows as
    precise, the one that gives less."""
    rows = [
        row
        for row in _in_force(day)
        if row["profession_code"] == profession and row["specialty"] in ("", specialty) and row["qualifier"] in qualifiers | {""}
    ]
    precise: dict[str, Row] = {}
    for row in sorted(rows, key=_precision):
        precise[row["type_code"]] = row
    version = rows[0]["version"] if rows else ""
    return Habilitation(
        frozenset(code for code, row in precise.items() if row["read"] == "1"),
        frozenset(code for code, row in precise.items() if row["write"] == "1"),
        version,
    )


def _precision(row: Row) -> tuple[bool, bool, bool]:
    return row["qualifier"] != "", row["specialty"] != "", row["read"] != "1"


@functools.lru_cache(maxsize=8)
def _in_force(day: date) -> tuple[Row, ...]:
    rows = _rows()
    started = [row["in_force_from"] for row in rows if date.fromisoformat(row["in_force_from"]) <= day]
    newest = max(started, default="")
    return tuple(row for row in rows if row["in_force_from"] == newest)


@functools.lru_cache(maxsize=1)
def _rows() -> tuple[Row, ...]:
    named = getattr(settings, "SOCLE_HABILITATION_FILE", None)
    if named:
        text = Path(named).read_text("utf-8")
    else:
        text = resources.files("socle.base.access").joinpath("tables/habilitation.csv").read_text("utf-8")
    return tuple(csv.DictReader(io.StringIO(text)))
