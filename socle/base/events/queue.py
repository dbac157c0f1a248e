"""Emit events inside a door; lease, finish and postpone reactions from a worker (architecture.md §4).

Plain INSERTs only: never a NOTIFY in a business transaction, since it makes all commits wait for each other.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.backends.postgresql.psycopg_any import Jsonb

from socle import clock
from socle.base.events.registry import Happened, jobs, known_names, reactions_to

LEASE = timedelta(seconds=60)
ATTEMPTS = 12
"""After that many failures a reaction is dead: an administrator sees it and may revive it."""


class LeaseLost(RuntimeError):
    """Another worker has taken or finished this reaction: nothing of this run may stay."""


@dataclass(frozen=True, slots=True)
class Leased:
    """A reaction that this worker holds until its lease ends; `happened` is None for a job by the clock."""

    id: UUID
    lease_id: UUID
    name: str
    attempts: int
    happened: Happened | None


_running: ContextVar[Leased | None] = ContextVar("running", default=None)
_marked: ContextVar[list[UUID] | None] = ContextVar("marked", default=None)


@dataclass(frozen=True, slots=True)
class About:
    """What an event is about. `facts` takes opaque ids, codes and dates, never a name nor a health word."""

    aggregate_id: UUID
    patient_id: UUID | None = None
    facts: Mapping[str, str | UUID] = field(default_factory=dict)


def emit(
    kind: str,
    *,
    aggregate_id: UUID,
    patient_id: UUID | None = None,
    facts: Mapping[str, str | UUID] | None = None,
    due_at: datetime | None = None,
) -> UUID:
    """The event and one due reaction for each package that reacts are written with the caller's transaction. One statement.
    `facts` as in `About`."""
    return emit_all(kind, [About(aggregate_id, patient_id, facts or {})], due_at=due_at)[0]


def emit_all(kind: str, happened: Sequence[About], *, due_at: datetime | None = None) -> list[UUID]:
    """The same for several events of one kind, in that order: one statement each, sent together."""
    at = clock.now()
    running = _running.get()
    cause = running.happened.id if running and running.happened else None
    sent: dict[int, list[list[Any]]] = {}
    ids = []
    for one in happened:
        ids.append(clock.new_id())
        plain = {key: str(value) for key, value in one.facts.items()}
        names = reactions_to(kind, plain)
        values: list[Any] = [ids[-1], at, kind, one.aggregate_id, one.patient_id, Jsonb(plain), cause]
        values += [v for name in names for v in (clock.new_id(), ids[-1], name, one.aggregate_id, due_at or at)]
        sent.setdefault(len(names), []).append(values)
    with connection.cursor() as cursor:
        for reactions, rows in sent.items():
            if len(rows) == 1:
                cursor.execute(_emission(reactions), rows[0])
            else:
                cursor.executemany(_emission(reactions), rows)
    return ids


@functools.cache
def _emission(reactions: int) -> str:
    event = (
        "INSERT INTO events_event (id, at, kind, aggregate_id, patient_id, facts, cause_id) VALUES (%s, %s, %s, %s, %s, %s, %s)"
    )
    if not reactions:
        return event
    rows = ", ".join(["(%s::uuid, %s::uuid, %s, %s::uuid, %s::timestamptz)"] * reactions)
    return f"WITH event AS ({event}) INSERT INTO events_reaction (id, event_id, name, aggregate_id, due_at) VALUES {rows}"  # noqa: S608


_LEASE = """
UPDATE events_reaction r
SET leased_until = now() + %(lease)s * interval '1 second', lease_id = %(lease_id)s, attempts = attempts + 1
FROM (
    SELECT c.id FROM events_reaction c
    WHERE c.state = 'due' AND c.name = ANY(%(names)s) AND c.due_at <= now() AND (c.leased_until IS NULL OR c.leased_until < now())
      AND NOT EXISTS (
        SELECT 1 FROM events_reaction p
        WHERE p.state = 'due' AND p.aggregate_id = c.aggregate_id AND p.name = c.name AND p.id < c.id)
    ORDER BY c.due_at LIMIT %(limit)s FOR UPDATE OF c SKIP LOCKED
) due
WHERE r.id = due.id
RETURNING r.id, r.name, r.attempts, r.event_id
"""


def lease(limit: int) -> list[Leased]:
    """Up to `limit` due reactions are this caller's for one minute, the earliest due first; within one aggregate and reaction,
    never a later event before an earlier one. What this process does not know is left to one that does (an older worker beside a
    newer one)."""
    lease_id = clock.new_id()
    with connection.cursor() as cursor:
        cursor.execute(_LEASE, {"lease": LEASE.total_seconds(), "lease_id": lease_id, "limit": limit, "names": known_names()})
        rows = cursor.fetchall()
        events: dict[UUID, Happened] = {}
        ids = [row[3] for row in rows if row[3]]
        if ids:
            cursor.execute("SELECT id, kind, aggregate_id, patient_id, facts FROM events_event WHERE id = ANY(%s)", [ids])
            for event_id, kind, aggregate_id, patient_id, facts in cursor.fetchall():
                events[event_id] = Happened(event_id, kind, aggregate_id, patient_id, _decoded(facts))
    return [Leased(row[0], lease_id, row[1], row[2], events.get(row[3]) if row[3] else None) for row in rows]


def _decoded(facts: object) -> dict[str, str]:

    found: dict[str, str] = json.loads(facts) if isinstance(facts, str) else facts  # type: ignore[assignment]
    return found


@contextmanager
def running(leased: Leased) -> Iterator[None]:
    """Inside, the first writing door to commit marks `leased` done in its own transaction."""
    token, marks = _running.set(leased), _marked.set([])
    try:
        yield
    finally:
        _running.reset(token)
        _marked.reset(marks)


def mark_current_reaction_done() -> None:
    """Called by an outermost writing door before it commits: the reaction that runs, if any, is done with it. Raises LeaseLost
    when another worker has taken it over, so that its effect cannot happen twice."""
    leased, marked = _running.get(), _marked.get()
    if leased is None or marked is None or leased.id in marked:
        return
    finish(leased)
    marked.append(leased.id)


def was_marked(leased: Leased) -> bool:
    """Whether a door has marked `leased` done since `running` began."""
    return leased.id in (_marked.get() or ())


def finish(leased: Leased) -> None:
    """The reaction is done, if the lease still holds. A job by the clock is planned again."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE events_reaction SET state = 'done', done_at = now(), leased_until = NULL"
            " WHERE id = %s AND state = 'due' AND lease_id = %s",
            [leased.id, leased.lease_id],
        )
        if cursor.rowcount != 1:
            raise LeaseLost(leased.name)
    if leased.happened is None:
        plan_jobs()


