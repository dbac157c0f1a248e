"""`socle import annuaire FILE…`: national directory extractions, recognised by their header line."""

from __future__ import annotations

import argparse
from pathlib import Path

from socle.deploy.commands import installed
from socle.deploy.environment import DeployError
from socle.errors import Invalid


def declare(parser: argparse.ArgumentParser) -> None:
    installed.declare_folder(parser)
    what = parser.add_subparsers(dest="what", required=True)
    directory = what.add_parser("annuaire", help="extractions du répertoire national")
    directory.add_argument("files", nargs="+", type=Path, metavar="FICHIER")
    directory.add_argument(
        "--accept-removals", action="store_true", help="accepte que plus d’un cinquième des lignes disparaisse"
    )


def run(options: argparse.Namespace) -> int:
    """Exit 1 when a file could not be read at all; bad lines are told by number and do not stop the rest."""
    for path in options.files:
        if not path.is_file():
            raise DeployError(f"Fichier absent : {path}.")
    found = installed.find(options)
    with installed.database(found):
        from socle.base.access.actor import system
        from socle.base.directory.actions.imports import import_file

        for path in options.files:
            try:
                report = import_file(actor=system("annuaire"), path=path.absolute(), accept_removals=options.accept_removals)
            except Invalid as refusal:
                raise DeployError(f"{path.name} : {refusal.sentence}") from None
            print(report.as_text(), flush=True)
    return 0
