"""`socle personas --json`: the demo people."""

from __future__ import annotations

import argparse
import json

from socle.deploy.commands import installed


def declare(parser: argparse.ArgumentParser) -> None:
    installed.declare_folder(parser)
    parser.add_argument("--json", action="store_true", help="en JSON (seule forme de cette version)")


def run(options: argparse.Namespace) -> int:
    found = installed.find(options)
    installed.refuse_production(found, "personas")
    with installed.database(found):
        from socle.deploy.story.personas import listed

        people = listed()
    print(json.dumps(people, ensure_ascii=False, indent=1))
    return 0
