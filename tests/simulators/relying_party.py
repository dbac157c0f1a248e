"""A client of the simulators as software outside would write it, on authlib and joserfc."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import httpx
from joserfc import jwt
from joserfc.jwk import KeySet

from simulators.client import sign_in


@dataclass(frozen=True)
class Asked:
    """One authorization request: its address, and what it must be compared with."""

    url: str
    state: str
    nonce: str


def ask(endpoint: str, client_id: str, redirect_uri: str, **changes: str | None) -> Asked:
    """A right request; `changes` replace parameters, None takes one away."""
    state, nonce = secrets.token_urlsafe(16), secrets.token_urlsafe(16)
    parameters: dict[str, str | None] = {
        "response_type": "code",
        "client_id": client_id,
        "redirect_uri": redirect_uri,
        "scope": "openid scope_all",
        "acr_values": "eidas1",
        "state": state,
        "nonce": nonce,
        **changes,
    }
    query = urlencode({name: value for name, value in parameters.items() if value is not None})
    return Asked(f"{endpoint}?{query}", state, nonce)


def answer(response: httpx.Response) -> dict[str, str]:
    """The parameters of a redirection back to the client."""
    assert response.is_redirect, (response.status_code, response.text[:300])
    return dict(parse_qsl(urlsplit(response.headers["Location"]).query))


def code_for(asked: Asked, persona: str, http: httpx.Client) -> str:
    told = answer(sign_in(asked.url, persona, http))
    assert told["state"] == asked.state
    return told["code"]


def exchange(
    endpoint: str, auth: tuple[str, str], code: str, redirect_uri: str, http: httpx.Client, **more: str
) -> httpx.Response:
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": redirect_uri, **more}
    return http.post(endpoint, data=form, auth=auth)


def verified(token: str, jwks_uri: str, http: httpx.Client, **expected: Any) -> dict[str, Any]:
    """The claims of a token whose signature and times are right, and whose claims are those expected."""
    keys = KeySet.import_key_set(http.get(jwks_uri).json())
    claims = jwt.decode(token, keys, algorithms=["RS256", "ES256"]).claims
    jwt.JWTClaimsRegistry(exp={"essential": True}, iat={"essential": True}).validate(claims)
    assert {name: claims.get(name) for name in expected} == expected
    return claims
