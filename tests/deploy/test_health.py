"""`/healthz` fails when this process cannot serve, and says which part is to blame."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import Any

import pytest
from django.db import connection

from socle.deploy import health, installation
from socle.deploy.environment import Environment
from tests.databases import as_owner
from tests.running import REPOSITORY

CHECK = """
import django
django.setup()
from socle.deploy import health, pool
print(health.check())
pool.close()
"""


def checked_elsewhere(found: Environment, **changed: str) -> str:
    """What another process of this installation answers."""
    variables = {"PATH": os.environ["PATH"], **installation.variables(found), **changed}
    done = subprocess.run([sys.executable, "-c", CHECK], env=variables, cwd=REPOSITORY, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_a_stuck_pool_is_said_and_ends_when_a_connection_comes_back(installation: Environment) -> None:
    assert health.check() == (True, {"status": "ok"})
    wrapper: Any = connection
    taken = [wrapper.pool.getconn() for _ in range(wrapper.pool.max_size)]
    try:
        assert health.check() == (False, {"status": "unavailable", "reason": "pool"})
    finally:
        for one in taken:
            wrapper.pool.putconn(one)
    assert health.check() == (True, {"status": "ok"})


def test_tables_of_an_older_version_are_said(installation: Environment) -> None:
    [(app, name, applied)] = as_owner(
        "DELETE FROM django_migrations WHERE id = (SELECT max(id) FROM django_migrations) RETURNING app, name, applied", []
    )
    try:
        assert checked_elsewhere(installation) == "(False, {'status': 'unavailable', 'reason': 'migrations'})"
    finally:
        as_owner("INSERT INTO django_migrations (app, name, applied) VALUES (%s, %s, %s)", [app, name, applied])
    assert checked_elsewhere(installation) == "(True, {'status': 'ok'})"


@pytest.mark.parametrize("url", ["postgresql://somebody@127.0.0.1:1/socle"])
def test_a_database_that_is_away_is_said(installation: Environment, url: str) -> None:
    answer = checked_elsewhere(installation, SOCLE_DATABASE_URL=url)
    assert answer == "(False, {'status': 'unavailable', 'reason': 'database'})"
