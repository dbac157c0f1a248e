"""Insert a row without the cost of building its statement each time: deposits are the hot writes of the record."""

from __future__ import annotations

import functools

from django.db import connection, models


def insert(row: models.Model, *, unique: str) -> bool:
    """The row is inserted, or nothing was because another one holds the same value of the column `unique`: then False. One
    statement."""
    statement, fields = _statement(type(row), unique)
    values = [field.get_db_prep_save(getattr(row, field.attname), connection) for field in fields]
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return bool(cursor.rowcount == 1)


@functools.cache
def _statement(model: type[models.Model], unique: str) -> tuple[str, tuple[models.Field, ...]]:  # type: ignore[type-arg]
    fields = tuple(model._meta.concrete_fields)
    columns = ", ".join(f'"{field.column}"' for field in fields)
    places = ", ".join(["%s"] * len(fields))
    return (
        f'INSERT INTO "{model._meta.db_table}" ({columns}) VALUES ({places}) ON CONFLICT ("{unique}") DO NOTHING',  # noqa: S608
        fields,
    )
