"""What identity does by the clock."""

from __future__ import annotations

from datetime import timedelta

from socle.base.access.actor import system
from socle.base.events.registry import job
from socle.base.identity.actions import searches


@job("identity-searches", every=timedelta(minutes=5))
def purge_searches() -> None:
    """Searches older than fifteen minutes hold no trait; older than an hour they are gone."""
    searches.purge(actor=system("purge des recherches d’identité"))
