"""The measure of the read: a WSGI handler without anything, that sends the very statements that the product sends for it.

`python -m bench.bare PORT` serves it like the product's web process: granian, as many workers and threads, as large a pool.
"""

from __future__ import annotations

import os
import pickle
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from granian.constants import HTTPModes, Interfaces
from granian.log import LogLevels
from granian.server import MPServer
from psycopg_pool import ConnectionPool

from socle import clock
from socle.deploy.serving import THREADS, workers

PLAN = "BENCH_BARE_PLAN"
DOCUMENT, DOCUMENTS, PATIENT, FAMILY, NOW, NEW, CONSTANT = range(7)
Value = tuple[int, Any]


@dataclass(frozen=True, slots=True)
class Plan:
    """The statements of one read with where their values come from, and the pool. `owner` and `text` are places in the first
    statement's row."""

    statements: tuple[tuple[str, tuple[Value, ...] | dict[str, Value]], ...]
    owner: int
    text: int
    address: str
    pool: dict[str, Any]
    options: dict[str, Any]


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """GET …/ID: the served text of that document, after one committed transaction."""
    document = UUID(environ["PATH_INFO"].rpartition("/")[2])
    sources: dict[int, Any] = {DOCUMENT: document, DOCUMENTS: [document]}
    body = b""
    with _pool.connection() as connection, connection.cursor() as cursor:
        for sql, values in _plan.statements:
            cursor.execute(sql, _filled(values, sources))
            row = cursor.fetchone() if cursor.description else None
            if PATIENT not in sources and row is not None:
                sources |= {PATIENT: row[_plan.owner], FAMILY: [row[_plan.owner]]}
                body = row[_plan.text].encode()
    start_response("200 OK", [("Content-Type", "application/fhir+json"), ("Content-Length", str(len(body)))])
    return [body]


def _filled(values: tuple[Value, ...] | dict[str, Value], sources: dict[int, Any]) -> list[Any] | dict[str, Any]:
    if isinstance(values, dict):
        return {name: _value(kind, constant, sources) for name, (kind, constant) in values.items()}
    return [_value(kind, constant, sources) for kind, constant in values]


def _value(kind: int, constant: Any, sources: dict[int, Any]) -> Any:
    if kind == CONSTANT:
        return constant
    if kind == NOW:
        return datetime.now(UTC)
    return clock.new_id() if kind == NEW else sources[kind]


if PLAN in os.environ and __name__ != "__main__":  # in the workers, not in the process that starts them
    _plan: Plan = pickle.loads(Path(os.environ[PLAN]).read_bytes())
    _pool = ConnectionPool(_plan.address, kwargs=_plan.options, open=True, **_plan.pool)


def main(port: int) -> None:
    MPServer(
        "bench.bare:application",
        address="127.0.0.1",
        port=port,
        interface=Interfaces.WSGI,
        http=HTTPModes.http1,
        websockets=False,
        workers=workers(),
        blocking_threads=THREADS,
        log_level=LogLevels.error,
        log_access=False,
    ).serve()


if __name__ == "__main__":
    main(int(sys.argv[1]))
