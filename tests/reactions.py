"""Wait for what follows an action: reactions run here, or in the worker of the platform that runs beside."""

from __future__ import annotations

import threading
import time

from django.db import connection

from socle.base.access.doors import sql_allowed
from socle.base.events.registry import known_names
from socle.deploy.worker import Worker

DEADLINE_S = 60.0


def settle() -> None:
    """No known reaction is due any more. Fails after a minute: something does not end."""
    limit = time.monotonic() + DEADLINE_S
    while _due():
        if not Worker().run_due():
            threading.Event().wait(0.01)  # another worker holds them: look again
        assert time.monotonic() < limit, "reactions do not end"


def _due() -> bool:
    with sql_allowed("tests"), connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT 1 FROM events_reaction WHERE state = 'due' AND due_at <= now() AND name = ANY(%s))",
            [known_names()],
        )
        found = bool(cursor.fetchone()[0])
    connection.close()
    return found
