"""`socle keys make FILE`: new master keys, for a production that is being set up."""

from __future__ import annotations

import argparse
from pathlib import Path

from socle.deploy import installation


def declare(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(dest="verb", required=True)
    make = verbs.add_parser("make", help="écrit un nouveau fichier de clés (mode 0600)")
    make.add_argument("file", type=Path, metavar="FICHIER")


def run(options: argparse.Namespace) -> int:
    installation.make_keys(options.file.absolute())
    print(f"Clés écrites dans {options.file} : gardez-en une copie hors de cette machine, aucune sauvegarde ne les contient.")
    return 0
