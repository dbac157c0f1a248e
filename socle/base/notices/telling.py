"""Write notices, each once. Used inside doors."""

from __future__ import annotations

from collections.abc import Sequence

from socle.base.notices.models import Notice


def tell(notices: Sequence[Notice]) -> None:
    """These people, and the holders of these rights, have these notices; those that they had already change nothing."""
    Notice.objects.bulk_create(notices, ignore_conflicts=True)
