"""Seals: what makes a change, a hole or a cut tail of the journal visible (architecture.md §3).

Writers never wait for each other: each row carries the id of its transaction. A seal takes the rows of every transaction that
has ended (below the snapshot's xmin) and that no seal holds yet, hashes a fixed byte form of each, chains and signs the root,
and appends the same line to a file outside the database.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.db import connection, transaction

GENESIS = bytes(32)
LOCK = 0x736F636C  # one sealer at a time, whatever the number of workers
_ROWS = """
SELECT id::text, xid::text, to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US'), outcome, door, code, actor_kind,
       coalesce(actor_id::text, ''), actor_name, actor_role, coalesce(structure_id::text, ''), structure_name,
       coalesce(on_behalf_of::text, ''), coalesce(patient_id::text, ''), purpose, reason, channel, object_kind,
       array_to_string(object_ids, ','), object_count::text, coalesce(encode(object_hash, 'hex'), ''),
       coalesce(revision::text, ''), coalesce(cause_id::text, '')
FROM audit_entry WHERE xid >= %s::xid8 AND xid < %s::xid8 ORDER BY xid, id
"""


@dataclass(frozen=True, slots=True)
class Line:
    """One seal, as the table and the file hold it. Transaction ids are decimal strings."""

    sequence: int
    from_xid: str
    to_xid: str
    entry_count: int
    previous: bytes
    root: bytes
    signature: bytes

    def signed_form(self) -> bytes:
        return _signed_form(self.sequence, self.from_xid, self.to_xid, self.entry_count, self.previous, self.root)

    def as_json(self) -> str:
        def text(value: bytes) -> str:
            return base64.b64encode(value).decode()

        return json.dumps(
            {
                "sequence": self.sequence,
                "from": self.from_xid,
                "to": self.to_xid,
                "entries": self.entry_count,
                "previous": text(self.previous),
                "root": text(self.root),
                "signature": text(self.signature),
            }
        )

    @staticmethod
    def from_json(line: str) -> Line:
        raw = json.loads(line)
        return Line(
            raw["sequence"],
            raw["from"],
            raw["to"],
            raw["entries"],
            base64.b64decode(raw["previous"]),
            base64.b64decode(raw["root"]),
            base64.b64decode(raw["signature"]),
        )


def _signed_form(sequence: int, from_xid: str, to_xid: str, count: int, previous: bytes, root: bytes) -> bytes:
    return f"socle-journal-1|{sequence}|{from_xid}|{to_xid}|{count}|{previous.hex()}|{root.hex()}".encode()


def row_hash(row: tuple[str, ...]) -> bytes:
    """SHA-256 of the row's fixed form: each field as UTF-8 behind its length, so that no two rows share a form."""
    digest = hashlib.sha256()
    for text in row:
        encoded = text.encode()
        digest.update(len(encoded).to_bytes(4, "big"))
        digest.update(encoded)
    return digest.digest()


def _root(previous: bytes, from_xid: str, to_xid: str) -> tuple[bytes, int]:
    digest = hashlib.sha256(previous)
    count = 0
    for row in _rows(from_xid, to_xid):
        digest.update(row_hash(row))
        count += 1
    return digest.digest(), count


def _rows(from_xid: str, to_xid: str) -> Iterator[tuple[str, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(_ROWS, [from_xid, to_xid])
        while batch := cursor.fetchmany(2000):
            yield from batch


def _last() -> Line | None:
    lines = _lines("ORDER BY sequence DESC LIMIT 1", [])
    return lines[0] if lines else None


def _lines(tail: str, parameters: list[Any]) -> list[Line]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT sequence, from_xid::text, to_xid::text, entry_count, previous, root, signature FROM audit_seal "  # noqa: S608
            + tail,
            parameters,
        )
        return [Line(r[0], r[1], r[2], r[3], bytes(r[4]), bytes(r[5]), bytes(r[6])) for r in cursor.fetchall()]


def seal(key: Ed25519PrivateKey, register: Path) -> Line | None:
    """Every entry whose transaction had ended is under a signed seal, in the table and in `register`; returns the new seal, or
    None when there was nothing to seal or another sealer is at work. A line that the file lacks (a crash between both) is
    written first."""
    with transaction.atomic(durable=True):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
            if not cursor.fetchone()[0]:
                return None
            cursor.execute("SELECT pg_snapshot_xmin(pg_current_snapshot())::text")
            to_xid = cursor.fetchone()[0]
        last = _last()
        _catch_up(register, last)
        from_xid = last.to_xid if last else "0"
        previous = last.root if last else GENESIS
        if int(to_xid) <= int(from_xid):
            return None
        root, count = _root(previous, from_xid, to_xid)
        if count == 0:
            return None
        sequence = last.sequence + 1 if last else 1
        signature = key.sign(_signed_form(sequence, from_xid, to_xid, count, previous, root))
        line = Line(sequence, from_xid, to_xid, count, previous, root, signature)
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO audit_seal (sequence, at, from_xid, to_xid, entry_count, previous, root, signature)"
                " VALUES (%s, %s, %s::xid8, %s::xid8, %s, %s, %s, %s)",
                [sequence, datetime.now(UTC), from_xid, to_xid, count, previous, root, signature],
            )
    _append(register, [line])
    return line


