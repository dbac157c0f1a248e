"""What a worker of a demo does after the start: it brings in the background population. Never read in production."""

from __future__ import annotations

from django.conf import settings

from socle.base.access.actor import system
from socle.base.events.registry import Happened, react
from socle.deploy.story import filling


@react(filling.ASKED)
def fill_background(event: Happened) -> None:
    """The next people of the demo's background are there, once the platform answers: `endpoints.json` says so."""
    filling.advance(
        actor=system("population de fond", cause_id=event.id),
        reached=int(event.facts["reached"]),
        ready=settings.SOCLE_ENDPOINTS.exists(),
    )
