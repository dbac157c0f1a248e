"""Insert a row without the cost of building its statement each time: deposits are the hot writes of the record."""

from __future__ import annotations

import functools
from typing import Any

from django.db import connection, models


def insert(*rows: models.Model, unique: str) -> bool:
    """The rows (of one model) are inserted, but for those whose value of the column `unique` another one holds: then False. One
    statement each, sent together. What is None is left to its column: the driver keeps prepared only statements of less than
    fifty values."""
    sent: dict[str, list[list[Any]]] = {}
    for row in rows:
        values = _values(row)
        sent.setdefault(_statement(row._meta.db_table, tuple(values), unique), []).append(list(values.values()))
    inserted = 0
    with connection.cursor() as cursor:
        for statement, parameters in sent.items():
            if len(parameters) == 1:
                cursor.execute(statement, parameters[0])
            else:
                cursor.executemany(statement, parameters)
            inserted += cursor.rowcount
    return inserted == len(rows)


def _values(row: models.Model) -> dict[str, Any]:
    return {
        str(field.column): field.get_db_prep_save(value, connection)
        for field in _fields(type(row))
        if (value := getattr(row, field.attname)) is not None
    }


@functools.cache
def _fields(model: type[models.Model]) -> tuple[models.Field, ...]:  # type: ignore[type-arg]
    return tuple(model._meta.concrete_fields)


@functools.lru_cache(maxsize=256)
def _statement(table: str, columns: tuple[str, ...], unique: str) -> str:
    names = ", ".join(f'"{column}"' for column in columns)
    places = ", ".join(["%s"] * len(columns))
    return f'INSERT INTO "{table}" ({names}) VALUES ({places}) ON CONFLICT ("{unique}") DO NOTHING'  # noqa: S608