def _append(register: Path, lines: list[Line]) -> None:
    register.parent.mkdir(parents=True, exist_ok=True)
    with open(register, "a", encoding="ascii") as file:
        for line in lines:
            file.write(line.as_json() + "\n")
        file.flush()
        os.fsync(file.fileno())


def _catch_up(register: Path, last: Line | None) -> None:
    if last is None:
        return
    known = _register_tail(register)
    if known < last.sequence:
        _append(register, _lines("WHERE sequence > %s ORDER BY sequence", [known]))


def _register_tail(register: Path) -> int:
    try:
        with open(register, "rb") as file:
            file.seek(0, os.SEEK_END)
            file.seek(max(0, file.tell() - 4096))
            lines = file.read().decode("ascii").splitlines()
    except FileNotFoundError:
        return 0
    return Line.from_json(lines[-1]).sequence if lines else 0


@dataclass(frozen=True, slots=True)
class State:
    """Where sealing stands: the last seal, and the entries of ended transactions that wait for the next one."""

    sequence: int
    sealed_at: datetime | None
    unsealed: int
    oldest_unsealed_at: datetime | None


def state() -> State:
    """Two statements. `socle audit verify` alone says whether the journal is whole."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT sequence, at, to_xid::text FROM audit_seal ORDER BY sequence DESC LIMIT 1")
        last = cursor.fetchone() or (0, None, "0")
        cursor.execute(
            "SELECT count(*), min(at) FROM audit_entry WHERE xid >= %s::xid8 AND xid < pg_snapshot_xmin(pg_current_snapshot())",
            [last[2]],
        )
        waiting = cursor.fetchone()
    return State(last[0], last[1], *waiting)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What verifying found: `broken` is a French sentence naming the first broken place, or empty."""

    seals: int
    entries: int
    unsealed: int
    broken: str = ""


def verify(key: Ed25519PublicKey, register: Path, since: datetime | None = None) -> Verdict:
    """Compares the rows, the chain of seals and the file outside the database. Rows of the last seconds may be unsealed yet."""
    with transaction.atomic(durable=True):
        in_file = _read_register(register)
        in_table = _lines("ORDER BY sequence", [])
        start = _first_to_check(since)
        entries = 0
        previous = GENESIS
        next_xid = "0"
        for position, line in enumerate(in_table, start=1):
            broken = _check_line(key, position, line, previous, next_xid, in_file)
            if not broken and line.sequence >= start:
                root, count = _root(line.previous, line.from_xid, line.to_xid)
                entries += count
                if (root, count) != (line.root, line.entry_count):
                    broken = f"sceau {line.sequence} : les lignes du journal ne correspondent plus à leur empreinte"
            if broken:
                return Verdict(position, entries, 0, broken)
            previous, next_xid = line.root, line.to_xid
        if len(in_file) > len(in_table):
            return Verdict(len(in_table), entries, 0, f"sceau {len(in_table) + 1} : présent au registre, absent de la base")
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM audit_entry WHERE xid >= %s::xid8", [next_xid])
            unsealed = cursor.fetchone()[0]
    return Verdict(len(in_table), entries, unsealed)


def _read_register(register: Path) -> list[Line]:
    if not register.exists():
        return []
    return [Line.from_json(text) for text in register.read_text("ascii").splitlines()]


def _first_to_check(since: datetime | None) -> int:
    if since is None:
        return 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(min(sequence), 0) FROM audit_seal WHERE at >= %s", [since])
        return int(cursor.fetchone()[0])


def _check_line(key: Ed25519PublicKey, position: int, line: Line, previous: bytes, next_xid: str, in_file: list[Line]) -> str:
    if line.sequence != position or line.previous != previous or line.from_xid != next_xid:
        return f"sceau {position} : la chaîne est rompue"
    if position > len(in_file):
        return f"sceau {position} : absent du registre hors base"
    if in_file[position - 1] != line:
        return f"sceau {position} : la base et le registre diffèrent"
    try:
        key.verify(line.signature, line.signed_form())
    except InvalidSignature:
        return f"sceau {position} : signature fausse"
    return ""
