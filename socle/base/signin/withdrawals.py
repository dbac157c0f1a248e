"""That some token ended, told to the processes of this machine at once: they keep what they read of tokens, and look at the size
of one file before they believe it. Other machines of the same installation see it when their five seconds end."""

from __future__ import annotations

import os

from django.conf import settings
from django.db import transaction


def stamp() -> int:
    """Grows whenever tokens were ended on this machine; 0 when none ever was."""
    try:
        return os.stat(settings.SOCLE_WITHDRAWALS).st_size
    except FileNotFoundError:
        return 0


def announce() -> None:
    """Once what this transaction ended is committed, no process of this machine believes what it kept of any token before."""
    transaction.on_commit(_grow)


def _grow() -> None:
    """One byte more, in one write: two that end tokens at once are both seen."""
    file = os.open(settings.SOCLE_WITHDRAWALS, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(file, b".")
    finally:
        os.close(file)
