"""The installation that tests run on: real processes, a real database, never reset. Tests mint their own people."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

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

    import django

    from socle.deploy import environment, installation, postgres

    found = environment.read()
    installation.make_folder(found)
    postgres.Passwords.read_or_make(found.keys / "postgres.json")
    django.setup()


def pytest_unconfigure(config: pytest.Config) -> None:
    data = config.stash.get(_DATA, None)
    if data is not None:
        shutil.rmtree(data)


_DATA: pytest.StashKey[Path] = pytest.StashKey()


@pytest.fixture(scope="session")
def installation() -> Iterator[Any]:
    """A migrated database of its own, reached from this process as the serving role. Yields the Environment."""
    from django.db import connections

    from socle.deploy import demotion, environment
    from socle.deploy import installation as folder

    found = environment.read()
    cluster = folder.cluster(found)
    cluster.start()
    try:
        folder.bring_up_to_date(found)
        yield found
    finally:
        connections["default"].close()
        connections["default"].close_pool()
        cluster.stop()
        demotion.remove_place(folder.database_home(found))


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
