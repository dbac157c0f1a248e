"""The authorization request: read, checked, kept in the picker's form under a signature."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from django.core import signing
from django.http import QueryDict

from simulators.clients import Client, Clients
from simulators.oidc.errors import Refused, Unusable
from simulators.oidc.service import Service

FORM_S = 30 * 60
"""How long a picker may stay open, in seconds."""
_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")
_LONGEST = 2000
_REQUEST = ("response_type", "client_id", "redirect_uri", "scope", "state", "nonce")
_SIGN_IN = ("acr_values", "prompt", "max_age", "login_hint")
_SINGLE = (*_REQUEST, *_SIGN_IN)
_PKCE = ("code_challenge", "code_challenge_method")


@dataclass(frozen=True, slots=True)
class AuthorizationRequest:
    """A request that may be granted. `acr` is the level that will be; empty `challenge`: no PKCE."""

    client_id: str
    redirect_uri: str
    scopes: Sequence[str]
    state: str
    nonce: str
    acr: str
    challenge: str
    prompt: str
    max_age_s: int | None
    hint: str = ""
    """Whom the client expects (`login_hint`): proposed first, never signed in without a gesture."""


def read(parameters: QueryDict, service: Service, clients: Clients) -> tuple[AuthorizationRequest, Client]:
    """Unusable before the address of return is known to be the client's, Refused after."""
    client = clients.find(parameters.get("client_id", ""), service.name)
    if client is None:
        raise Unusable("Ce service n’est pas inscrit auprès du simulateur.")
    redirect_uri = parameters.get("redirect_uri", "")
    if redirect_uri not in client.redirect_uris or len(parameters.getlist("redirect_uri")) != 1:
        raise Unusable("L’adresse de retour n’est pas celle que ce service a inscrite.")
    state = parameters.get("state", "")

    def refuse(error: str, description: str) -> Refused:
        return Refused(error, description, redirect_uri, state)

    for name in (*_SINGLE, *_PKCE):
        if len(parameters.getlist(name)) > 1 or len(parameters.get(name, "")) > _LONGEST:
            raise refuse("invalid_request", f"{name} is repeated or too long")
    if parameters.get("response_type") != "code":
        raise refuse("unsupported_response_type", "response_type must be code")
    for name in ("state", "nonce"):
        if not parameters.get(name):
            raise refuse("invalid_request", f"Missing parameter: {name}")
    scopes = parameters.get("scope", "").split()
    if "openid" not in scopes or not set(scopes) <= set(service.scopes):
        raise refuse("invalid_scope", "scope must hold openid and known scopes only")
    acr = next((level for level in parameters.get("acr_values", "").split() if level in service.levels), "")
    if not acr:
        raise refuse("invalid_request", "acr_values must hold one of: " + " ".join(service.levels))
    challenge = _challenge(parameters, refuse)
    prompt, max_age_s = _prompt(parameters, refuse)
    hint = parameters.get("login_hint", "")
    request = AuthorizationRequest(
        client.client_id, redirect_uri, scopes, state, parameters.get("nonce", ""), acr, challenge, prompt, max_age_s, hint
    )
    return request, client


def _challenge(parameters: QueryDict, refuse: Any) -> str:
    challenge, method = parameters.get("code_challenge", ""), parameters.get("code_challenge_method", "")
    if not challenge and not method:
        return ""
    if method != "S256" or not _CHALLENGE.fullmatch(challenge):
        raise refuse("invalid_request", "code_challenge_method must be S256, with a challenge of 43 signs")
    return challenge


def _prompt(parameters: QueryDict, refuse: Any) -> tuple[str, int | None]:
    prompt, max_age = parameters.get("prompt", ""), parameters.get("max_age", "")
    if prompt not in ("", "none", "login") or not (max_age.isascii() and (max_age.isdigit() or not max_age)):
        raise refuse("invalid_request", "prompt must be none or login, max_age a number of seconds")
    return prompt, int(max_age[:9]) if max_age else None


def seal(request: AuthorizationRequest, service: Service) -> str:
    """The request as the picker's form carries it."""
    return signing.dumps(asdict(request), salt="demande/" + service.name)


def unseal(text: str, service: Service) -> AuthorizationRequest:
    """Unusable when the form is not ours or too old."""
    try:
        return AuthorizationRequest(**signing.loads(text, salt="demande/" + service.name, max_age=FORM_S))
    except signing.BadSignature as error:
        raise Unusable("Cette page est restée ouverte trop longtemps. Revenez au service et recommencez.") from error
