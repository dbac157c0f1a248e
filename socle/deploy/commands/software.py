"""`socle software add|list|stop`: who may ask `/oauth/token` for tokens, by its own keys."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from socle.deploy.commands import installed
from socle.deploy.environment import DeployError
from socle.errors import Invalid, SocleError

_LARGEST = 100_000
"""Bytes of a file of keys."""


def declare(parser: argparse.ArgumentParser) -> None:
    installed.declare_folder(parser)
    verbs = parser.add_subparsers(dest="verb", required=True)
    add = verbs.add_parser("add", help="enregistre un logiciel avec ses clés publiques")
    add.add_argument("client_id", metavar="IDENTIFIANT")
    add.add_argument("--name", required=True, metavar="NOM", help="ce que les personnes liront dans le journal")
    add.add_argument("--keys", required=True, type=Path, metavar="FICHIER", help="clés publiques EC ou RSA : JWKS, JWK ou PEM")
    add.add_argument("--structure", required=True, metavar="NUMÉRO", help="FINESS, SIRET ou IDNST de la structure")
    add.add_argument("--scope", required=True, action="append", metavar="PORTÉE", help="autant de fois que de portées")
    add.add_argument("--version", default="", metavar="V")
    add.add_argument("--trust-contract", action="store_true", help="convention de confiance (RNIV §4.9.2)")
    add.add_argument("--psc-client", default="", metavar="ID", help="son propre client chez Pro Santé Connect")
    add.add_argument("--franceconnect-client", default="", metavar="ID", help="son propre client chez FranceConnect")
    add.add_argument("--replace", action="store_true", help="remplace ce qui est enregistré sous cet identifiant")
    verbs.add_parser("list", help="les logiciels enregistrés")
    stop = verbs.add_parser("stop", help="le logiciel n’obtient plus aucun jeton")
    stop.add_argument("client_id", metavar="IDENTIFIANT")


def run(options: argparse.Namespace) -> int:
    """Exit 1 and nothing written when something is malformed or unknown."""
    jwks = _keys(options.keys) if options.verb == "add" else {}
    with installed.database(installed.find(options)):
        from socle.base.access.actor import Channel, system

        actor = system("socle software").by(Channel.COMMAND)
        try:
            {"add": _add, "list": _list, "stop": _stop}[options.verb](actor, options, jwks)
        except SocleError as refusal:
            raise DeployError(refusal.sentence) from None
    return 0


def _add(actor: Any, options: argparse.Namespace, jwks: dict[str, Any]) -> None:
    from socle.base.signin.actions.software import Registration, register
    from socle.base.signin.queries.software import listed
    from socle.deploy.commands import structures

    if not options.replace and any(one.client_id == options.client_id for one in listed(actor=actor)):
        raise DeployError(f"{options.client_id} est déjà enregistré (--replace remplace ses clés et ses portées).")
    place = structures.named(options.structure, actor=actor)
    register(
        actor=actor,
        software=Registration(
            client_id=options.client_id,
            name=options.name,
            jwks=jwks,
            structure_id=place.id,
            structure_name=place.shown_name,
            scopes=frozenset(options.scope),
            version=options.version,
            trust_contract=options.trust_contract,
            psc_client_id=options.psc_client,
            franceconnect_client_id=options.franceconnect_client,
        ),
    )
    contract = "avec" if options.trust_contract else "sans"
    print(f"{options.client_id} est enregistré pour {place.shown_name}, {contract} convention de confiance.")


def _list(actor: Any, options: argparse.Namespace, jwks: dict[str, Any]) -> None:
    from socle.base.signin.queries.software import listed

    for one in listed(actor=actor):
        contract = "convention de confiance" if one.trust_contract else "sans convention"
        state = "actif" if one.active else "arrêté"
        print(f"{one.client_id:<24} {state:<7} {one.name} · {one.structure_name} · {contract} · {' '.join(sorted(one.scopes))}")


def _stop(actor: Any, options: argparse.Namespace, jwks: dict[str, Any]) -> None:
    from socle.base.signin.actions.software import stop
    from socle.base.signin.queries.software import listed

    found = next((one for one in listed(actor=actor) if one.client_id == options.client_id), None)
    if found is None:
        raise DeployError(f"Aucun logiciel n’est enregistré sous l’identifiant {options.client_id}.")
    stop(actor=actor, software_id=found.id)
    print(f"{options.client_id} est arrêté : aucun jeton ne lui est plus donné, et ceux qu’il a n’ouvrent plus rien.")


def _keys(path: Path) -> dict[str, Any]:
    """The keys of the file as a JWKS, not yet judged: the door refuses what is private or of another kind."""
    from socle.base.signin.keysets import keyset_of

    try:
        if path.stat().st_size > _LARGEST:
            raise DeployError(f"{path} est trop grand pour un fichier de clés.")
        return keyset_of(path.read_bytes())
    except OSError:
        raise DeployError(f"Fichier illisible : {path}.") from None
    except Invalid as refusal:
        raise DeployError(f"{path} : {refusal.sentence}") from None
