"""The directory of clients: who may call which service, with which secret or key, and where answers may be sent.

{"clients": [{
    "client_id": "socle-professionnels", "name": "socle", "service": "pro-sante-connect",
    "secret": "…",                       # client_secret_basic and client_secret_post; absent: not accepted
    "jwks": {"keys": [ … ]},             # public keys for private_key_jwt; absent: not accepted
    "redirect_uris": ["http://127.0.0.1:8000/…"],              # compared sign by sign
    "post_logout_redirect_uris": ["http://127.0.0.1:8000/"],
    "signed_userinfo": false,            # the userinfo is a signed JWT (FranceConnect's always is)
    "lifetimes": {"code": 60, "access_token": 120, "refresh_token": 1800}}]}   # seconds; the tests shorten them
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from simulators.folder import BadFile, read_object, write_json

PRO_SANTE_CONNECT = "pro-sante-connect"
FRANCE_CONNECT = "france-connect"
INSI = "insi"
SERVICES = (PRO_SANTE_CONNECT, FRANCE_CONNECT, INSI)

COMMAND_LINE_REDIRECT = "http://127.0.0.1/outil"
"""Where the command-line tools are sent: nobody listens there, they read the address of the redirection."""


@dataclass(frozen=True, slots=True)
class Lifetimes:
    """Seconds."""

    code: int = 60
    access_token: int = 120
    refresh_token: int = 1800


@dataclass(frozen=True, slots=True)
class Client:
    client_id: str
    name: str
    service: str
    secret: str = field(repr=False)
    jwks: Mapping[str, Any] | None
    redirect_uris: tuple[str, ...]
    post_logout_redirect_uris: tuple[str, ...]
    signed_userinfo: bool
    lifetimes: Lifetimes

    def secret_is(self, presented: str) -> bool:
        return bool(self.secret) and hmac.compare_digest(self.secret.encode(), presented.encode())


@dataclass(frozen=True, slots=True)
class Clients:
    by_id: Mapping[str, Client]

    def find(self, client_id: str, service: str) -> Client | None:
        client = self.by_id.get(client_id)
        return client if client is not None and client.service == service else None


def make_default(path: Path) -> None:
    """Afterwards `path` exists: the platform's clients and its command-line tools, each with a secret of this installation."""
    if path.exists():
        return
    write_json(
        path,
        {
            "clients": [
                _entry("socle-professionnels", "socle", PRO_SANTE_CONNECT),
                _entry("socle-patients", "socle", FRANCE_CONNECT),
                _entry("socle-outil", "socle, outils en ligne de commande", PRO_SANTE_CONNECT, COMMAND_LINE_REDIRECT),
                _entry("socle-outil-patients", "socle, outils en ligne de commande", FRANCE_CONNECT, COMMAND_LINE_REDIRECT),
                _entry("socle-insi", "socle", INSI),
            ]
        },
    )


def _entry(client_id: str, name: str, service: str, *redirect_uris: str) -> dict[str, Any]:
    return {
        "client_id": client_id,
        "name": name,
        "service": service,
        "secret": secrets.token_urlsafe(32),
        "redirect_uris": list(redirect_uris),
        "post_logout_redirect_uris": [],
    }


def register(path: Path, redirects: Iterable[tuple[str, str]], logout_redirects: Iterable[tuple[str, str]]) -> None:
    """Afterwards each (client id, address) is in the directory; nothing is taken away. BadFile for an unknown client."""
    content = read_object(path)
    entries = {entry.get("client_id"): entry for entry in content.get("clients", [])}
    for name, pairs in (("redirect_uris", redirects), ("post_logout_redirect_uris", logout_redirects)):
        for client_id, address in pairs:
            if client_id not in entries:
                raise BadFile(f"{path.name}: no client {client_id}")
            addresses = entries[client_id].setdefault(name, [])
            if address not in addresses:
                addresses.append(address)
    write_json(path, content)


def load(path: Path) -> Clients:
    """BadFile says which client (by rank) is wrong."""
    by_id: dict[str, Client] = {}
    for rank, entry in enumerate(read_object(path).get("clients", [])):
        try:
            client = _client(entry)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise BadFile(f"{path.name}: clients[{rank}]: {type(error).__name__}") from error
        by_id[client.client_id] = client
    return Clients(by_id)


def _client(entry: Mapping[str, Any]) -> Client:
    if entry["service"] not in SERVICES:
        raise ValueError
    return Client(
        client_id=str(entry["client_id"]),
        name=str(entry.get("name") or entry["client_id"]),
        service=entry["service"],
        secret=str(entry.get("secret") or ""),
        jwks=entry.get("jwks"),
        redirect_uris=tuple(entry.get("redirect_uris", [])),
        post_logout_redirect_uris=tuple(entry.get("post_logout_redirect_uris", [])),
        signed_userinfo=bool(entry.get("signed_userinfo", False)),
        lifetimes=Lifetimes(**entry.get("lifetimes", {})),
    )
