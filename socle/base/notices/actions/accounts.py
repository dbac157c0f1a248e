"""Tell people of what changes the ways into their account."""

from __future__ import annotations

from uuid import UUID

from socle.base.access.actor import Actor
from socle.base.access.doors import door, note
from socle.base.access.rules import for_the_platform
from socle.base.notices.models import Notice
from socle.base.notices.telling import tell


@door(reads=False)
def tell_of_passkey(*, actor: Actor, passkey_id: UUID, person_id: UUID) -> None:
    """The person is told, once, that this passkey opens their account. Platform only."""
    for_the_platform(actor).enforce()
    note(kind="notice", shown=[passkey_id])
    tell([Notice(recipient_id=person_id, kind="passkey-added", subject_id=passkey_id)])
