"""Quarterly partitions of the tables that only grow, by range of their UUIDv7 id (architecture.md §3)."""

from __future__ import annotations

from datetime import UTC, datetime

from django.db import connection

from socle import clock

PARTITIONED_TABLES = ("audit_entry", "events_event")
QUARTERS_AHEAD = 4


def quarter_start(instant: datetime) -> datetime:
    """The first instant (UTC) of the quarter that holds `instant`."""
    instant = instant.astimezone(UTC)
    return datetime(instant.year, 3 * ((instant.month - 1) // 3) + 1, 1, tzinfo=UTC)


def next_quarter(start: datetime) -> datetime:
    """The first instant of the quarter after the one that starts at `start`."""
    month = start.month + 3
    return datetime(start.year + month // 13, (month - 1) % 12 + 1, 1, tzinfo=UTC)


def ensure(table: str, *, quarters_ahead: int = QUARTERS_AHEAD) -> list[str]:
    """The partitions of the current quarter and of the next ones exist; returns the names of those made now. Needs the owner's
    role: it runs with the migrations and in `socle jobs run journal-partitions`."""
    if table not in PARTITIONED_TABLES:
        raise ValueError(table)
    made = []
    start = quarter_start(datetime.now(UTC))
    with connection.cursor() as cursor:
        for _ in range(quarters_ahead + 1):
            end = next_quarter(start)
            name = f"{table}_{start.year}q{(start.month + 2) // 3}"
            cursor.execute("SELECT to_regclass(%s) IS NOT NULL", [name])
            if not cursor.fetchone()[0]:
                low, high = clock.first_id_at(start), clock.first_id_at(end)
                cursor.execute(f"CREATE TABLE {name} PARTITION OF {table} FOR VALUES FROM ('{low}') TO ('{high}')")
                made.append(name)
            start = end
    return made
