"""The step that runs as the owner before anything serves: migrations, grants, profile. `python -m socle.deploy.schema`."""

from __future__ import annotations

import sys

import django
import psycopg
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import OperationalError, ProgrammingError, connection, transaction
from django.db.backends.utils import CursorWrapper

from socle.deploy.environment import DeployError
from socle.deploy.postgres import APP_ROLE

FLOOR = 15
READ_ONLY_TABLES = ("django_migrations", "deploy_installation")
LOCK = 0x736F636D  # one schema step at a time, whatever the number of machines


def bring_up_to_date() -> None:
    """Tables are those of this version, the serving role has its rights, the profile is written. Repeatable; others wait."""
    with connection.cursor() as cursor:
        _check_server(cursor)
        cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        try:
            _ensure_app_role(cursor)
            _refuse_other_profile(cursor)
            call_command("migrate", interactive=False, verbosity=0)
            _ensure_partitions()
            with transaction.atomic():
                _write_profile(cursor)
                _grant(cursor)
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])


def append_only_tables() -> set[str]:
    """Tables that packages declare append-only: the serving role may read and insert, never change."""
    return {
        table
        for config in apps.get_app_configs()
        if config.models_module is not None
        for table in getattr(config.models_module, "APPEND_ONLY_TABLES", ())
    }


def _check_server(cursor: CursorWrapper) -> None:
    cursor.execute("SELECT current_setting('server_version_num')::int / 10000, current_setting('server_encoding')")
    major, encoding = cursor.fetchone()
    if major < FLOOR:
        raise DeployError(f"PostgreSQL {major} est trop ancien : il faut la version {FLOOR} ou une plus récente.")
    if encoding != "UTF8":
        raise DeployError(f"La base est codée en {encoding} : il faut UTF8.")


def _ensure_app_role(cursor: CursorWrapper) -> None:
    """The serving role exists and the owner may take it (an outside server: made here when the owner may make roles)."""
    try:
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [APP_ROLE])
        if cursor.fetchone() is None:
            cursor.execute(f"CREATE ROLE {APP_ROLE} NOLOGIN")
        cursor.execute("SELECT pg_has_role(current_user, %s, 'MEMBER')", [APP_ROLE])
        if not cursor.fetchone()[0]:
            cursor.execute(f"GRANT {APP_ROLE} TO CURRENT_USER")
    except ProgrammingError as problem:
        raise DeployError(
            f"Le compte de SOCLE_DATABASE_URL ne peut ni créer ni prendre le rôle {APP_ROLE}. Un administrateur du serveur doit "
            f"exécuter : CREATE ROLE {APP_ROLE} NOLOGIN; GRANT {APP_ROLE} TO <ce compte>;"
        ) from problem


def _refuse_other_profile(cursor: CursorWrapper) -> None:
    cursor.execute("SELECT to_regclass('deploy_installation') IS NOT NULL")
    if not cursor.fetchone()[0]:
        return
    cursor.execute("SELECT profile FROM deploy_installation")
    row = cursor.fetchone()
    if row is not None and row[0] != settings.SOCLE_PROFILE:
        raise DeployError(f"Cette base a été créée pour le profil {row[0]} : le profil {settings.SOCLE_PROFILE} est refusé.")


def _write_profile(cursor: CursorWrapper) -> None:
    cursor.execute(
        "CREATE TABLE IF NOT EXISTS deploy_installation ("
        " one boolean PRIMARY KEY DEFAULT true CHECK (one), profile text NOT NULL, made_at timestamptz NOT NULL DEFAULT now())"
    )
    cursor.execute(
        "INSERT INTO deploy_installation (profile) VALUES (%s) ON CONFLICT DO NOTHING",
        [str(settings.SOCLE_PROFILE)],
    )


def _ensure_partitions() -> None:
    from socle.base.audit.partitions import PARTITIONED_TABLES, ensure

    for table in PARTITIONED_TABLES:
        ensure(table)


def _grant(cursor: CursorWrapper) -> None:
    """The serving role reads and writes rows, owns nothing, and only adds to append-only tables. Partitions are written through
    their parent and get no right of their own."""
    kept = sorted(append_only_tables())
    cursor.execute("SELECT to_regclass(t) IS NULL, t FROM unnest(%s::text[]) AS t", [kept])
    if unknown := [table for missing, table in cursor.fetchall() if missing]:
        raise DeployError(f"Tables déclarées en ajout seul mais absentes : {', '.join(unknown)}.")
    cursor.execute(f"GRANT USAGE ON SCHEMA public TO {APP_ROLE}")
    cursor.execute(f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {APP_ROLE}")
    cursor.execute(
        "SELECT c.relname FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm')"
        " AND NOT c.relispartition AND pg_get_userbyid(c.relowner) = current_user ORDER BY 1"
    )
    for (table,) in cursor.fetchall():
        if table in READ_ONLY_TABLES:
            rights = "SELECT"
        elif table in kept:
            rights = "SELECT, INSERT"
        else:
            rights = "SELECT, INSERT, UPDATE, DELETE"
        quoted = connection.ops.quote_name(table)
        cursor.execute(f"REVOKE ALL ON {quoted} FROM {APP_ROLE}")
        cursor.execute(f"GRANT {rights} ON {quoted} TO {APP_ROLE}")


def main() -> int:
    django.setup()
    from socle.base.access.doors import sql_allowed

    try:
        with sql_allowed("migrations"):
            bring_up_to_date()
    except DeployError as problem:
        print(problem, file=sys.stderr)
        return 1
    except (OperationalError, psycopg.OperationalError):
        print("La base ne répond pas, ou refuse ce compte.", file=sys.stderr)
        return 1
    finally:
        connection.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
