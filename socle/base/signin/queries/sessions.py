"""What a person reads of their own sessions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from socle import clock
from socle.base.access.actor import Actor
from socle.base.access.doors import door, not_journalled
from socle.base.signin.models import Session


@dataclass(frozen=True, slots=True)
class Device:
    """One open session."""

    id: UUID
    label: str
    opened_at: datetime
    last_seen_at: datetime


@door(reads=True)
def opened(*, actor: Actor, account_id: UUID) -> tuple[Device, ...]:
    """The sessions of the account that are not over, the newest first. Nothing of anybody's record is shown: no line."""
    not_journalled()
    rows = Session.objects.filter(account_id=account_id, ended_at=None, expires_at__gt=clock.now()).order_by("-created_at")[:50]
    return tuple(Device(row.id, row.device_label, row.created_at, row.last_seen_at) for row in rows)
