"""A bearer token for a persona: sign in at the simulator, then exchange its token at `/oauth/token`, as any software would."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import secrets
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit
from uuid import NAMESPACE_URL, UUID, uuid5

import httpx
from django.conf import settings
from joserfc import jwt
from joserfc.jwk import ECKey

from socle import clock
from socle.base.access.actor import system
from socle.base.directory.queries.practitioners import organisation_of
from socle.base.signin.actions.software import Registration, register
from socle.base.signin.rules import SCOPES
from socle.deploy.environment import DeployError
from socle.deploy.story import personas
from socle.deploy.story.people import cast
from socle.deploy.story.personas import Persona

TOOL = "socle-outil"
OUTSIDE_CLIENTS = {"pro_sante_connect": "socle-outil", "france_connect": "socle-outil-patients"}
_ASKED = {"pro_sante_connect": ("openid scope_all", "eidas1"), "france_connect": ("openid identite_pivot", "eidas2")}
_TYPE = "urn:ietf:params:oauth:token-type:"
_ASSERTION_S = 60


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where this installation and its simulators answer."""

    token: str
    simulators: Mapping[str, Any]


def obtain(persona: str, *, purpose: str = "normal", patient: str = "", reason: str = "") -> str:
    """The access token. DeployError when the persona is unknown or has no such way in, or when the platform refuses."""
    one = next((found for found in personas.everyone() if found.id == persona), None)
    if one is None:
        raise DeployError(f"Personne inconnue : {persona} (voir socle personas --json).")
    addresses = _addresses()
    if one.kind == "software":
        return _asked(addresses, one, {"grant_type": "client_credentials"})
    if not one.provider:
        raise DeployError(f"{persona} se connecte par un compte de structure : il n’y a pas de jeton à échanger.")
    told = _signed_in(addresses.simulators, one)
    subject = {"subject_token": told["access_token"], "subject_token_type": f"{_TYPE}access_token"}
    if one.provider == "france_connect":
        subject = {
            "subject_token": told["id_token"],
            "subject_token_type": f"{_TYPE}id_token",
            "subject_access_token": told["access_token"],
        }
    form = {"grant_type": "urn:ietf:params:oauth:grant-type:token-exchange", "scope": " ".join(sorted(SCOPES)), **subject}
    if purpose != "normal":
        form |= {"purpose": purpose, "patient": patient, "reason": reason}
    return _asked(addresses, None, form)


def _addresses() -> Addresses:
    try:
        endpoints = json.loads(settings.SOCLE_ENDPOINTS.read_text("utf-8"))
        simulators = json.loads((settings.SOCLE.data / "simulators" / "endpoints.json").read_text("utf-8"))
    except FileNotFoundError:
        raise DeployError("La démonstration ne tourne pas dans ce dossier (socle demo).") from None
    return Addresses(endpoints["oauth_token"], simulators)


def _asked(addresses: Addresses, software: Persona | None, form: Mapping[str, str]) -> str:
    """The token that `/oauth/token` gives, the caller proven by its key. Several situations: the first one."""
    client_id, key = (TOOL if software is None else software.id), _key(TOOL if software is None else software.id)
    register(actor=system("socle token"), software=_registration(client_id, key, software))
    with httpx.Client(trust_env=False, timeout=30) as http:
        answer = _posted(http, addresses.token, client_id, key, form)
        offered = answer.get("activities")
        if offered:
            subject = {**form, "activity": offered[0]["activity"]}
            answer = _posted(http, addresses.token, client_id, key, subject)
    if "access_token" not in answer:
        raise DeployError(f"Jeton refusé : {answer.get('message') or answer.get('error_description')}")
    return str(answer["access_token"])


def _posted(http: httpx.Client, address: str, client_id: str, key: ECKey, form: Mapping[str, str]) -> dict[str, Any]:
    now = int(clock.now().timestamp())
    claims = {"iss": client_id, "sub": client_id, "aud": address, "iat": now, "exp": now + _ASSERTION_S}
    proof = {
        "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
        "client_assertion": jwt.encode({"alg": "ES256"}, {**claims, "jti": secrets.token_urlsafe(16)}, key),
    }
    try:
        return dict(http.post(address, data={**form, **proof}).json())
    except (httpx.HTTPError, ValueError):
        raise DeployError("La plateforme ne répond pas.") from None


