"""What checking a person's proofs reads. For the platform alone: nothing of it is ever shown."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from socle.base.access.actor import Actor
from socle.base.access.doors import door, not_journalled
from socle.base.access.rules import for_the_platform
from socle.base.signin.models import Account, Credential, Session
from socle.base.signin.sealing import hash_of


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
    for_the_platform(actor).enforce()
    account = Account.objects.filter(provider=Account.Provider.LOCAL, subject=login.lower(), suspended=False).first()
    if account is None:
        return None
    found = {row.kind: bytes(row.secret) for row in Credential.objects.filter(account=account)}
    return Proofs(account.id, found.get(Credential.Kind.PASSWORD), found.get(Credential.Kind.TOTP))


@door(reads=True)
def signed_in_here(*, actor: Actor, login: str, device_secret: str) -> bool:
    """Whether the invited account of that login was used before in the browser that carries this secret."""
    not_journalled()
    for_the_platform(actor).enforce()
    return Session.objects.filter(
        account__provider=Account.Provider.LOCAL, account__subject=login.lower(), device_hash=hash_of(device_secret)
    ).exists()


@dataclass(frozen=True, slots=True)
class Passkey:
    """One passkey of an account."""

    id: UUID
    account_id: UUID
    provider: str
    key_id: bytes
    public_key: bytes = field(repr=False)
    counter: int
    label: str
    created_at: datetime
    last_used_at: datetime | None

    @property
    def is_local(self) -> bool:
        """Of an invited account, where the passkey alone signs in; elsewhere it only lifts a lock."""
        return self.provider == Account.Provider.LOCAL


@door(reads=True)
def passkeys(*, actor: Actor, account_id: UUID) -> tuple[Passkey, ...]:
    """The passkeys of one's own account, the oldest first. Nothing of anybody's record: no line."""
    not_journalled()
    return tuple(_passkey(row) for row in _keys().filter(account_id=account_id).order_by("id"))


@door(reads=True)
def passkey(*, actor: Actor, key_id: bytes) -> Passkey | None:
    """The passkey of that id, of an account that is not suspended."""
    not_journalled()
    for_the_platform(actor).enforce()
    row = _keys().filter(key_id=key_id, account__suspended=False).first()
    return _passkey(row) if row else None


def _keys() -> QuerySet[Credential]:
    return Credential.objects.filter(kind=Credential.Kind.PASSKEY).select_related("account")


def _passkey(row: Credential) -> Passkey:
    return Passkey(
        row.id,
        row.account_id,
        row.account.provider,
        bytes(row.key_id or b""),
        bytes(row.secret),
        row.counter,
        row.label,
        row.created_at,
        row.last_used_at,
    )
