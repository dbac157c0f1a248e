"""Count and explain the SQL statements of a door."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection


@contextmanager
def recorded() -> Iterator[list[tuple[str, Any]]]:
    """The statements sent inside, with their parameters, in order."""
    statements: list[tuple[str, Any]] = []

    def record(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        statements.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(record):
        yield statements


def plan_of(sql: str, parameters: Any) -> dict[str, Any]:
    """The plan that PostgreSQL chooses when it may not scan a table whole: the shape of a large table's plan on a small one."""
    with connection.cursor() as cursor:
        cursor.execute("SET enable_seqscan = off")
        try:
            cursor.execute("EXPLAIN (FORMAT JSON) " + sql, parameters)
            found = cursor.fetchone()[0]
        finally:
            cursor.execute("RESET enable_seqscan")
    return (json.loads(found) if isinstance(found, str) else found)[0]["Plan"]  # type: ignore[no-any-return]


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The plan's nodes, the top one first."""
    yield plan
    for inner in plan.get("Plans", ()):
        yield from nodes(inner)
