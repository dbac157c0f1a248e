"""The command `socle` (contract.md §2). Each call is a module of `commands/`, read only when it is asked for."""

from __future__ import annotations

import argparse
import logging.config
import sys
from importlib import import_module

from socle.deploy import logs
from socle.deploy.environment import DeployError

CALLS = {
    "demo": "démarre une démonstration complète sur cette machine",
    "serve": "démarre les processus de production",
    "personas": "les personnes de la démonstration",
    "token": "un jeton d’accès pour une personne de la démonstration",
    "jobs": "exécute une tâche d’horloge",
    "import": "charge les extractions de l’annuaire national",
    "populate": "charge des données synthétiques",
    "audit": "vérifie les sceaux du journal",
    "backup": "copie la base et le coffre",
    "restore": "remet en place une copie",
    "check": "dit si cette installation est prête pour la production",
    "keys": "crée un fichier de clés",
    "invite": "invite un administrateur de la plateforme ou d’une structure",
    "software": "enregistre, liste ou arrête les logiciels appelants",
}


def main(arguments: list[str] | None = None) -> int:
    """Exit status: 0 done, 1 refused or failed (one French line on stderr), 2 a call that does not exist."""
    arguments = sys.argv[1:] if arguments is None else arguments
    parser = argparse.ArgumentParser(
        prog="socle",
        description="Socle de services numériques en santé.",
        epilog="\n".join(f"  {name:<10}{told}" for name, told in CALLS.items()),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("call", choices=CALLS, metavar="APPEL")
    call = parser.parse_args(arguments[:1]).call
    module = import_module(f"socle.deploy.commands.{'importing' if call == 'import' else call}")
    own = argparse.ArgumentParser(prog=f"socle {call}", description=f"{CALLS[call].capitalize()}.")
    module.declare(own)
    logging.config.dictConfig(logs.configuration())
    try:
        status: int = module.run(own.parse_args(arguments[1:]))
        return status
    except DeployError as problem:
        print(f"socle : {problem}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
