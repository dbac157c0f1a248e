"""From a bearer token to its Actor: one statement, or none within five seconds of the last."""

from __future__ import annotations

import json
import threading
import time
from collections import OrderedDict
from dataclasses import fields
from datetime import datetime
from typing import Any
from uuid import UUID

from socle import clock
from socle.base.access.actor import Actor, Channel, Kind, Purpose
from socle.base.signin import withdrawals
from socle.base.signin.sealing import hash_of
from socle.base.signin.session import statement
from socle.errors import Invalid

KEPT_S = 5.0
"""How long this process believes what it read of a token, unless one was ended on this machine meanwhile (`withdrawals`)."""
_KEPT_TOKENS = 4096
_LENGTH = 43
_UUIDS = (
    "person_id",
    "structure_id",
    "situation_id",
    "emergency_id",
    "emergency_patient_id",
    "on_behalf_of",
    "software_id",
    "cause_id",
)


def kept(actor: Actor) -> dict[str, Any]:
    """As the row of a token keeps an actor."""
    found: dict[str, Any] = {}
    for one in fields(Actor):
        value = getattr(actor, one.name)
        found[one.name] = sorted(value) if isinstance(value, frozenset) else str(value) if isinstance(value, UUID) else value
    return found


def restored(found: dict[str, Any]) -> Actor:
    """The inverse of `kept`."""
    values = dict(found)
    values |= {name: UUID(values[name]) if values[name] else None for name in _UUIDS}
    values |= {"kind": Kind(values["kind"]), "purpose": Purpose(values["purpose"]), "channel": Channel(values["channel"])}
    values["rights"] = frozenset(values["rights"])
    return Actor(**values)


class _Recent:
    """Actors of tokens seen a moment ago, the least recently used out first."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._actors: OrderedDict[bytes, tuple[float, int, datetime, Actor]] = OrderedDict()

    def get(self, token_hash: bytes) -> Actor | None:
        with self._lock:
            at, stamp, expires_at, actor = self._actors.get(token_hash, (float("-inf"), 0, None, None))
            if actor is None or expires_at is None:
                return None
            if time.monotonic() - at > KEPT_S or stamp != withdrawals.stamp() or expires_at <= clock.now():
                del self._actors[token_hash]
                return None
            self._actors.move_to_end(token_hash)
            return actor

    def put(self, token_hash: bytes, stamp: int, expires_at: datetime, actor: Actor) -> None:
        """`stamp` is that of the withdrawals before the token was read."""
        with self._lock:
            self._actors[token_hash] = time.monotonic(), stamp, expires_at, actor
            while len(self._actors) > _KEPT_TOKENS:
                self._actors.popitem(last=False)

    def forget(self, token_hash: bytes) -> None:
        with self._lock:
            self._actors.pop(token_hash, None)


recent = _Recent()

_LIVE = """
SELECT t.actor::text, t.expires_at FROM signin_accesstoken t JOIN signin_softwareclient c ON c.id = t.software_id
LEFT JOIN signin_account a ON a.id = t.account_id
WHERE t.token_hash = %s AND t.revoked_at IS NULL AND t.expires_at > %s AND c.active AND a.suspended IS NOT TRUE
"""


def authenticate(header: str) -> Actor:
    """The actor of `Authorization: Bearer …`, on the wire of software. Invalid `jeton` when the token is unknown, expired or
    revoked, or its software or person is not let in any more; Unavailable when no connection is free."""
    scheme, _, token = header.strip().partition(" ")
    if scheme.lower() != "bearer" or len(token) != _LENGTH or not token.isascii():
        raise _unknown()
    token_hash = hash_of(token)
    actor = recent.get(token_hash)
    if actor is not None:
        return actor
    stamp = withdrawals.stamp()
    with statement() as cursor:
        cursor.execute(_LIVE, [token_hash, clock.now()])
        row = cursor.fetchone()
    if row is None:
        raise _unknown()
    actor = restored(json.loads(row[0]))
    recent.put(token_hash, stamp, row[1], actor)
    return actor


def _unknown() -> Invalid:
    return Invalid(
        "jeton", "Ce jeton d’accès n’est pas valide, ou ne l’est plus. Demandez-en un nouveau.", where="http.authorization"
    )
