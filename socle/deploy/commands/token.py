"""`socle token PERSONA`: a bearer token, got by signing in at the simulator and exchanging its token."""

from __future__ import annotations

import argparse

from socle.deploy.commands import installed
from socle.deploy.environment import DeployError


def declare(parser: argparse.ArgumentParser) -> None:
    installed.declare_folder(parser)
    parser.add_argument("persona")
    parser.add_argument("--purpose", choices=["normal", "emergency", "regulation"], default="normal")
    parser.add_argument("--patient", metavar="ID", default="")
    parser.add_argument("--reason", metavar="MOTIF", default="")


def run(options: argparse.Namespace) -> int:
    found = installed.find(options)
    installed.refuse_production(found, "token")
    if options.purpose != "normal" and not (options.patient and options.reason):
        raise DeployError("--purpose emergency ou regulation demande --patient et --reason.")
    with installed.database(found):
        from socle.deploy.story.tokens import obtain

        print(obtain(options.persona, purpose=options.purpose, patient=options.patient, reason=options.reason))
    return 0
