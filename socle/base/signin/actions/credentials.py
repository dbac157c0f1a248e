"""Proofs of accounts: one-time codes that serve once, passkeys."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import connection

from socle import clock
from socle.base.access.actor import Actor
from socle.base.access.doors import door, not_journalled, note
from socle.base.events import queue
from socle.base.signin import rules
from socle.base.signin.gateways.passkeys import NewKey
from socle.base.signin.models import Credential, Session, UsedChallenge
from socle.base.signin.sealing import hash_of
from socle.errors import Conflict, Forbidden, NotFound

NOT_PROVEN = (
    "preuve-recente",
    "Confirmez d’abord que c’est vous : verrouillez votre session, déverrouillez-la, puis ajoutez la clé dans les cinq minutes.",
)


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
def add_passkey(*, actor: Actor, account_id: UUID, session_id: UUID, key: NewKey, label: str) -> UUID:
    """The account may prove itself by this passkey from now on, and its owner is told. Forbidden `preuve-recente` when they did
    not prove themself in that session within five minutes; Conflict `cle-connue` when somebody has the key already."""
    note(kind="passkey")
    fresh = Session.objects.filter(
        id=session_id,
        account_id=account_id,
        ended_at=None,
        locked_at=None,
        proven_at__gt=clock.now() - rules.PROVEN_WITHIN,
    )
    if not fresh.exists():
        raise Forbidden(*NOT_PROVEN)
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
    if actor.person_id is not None:
        queue.emit("signin.passkey-added", aggregate_id=account_id, facts={"passkey": row.id, "person": actor.person_id})
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
