"""Proofs of invited accounts: a one-time code serves once."""

from __future__ import annotations

from uuid import UUID

from socle import clock
from socle.base.access.actor import Actor
from socle.base.access.doors import door, not_journalled
from socle.base.signin.models import Credential


@door(reads=False)
def first_use_of_code(*, actor: Actor, account_id: UUID, step: int) -> bool:
    """Whether no code of that time step, or of a later one, was used before; this one is used up now."""
    not_journalled()
    return bool(
        Credential.objects.filter(account_id=account_id, kind=Credential.Kind.TOTP, counter__lt=step).update(
            counter=step, last_used_at=clock.now()
        )
    )
