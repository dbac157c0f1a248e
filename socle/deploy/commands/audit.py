"""`socle audit verify`: whether the journal is whole and unchanged."""

from __future__ import annotations

import argparse
from datetime import datetime

from socle import clock
from socle.deploy.commands import installed


def declare(parser: argparse.ArgumentParser) -> None:
    installed.declare_folder(parser)
    verbs = parser.add_subparsers(dest="verb", required=True)
    verify = verbs.add_parser("verify", help="compare les lignes, la chaîne des sceaux et le registre hors base")
    verify.add_argument("--since", metavar="DATE", type=datetime.fromisoformat)


def run(options: argparse.Namespace) -> int:
    """Exit 1 and the first broken place when anything was changed."""
    found = installed.find(options)
    since = options.since
    if since is not None and since.tzinfo is None:
        since = since.replace(tzinfo=clock.PARIS)
    with installed.database(found):
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
        from django.conf import settings

        from socle.base.access.doors import sql_allowed
        from socle.base.audit.seal import verify

        key = Ed25519PrivateKey.from_private_bytes(settings.SOCLE_KEYS.journal).public_key()
        with sql_allowed("seal"):
            verdict = verify(key, found.register, since)
    if verdict.broken:
        print(f"Journal altéré : {verdict.broken}.")
        return 1
    print(f"Journal intact : {verdict.seals} sceaux, {verdict.entries} lignes vérifiées, {verdict.unsealed} pas encore scellées.")
    return 0
