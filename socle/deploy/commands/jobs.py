"""`socle jobs run NAME [--as-of TIME]`: one clock job, now or as of another time."""

from __future__ import annotations

import argparse
from datetime import datetime

from socle import clock
from socle.deploy.commands import installed
from socle.deploy.environment import DeployError


def declare(parser: argparse.ArgumentParser) -> None:
    installed.declare_folder(parser)
    verbs = parser.add_subparsers(dest="verb", required=True)
    verb = verbs.add_parser("run", help="exécute la tâche une fois")
    verb.add_argument("name", metavar="NOM")
    verb.add_argument("--as-of", metavar="INSTANT", type=_instant, help="instant ISO 8601 avec fuseau, ou date")


def run(options: argparse.Namespace) -> int:
    found = installed.find(options)
    installed.refuse_production(found, "jobs run")
    with installed.database(found):
        from socle.base.events import registry

        known = sorted(job.name for job in registry.jobs())
        if options.name not in known:
            raise DeployError(f"Tâche inconnue : {options.name} (au choix : {', '.join(known) or 'aucune'}).")
        registry.run_job(options.name, options.as_of or clock.now())
    return 0


def _instant(text: str) -> datetime:
    instant = datetime.fromisoformat(text)
    return instant if instant.tzinfo else instant.replace(tzinfo=clock.PARIS)
