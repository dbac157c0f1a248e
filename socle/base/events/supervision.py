"""The state of the queue as numbers and opaque ids, and reviving what died. The doors above decide who reads it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection

from socle import clock


@dataclass(frozen=True, slots=True)
class Line:
    """One kind of reaction or job: how many wait, since when the oldest is late, how many died and were done in an hour."""

    name: str
    due: int
    oldest_due_at: datetime | None
    later: int
    dead: int
    done_lately: int


@dataclass(frozen=True, slots=True)
class Dead:
    """A reaction that failed too often. `error` is the type of the failure and its place."""

    id: UUID
    name: str
    kind: str
    attempts: int
    error: str
    failed_at: datetime


_LINES = """
SELECT name,
       count(*) FILTER (WHERE state = 'due' AND due_at <= %(now)s),
       min(due_at) FILTER (WHERE state = 'due' AND due_at <= %(now)s),
       count(*) FILTER (WHERE state = 'due' AND due_at > %(now)s),
       count(*) FILTER (WHERE state = 'dead'),
       count(*) FILTER (WHERE state = 'done')
FROM events_reaction
WHERE state <> 'done' OR done_at > %(now)s - interval '1 hour'
GROUP BY name ORDER BY 5 DESC, 2 DESC, name
"""
_DEAD = """
SELECT r.id, r.name, coalesce(e.kind, ''), r.attempts, r.last_error, r.due_at
FROM events_reaction r LEFT JOIN events_event e ON e.id = r.event_id
WHERE r.state = 'dead' ORDER BY r.due_at DESC, r.id DESC LIMIT %s
"""
_REVIVE = """
UPDATE events_reaction r SET state = 'due', attempts = 0, due_at = %s, leased_until = NULL, lease_id = NULL
WHERE r.id = %s AND r.state = 'dead' AND (r.event_id IS NOT NULL OR NOT EXISTS (
  SELECT 1 FROM events_reaction p WHERE p.name = r.name AND p.event_id IS NULL AND p.state = 'due'))
"""


def lines() -> tuple[Line, ...]:
    """Every reaction and job that waits, died, or was done in the last hour; the dead first. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(_LINES, {"now": clock.now()})
        return tuple(Line(*row) for row in cursor.fetchall())


def dead(limit: int) -> tuple[Dead, ...]:
    """The dead, those that failed last first. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(_DEAD, [limit])
        return tuple(Dead(*row) for row in cursor.fetchall())


def revive(reaction_id: UUID) -> int:
    """The dead reaction is due now, with all its attempts again. Returns how many rows changed: 0 when it is not dead, or when it
    is a job that another row runs already."""
    with connection.cursor() as cursor:
        cursor.execute(_REVIVE, [clock.now(), reaction_id])
        return int(cursor.rowcount)
