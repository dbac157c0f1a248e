"""`socle invite`: the link by which an administrator makes their account, the first one of an installation above all."""

from __future__ import annotations

import argparse
import json
import os

from socle.deploy.commands import installed
from socle.deploy.environment import DeployError, Environment
from socle.errors import Conflict, Invalid

PLAIN = ("accounts", "software", "supervision", "directory")
"""Rights given when none is named: those that touch neither identities nor accesses to records."""


def declare(parser: argparse.ArgumentParser) -> None:
    installed.declare_folder(parser)
    parser.add_argument("login", metavar="COURRIEL", help="adresse qui servira d’identifiant")
    parser.add_argument("--given", required=True, metavar="PRÉNOM")
    parser.add_argument("--family", required=True, metavar="NOM")
    what = parser.add_mutually_exclusive_group()
    what.add_argument(
        "--right",
        action="append",
        metavar="DROIT",
        help="droit sur la plateforme, autant de fois que de droits (sinon : " + ", ".join(PLAIN) + ")",
    )
    what.add_argument("--structure", metavar="NUMÉRO", help="administre cette structure seule (FINESS, SIRET ou IDNST)")


def run(options: argparse.Namespace) -> int:
    """Prints the link, which serves once and for seven days. Exit 1 and nothing made when something is malformed."""
    found = installed.find(options)
    site = _site(found)
    with installed.database(found):
        from django.urls import reverse

        from socle.base.access.actor import Channel, system
        from socle.base.directory.rules import STRUCTURE
        from socle.base.signin.actions.invitations import Guest, invite_administrator
        from socle.deploy.commands import structures

        actor = system("socle invite").by(Channel.COMMAND)
        place = structures.named(options.structure, actor=actor) if options.structure is not None else None
        try:
            invited = invite_administrator(
                actor=actor,
                guest=Guest(options.login, options.family, options.given),
                rights=frozenset({STRUCTURE} if place else options.right or PLAIN),
                structure_id=place.id if place else None,
                structure_name=place.shown_name if place else "",
            )
        except (Conflict, Invalid) as refusal:
            raise DeployError(refusal.sentence) from None
        link = f"{site}{reverse('signin:invitation', args=[invited.token])}"
    print(f"Lien à remettre à cette personne et à elle seule. Il sert une fois, jusqu’au {invited.expires_at:%d/%m/%Y} :")
    print(link)
    return 0


def _site(found: Environment) -> str:
    """Where people reach this installation: SOCLE_PUBLIC_URL, else the address that it says it serves."""
    if url := os.environ.get("SOCLE_PUBLIC_URL"):
        return url.rstrip("/")
    try:
        return str(json.loads(found.endpoints.read_text("utf-8"))["http"])
    except (FileNotFoundError, KeyError):
        raise DeployError("SOCLE_PUBLIC_URL est vide et rien ne tourne : le lien ne mènerait nulle part.") from None
