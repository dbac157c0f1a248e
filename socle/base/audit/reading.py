"""Read the journal back, newest first, as plain values. The doors above decide who reads which lines."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from socle import clock


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the journal as it was written."""

    id: UUID
    at: datetime
    outcome: str
    door: str
    code: str
    actor_kind: str
    actor_id: UUID | None
    actor_name: str
    actor_role: str
    structure_id: UUID | None
    structure_name: str
    on_behalf_of: UUID | None
    patient_id: UUID | None
    purpose: str
    reason: str
    channel: str
    object_kind: str
    object_ids: tuple[UUID, ...]
    object_count: int
    revision: int | None


_COLUMNS = (
    "id, at, outcome, door, code, actor_kind, actor_id, actor_name, actor_role, structure_id, structure_name, on_behalf_of,"
    " patient_id, purpose, reason, channel, object_kind, object_ids, object_count, revision"
)


def about(
    patients: Sequence[UUID],
    *,
    actor_id: UUID | None = None,
    but_actor_id: UUID | None = None,
    doors: Collection[str] = (),
    but_code: str | None = None,
    since: datetime | None = None,
    before: UUID | None = None,
    limit: int = 50,
) -> list[Entry]:
    """The newest entries about these identities: only those of `actor_id`, without those of `but_actor_id`, only from these
    doors, without those refused with `but_code`, since an instant and before the entry `before`, each when given. One statement,
    on the index by patient."""
    clauses: list[str] = ["patient_id = ANY(%s)"]
    parameters: list[Any] = [list(patients)]
    for clause, value in (
        ("actor_id = %s", actor_id),
        ("actor_id IS DISTINCT FROM %s", but_actor_id),
        ("door = ANY(%s)", list(doors) or None),
        ("code <> %s", but_code),
        ("id >= %s", clock.first_id_at(since) if since else None),
        ("at >= %s", since),
        ("id < %s", before),
    ):
        if value is not None:
            clauses.append(clause)
            parameters.append(value)
    return _read(clauses, parameters, limit)


def structures_before(patients: Sequence[UUID], instant: datetime) -> set[UUID]:
    """The structures whose people have an entry about these identities before the instant. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT structure_id FROM audit_entry WHERE patient_id = ANY(%s) AND at < %s AND structure_id IS NOT NULL",
            [list(patients), instant],
        )
        return {row[0] for row in cursor.fetchall()}


def between(
    since: datetime,
    until: datetime,
    *,
    patients: Sequence[UUID] | None = None,
    actor_id: UUID | None = None,
    doors: Collection[str] = (),
    but_code: str | None = None,
    refused: bool | None = None,
    object_id: UUID | None = None,
    before: UUID | None = None,
    limit: int = 50,
) -> list[Entry]:
    """The newest entries from an instant (included) to another (excluded), about these identities or by this actor; by these
    doors, without those refused with `but_code`, with this outcome, about this object, before that entry, each when given. One
    statement, on an index in order."""
    clauses = ["id >= %s", "id < %s", "at >= %s", "at < %s"]
    parameters: list[Any] = [clock.first_id_at(since), clock.first_id_at(until), since, until]
    for clause, value in (
        ("patient_id = ANY(%s)", list(patients) if patients is not None else None),
        ("actor_id = %s", actor_id),
        ("door = ANY(%s)", list(doors) or None),
        ("code <> %s", but_code),
        ("outcome = %s", None if refused is None else ("refused" if refused else "done")),
        ("%s = ANY(object_ids)", object_id),
        ("id < %s", before),
    ):
        if value is not None:
            clauses.append(clause)
            parameters.append(value)
    return _read(clauses, parameters, limit)


def one(entry_id: UUID) -> Entry | None:
    """The entry of that id. One statement."""
    return next(iter(_read(["id = %s"], [entry_id], 1)), None)


def _read(clauses: Sequence[str], parameters: Sequence[Any], limit: int) -> list[Entry]:
    sql = f"SELECT {_COLUMNS} FROM audit_entry WHERE {' AND '.join(clauses)} ORDER BY id DESC LIMIT %s"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(sql, [*parameters, limit])
        return [Entry(*(*row[:17], tuple(row[17]), *row[18:])) for row in cursor.fetchall()]
