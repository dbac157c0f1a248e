"""That some token ended, told to the processes of this machine at once: they keep what they read of tokens, and look at the stamp
of one file before they believe it. Other machines of the same installation see it when their five seconds end."""

from __future__ import annotations

import os
import time
from pathlib import Path

from django.conf import settings
from django.db import transaction


def stamp() -> int:
    """Changes whenever a token was ended on this machine; 0 when none ever was."""
    try:
        return os.stat(settings.SOCLE_WITHDRAWALS).st_mtime_ns
    except FileNotFoundError:
        return 0


def announce() -> None:
    """Once what this transaction ended is committed, no process of this machine believes what it kept of any token before."""
    transaction.on_commit(_touch)


def _touch() -> None:
    place = Path(settings.SOCLE_WITHDRAWALS)
    place.touch(mode=0o600)
    now = max(time.time_ns(), stamp() + 1)
    os.utime(place, ns=(now, now))
