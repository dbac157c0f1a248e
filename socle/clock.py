"""Time and time-ordered ids: the only place that reads the clock.

A job run with `--as-of` (contract.md §2) moves the clock for its own context only; ids always take the real time, since the
journal and the event queue are partitioned by it.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

PARIS = ZoneInfo("Europe/Paris")
_as_of: ContextVar[datetime | None] = ContextVar("as_of", default=None)


def now() -> datetime:
    """The current instant, aware, in UTC."""
    return _as_of.get() or datetime.now(UTC)


def today() -> date:
    """The current day in Paris, where the product's people live."""
    return now().astimezone(PARIS).date()


@contextmanager
def as_of(instant: datetime) -> Iterator[None]:
    """Inside, `now()` answers `instant` (aware)."""
    if instant.tzinfo is None:
        raise ValueError("as_of needs an aware instant")
    token = _as_of.set(instant.astimezone(UTC))
    try:
        yield
    finally:
        _as_of.reset(token)


def new_id() -> UUID:
    """A UUID version 7 (RFC 9562 §5.7): 48 bits of Unix milliseconds, then 74 random bits. Made here, not in the database,
    because PostgreSQL before 18 has no `uuidv7()`."""
    return _uuid7(time.time_ns() // 1_000_000, os.urandom(10))


def first_id_at(instant: datetime) -> UUID:
    """The lowest UUIDv7 of that millisecond: the bound of a partition or of a search by time. Before 1970: the lowest of all."""
    return _uuid7(max(0, int(instant.timestamp() * 1000)), bytes(10))


def _uuid7(milliseconds: int, random: bytes) -> UUID:
    value = milliseconds << 80 | int.from_bytes(random, "big")
    value = value & ~(0xF << 76) | 7 << 76
    value = value & ~(0x3 << 62) | 2 << 62
    return UUID(int=value)
