"""`GET /metrics`: Prometheus text of this process, and of what all share in the database. Numbers only, nothing about people."""

from __future__ import annotations

import os
import threading
from collections import Counter
from collections.abc import Iterator

from django.db import DatabaseError, connection

from socle.base.access.doors import sql_allowed
from socle.base.signin import refusals
from socle.deploy import pool

MEDIA = "text/plain; version=0.0.4; charset=utf-8"
_QUEUE = """
SELECT count(*) FILTER (WHERE state = 'due' AND due_at <= now()), count(*) FILTER (WHERE state = 'dead'),
       coalesce(extract(epoch FROM now() - min(due_at) FILTER (WHERE state = 'due' AND due_at <= now())), 0)
FROM events_reaction WHERE state <> 'done'
"""
_SEAL = "SELECT coalesce(extract(epoch FROM now() - max(at)), 0) FROM audit_seal"


class Requests:
    """What this process answered, by wire and class of status."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._count: Counter[tuple[str, str]] = Counter()
        self._seconds: Counter[str] = Counter()

    def answered(self, wire: str, status: str, seconds: float) -> None:
        with self._lock:
            self._count[wire, f"{status[:1]}xx"] += 1
            self._seconds[wire] += seconds  # type: ignore[assignment]  # a Counter holds any number

    def lines(self, process: str) -> Iterator[str]:
        with self._lock:
            counts, seconds = sorted(self._count.items()), sorted(self._seconds.items())
        yield "# TYPE socle_requests_total counter"
        for (wire, status), count in counts:
            yield f'socle_requests_total{{process="{process}",wire="{wire}",status="{status}"}} {count}'
        yield "# TYPE socle_request_seconds_total counter"
        for wire, spent in seconds:
            yield f'socle_request_seconds_total{{process="{process}",wire="{wire}"}} {spent:.6f}'


requests = Requests()


def text() -> str:
    """The page. Behind several web workers each answers for itself: `process` tells them apart."""
    process = str(os.getpid())
    lines = list(requests.lines(process))
    lines.append("# TYPE socle_sign_ins_refused_total counter")
    for code, refused in sorted(refusals.counts().items()):
        lines.append(f'socle_sign_ins_refused_total{{process="{process}",code="{code}"}} {refused}')
    for name, value in pool.facts().items():
        lines += [f"# TYPE socle_{name} gauge", f'socle_{name}{{process="{process}"}} {value}']
    lines += ["# TYPE socle_resident_bytes gauge", f'socle_resident_bytes{{process="{process}"}} {_resident_bytes()}']
    lines += _shared()
    return "\n".join(lines) + "\n"


def _shared() -> list[str]:
    try:
        with sql_allowed("health"):
            try:
                with connection.cursor() as cursor:
                    cursor.execute(_QUEUE)
                    due, dead, oldest = cursor.fetchone()
                    cursor.execute(_SEAL)
                    (sealed,) = cursor.fetchone()
            finally:
                connection.close()
    except DatabaseError:
        return ["# TYPE socle_database_up gauge", "socle_database_up 0"]
    values = {
        "socle_database_up": 1,
        "socle_reactions_due": due,
        "socle_reactions_dead": dead,
        "socle_reactions_oldest_seconds": f"{oldest:.3f}",
        "socle_seconds_since_seal": f"{sealed:.3f}",
    }
    return [line for name, value in values.items() for line in (f"# TYPE {name} gauge", f"{name} {value}")]


def _resident_bytes() -> int:
    with open("/proc/self/statm", encoding="ascii") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
