"""Whom to tell when something happens."""

from __future__ import annotations

from uuid import UUID

from socle.base.access.actor import system
from socle.base.events.registry import Happened, react
from socle.base.notices.actions import urgent


@react("access.emergency-opened")
def tell_of_urgent_access(event: Happened) -> None:
    """The person, the médecin traitant and the access controller know."""
    actor = system("notification", cause_id=event.id)
    urgent.tell_of_urgent_access(actor=actor, session_id=UUID(event.facts["session"]))


@react("access.emergency-unusual")
def tell_of_unusual_access(event: Happened) -> None:
    """The access controller knows."""
    actor = system("notification", cause_id=event.id)
    urgent.tell_of_unusual_access(actor=actor, event_id=event.id, person_id=UUID(event.facts["person"]))
