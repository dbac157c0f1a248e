"""From one read by the product to the plan of the bare handler, and that handler served beside the platform."""

from __future__ import annotations

import http.client
import os
import pickle
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection
from psycopg.conninfo import make_conninfo

from bench import bare
from socle.base.access.actor import Actor
from socle.deploy import ports
from socle.record.queries import wire
from tests.running import REPOSITORY
from tests.statements import recorded

START_TIMEOUT_S = 30


@dataclass(frozen=True, slots=True)
class Served:
    """Where it answers, and the process that serves."""

    address: str
    pid: int
    statements: int


def plan(actor: Actor, patient_id: UUID, document_id: UUID) -> bare.Plan:
    """What the product sends to serve this document to this actor."""
    with recorded() as statements:
        read = wire.read(actor=actor, document_id=document_id)
    known = {getattr(actor, one.name) for one in fields(actor) if isinstance(getattr(actor, one.name), UUID)}

    def source(value: Any) -> bare.Value:
        if isinstance(value, datetime):
            return bare.NOW, None
        for seen, kind in ((document_id, bare.DOCUMENT), (patient_id, bare.PATIENT)):
            if value == seen or value == [seen]:
                return kind + (value == [seen]), None
        if isinstance(value, UUID) and value not in known:
            return bare.NEW, None
        return bare.CONSTANT, value

    sent = tuple(
        (sql, {name: source(value) for name, value in values.items()} if isinstance(values, dict) else tuple(map(source, values)))
        for sql, values in statements
    )
    first = _row(*statements[0])
    database = settings.DATABASES["default"]
    options = dict(database["OPTIONS"])
    names = {"host": "HOST", "port": "PORT", "dbname": "NAME", "user": "USER", "password": "PASSWORD"}
    address = make_conninfo(**{name: database[key] for name, key in names.items()})
    kept = {"prepare_threshold": options["prepare_threshold"]}
    return bare.Plan(sent, first.index(patient_id), first.index(read.text), address, options["pool"], kept)


def _row(sql: str, values: Any) -> tuple[Any, ...]:
    from socle.base.access.doors import sql_allowed

    with sql_allowed("tests"), connection.cursor() as cursor:
        cursor.execute(sql, values)
        row = cursor.fetchone()
    connection.close()
    assert row is not None
    return tuple(row)


@contextmanager
def serving(planned: bare.Plan, folder: Path) -> Iterator[Served]:
    """Inside, it answers `GET /ID`."""
    kept = folder / "bare.plan"
    kept.write_bytes(pickle.dumps(planned))
    kept.chmod(0o600)
    port = ports.choose("http", 0, "127.0.0.1")
    process = subprocess.Popen(
        [sys.executable, "-m", "bench.bare", str(port)], cwd=REPOSITORY, env={**os.environ, bare.PLAN: str(kept)}
    )
    try:
        _wait(port, process)
        yield Served(f"http://127.0.0.1:{port}", process.pid, len(planned.statements))
    finally:
        process.terminate()
        process.wait(START_TIMEOUT_S)


def _wait(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_TIMEOUT_S
    while True:
        probe = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            probe.connect()
            return
        except OSError:
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError("the bare handler did not start") from None
            time.sleep(0.05)
        finally:
            probe.close()
