"""Serving processes own nothing and cannot change what is append-only."""

from __future__ import annotations

import pytest
from django.db import ProgrammingError, connection, transaction

from socle.base.access.doors import OutsideDoor, sql_allowed

pytestmark = pytest.mark.usefixtures("installation")


def test_the_serving_role_owns_no_table() -> None:
    with sql_allowed("tests"), connection.cursor() as cursor:
        cursor.execute("SELECT current_user, count(*) FROM pg_class WHERE pg_get_userbyid(relowner) = current_user")
        assert cursor.fetchone() == ("socle_app", 0)


@pytest.mark.parametrize("table", ["audit_entry", "audit_seal", "events_event"])
@pytest.mark.parametrize("statement", ["DELETE FROM {}", "TRUNCATE {}", "UPDATE {} SET id = id", "DROP TABLE {}"])
def test_append_only_tables_are_read_and_never_changed(table: str, statement: str) -> None:
    statement = statement.replace("id = id", "at = at").format(table)
    with sql_allowed("tests"):
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT count(*) FROM {table}")
        with (
            pytest.raises(ProgrammingError, match=r"permission denied|must be owner"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)


def test_partitions_are_reached_through_their_table_only() -> None:
    with sql_allowed("tests"), connection.cursor() as cursor:
        cursor.execute("SELECT c.relname FROM pg_class c WHERE c.relispartition AND c.relkind = 'r'")
        partitions = [name for (name,) in cursor.fetchall()]
        cursor.execute("SELECT bool_or(has_table_privilege(p, 'UPDATE, DELETE, INSERT')) FROM unnest(%s::text[]) p", [partitions])
        assert len(partitions) >= 10
        assert cursor.fetchone() == (False,)


def test_the_profile_is_written_and_cannot_be_changed_by_the_serving_role() -> None:
    with sql_allowed("tests"), connection.cursor() as cursor:
        cursor.execute("SELECT profile FROM deploy_installation")
        assert cursor.fetchall() == [("demo",)]
    with sql_allowed("tests"), pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE deploy_installation SET profile = 'production'")


def test_sql_outside_a_door_raises() -> None:
    with pytest.raises(OutsideDoor), connection.cursor() as cursor:
        cursor.execute("SELECT 1")
