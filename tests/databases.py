"""Reach the test installation's database behind the product's back, as whoever owns it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import psycopg
from django.conf import settings

from socle.deploy import installation, postgres


def as_owner(statement: str, parameters: list[Any]) -> list[tuple[Any, ...]]:
    """Runs one statement as the owner of the tables; returns its rows."""
    with _owner() as connection:
        cursor = connection.execute(statement, parameters)
        return cursor.fetchall() if cursor.description else []


@contextmanager
def enlarged(table: str, one: UUID, changes: str, rows: int = 20_000) -> Iterator[psycopg.Connection[Any]]:
    """The owner's connection while `table` has so many rows more, and the statistics that say so: the plan of a large table does
    not depend then on the few rows that other tests left. The rows are copies of `one`, changed by `changes` (SQL of a jsonb
    object, in which `n` counts from 1). All is undone at the end, statistics included."""
    copies = (
        f"INSERT INTO {table} SELECT made.* FROM (SELECT to_jsonb(t) AS one FROM {table} t WHERE id = %s) found,"
        f" generate_series(1, {rows:d}) n, jsonb_populate_record(NULL::{table}, found.one || {changes}) made"
    )
    with _owner() as connection:
        connection.execute(copies, [one])
        connection.execute(f"ANALYZE {table}")
        try:
            yield connection
        finally:
            connection.rollback()
            connection.autocommit = True
            connection.execute(f"VACUUM (ANALYZE) {table}")  # the rows are gone, and the statistics that are no part of it


def _owner() -> psycopg.Connection[Any]:
    found = installation.connection_settings(settings.SOCLE, postgres.OWNER_ROLE)
    return psycopg.connect(
        host=found["HOST"], port=found["PORT"], dbname=found["NAME"], user=found["USER"], password=found["PASSWORD"]
    )
