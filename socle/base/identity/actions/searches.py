"""Forget old searches."""

from __future__ import annotations

from django.db.models import Q

from socle import clock
from socle.base.access.actor import Actor
from socle.base.access.doors import door, not_journalled
from socle.base.access.rules import for_the_platform
from socle.base.identity.models import Search
from socle.base.identity.queries.searches import AN_HOUR, KEPT


@door(reads=False)
def purge(*, actor: Actor) -> None:
    """Searches older than fifteen minutes hold no criterion and no result; those older than an hour, which no longer count, are
    gone. Platform only."""
    not_journalled()
    for_the_platform(actor).enforce()
    Search.objects.filter(created_at__lte=clock.now() - AN_HOUR).delete()
    old = Search.objects.filter(created_at__lte=clock.now() - KEPT)
    old.filter(~Q(result_ids=[]) | Q(birth_date__isnull=False)).update(
        birth_date=None, name_start="", given_start="", result_ids=[]
    )
