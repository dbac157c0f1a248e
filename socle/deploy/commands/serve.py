"""`socle serve [web live worker …]`: production. A reverse proxy ends TLS in front of the web process."""

from __future__ import annotations

import argparse

from socle.deploy import environment, installation
from socle.deploy.supervisor import Plan, Supervisor, processes_named


def declare(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("processes", nargs="*", metavar="PROCESSUS", help="web, live, worker ; tous si rien n’est nommé")


def run(options: argparse.Namespace) -> int:
    processes = processes_named(options.processes)
    found = environment.read()
    installation.make_folder(found)
    Supervisor(found, Plan(processes=processes)).run()
    return 0
