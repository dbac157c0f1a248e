"""The session of a request: from the cookie to plain values, by one statement, and from these to the Actor."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import OperationalError, connection
from psycopg_pool import PoolTimeout

from socle import clock
from socle.base.access.actor import Actor, Kind
from socle.base.access.doors import sql_allowed
from socle.base.signin import rules, situations
from socle.base.signin.sealing import hash_of
from socle.base.signin.situations import Recognised, Situation, Urgent
from socle.errors import Unavailable

COOKIE = "__Host-session" if settings.SOCLE_COOKIES_SECURE else "socle-session"


@dataclass(frozen=True, slots=True)
class SignIn:
    """A session that has not been ended. `locked` and `expired` ones open nothing; they only say whose they are."""

    id: UUID
    account_id: UUID
    provider: str
    person_id: UUID | None
    name: str
    national_id: str
    level: str
    regulation_claim: bool
    rights: frozenset[str]
    situations: tuple[Situation, ...]
    situation: Situation | None
    urgent: tuple[Urgent, ...]
    proven_at: datetime
    locks_at: datetime
    expires_at: datetime
    locked: bool
    expired: bool

    @property
    def usable(self) -> bool:
        return not (self.locked or self.expired)

    @property
    def freshly_proven(self) -> bool:
        """Whether its owner proved themself lately enough to add a lasting way in."""
        return self.proven_at > clock.now() - rules.PROVEN_WITHIN

    @property
    def is_local(self) -> bool:
        """Signed in by an invited account of the platform, without a national provider."""
        return self.provider == "local"


def new_secret() -> str:
    """256 random bits, for a cookie or a token."""
    return secrets.token_urlsafe(32)


_SEEN = """
WITH held AS (
  SELECT s.id, s.account_id, a.provider, a.person_id, s.name, s.national_id, s.level, s.regulation_claim, a.rights,
         s.situations::text AS situations, s.situation_id, s.urgent::text AS urgent, s.last_seen_at, s.expires_at,
         s.locked_at, s.proven_at
  FROM signin_session s JOIN signin_account a ON a.id = s.account_id
  WHERE s.token_hash = %(hash)s AND s.ended_at IS NULL AND NOT a.suspended
), touched AS (
  UPDATE signin_session SET last_seen_at = %(now)s
  WHERE id = (SELECT id FROM held) AND locked_at IS NULL AND expires_at > %(now)s
    AND last_seen_at > %(idle)s AND last_seen_at < %(stale)s
  RETURNING last_seen_at
)
SELECT held.*, coalesce((SELECT last_seen_at FROM touched), held.last_seen_at) FROM held
"""


def find(token: str) -> SignIn | None:
    """The session of a cookie, seen now. One statement. Unavailable when no connection is free."""
    now = clock.now()
    parameters = {
        "hash": hash_of(token),
        "now": now,
        "idle": now - rules.LOCK_AFTER,
        "stale": now - rules.SEEN_EVERY,
    }
    with statement() as cursor:
        cursor.execute(_SEEN, parameters)
        row = cursor.fetchone()
    return _sign_in(row, now) if row else None


def extend(session_id: UUID) -> datetime | None:
    """The session counts its quiet time from now; returns when it will lock, None when it is locked or over. One statement."""
    now = clock.now()
    with statement() as cursor:
        cursor.execute(
            "UPDATE signin_session SET last_seen_at = %(now)s WHERE id = %(id)s AND ended_at IS NULL AND locked_at IS NULL"
            " AND expires_at > %(now)s AND last_seen_at > %(idle)s RETURNING expires_at",
            {"id": session_id, "now": now, "idle": now - rules.LOCK_AFTER},
        )
        row = cursor.fetchone()
    return rules.locks_at(now, row[0]) if row else None


@contextmanager
def statement() -> Iterator[Any]:
    """A cursor for the one statement of sign-in that runs outside doors; the connection goes back to the pool at once."""
    try:
        with sql_allowed("sign-in session"):
            try:
                with connection.cursor() as cursor:
                    yield cursor
            finally:
                connection.close()
    except OperationalError as problem:
        if isinstance(problem.__cause__, PoolTimeout):
            raise Unavailable("saturation") from problem
        raise


def actor_of(sign_in: SignIn) -> Actor | None:
    """Who acts in this session, in the situation chosen, for care; None before the choice."""
    chosen = sign_in.situation
    return None if chosen is None else actor_in(sign_in, chosen)


def actor_in(sign_in: SignIn, chosen: Situation) -> Actor:
    """Who acts in this session if that situation is chosen."""
    return _acting(
        chosen,
        person_id=sign_in.account_id if chosen.kind is Kind.ADMINISTRATOR else sign_in.person_id,
        name=sign_in.name,
        national_id=sign_in.national_id,
        regulation_claim=sign_in.regulation_claim,
        rights=sign_in.rights if chosen.kind in (Kind.ADMINISTRATOR, Kind.PROFESSIONAL) else frozenset(),
        level=sign_in.level,
    )


def holder(sign_in: SignIn) -> Recognised:
    """Who holds that session, as when they came in: for lifting its lock."""
    return Recognised(
        sign_in.account_id,
        sign_in.provider,
        sign_in.person_id,
        sign_in.name,
        sign_in.national_id,
        sign_in.regulation_claim,
        sign_in.situations,
    )


def newcomer(who: Recognised, level: str) -> Actor:
    """The person as they come in: in their situation when they have one only, else in none yet."""
    if len(who.situations) == 1:
        return newcomer_in(who, who.situations[0], level)
    kind = who.situations[0].kind
    person_id = who.account_id if kind is Kind.ADMINISTRATOR else who.person_id
    return Actor(kind=kind, person_id=person_id, name=who.name, national_id=who.national_id, level=level)


def newcomer_in(who: Recognised, chosen: Situation, level: str) -> Actor:
    """The person as they come in, in that situation, without administration rights."""
    return _acting(
        chosen,
        person_id=who.account_id if chosen.kind is Kind.ADMINISTRATOR else who.person_id,
        name=who.name,
        national_id=who.national_id,
        regulation_claim=who.regulation_claim,
        level=level,
    )


def _acting(chosen: Situation, **person: Any) -> Actor:
    return Actor(
        kind=chosen.kind,
        profession=chosen.profession,
        specialty=chosen.specialty,
        role=chosen.role,
        sector=chosen.sector,
        title=chosen.title,
        structure_id=chosen.structure_id,
        structure_name=chosen.structure_name,
        situation_id=chosen.id,
        on_behalf_of=chosen.space_id if chosen.kind is Kind.REPRESENTATIVE else None,
        **person,
    )


def urgent_actor(actor: Actor, sign_in: SignIn, patient_id: UUID) -> Actor:
    """The same actor, with the purpose of the urgent access that this session opened for that patient, when one runs."""
    now = clock.now()
    bound = [one for one in sign_in.urgent if one.patient_id == patient_id and one.ends_at > now]
    if not bound:
        return actor
    newest = bound[-1]
    return replace(actor, purpose=newest.purpose, emergency_id=newest.id, emergency_patient_id=patient_id)


def _sign_in(row: tuple[Any, ...], now: datetime) -> SignIn:
    (
        id_,
        account,
        provider,
        person,
        name,
        national_id,
        level,
        regulation,
        rights,
        kept,
        chosen,
        urgent,
        _,
        ends,
        locked,
        proven,
        seen,
    ) = row
    choices = tuple(situations.situation(one) for one in json.loads(kept))
    locks = rules.locks_at(seen, ends)
    return SignIn(
        id=id_,
        account_id=account,
        provider=provider,
        person_id=person,
        name=name,
        national_id=national_id,
        level=level,
        regulation_claim=regulation,
        rights=frozenset(rights),
        situations=choices,
        situation=next((one for one in choices if one.id == chosen), None),
        urgent=tuple(situations.urgent(one) for one in json.loads(urgent)),
        proven_at=proven,
        locks_at=locks,
        expires_at=ends,
        locked=locked is not None or locks <= now,
        expired=ends <= now,
    )
