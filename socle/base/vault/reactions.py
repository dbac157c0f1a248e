"""What the vault does by the clock."""

from __future__ import annotations

from datetime import timedelta

from socle.base.events.registry import job
from socle.base.vault import sealing


@job("vault-sweep", every=timedelta(days=1))
def sweep() -> None:
    """Files that no door kept, and those a stopped process left half written, are gone after a day."""
    sealing.sweep()
