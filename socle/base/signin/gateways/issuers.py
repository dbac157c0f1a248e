"""The identity providers of this installation, and the only outgoing calls that sign-in makes: to their own addresses.

Settings say who they are (`SOCLE_PSC_ISSUER`, `…_CLIENT_ID`, `…_CLIENT_SECRET`, `…_DISCOVERY`, the same with `SOCLE_FC_`). In a
demo without these, the simulators' own files do. Discovery documents and keys are kept an hour.
"""

from __future__ import annotations

import json
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
from django.conf import settings
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from socle.errors import Unavailable

PSC = "psc"
FRANCECONNECT = "franceconnect"
ALGORITHMS = ["RS256", "ES256"]
TIMEOUT_S = 5.0
KEPT_S = 3600.0
KEYS_AGAIN_S = 30.0
"""An unknown key makes the keys be read again, not more often than this."""
_LONGEST_ANSWER = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Kind:
    """What one provider asks of its clients, whatever the installation. `levels`: the `acr` values that are enough."""

    name: str
    prefix: str
    label: str
    scope: str
    acr: str
    levels: tuple[str, ...]
    simulated: str
    simulated_client: str
    discovery_path: str


KINDS = {
    PSC: Kind(
        PSC,
        "PSC",
        "Pro Santé Connect",
        "openid scope_all",
        "eidas1",
        ("eidas1", "eidas2", "eidas3"),
        "pro_sante_connect",
        "socle-professionnels",
        "/.well-known/wallet-openid-configuration",
    ),
    FRANCECONNECT: Kind(
        FRANCECONNECT,
        "FC",
        "FranceConnect",
        "openid identite_pivot preferred_username email",
        "eidas2",
        ("eidas2", "eidas3"),
        "france_connect",
        "socle-patients",
        "/.well-known/openid-configuration",
    ),
}


@dataclass(frozen=True, slots=True)
class Issuer:
    """One configured provider."""

    kind: Kind
    issuer: str
    discovery: str
    client_id: str
    client_secret: str = field(repr=False)

    @property
    def origin(self) -> str:
        return origin(self.issuer)


@dataclass(frozen=True, slots=True)
class Endpoints:
    """What its discovery document says. All but `authorization` and `end_session`, which browsers visit, are on its origin."""

    authorization: str
    token: str
    userinfo: str
    jwks: str
    introspection: str
    end_session: str
    tells_issuer: bool
    """The answer of the authorization endpoint carries `iss` (RFC 9207)."""


def configured(name: str) -> Issuer:
    """The provider of that name. Unavailable `connexion-non-configuree` when this installation has none."""
    kind = KINDS[name]
    told = settings.SOCLE_OPENID[kind.prefix]
    if told["issuer"]:
        return Issuer(
            kind,
            told["issuer"],
            told["discovery"] or told["issuer"].rstrip("/") + kind.discovery_path,
            told["client_id"],
            told["client_secret"],
        )
    if settings.SOCLE_SIMULATORS is not None:
        found = _simulated(kind, settings.SOCLE_SIMULATORS)
        if found is not None:
            return found
    raise Unavailable("connexion-non-configuree", f"La connexion par {kind.label} n’est pas configurée ici.", 60)


def _simulated(kind: Kind, folder: Path) -> Issuer | None:
    try:
        endpoints = json.loads((folder / "endpoints.json").read_text("utf-8"))[kind.simulated]
        clients = json.loads((folder / "clients.json").read_text("utf-8"))["clients"]
        client = next(one for one in clients if one["client_id"] == kind.simulated_client)
    except (OSError, ValueError, KeyError, StopIteration):
        return None
    return Issuer(kind, endpoints["issuer"], endpoints["discovery"], client["client_id"], client["secret"])


def origin(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"


def http(issuer: Issuer) -> httpx.Client:
    """A client that calls this provider only: no redirection, no proxy, no other origin."""
    return httpx.Client(timeout=TIMEOUT_S, follow_redirects=False, trust_env=False, event_hooks=hooks(issuer))


def hooks(issuer: Issuer) -> dict[str, list[Any]]:
    """What refuses a request to any other origin, and an answer too long to be one."""

    def only_there(request: httpx.Request) -> None:
        if origin(str(request.url)) != issuer.origin:
            raise unavailable(issuer)

    def not_too_long(response: httpx.Response) -> None:
        length = response.headers.get("Content-Length", "0")
        if not length.isdecimal() or int(length) > _LONGEST_ANSWER:
            raise unavailable(issuer)

    return {"request": [only_there], "response": [not_too_long]}


def unavailable(issuer: Issuer) -> Unavailable:
    return Unavailable("fournisseur-muet", f"{issuer.kind.label} ne répond pas. Réessayez dans quelques instants.", 10)


class _Kept:
    """Discovery documents and keys in memory, by address."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._values: dict[str, tuple[float, Any]] = {}

    def get(self, address: str, issuer: Issuer, *, older_than_s: float = KEPT_S) -> Any:
        with self._lock:
            at, value = self._values.get(address, (float("-inf"), None))
        if time.monotonic() - at < older_than_s:
            return value
        value = _json(address, issuer)
        with self._lock:
            self._values[address] = time.monotonic(), value
        return value


_kept = _Kept()


def endpoints(issuer: Issuer) -> Endpoints:
    """Unavailable when the provider does not answer, or answers for another one."""
    told = _kept.get(issuer.discovery, issuer)
    if told.get("issuer") != issuer.issuer:
        raise unavailable(issuer)
    names = ("authorization", "token", "userinfo", "introspection", "end_session")
    found = {name: _address(told, f"{name}_endpoint") for name in names} | {"jwks": _address(told, "jwks_uri")}
    if not all(found[name] for name in ("authorization", "token", "userinfo", "jwks")):
        raise unavailable(issuer)
    if issuer.issuer.startswith("https://") and not found["authorization"].startswith("https://"):
        raise unavailable(issuer)
    return Endpoints(**found, tells_issuer=told.get("authorization_response_iss_parameter_supported") is True)


def keys(issuer: Issuer, *, again: bool = False) -> KeySet:
    """The provider's public keys; `again` after a signature by an unknown key."""
    told = _kept.get(endpoints(issuer).jwks, issuer, older_than_s=KEYS_AGAIN_S if again else KEPT_S)
    try:
        return KeySet.import_key_set({"keys": told["keys"]})
    except (JoseError, ValueError, KeyError, TypeError) as error:
        raise unavailable(issuer) from error


def _address(told: dict[str, Any], name: str) -> str:
    value = told.get(name)
    return value if isinstance(value, str) else ""


def _json(address: str, issuer: Issuer) -> dict[str, Any]:
    try:
        with http(issuer) as client:
            answer = client.get(address, headers={"Accept": "application/json"})
        value = answer.json() if answer.status_code == 200 else None
    except (httpx.HTTPError, ValueError) as error:
        raise unavailable(issuer) from error
    if not isinstance(value, dict):
        raise unavailable(issuer)
    return value
