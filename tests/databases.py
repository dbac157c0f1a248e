"""Reach the test installation's database behind the product's back, as whoever owns it."""

from __future__ import annotations

from typing import Any

import psycopg
from django.conf import settings

from socle.deploy import installation, postgres


def as_owner(statement: str, parameters: list[Any]) -> list[tuple[Any, ...]]:
    """Runs one statement as the owner of the tables; returns its rows."""
    found = installation.connection_settings(settings.SOCLE, postgres.OWNER_ROLE)
    with psycopg.connect(
        host=found["HOST"], port=found["PORT"], dbname=found["NAME"], user=found["USER"], password=found["PASSWORD"]
    ) as connection:
        cursor = connection.execute(statement, parameters)
        return cursor.fetchall() if cursor.description else []
