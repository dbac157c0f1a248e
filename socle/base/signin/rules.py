"""Rules of sign-in: how long a session lasts, and when it locks. Source: product.md §2.1 T2; fhir.md §18 (durations)."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from socle.base.access.actor import Actor, Kind
from socle.base.access.rules import ACCESS_CONTROL, NOT_YOUR_ROLE, SUPERVISION, YES, Decision
from socle.base.directory.rules import DIRECTORY, STRUCTURE
from socle.base.identity.rules import REFERENT

LOCK_AFTER = timedelta(minutes=15)
HALF_DAY = timedelta(hours=6)
"""One strong sign-in serves half a day of work."""
SEEN_EVERY = timedelta(minutes=1)
"""How often at most `last_seen_at` is written."""
PROVEN_WITHIN = timedelta(minutes=5)
"""How fresh a proof of one's identity must be to add a lasting way in."""
KEPT_FOR = timedelta(hours=12)
"""How long typed text waits for its author."""


def may_register_software(actor: Actor) -> Decision:
    """The platform, and administrators with the right `software`."""
    return YES if actor.kind is Kind.SYSTEM or SOFTWARE_RIGHT in actor.rights else NOT_YOUR_ROLE


def locks_at(last_seen_at: datetime, expires_at: datetime) -> datetime:
    """When the session locks by itself if nothing more is asked."""
    return min(last_seen_at + LOCK_AFTER, expires_at)


INVITED_FOR = timedelta(days=7)
ACCOUNTS_RIGHT = "accounts"
"""The administration right over administrators' own accounts."""
TRIES = 10
"""Failed proofs of one account within `TRIES_WITHIN`; beyond, even the right one is refused until it is over."""
TRIES_WITHIN = timedelta(minutes=15)
PASSWORD_LENGTH = 12

SCOPES = frozenset({"record.deposit", "record.read", "identity.read", "identity.write", "directory.read", "journal.read"})
"""What a software may be allowed; a token carries those it asked for among those it is registered with."""
SOFTWARE_RIGHT = "software"
PLATFORM_RIGHTS = frozenset({ACCOUNTS_RIGHT, SOFTWARE_RIGHT, ACCESS_CONTROL, SUPERVISION, DIRECTORY, REFERENT})
"""The administration rights over the whole platform."""


def may_hold(rights: frozenset[str], structure_id: UUID | None) -> bool:
    """Whether an account may hold these rights: those of the platform, or the one over its structure."""
    return rights <= PLATFORM_RIGHTS if structure_id is None else rights == {STRUCTURE}


TOKEN_OF_SOFTWARE = timedelta(hours=1)
TOKEN_OF_PERSON = timedelta(minutes=30)
"""Source: fhir.md §18: an hour is advised, with the person's own token looked at again every half hour; ours ends then."""
TOKEN_FORGOTTEN_AFTER = timedelta(days=1)
ASSERTION_AT_MOST = timedelta(minutes=5)
"""How far ahead a client assertion may end."""
