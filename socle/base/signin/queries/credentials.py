"""What checking a person's proofs reads. For the platform alone: nothing of it is ever shown."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID

from socle.base.access.actor import Actor, Kind
from socle.base.access.doors import door, not_journalled
from socle.base.access.rules import NOT_YOUR_ROLE
from socle.base.signin.models import Account, Credential


@dataclass(frozen=True, slots=True)
class Proofs:
    """What an account proves itself with."""

    account_id: UUID
    password: bytes | None = field(repr=False)
    seed: bytes | None = field(repr=False)


@door(reads=True)
def of_login(*, actor: Actor, login: str) -> Proofs | None:
    """The proofs of the invited account of that login; None when there is none, or it is suspended."""
    not_journalled()
    if actor.kind is not Kind.SYSTEM:
        NOT_YOUR_ROLE.enforce()
    account = Account.objects.filter(provider=Account.Provider.LOCAL, subject=login.lower(), suspended=False).first()
    if account is None:
        return None
    found = {row.kind: bytes(row.secret) for row in Credential.objects.filter(account=account)}
    return Proofs(account.id, found.get(Credential.Kind.PASSWORD), found.get(Credential.Kind.TOTP))
