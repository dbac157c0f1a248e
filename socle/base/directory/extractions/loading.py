"""The engine of an import: which lines are new, into a temporary table by COPY, merged by sets, in the door's transaction.

Each row remembers a 64-bit fingerprint of the line it was read from. A line whose fingerprint is known is unchanged and costs no
parsing and no SQL; fingerprints that no line had are rows changed or gone. Memory is nine bytes a known row.
"""

from __future__ import annotations

import time
from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import blake2b
from typing import Any, BinaryIO, Protocol

from django.db.backends.utils import CursorWrapper

from socle import clock
from socle.base.directory.extractions.reading import BadLine, Header, fields_of, physical_lines, text_of
from socle.base.directory.extractions.report import ImportReport, Issues
from socle.errors import Invalid

READING = b"1"
"""Change it when rows are computed otherwise from the same line: the next import then takes every line as changed."""
BATCH = 1000
REMOVALS_FREE = 1000
REMOVALS_SHARE = 0.2
"""More rows gone than both of these means a file cut short, unless the operator says otherwise."""

Progress = Callable[[float], None]


@dataclass(frozen=True, slots=True)
class Merged:
    added: int
    changed: int
    gone: int


@dataclass(frozen=True, slots=True)
class Run:
    """One import: its instant, its ids, and whether the table was empty before it."""

    now: datetime
    first: bool
    head: str
    tail: str

    def new_id(self, table: str) -> str:
        """SQL of a UUIDv7 for a row of staged line `s`: the instant of the import, then the line, so that rows stand in the
        order of the file. `table` is one hexadecimal digit that keeps the tables apart."""
        return f"('{self.head}' || lpad(to_hex(s.line), 8, '0') || '{table}{self.tail}')::uuid"


class Loader(Protocol):
    """One kind of extraction."""

    kind: str
    table: str
    staged: str
    """Columns of the temporary table after `line integer, digest bigint`."""
    bad: Issues
    warned: Issues

    def row(self, fields: list[str], number: int) -> str:
        """The staged columns between tabs, escaped for COPY. BadLine when the line cannot be imported."""

    def merge(self, cursor: CursorWrapper, run: Run) -> Merged:
        """The staged lines and the fingerprints gone are in the tables of the directory."""


@dataclass(slots=True)
class _Known:
    """The fingerprints of the active rows, in order, and which of them a line had."""

    digests: array[int]
    seen: bytearray = field(init=False)

    def __post_init__(self) -> None:
        self.seen = bytearray(len(self.digests))

    def meets(self, digest: int) -> bool:
        place = bisect_left(self.digests, digest)
        if place == len(self.digests) or self.digests[place] != digest:
            return False
        self.seen[place] = 1
        return True

    def gone(self) -> Iterator[int]:
        return (digest for digest, seen in zip(self.digests, self.seen, strict=True) if not seen)


def load(
    cursor: CursorWrapper, loader: Loader, header: Header, file: BinaryIO, *, progress: Progress, accept_removals: bool
) -> ImportReport:
    """The file is in the directory when the caller's transaction commits. Invalid `annuaire-tronque` when too many rows would
    go."""
    started = time.monotonic()
    cursor.execute("SET LOCAL work_mem = '96MB'")
    cursor.execute(f"CREATE TEMP TABLE directory_staged (line integer, digest bigint, {loader.staged}) ON COMMIT DROP")
    cursor.execute("CREATE TEMP TABLE directory_gone (digest bigint PRIMARY KEY) ON COMMIT DROP")
    known = _Known(_known_digests(cursor, loader.table))
    lines = _stage(cursor, loader, header, file, known, progress)
    _copy_gone(cursor, known)
    merged = _merge(cursor, loader, first=not known.digests, accept_removals=accept_removals, known=len(known.digests))
    return ImportReport(
        kind=loader.kind,
        lines=lines,
        added=merged.added,
        changed=merged.changed,
        unchanged=sum(known.seen),
        gone=merged.gone,
        bad_count=loader.bad.total,
        bad=tuple(loader.bad.listed),
        warned_count=loader.warned.total,
        warned=tuple(loader.warned.listed),
        seconds=time.monotonic() - started,
    )


def _stage(cursor: CursorWrapper, loader: Loader, header: Header, file: BinaryIO, known: _Known, progress: Progress) -> int:
    """The lines that are not known are in `directory_staged`; how many lines were read."""
    lines = 0
    rows: list[str] = []
    with cursor.copy("COPY directory_staged FROM STDIN") as copy:
        for number, line in physical_lines(file):
            lines += 1
            if number % 16384 == 0:
                progress(file.tell())
            try:
                row = _new_row(loader, header, known, number, line)
            except BadLine as problem:
                loader.bad.add(number, problem.code)
                continue
            if row is not None:
                rows.append(row)
                if len(rows) == BATCH:
                    copy.write("".join(rows))
                    rows.clear()
        copy.write("".join(rows))
    return lines


def _new_row(loader: Loader, header: Header, known: _Known, number: int, line: bytes | None) -> str | None:
    """The row to stage; None for a line that is known."""
    if line is None:
        raise BadLine("longueur")
    if header.encoding != "utf-8":
        text = text_of(line, header.encoding)
        line = text.encode()
    digest = int.from_bytes(blake2b(line, digest_size=8, person=READING).digest(), "big", signed=True)
    if known.meets(digest):
        return None
    text = text_of(line, "utf-8")
    if not text.isprintable():
        text = "".join(character if character.isprintable() else " " for character in text)
    if "\\" in text:
        text = text.replace("\\", "\\\\")
    return f"{number}\t{digest}\t{loader.row(fields_of(text, len(header.columns)), number)}\n"


def _known_digests(cursor: CursorWrapper, table: str) -> array[int]:
    digests = array("q")
    sql = f"COPY (SELECT digest FROM {table} WHERE active AND digest IS NOT NULL ORDER BY 1) TO STDOUT (FORMAT BINARY)"  # noqa: S608
    with cursor.copy(sql) as copy:
        copy.set_types(["int8"])
        digests.extend(row[0] for row in copy.rows())
    return digests


def _copy_gone(cursor: CursorWrapper, known: _Known) -> None:
    """The fingerprints that no line had are in `directory_gone`; the planner knows the sizes of both temporary tables."""
    with cursor.copy("COPY directory_gone FROM STDIN") as copy:
        batch: list[str] = []
        for digest in known.gone():
            batch.append(f"{digest}\n")
            if len(batch) == BATCH:
                copy.write("".join(batch))
                batch.clear()
        copy.write("".join(batch))
    cursor.execute("ANALYZE directory_staged")
    cursor.execute("ANALYZE directory_gone")


def _merge(cursor: CursorWrapper, loader: Loader, *, first: bool, accept_removals: bool, known: int) -> Merged:
    seed = clock.new_id().hex
    merged = loader.merge(cursor, Run(clock.now(), first, f"{seed[:16]}8", seed[17:23]))
    if merged.gone > max(REMOVALS_FREE, REMOVALS_SHARE * known) and not accept_removals:
        raise Invalid(
            "annuaire-tronque",
            f"Ce fichier ferait disparaître {merged.gone} lignes sur {known} : il semble incomplet. Rien n’a été importé.",
        )
    if merged.added or merged.changed or merged.gone:
        cursor.execute("SELECT directory_refresh_statistics()")
    return merged


def count_of(cursor: CursorWrapper, sql: str, parameters: list[Any] | None = None) -> int:
    """Runs one statement; how many rows it touched."""
    cursor.execute(sql, parameters or [])
    return int(cursor.rowcount)
