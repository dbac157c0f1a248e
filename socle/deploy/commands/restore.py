"""`socle restore DIR`: database, vault and register of the journal as they were when the copy was made."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from socle.deploy import copies, environment, installation
from socle.deploy.commands import installed
from socle.deploy.environment import DeployError


def declare(parser: argparse.ArgumentParser) -> None:
    installed.declare_folder(parser)
    parser.add_argument("folder", type=Path, metavar="DOSSIER", help="dossier de la copie")
    parser.add_argument("--replace", action="store_true", help="remplace la base et le coffre présents")


def run(options: argparse.Namespace) -> int:
    source = options.folder.absolute()
    if options.data:
        os.environ["SOCLE_DATA"] = str(Path(options.data).absolute())
    os.environ.setdefault("SOCLE_PROFILE", copies.profile_of(source))
    found = environment.read()
    if not found.key_file.exists():
        raise DeployError(f"Les clés de l’installation copiée manquent : {found.key_file} (SOCLE_KEY_FILE).")
    installation.make_folder(found)
    with installation.sole_supervisor(found):
        copies.put_back(found, source, replace=options.replace)
        with installation.database(found):
            installation.bring_up_to_date(found)
    print(f"Copie de {options.folder} remise en place dans {found.data}.")
    return 0
