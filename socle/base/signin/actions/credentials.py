"""Proofs of accounts: one-time codes that serve once, passkeys."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import connection

from socle import clock
from socle.base.access.actor import Actor
from socle.base.access.doors import door, not_journalled, note
from socle.base.signin.gateways.passkeys import NewKey
from socle.base.signin.models import Credential, UsedChallenge
from socle.base.signin.sealing import hash_of
from socle.errors import Conflict, NotFound


@door(reads=False)
def first_use_of_code(*, actor: Actor, account_id: UUID, step: int) -> bool:
    """Whether no code of that time step, or of a later one, was used before; this one is used up now."""
    not_journalled()
    return bool(
        Credential.objects.filter(account_id=account_id, kind=Credential.Kind.TOTP, counter__lt=step).update(
            counter=step, last_used_at=clock.now()
        )
    )


@door(reads=False)
def first_use_of_challenge(*, actor: Actor, challenge: str, expires_at: datetime) -> bool:
    """Whether that challenge of a passkey was never answered before; it is used up now, whatever the answer is worth. Those that
    would be too old anyway are forgotten."""
    not_journalled()
    UsedChallenge.objects.filter(expires_at__lt=clock.now()).delete()
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO signin_usedchallenge (hash, expires_at) VALUES (%s, %s) ON CONFLICT DO NOTHING",
            [hash_of(challenge), expires_at],
        )
        return bool(cursor.rowcount)


@door(reads=False)
def add_passkey(*, actor: Actor, account_id: UUID, key: NewKey, label: str) -> UUID:
    """The account may prove itself by this passkey from now on. Conflict `cle-connue` when somebody has it already."""
    note(kind="passkey")
    if Credential.objects.filter(key_id=key.key_id).exists():
        raise Conflict("cle-connue", "Cette clé d’accès est déjà enregistrée.")
    row = Credential.objects.create(
        account_id=account_id,
        kind=Credential.Kind.PASSKEY,
        secret=key.public_key,
        key_id=key.key_id,
        counter=key.counter,
        label=label,
    )
    note(shown=[row.id])
    return row.id


@door(reads=False)
def remove_passkey(*, actor: Actor, account_id: UUID, passkey_id: UUID) -> None:
    """The passkey opens nothing any more (a lost phone). NotFound when it is not that account's."""
    note(kind="passkey", shown=[passkey_id])
    if not Credential.objects.filter(id=passkey_id, account_id=account_id, kind=Credential.Kind.PASSKEY).delete()[0]:
        raise NotFound()


@door(reads=False)
def passkey_used(*, actor: Actor, passkey_id: UUID, counter: int) -> None:
    """The counter that the passkey has reached is known."""
    not_journalled()
    Credential.objects.filter(id=passkey_id).update(counter=counter, last_used_at=clock.now())
