"""`SOCLE_DATABASE_URL`: a PostgreSQL that is not ours, here the distribution's 15, the oldest that the product supports."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import httpx
import psycopg
import pytest
from psycopg import sql

from socle.deploy import demotion, environment, installation, postgres
from socle.deploy.postgres import APP_ROLE, Cluster, Passwords
from socle.deploy.programs import Programs
from tests import running
from tests.running import REPOSITORY

FIFTEEN = Path("/usr/lib/postgresql/15/bin")


@pytest.fixture(scope="module")
def server() -> Iterator[Cluster]:
    """A server that knows neither our roles nor our database."""
    if not (FIFTEEN / "postgres").exists():
        pytest.skip(f"PostgreSQL 15 of the distribution is absent ({FIFTEEN})")
    folder = Path(tempfile.mkdtemp(prefix="socle-fifteen-"))
    folder.chmod(0o711)
    passwords = Passwords.read_or_make(folder / "keys" / "postgres.json")
    cluster = Cluster(folder / "postgres", passwords, lambda user: Programs.at(FIFTEEN))
    cluster.start()
    with superuser(folder, "postgres") as connection:
        connection.execute("DROP DATABASE socle")
        connection.execute("DROP ROLE socle_app")
        connection.execute("DROP ROLE socle_owner")
    yield cluster
    cluster.stop()
    demotion.remove_place(folder / "postgres")
    shutil.rmtree(folder)


def superuser(folder: Path, database: str) -> psycopg.Connection[tuple[object, ...]]:
    password = Passwords.read(folder / "keys" / "postgres.json").superuser
    host = str(postgres.socket_folder(folder / "postgres"))
    return psycopg.connect(host=host, user="postgres", password=password, dbname=database, autocommit=True)


def make_database(server: Cluster, name: str, rights: str, options: str = "") -> str:
    """A database and its owner, both called `name`; returns the owner's address."""
    folder = server.log.parent.parent
    with superuser(folder, "postgres") as connection:
        connection.execute(sql.SQL("CREATE ROLE {} LOGIN PASSWORD 'p@ss word' " + rights).format(sql.Identifier(name)))
        connection.execute(sql.SQL("CREATE DATABASE {0} OWNER {0} " + options).format(sql.Identifier(name)))
    return f"postgresql://{name}:{quote('p@ss word')}@/{name}?host={postgres.socket_folder(folder / 'postgres')}"


def schema_step(data: Path, url: str, profile: str = "demo") -> subprocess.CompletedProcess[str]:
    found = environment.read({"SOCLE_DATA": str(data), "SOCLE_PROFILE": profile, "SOCLE_DATABASE_URL": url})
    installation.make_folder(found)
    return subprocess.run(
        [sys.executable, "-m", "socle.deploy.schema"],
        env={"PATH": os.environ["PATH"], **installation.variables(found), installation.ROLE_VARIABLE: "owner"},
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
    )


WHO = """
import django
django.setup()
from django.db import connection
from socle.base.access.doors import sql_allowed
with sql_allowed("tests"), connection.cursor() as cursor:
    cursor.execute("SELECT current_user, session_user, has_table_privilege('audit_entry', 'DELETE')")
    print(cursor.fetchone())
from socle.deploy import pool
connection.close()
pool.close()
"""


def test_the_platform_runs_on_it_as_the_role_that_owns_nothing(server: Cluster, tmp_path: Path) -> None:
    refused = schema_step(tmp_path / "one", make_database(server, "weak", "NOCREATEROLE"))
    assert refused.returncode == 1
    assert "CREATE ROLE socle_app NOLOGIN; GRANT socle_app TO" in refused.stderr

    url = make_database(server, "regional", "CREATEROLE")
    platform = running.start(tmp_path / "two", "--no-story", database_url=url)
    try:
        assert httpx.get(f"{platform.endpoints['http']}/healthz").status_code == 200
        assert not (tmp_path / "two" / "postgres").exists()
        found = environment.read({"SOCLE_DATA": str(tmp_path / "two"), "SOCLE_PROFILE": "demo", "SOCLE_DATABASE_URL": url})
        who = subprocess.run(
            [sys.executable, "-c", WHO],
            env={"PATH": os.environ["PATH"], **installation.variables(found)},
            cwd=REPOSITORY,
            capture_output=True,
            text=True,
        )
        assert who.stdout == f"('{APP_ROLE}', 'regional', False)\n", who.stderr
    finally:
        assert platform.stop() == 0
    other_profile = schema_step(tmp_path / "three", url, "test")
    assert other_profile.returncode == 1
    assert "créée pour le profil demo : le profil test est refusé" in other_profile.stderr


def test_a_database_of_another_encoding_is_refused(server: Cluster, tmp_path: Path) -> None:
    url = make_database(server, "latin", "CREATEROLE", "ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0")
    refused = schema_step(tmp_path / "latin", url)
    assert (refused.returncode, refused.stderr) == (1, "La base est codée en LATIN1 : il faut UTF8.\n")


def test_a_server_that_does_not_answer_is_said_in_one_line(tmp_path: Path) -> None:
    refused = schema_step(tmp_path / "away", "postgresql://somebody:secret@127.0.0.1:1/socle")
    assert (refused.returncode, refused.stderr) == (1, "La base ne répond pas, ou refuse ce compte.\n")
