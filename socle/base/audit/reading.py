"""Read the journal back, newest first, as plain values. The doors above decide who reads which lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection


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


def about(patients: Sequence[UUID], *, actor_id: UUID | None = None, before: UUID | None = None, limit: int = 50) -> list[Entry]:
    """The newest entries about these identities, before the entry `before` when given; only those of `actor_id` when given. One
    statement, on the index by patient."""
    clauses, parameters = ["patient_id = ANY(%s)"], [list(patients)]
    if actor_id is not None:
        clauses.append("actor_id = %s")
        parameters.append(actor_id)  # type: ignore[arg-type]
    if before is not None:
        clauses.append("id < %s")
        parameters.append(before)  # type: ignore[arg-type]
    sql = f"SELECT {_COLUMNS} FROM audit_entry WHERE {' AND '.join(clauses)} ORDER BY id DESC LIMIT %s"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(sql, [*parameters, limit])
        return [Entry(*row[:17], tuple(row[17]), *row[18:]) for row in cursor.fetchall()]
