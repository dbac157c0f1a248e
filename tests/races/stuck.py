"""Take the database away from those who serve, without ending anything."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from django.conf import settings

from socle.deploy import installation, postgres


def as_owner() -> psycopg.Connection[tuple[object, ...]]:
    """A connection that no pool of the platform has."""
    found = installation.connection_settings(settings.SOCLE, postgres.OWNER_ROLE)
    return psycopg.connect(
        host=found["HOST"], port=found["PORT"], dbname=found["NAME"], user=found["USER"], password=found["PASSWORD"]
    )


@contextmanager
def journal_held() -> Iterator[None]:
    """Inside, whoever must write to the journal waits: every door does."""
    with as_owner() as connection:
        connection.execute("LOCK TABLE audit_entry IN ACCESS EXCLUSIVE MODE")
        yield
        connection.rollback()


@contextmanager
def frozen(server: int) -> Iterator[None]:
    """Inside, the database server of that process id and all its backends stand still."""
    stopped = [server, *_children(server)]
    for pid in stopped:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in stopped:
            os.kill(pid, signal.SIGCONT)


def _children(pid: int) -> list[int]:
    with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as file:
        return [int(word) for word in file.read().split()]
