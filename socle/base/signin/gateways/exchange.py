"""Tokens that a provider gave to a software's own client: whose they are, checked at the provider itself (RFC 8693, RFC 7662)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import httpx
from authlib.oidc.core import CodeIDToken
from joserfc.errors import JoseError

from socle import clock
from socle.base.signin.gateways import issuers, openid
from socle.base.signin.gateways.issuers import FRANCECONNECT, PSC, Issuer
from socle.errors import Invalid

_TOKEN = re.compile(r"[0-9A-Za-z._~+/=-]{1,8000}")
"""RFC 6750 §2.1."""


@dataclass(frozen=True, slots=True)
class Vouched:
    """The person behind a token. `level` is the `acr`."""

    provider: str
    subject: str
    claims: Mapping[str, Any]
    level: str


def of_professional(access_token: str, client_id: str) -> Vouched:
    """Whose Pro Santé Connect token it is, by introspection then userinfo. Invalid `jeton-a-echanger` when it is not live, or was
    given to another client than `client_id`, or at too low a level; Unavailable when the provider is silent."""
    issuer = issuers.configured(PSC)
    if not client_id or not _TOKEN.fullmatch(access_token):
        raise _refused()
    told = _introspected(issuer, access_token)
    issued_to = told.get("azp") or told.get("client_id")
    if told.get("active") is not True or issued_to != client_id or told.get("iss") != issuer.issuer:
        raise _refused()
    expires = told.get("exp")
    if not isinstance(expires, int) or expires <= clock.now().timestamp() or told.get("acr") not in issuer.kind.levels:
        raise _refused()
    claims = _claims(issuer, access_token, client_id)
    if claims["sub"] != told.get("sub"):
        raise _refused()
    return Vouched(PSC, claims["sub"], claims, str(told["acr"]))


def of_patient(id_token: str, access_token: str, client_id: str) -> Vouched:
    """Whose FranceConnect id_token it is; FranceConnect introspects nothing, so the person is read at userinfo with the access
    token that the id_token is bound to (`at_hash`). Invalid `jeton-a-echanger` as above."""
    issuer = issuers.configured(FRANCECONNECT)
    if not client_id or not _TOKEN.fullmatch(access_token):
        raise _refused()
    try:
        decoded = openid.verified(issuer, id_token)
        claims = CodeIDToken(
            decoded.claims,
            decoded.header,
            options={
                "iss": {"essential": True, "value": issuer.issuer},
                "aud": {"essential": True, "value": client_id},
                "at_hash": {"essential": True},
                "acr": {"essential": True, "values": list(issuer.kind.levels)},
            },
            params={"client_id": client_id, "access_token": access_token},
        )
        claims.validate(now=int(clock.now().timestamp()), leeway=openid.LEEWAY_S)
    except (JoseError, Invalid) as error:
        raise _refused() from error
    told = _claims(issuer, access_token, client_id)
    if told["sub"] != claims["sub"]:
        raise _refused()
    return Vouched(FRANCECONNECT, told["sub"], told, str(claims["acr"]))


def _introspected(issuer: Issuer, access_token: str) -> dict[str, Any]:
    address = issuers.endpoints(issuer).introspection
    if not address:
        raise issuers.unavailable(issuer)
    try:
        with issuers.http(issuer) as client:
            answer = client.post(
                address,
                data={"token": access_token},
                auth=(quote(issuer.client_id, safe=""), quote(issuer.client_secret, safe="")),
            )
        told = answer.json() if answer.status_code == 200 else None
    except (httpx.HTTPError, ValueError) as error:
        raise issuers.unavailable(issuer) from error
    if not isinstance(told, dict):
        raise issuers.unavailable(issuer)
    return told


def _claims(issuer: Issuer, access_token: str, client_id: str) -> dict[str, Any]:
    try:
        return openid.userinfo(issuer, access_token, audience=client_id)
    except Invalid as error:
        raise _refused() from error
    except (httpx.HTTPError, ValueError) as error:
        raise issuers.unavailable(issuer) from error


def _refused() -> Invalid:
    return Invalid("jeton-a-echanger", "Le jeton présenté ne peut pas être échangé ici.")
