"""`socle populate`: synthetic load data, the same for the same seed."""

from __future__ import annotations

import argparse
from functools import partial

from socle.deploy.commands import installed


def declare(parser: argparse.ArgumentParser) -> None:
    installed.declare_folder(parser)
    parser.add_argument("--patients", type=int, default=0, metavar="N")
    parser.add_argument("--documents", type=int, default=0, metavar="M", help="par patient")
    parser.add_argument("--professionals", type=int, default=0, metavar="P")
    parser.add_argument("--seed", type=int, default=1, metavar="S")


def run(options: argparse.Namespace) -> int:
    found = installed.find(options)
    installed.refuse_production(found, "populate")
    with installed.database(found):
        populate = installed.piece("socle.deploy.population", "populate")
        populate(
            patients=options.patients,
            documents=options.documents,
            professionals=options.professionals,
            seed=options.seed,
            tell=partial(print, flush=True),
        )
    return 0
