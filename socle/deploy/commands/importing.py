"""`socle import annuaire FILE…`: national directory extractions, recognised by their header line."""

from __future__ import annotations

import argparse
from pathlib import Path

from socle.deploy.commands import installed
from socle.deploy.environment import DeployError


def declare(parser: argparse.ArgumentParser) -> None:
    installed.declare_folder(parser)
    what = parser.add_subparsers(dest="what", required=True)
    directory = what.add_parser("annuaire", help="extractions du répertoire national")
    directory.add_argument("files", nargs="+", type=Path, metavar="FICHIER")


def run(options: argparse.Namespace) -> int:
    """Exit 1 when a file could not be read at all; bad lines are told by number and do not stop the rest."""
    for path in options.files:
        if not path.is_file():
            raise DeployError(f"Fichier absent : {path}.")
    found = installed.find(options)
    with installed.database(found):
        load = installed.piece("socle.base.directory.extraction", "load_file")
        for path in options.files:
            for line in load(path):
                print(line, flush=True)
    return 0
