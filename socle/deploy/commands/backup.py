"""`socle backup DIR`: a consistent copy of database and vault, while everything runs or not."""

from __future__ import annotations

import argparse
from pathlib import Path

from socle.deploy import copies, installation
from socle.deploy.commands import installed


def declare(parser: argparse.ArgumentParser) -> None:
    installed.declare_folder(parser)
    parser.add_argument("folder", type=Path, metavar="DOSSIER", help="dossier de la copie, absent ou vide")


def run(options: argparse.Namespace) -> int:
    found = installed.find(options)
    with installation.database(found):
        copies.make(found, options.folder.absolute())
    print(f"Copie faite dans {options.folder}. Elle ne contient pas les clés ({found.key_file}) : gardez-les à part.")
    return 0
