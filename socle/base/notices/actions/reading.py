"""Note that a notice was read."""

from __future__ import annotations

from uuid import UUID

from socle import clock
from socle.base.access.actor import Actor
from socle.base.access.doors import door, note
from socle.base.notices.models import Notice
from socle.base.notices.queries.mine import recipients
from socle.errors import NotFound


@door(reads=False)
def mark_read(*, actor: Actor, notice_id: UUID) -> None:
    """The notice is read, for good. NotFound when it is somebody else's."""
    note(kind="notice", shown=[notice_id])
    mine = Notice.objects.filter(id=notice_id, recipient_id__in=recipients(actor))
    if not mine.exists():
        raise NotFound()
    mine.filter(read_at=None).update(read_at=clock.now())
