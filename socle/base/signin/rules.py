"""Rules of sign-in: how long a session lasts, and when it locks. Source: product.md §2.1 T2; fhir.md §18 (durations)."""

from __future__ import annotations

from datetime import datetime, timedelta

LOCK_AFTER = timedelta(minutes=15)
HALF_DAY = timedelta(hours=6)
"""One strong sign-in serves half a day of work."""
SEEN_EVERY = timedelta(minutes=1)
"""How often at most `last_seen_at` is written."""
KEPT_FOR = timedelta(hours=12)
"""How long typed text waits for its author."""


def locks_at(last_seen_at: datetime, expires_at: datetime) -> datetime:
    """When the session locks by itself if nothing more is asked."""
    return min(last_seen_at + LOCK_AFTER, expires_at)
