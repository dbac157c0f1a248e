"""`GET /healthz`: whether this process can serve (contract.md §3)."""

from __future__ import annotations

import json
from dataclasses import dataclass, field

from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader
from psycopg_pool import PoolTimeout

from socle.base.access.doors import sql_allowed
from socle.deploy import pool


@dataclass(slots=True)
class _Known:
    """Migrations never go away under a running process: one good answer is enough."""

    migrated: bool = field(default=False)


_known = _Known()


def check() -> tuple[bool, dict[str, object]]:
    """Whether this process can serve, and why not: `database` (unreachable), `pool` (no connection within its time limit),
    `migrations` (the tables are older than this version)."""
    try:
        with sql_allowed("health"):
            try:
                with connection.cursor() as cursor:
                    cursor.execute("SELECT 1")
                _known.migrated = _known.migrated or _migrated()
            finally:
                connection.close()
    except DatabaseError as problem:
        stuck = isinstance(problem.__cause__, PoolTimeout) and pool.database_answers()
        return False, {"status": "unavailable", "reason": "pool" if stuck else "database"}
    if not _known.migrated:
        return False, {"status": "unavailable", "reason": "migrations"}
    return True, {"status": "ok"}


def body(facts: dict[str, object]) -> bytes:
    return json.dumps(facts).encode()


def _migrated() -> bool:
    loader = MigrationLoader(connection)
    return set(loader.disk_migrations) <= set(loader.applied_migrations)
