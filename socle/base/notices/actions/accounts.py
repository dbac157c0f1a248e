"""Tell people of what changes the ways into their account."""

from __future__ import annotations

from uuid import UUID

from socle.base.access.actor import Actor, Kind
from socle.base.access.doors import door, note
from socle.base.access.rules import NOT_YOUR_ROLE
from socle.base.notices.models import Notice


@door(reads=False)
def tell_of_passkey(*, actor: Actor, passkey_id: UUID, person_id: UUID) -> None:
    """The person is told, once, that this passkey opens their account. Platform only."""
    if actor.kind is not Kind.SYSTEM:
        NOT_YOUR_ROLE.enforce()
    note(kind="notice", shown=[passkey_id])
    Notice.objects.bulk_create(
        [Notice(recipient_id=person_id, kind="passkey-added", subject_id=passkey_id)], ignore_conflicts=True
    )
