"""Whom an administrator answers for: accounts with their rights, and invitations that wait."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from socle import clock
from socle.base.access.actor import Actor
from socle.base.access.doors import door, note
from socle.base.signin import reach
from socle.base.signin.models import Account, Invitation
from socle.errors import NotFound

MOST = 200


@dataclass(frozen=True, slots=True)
class Held:
    """One account. `works` says that the structure answers for the person as a worker; `mine` that it is the reader's own."""

    id: UUID
    name: str
    login: str
    rights: frozenset[str]
    structure_id: UUID | None
    structure_name: str
    works: bool
    suspended: bool
    mine: bool
    last_sign_in_at: datetime | None


@dataclass(frozen=True, slots=True)
class Waiting:
    """An invitation that may still be accepted."""

    id: UUID
    name: str
    login: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class People:
    """`accounts` by name, suspended ones last; `more` when there are others that are not shown."""

    accounts: tuple[Held, ...]
    waiting: tuple[Waiting, ...]
    more: bool


@door(reads=True)
def administered(*, actor: Actor) -> People:
    """The people the actor answers for. Forbidden `comptes`."""
    note(kind="account")
    rows = list(reach.accounts(actor).order_by("suspended", "name", "id")[: MOST + 1])
    waiting = reach.invitations(actor).filter(used_at=None, expires_at__gt=clock.now()).order_by("expires_at", "id")[:MOST]
    note(shown=[row.id for row in rows[:MOST]])
    return People(tuple(_held(row, actor) for row in rows[:MOST]), tuple(_waiting(row) for row in waiting), len(rows) > MOST)


@door(reads=True)
def account(*, actor: Actor, account_id: UUID) -> Held:
    """One of these accounts. Forbidden `comptes`; NotFound when it is not one of theirs."""
    note(kind="account", shown=[account_id])
    row = reach.accounts(actor).filter(id=account_id).first()
    if row is None:
        raise NotFound()
    return _held(row, actor)


def _held(row: Account, actor: Actor) -> Held:
    local = row.provider == Account.Provider.LOCAL
    return Held(
        row.id,
        row.name,
        row.subject if local else row.get_provider_display(),
        frozenset(row.rights),
        row.structure_id,
        row.structure_name,
        local and row.person_id is not None,
        row.suspended,
        row.id == actor.person_id,
        row.last_sign_in_at,
    )


def _waiting(row: Invitation) -> Waiting:
    return Waiting(row.id, row.name, row.login, row.expires_at)
