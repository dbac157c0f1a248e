"""Codes and their labels, and which codes a value set holds."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from socle.base.terminology.code_systems import CodeSystem, code_system, nos_short
from socle.base.terminology.reading import rows


@dataclass(frozen=True, slots=True)
class Concept:
    """One code of a nomenclature; `closed_on` is the day it was closed: read it, never offer it."""

    code: str
    label: str
    system: CodeSystem
    closed_on: date | None = None


def concept(table: str, code: str) -> Concept | None:
    """The code in a table named by its file, its NOS name, its OID or its URI; None when either is not known."""
    return _concepts(table).get(code)


def label(table: str, code: str) -> str:
    """The French label of a code; empty when the table or the code is not known."""
    found = concept(table, code)
    return found.label if found else ""


def concepts(table: str, *, closed: bool = False) -> tuple[Concept, ...]:
    """The codes of a table in its own order, closed ones left out unless asked for; empty for a table that is not shipped."""
    return tuple(one for one in _concepts(table).values() if closed or one.closed_on is None)


def in_value_set(value_set: str, system: str, code: str) -> bool | None:
    """True or False when the value set (`JDV_J07`, or any URI of it) is described here, None when it is not.

    `system` is a URI or an OID. A closed code is not in a value set.
    """
    sets = _value_sets().get(nos_short(value_set))
    known = code_system(system)
    if sets is None:
        return None
    return known is not None and (known.oid, code) in sets


def parsed_day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _concepts(table: str) -> dict[str, Concept]:
    """By code; for the name of a file every row of it, for a code system its own rows and those newer than its table."""
    system = code_system(table)
    if system is not None:
        return _of_system(system)
    return _of_file(table) if table in _files() else {}


@functools.lru_cache(maxsize=1)
def _files() -> dict[str, str]:
    """The tables that hold codes: name and the OID of their code system, empty when each row says its own."""
    shipped = {row["file"].removesuffix(".csv"): row["oid"] for row in rows("SOURCES.csv")}
    mixed = {row["table"] for row in rows("code-systems.csv")}
    return {name: oid for name, oid in shipped.items() if oid or name in mixed}


@functools.lru_cache(maxsize=64)
def _of_file(table: str) -> dict[str, Concept]:
    oid = _files()[table]
    system = code_system(oid) if oid else None
    return _of_system(system) if system else {one.code: one for one in _read(table)}


@functools.lru_cache(maxsize=64)
def _of_system(system: CodeSystem) -> dict[str, Concept]:
    found = {one.code: one for one in _read(system.table) if one.system == system} if system.table else {}
    for row in rows("additions.csv"):
        if row["nos"] == system.short:
            found[row["code"]] = Concept(row["code"], row["label"], system)
    return found


def _read(table: str) -> Iterator[Concept]:
    for row in rows(f"{table}.csv"):
        system = code_system(row.get("system_oid") or _files()[table])
        if system is not None:
            yield Concept(row["code"], row["label"], system, parsed_day(row.get("end_date") or ""))


@functools.lru_cache(maxsize=1)
def _value_sets() -> dict[str, frozenset[tuple[str, str]]]:
    sets: dict[str, set[tuple[str, str]]] = {}
    for row in rows("value-sets.csv"):
        only = row["codes"].split()
        members = {(one.system.oid, one.code) for one in concepts(row["source"]) if not only or one.code in only}
        sets.setdefault(row["value_set"], set()).update(members)
    return {name: frozenset(codes) for name, codes in sets.items()}
