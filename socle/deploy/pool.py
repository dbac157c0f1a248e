"""Django's pool of connections, which its own types do not tell."""

from __future__ import annotations

from typing import Any

import psycopg
from django.db import connection


def facts() -> dict[str, int]:
    """Of this process's pool: connections open, idle, wanted by somebody who waits, refused so far. Empty without a pool."""
    pool = _pool()
    if pool is None:
        return {}
    stats = pool.get_stats()
    return {name: int(stats.get(name, 0)) for name in ("pool_size", "pool_available", "requests_waiting", "requests_errors")}


def database_answers() -> bool:
    """Whether a connection outside the pool is possible: then a pool that gives none is stuck."""
    wrapper: Any = connection
    try:
        psycopg.connect(**wrapper.get_connection_params(), connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True


def close() -> None:
    """This thread's connection is given back and the pool's connections are closed."""
    connection.close()
    wrapper: Any = connection
    wrapper.close_pool()


def _pool() -> Any:
    wrapper: Any = connection
    return wrapper.pool