def postpone(leased: Leased, error: str) -> None:
    """The reaction will be tried again, later each time (1 s, 2 s, 4 s … 1 h), or is dead after twelve attempts. `error` is the
    type of the failure and its place, never its message."""
    delay = min(2 ** (leased.attempts - 1), 3600)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE events_reaction SET leased_until = NULL, last_error = %s, due_at = now() + %s * interval '1 second',"
            " state = CASE WHEN attempts >= %s THEN 'dead' ELSE 'due' END"
            " WHERE id = %s AND state = 'due' AND lease_id = %s",
            [error, delay, ATTEMPTS, leased.id, leased.lease_id],
        )


def plan_jobs() -> None:
    """Every registered job has one due row: the first run is now, the next ones one period after the last."""
    with connection.cursor() as cursor:
        for job in jobs():
            cursor.execute(
                "INSERT INTO events_reaction (id, name, aggregate_id, due_at)"
                " SELECT %s, %s, %s, coalesce((SELECT max(done_at) + %s * interval '1 second' FROM events_reaction"
                "   WHERE name = %s AND event_id IS NULL AND state = 'done'), now())"
                " ON CONFLICT (name) WHERE event_id IS NULL AND state = 'due' DO NOTHING",
                [clock.new_id(), f"job:{job.name}", UUID(int=0), job.every.total_seconds(), f"job:{job.name}"],
            )
