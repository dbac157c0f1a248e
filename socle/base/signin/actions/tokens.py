"""Access tokens: given, revoked. Each is a line of the journal, by whoever the token speaks for."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from socle import clock
from socle.base.access.actor import Actor
from socle.base.access.doors import door, not_journalled, note
from socle.base.signin import rules, tokens, withdrawals
from socle.base.signin.models import AccessToken
from socle.base.signin.sealing import hash_of


@door(reads=False)
def grant(*, actor: Actor, token: str, software_id: UUID, scopes: frozenset[str], account_id: UUID | None = None) -> datetime:
    """The bearer of `token` is this actor until the time returned: an hour for a software alone, half an hour for a person, whom
    the provider vouched for just now. Tokens that ended a day ago are forgotten."""
    now = clock.now()
    expires_at = now + (rules.TOKEN_OF_PERSON if account_id else rules.TOKEN_OF_SOFTWARE)
    AccessToken.objects.filter(expires_at__lt=now - rules.TOKEN_FORGOTTEN_AFTER).delete()
    row = AccessToken.objects.create(
        token_hash=hash_of(token),
        software_id=software_id,
        account_id=account_id,
        actor=tokens.kept(actor),
        scopes=sorted(scopes),
        created_at=now,
        expires_at=expires_at,
    )
    note(kind="token", shown=[row.id], patient_id=actor.emergency_patient_id)
    return expires_at


@door(reads=False)
def revoke(*, actor: Actor, token: str, software_id: UUID) -> None:
    """The token opens nothing any more: at once on this machine, within five seconds on another. A token of another software, or
    none, changes nothing."""
    token_hash = hash_of(token)
    row = AccessToken.objects.filter(token_hash=token_hash, software_id=software_id, revoked_at=None).first()
    if row is None:
        not_journalled()
        return
    AccessToken.objects.filter(id=row.id).update(revoked_at=clock.now())
    withdrawals.announce()
    note(kind="token", shown=[row.id], reason="révocation")
