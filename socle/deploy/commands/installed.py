"""What most calls share: the installation they speak of, and Django on its database."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

from socle.deploy import environment, installation, postgres, wires
from socle.deploy.environment import DeployError, Environment, Profile


def declare_folder(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--data", metavar="DOSSIER", help="dossier de données (sinon SOCLE_DATA, sinon ./var)")


def find(options: argparse.Namespace) -> Environment:
    """The installation in the data folder, with the profile that it was made for. DeployError when there is none."""
    if options.data:
        os.environ["SOCLE_DATA"] = str(Path(options.data).absolute())
    if not os.environ.get("SOCLE_PROFILE"):
        os.environ["SOCLE_PROFILE"] = installation.made_for(environment.read().data)
    found = environment.read()
    installation.make_folder(found)
    return found


def refuse_production(found: Environment, call: str) -> None:
    if found.profile is Profile.PRODUCTION:
        raise DeployError(f"socle {call} n’existe pas en production.")


@contextmanager
def database(found: Environment) -> Iterator[None]:
    """Inside, Django is set up and its database answers, with the tables of this version: whoever started it saw to that."""
    running = postgres.runs(installation.database_home(found))
    with installation.database(found):
        if not running:
            installation.bring_up_to_date(found)
        set_up(found)
        from socle.deploy import pool

        try:
            yield
        finally:
            pool.close()


def set_up(found: Environment) -> None:
    os.environ |= installation.variables(found)
    import django

    from socle.deploy import logs

    logs.quiet_failures()
    django.setup()


def piece(module: str, name: str) -> Callable[..., Any]:
    """A function of another package. DeployError when this version does not have it."""
    if not wires.exists(module):
        raise DeployError("cet appel n’existe pas encore dans cette version.")
    found: Callable[..., Any] = getattr(import_module(module), name)
    return found
