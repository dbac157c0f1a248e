"""`socle demo`: everything on this machine's loopback, with fictitious people."""

from __future__ import annotations

import argparse
import os
import subprocess
from pathlib import Path

from socle.deploy import environment, installation, wires
from socle.deploy.children import python
from socle.deploy.environment import DeployError, Environment, Profile
from socle.deploy.supervisor import Plan, Supervisor

STORY = "socle.deploy.story"


def declare(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--data", metavar="DOSSIER", help="dossier de données (sinon SOCLE_DATA, sinon ./var)")
    parser.add_argument("--fresh", action="store_true", help="vide d’abord le dossier, s’il est à socle")
    parser.add_argument("--no-story", action="store_true", help="commence avec les seules nomenclatures")


def run(options: argparse.Namespace) -> int:
    if options.data:
        os.environ["SOCLE_DATA"] = str(Path(options.data).absolute())
    os.environ.setdefault("SOCLE_PROFILE", Profile.DEMO)
    found = environment.read()
    if found.profile is Profile.PRODUCTION:
        raise DeployError("socle demo ne tourne pas avec SOCLE_PROFILE=production.")
    os.environ["SOCLE_BIND"] = "127.0.0.1"
    if options.fresh and (found.data / installation.STAMP).exists():
        with installation.sole_supervisor(found):
            installation.make_folder(found, fresh=True)
    installation.make_folder(found)
    plan = Plan(
        simulators=wires.exists("simulators.__main__"),
        before_serving=None if options.no_story else _tell_story,
        announce=_announce,
    )
    Supervisor(found, plan).run()
    return 0


def _tell_story(found: Environment) -> None:
    """The demo people and their documents are there. Loading again what is there changes nothing."""
    if not wires.exists(f"{STORY}.__main__"):
        print("Histoire de démonstration : pas encore dans cette version.", flush=True)
        return
    variables = {**os.environ, **installation.variables(found)}
    if subprocess.run(python(STORY), env=variables, check=False).returncode != 0:
        raise DeployError("L’histoire de démonstration n’a pas pu être chargée (voir la ligne précédente).")


def _announce(endpoints: dict[str, object]) -> None:
    print("\nsocle est prêt. Données fictives, sur cette machine seulement.", flush=True)
    for name, address in sorted(endpoints.items()):
        print(f"  {name:<16}{address}", flush=True)
    print("Ctrl-C arrête tout.", flush=True)
