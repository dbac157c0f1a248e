"""Insert a row without the cost of building its statement each time: deposits are the hot writes of the record."""

from __future__ import annotations

import functools

from django.db import connection, models


def insert(row: models.Model, *, unique: str) -> bool:
    """The row is inserted, or nothing was because another one holds the same value of the column `unique`: then False. One
    statement. What is None is left to its column: the driver keeps prepared only statements of less than fifty values."""
    values = {
        field.column: field.get_db_prep_save(value, connection)
        for field in _fields(type(row))
        if (value := getattr(row, field.attname)) is not None
    }
    with connection.cursor() as cursor:
        cursor.execute(_statement(row._meta.db_table, tuple(values), unique), list(values.values()))
        return bool(cursor.rowcount == 1)


@functools.cache
def _fields(model: type[models.Model]) -> tuple[models.Field, ...]:  # type: ignore[type-arg]
    return tuple(model._meta.concrete_fields)


@functools.lru_cache(maxsize=256)
def _statement(table: str, columns: tuple[str, ...], unique: str) -> str:
    names = ", ".join(f'"{column}"' for column in columns)
    places = ", ".join(["%s"] * len(columns))
    return f'INSERT INTO "{table}" ({names}) VALUES ({places}) ON CONFLICT ("{unique}") DO NOTHING'  # noqa: S608