def _registration(client_id: str, key: ECKey, software: Persona | None) -> Registration:
    """The command-line tool carries people with all scopes; the story's software have their structure's."""
    jwks = {"keys": [key.as_dict(private=False)]}
    if software is None:
        return Registration(
            client_id,
            "Outils en ligne de commande",
            jwks,
            _place(TOOL),
            "Démonstration (fictif)",
            SCOPES,
            psc_client_id=OUTSIDE_CLIENTS["pro_sante_connect"],
            franceconnect_client_id=OUTSIDE_CLIENTS["france_connect"],
        )
    place = _structure(str(software.raw["structure"]))
    return Registration(
        client_id,
        software.name,
        jwks,
        _place(place["idnst"]),
        place["name"],
        SCOPES,
        version=str(software.raw.get("version", "")),
        trust_contract=bool(software.raw.get("trust_contract")),
    )


def _place(national_id: str) -> UUID:
    """The structure's id in the directory, else one of its own: nobody has signed in from there yet."""
    known = organisation_of(actor=system("socle token"), national_id=national_id)
    return known.id if known else uuid5(NAMESPACE_URL, f"urn:socle:{national_id}")


def _structure(key: str) -> dict[str, str]:
    return next({"idnst": one["idnst"], "name": one["name"]} for one in cast().raw["structures"] if one["id"] == key)


def _key(client_id: str) -> ECKey:
    """The private key of a software of this demo, made at first use, readable by its owner only."""
    path: Path = settings.SOCLE.data / "keys" / "clients" / f"{client_id}.json"
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return ECKey.import_key(json.loads(path.read_text("ascii")))
    key = ECKey.generate_key("P-256", {"use": "sig", "alg": "ES256"}, auto_kid=True)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        json.dump(key.as_dict(private=True), file)
    return key


def _signed_in(simulators: Mapping[str, Any], one: Persona) -> dict[str, Any]:
    """What the provider gives to the tools' own client for that person."""
    endpoints = simulators[one.provider]
    clients = json.loads(Path(simulators["clients"]).read_text("utf-8"))["clients"]
    client = next(found for found in clients if found["client_id"] == OUTSIDE_CLIENTS[one.provider])
    verifier = secrets.token_urlsafe(48)
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    scope, acr = _ASKED[one.provider]
    (redirect_uri,) = client["redirect_uris"][:1]
    asked = {
        "response_type": "code",
        "client_id": client["client_id"],
        "redirect_uri": redirect_uri,
        "scope": scope,
        "acr_values": acr,
        "state": secrets.token_urlsafe(16),
        "nonce": secrets.token_urlsafe(16),
        "code_challenge": challenge,
        "code_challenge_method": "S256",
    }
    back = _picked(f"{endpoints['authorization_endpoint']}?{urlencode(asked)}", one.id)
    form = {
        "grant_type": "authorization_code",
        "code": back.get("code", ""),
        "redirect_uri": redirect_uri,
        "code_verifier": verifier,
    }
    try:
        answer = httpx.post(endpoints["token_endpoint"], data=form, auth=(client["client_id"], client["secret"]), trust_env=False)
        told: dict[str, Any] = answer.json()
    except (httpx.HTTPError, ValueError):
        raise DeployError("Le simulateur ne répond pas.") from None
    if back.get("state") != asked["state"] or "access_token" not in told:
        raise DeployError("Le simulateur n’a pas reconnu cette personne.")
    return told


def _picked(url: str, persona: str) -> dict[str, str]:
    """The parameters of the redirection back, from a process of the simulators: the product does not import them."""
    done = subprocess.run(
        [sys.executable, "-m", "simulators.client", url, persona], capture_output=True, text=True, check=False, timeout=60
    )
    if done.returncode != 0:
        raise DeployError("Le simulateur n’a pas reconnu cette personne.")
    return dict(parse_qsl(urlsplit(done.stdout.strip()).query))
