"""The worker process: runs due reactions and jobs, seals the journal every second, tells listeners that events are there.

Runs N times: leases keep workers apart, and one seals or relays at a time.
"""

from __future__ import annotations

import logging
import signal
import threading
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

import django
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings
from django.db import OperationalError, connection, transaction

from socle.base.access.doors import sql_allowed
from socle.base.audit.seal import seal
from socle.base.events import queue, registry
from socle.deploy.environment import Profile
from socle.deploy.logs import place_of, quiet_failures

log = logging.getLogger("socle.worker")
BATCH = 20
IDLE_S = 0.2
SEAL_EVERY_S = 1.0
RELAY_EVERY_S = 0.1


class Worker:
    """`run()` works until `stop()`; `run_due()` does what is due now and returns how many reactions ran (tests, `jobs run`)."""

    def __init__(self) -> None:
        self._stopping = threading.Event()

    def stop(self, *_: object) -> None:
        self._stopping.set()

    def run(self) -> None:
        helpers = [
            threading.Thread(target=self._every, args=(SEAL_EVERY_S, seal_now, "seal"), daemon=True),
            threading.Thread(target=self._every, args=(RELAY_EVERY_S, Relay().tell, "relay"), daemon=True),
        ]
        self._guarded(plan_jobs, "plan")
        for helper in helpers:
            helper.start()
        while not self._stopping.is_set():
            ran = self._guarded(self.run_due, "lease")
            if not ran:
                self._stopping.wait(IDLE_S)
        for helper in helpers:
            helper.join(timeout=5)

    def run_due(self) -> int:
        with sql_allowed("queue"), transaction.atomic(durable=True):
            leased = queue.lease(BATCH)
        connection.close()
        for reaction in leased:
            run_one(reaction)
        return len(leased)

    def _every(self, seconds: float, work: Callable[[], object], name: str) -> None:
        while not self._stopping.wait(seconds):
            self._guarded(work, name)

    def _guarded(self, work: Callable[[], object], name: str) -> object:
        """A database that is away is waited for; anything else is logged by type and place and tried again."""
        try:
            return work()
        except OperationalError:
            self._stopping.wait(1)
        except Exception as failure:  # noqa: BLE001 - the one place where a process outlives any failure of its tasks
            log.error("task.failed", extra={"task": name, "error": place_of(failure)})
            self._stopping.wait(1)
        finally:
            connection.close()
        return None


def run_one(leased: queue.Leased) -> None:
    """The reaction ran and is done, or is postponed with the type and place of what failed."""
    try:
        with queue.running(leased):
            if leased.happened is not None:
                registry.reaction(leased.name)(leased.happened)
            else:
                _run_job(leased.name.removeprefix("job:"))
            if not queue.was_marked(leased):
                with sql_allowed("queue"), transaction.atomic(durable=True):
                    queue.finish(leased)
    except queue.LeaseLost:
        log.warning("reaction.lease-lost", extra={"reaction": leased.name})
    except OperationalError:
        log.warning("reaction.database-away", extra={"reaction": leased.name})
    except Exception as failure:  # noqa: BLE001 - a reaction may fail in any way; the queue keeps it
        log.error("reaction.failed", extra={"reaction": leased.name, "error": place_of(failure)})
        with sql_allowed("queue"), transaction.atomic(durable=True):
            queue.postpone(leased, place_of(failure))
    finally:
        connection.close()


def _run_job(name: str) -> None:
    for job in registry.jobs():
        if job.name == name:
            job.run()


def plan_jobs() -> None:
    with sql_allowed("queue"), transaction.atomic(durable=True):
        queue.plan_jobs()


def seal_now() -> None:
    """The journal is sealed up to now, with the installation's key."""
    key = Ed25519PrivateKey.from_private_bytes(settings.SOCLE_KEYS.journal)
    with sql_allowed("seal"):
        seal(key, Path(settings.SOCLE_JOURNAL_REGISTER))
    connection.close()


class Relay:
    """One NOTIFY for many events, in a transaction of its own: a hint without content. Listeners read from where they were."""

    def __init__(self) -> None:
        self._horizon = ""

    def tell(self) -> None:
        with sql_allowed("queue"), transaction.atomic(durable=True), connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_snapshot_xmin(pg_current_snapshot())::text,"
                " EXISTS (SELECT 1 FROM events_event WHERE xid >= %s::xid8 AND xid < pg_snapshot_xmin(pg_current_snapshot()))",
                [self._horizon or "9223372036854775807"],
            )
            horizon, fresh = cursor.fetchone()
            if fresh:
                cursor.execute("SELECT pg_notify('socle_events', %s)", [horizon])
            self._horizon = horizon


def main() -> None:
    quiet_failures()
    django.setup()
    if settings.SOCLE_PROFILE is not Profile.PRODUCTION:
        import_module("socle.deploy.story.reactions")
    worker = Worker()
    signal.signal(signal.SIGTERM, worker.stop)
    signal.signal(signal.SIGINT, worker.stop)
    worker.run()


if __name__ == "__main__":
    main()
