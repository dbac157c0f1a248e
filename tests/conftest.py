"""The installation that tests run on: real processes, a real database, never reset. Tests mint their own people."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import django
import pytest
from hypothesis import HealthCheck, settings

from socle.deploy import demotion, environment, pool, postgres
from socle.deploy import installation as folder
from socle.deploy.programs import Programs
from tests import running

# How long an example takes tells the machine, not the code.
settings.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any machine")

LOOPBACK = ("127.", "::1", "localhost", "0.0.0.0", "::")


def pytest_configure(config: pytest.Config) -> None:
    """Settings are complete before test modules are imported, so that these may import models; nothing runs yet."""
    sys.addaudithook(_refuse_outside)
    data = Path(tempfile.mkdtemp(prefix="socle-tests-"))
    data.chmod(0o711)
    for name in [name for name in os.environ if name.startswith("SOCLE_")]:
        del os.environ[name]
    os.environ |= {
        "SOCLE_DATA": str(data / "installation"),
        "SOCLE_PROFILE": "demo",
        "SOCLE_STRICT_TEMPLATES": "1",
        "DJANGO_SETTINGS_MODULE": "socle.deploy.settings",
    }
    config.stash[_DATA] = data
    found = environment.read()
    folder.make_folder(found)
    postgres.Passwords.read_or_make(found.keys / "postgres.json")
    django.setup()


def pytest_unconfigure(config: pytest.Config) -> None:
    data = config.stash.get(_DATA, None)
    if data is not None:
        shutil.rmtree(data)


_DATA: pytest.StashKey[Path] = pytest.StashKey()


@pytest.fixture(scope="session")
def never_logged() -> set[str]:
    """Words that no log of this run may hold, in lower case: the cast's, and what tests add of the people that they mint."""
    return running.telling_words()


@pytest.fixture(scope="session")
def cluster(never_logged: set[str]) -> Iterator[postgres.Cluster]:
    """The server of the tests' installation, migrated: the embedded one, or that of TEST_POSTGRES_PROGRAMS (a `bin` folder), by
    which the same tests run on the oldest PostgreSQL that the product supports."""
    found = environment.read()
    server = folder.cluster(found)
    if named := os.environ.get("TEST_POSTGRES_PROGRAMS"):
        passwords = postgres.Passwords.read(found.keys / "postgres.json")
        server = postgres.Cluster(folder.database_home(found), passwords, lambda user: Programs.at(Path(named)))
    server.start()
    try:
        folder.bring_up_to_date(found)
        yield server
    finally:
        log = server.log.read_text("utf-8", "replace")
        pool.close()
        server.stop()
        demotion.remove_place(folder.database_home(found))
    assert not [word for word in never_logged if word in log.lower()]


@pytest.fixture(scope="session")
def installation(cluster: postgres.Cluster) -> environment.Environment:
    """A migrated database of its own, reached from this process as the serving role."""
    return environment.read()


@pytest.fixture(scope="session")
def platform(
    cluster: postgres.Cluster, installation: environment.Environment, never_logged: set[str]
) -> Iterator[running.Platform]:
    """The same installation, served by real processes, without the demo story: what a door of this process wrote, they show."""
    yield from _running(installation.data, never_logged, "--no-story", database_url=cluster.url())


@pytest.fixture(scope="session")
def story_platform(pytestconfig: pytest.Config, never_logged: set[str]) -> Iterator[running.Platform]:
    """An installation of its own with its own server and the demo story: what `make run` starts."""
    data = pytestconfig.stash[_DATA] / "story"
    yield from _running(data, never_logged)
    demotion.remove_place(data / "postgres")


def _running(data: Path, never_logged: set[str], *arguments: str, database_url: str = "") -> Iterator[running.Platform]:
    started = running.start(data, *arguments, database_url=database_url)
    try:
        yield started
    finally:
        status = started.stop()
    assert status == 0, started.log.read_text("utf-8", "replace")[-2000:]
    logs = [started.log, *([] if database_url else [data / "postgres" / "server.log"])]
    assert running.leaks(logs, never_logged) == []


def _refuse_outside(event: str, arguments: tuple[Any, ...]) -> None:
    """Outside sockets are closed: a test that needs the network fails here, saying where it wanted to go."""
    if event == "socket.connect":
        address = arguments[1]
        if isinstance(address, tuple) and not str(address[0]).startswith(LOOPBACK):
            raise PermissionError(f"outside socket refused: {address[0]}")
    elif event == "socket.getaddrinfo":
        host = arguments[0]
        if host and not str(host if isinstance(host, str) else host.decode()).startswith(LOOPBACK):
            raise PermissionError(f"outside name refused: {host!r}")
