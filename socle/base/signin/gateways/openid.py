"""OpenID Connect relying party: begin a sign-in, finish it, leave. Authlib has the rules of the id_token, joserfc its signature.

Source: OpenID Connect Core 1.0 §3.1; RFC 7636 (PKCE), RFC 9207 (`iss`); OpenID Connect RP-Initiated Logout 1.0.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

import httpx
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError

from socle import clock
from socle.base.signin.gateways import issuers
from socle.base.signin.gateways.issuers import Issuer
from socle.base.signin.sealing import Unsealable, seal_text, unseal_text
from socle.errors import Forbidden, Invalid

BEGUN_FOR_S = 15 * 60
LEEWAY_S = 30
"""Clocks may differ by this much."""
_PURPOSE = "sign-in begun"


@dataclass(frozen=True, slots=True)
class Begun:
    """A sign-in in progress: `url` is where the browser goes, `kept` the sealed text of its cookie."""

    url: str
    kept: str


@dataclass(frozen=True, slots=True)
class Finished:
    """A person whom the provider has just vouched for. `next` is the relative address asked for first; `unlocks` is the session
    that waits for its owner, if any."""

    subject: str
    claims: Mapping[str, Any]
    level: str
    id_token: str
    next: str
    unlocks: str


def begin(provider: str, redirect_uri: str, *, next_: str = "", hint: str = "", unlocks: str = "") -> Begun:
    """`next_` must be a relative address already checked. `unlocks` (a session's id) makes the provider ask the person again."""
    issuer = issuers.configured(provider)
    told = {
        "provider": provider,
        "state": secrets.token_urlsafe(24),
        "nonce": secrets.token_urlsafe(24),
        "verifier": secrets.token_urlsafe(48),
        "redirect_uri": redirect_uri,
        "next": next_,
        "unlocks": unlocks,
        "at": int(clock.now().timestamp()),
    }
    more = {"login_hint": hint} if hint else {}
    if unlocks:
        more["prompt"] = "login"
    url = prepare_grant_uri(
        issuers.endpoints(issuer).authorization,
        client_id=issuer.client_id,
        response_type="code",
        redirect_uri=redirect_uri,
        scope=issuer.kind.scope,
        state=told["state"],
        nonce=told["nonce"],
        acr_values=issuer.kind.acr,
        code_challenge=create_s256_code_challenge(told["verifier"]),
        code_challenge_method="S256",
        **more,
    )
    return Begun(url, seal_text(told, _PURPOSE))


def finish(provider: str, kept: str, answer: Mapping[str, str]) -> Finished:
    """The person, once the answer belongs to this browser and every check of the id_token and of the userinfo has passed.

    Forbidden `connexion-abandonnee` when the person gave up; Invalid `connexion-perimee` when the answer belongs to no sign-in
    begun here; Invalid `connexion-refusee` when a check fails or the code was used; Unavailable when the provider is silent.
    """
    begun = _begun(kept, provider, answer)
    issuer = issuers.configured(provider)
    endpoints = issuers.endpoints(issuer)
    if endpoints.tells_issuer and answer.get("iss") != issuer.issuer:
        raise refused(issuer)
    if answer.get("error"):
        if answer["error"] == "access_denied":
            raise Forbidden("connexion-abandonnee", "Vous avez interrompu la connexion. Rien n’a été ouvert.")
        raise refused(issuer)
    try:
        token = _tokens(issuer, begun, answer.get("code", ""))
        id_token = _id_token(issuer, token, begun)
        claims = userinfo(issuer, str(token["access_token"]))
    except (httpx.HTTPError, KeyError, ValueError, TypeError) as error:
        raise issuers.unavailable(issuer) from error
    if claims["sub"] != id_token["sub"]:
        raise refused(issuer)
    return Finished(str(id_token["sub"]), claims, str(id_token["acr"]), str(token["id_token"]), begun["next"], begun["unlocks"])


def userinfo(issuer: Issuer, access_token: str, *, audience: str = "") -> dict[str, Any]:
    """What the provider says of the bearer of that token; signed answers are verified, for our client or the one named. Invalid
    when it refuses the token."""
    with issuers.http(issuer) as client:
        answer = client.get(issuers.endpoints(issuer).userinfo, headers={"Authorization": f"Bearer {access_token}"})
    if answer.status_code in (400, 401, 403):
        raise refused(issuer)
    if answer.status_code != 200:
        raise issuers.unavailable(issuer)
    if answer.headers.get("Content-Type", "").startswith("application/jwt"):
        claims = dict(verified(issuer, answer.text).claims)
        told = claims.get("aud")
        for_us = (audience or issuer.client_id) in (told if isinstance(told, list) else [told])
        if claims.get("iss") != issuer.issuer or not for_us:
            raise refused(issuer)
    else:
        claims = answer.json()
    if not isinstance(claims, dict) or not isinstance(claims.get("sub"), str) or not claims["sub"]:
        raise refused(issuer)
    return claims


def verified(issuer: Issuer, text: str) -> jwt.Token:
    """A token signed by the provider. Invalid `connexion-refusee` otherwise."""
    try:
        try:
            return jwt.decode(text, issuers.keys(issuer), algorithms=issuers.ALGORITHMS)
        except InvalidKeyIdError:
            return jwt.decode(text, issuers.keys(issuer, again=True), algorithms=issuers.ALGORITHMS)
    except (JoseError, ValueError) as error:
        raise refused(issuer) from error


def leaving(provider: str, id_token: str, back: str) -> str:
    """Where the browser goes so that the session ends at the provider too; empty when it offers no such address."""
    issuer = issuers.configured(provider)
    address = issuers.endpoints(issuer).end_session
    if not address:
        return ""
    told = {"id_token_hint": id_token, "post_logout_redirect_uri": back, "client_id": issuer.client_id}
    return f"{address}?{urlencode(told)}"


def refused(issuer: Issuer) -> Invalid:
    return Invalid("connexion-refusee", f"La réponse de {issuer.kind.label} ne peut pas être acceptée. Recommencez la connexion.")


def _begun(kept: str, provider: str, answer: Mapping[str, str]) -> dict[str, Any]:
    stale = Invalid("connexion-perimee", "Cette connexion n’a pas été commencée ici, ou il y a trop longtemps. Recommencez.")
    try:
        begun = unseal_text(kept, _PURPOSE)
    except Unsealable:
        raise stale from None
    age_s = clock.now().timestamp() - begun["at"]
    same = hmac.compare_digest(begun["state"].encode(), answer.get("state", "").encode())
    if begun["provider"] != provider or not same or age_s > BEGUN_FOR_S:
        raise stale
    return dict(begun)


def _id_token(issuer: Issuer, token: Mapping[str, Any], begun: Mapping[str, Any]) -> CodeIDToken:
    """Signature, issuer, audience, times, nonce, at_hash and level are right; after an unlock the person was asked again."""
    decoded = verified(issuer, str(token["id_token"]))
    claims = CodeIDToken(
        decoded.claims,
        decoded.header,
        options={
            "iss": {"essential": True, "value": issuer.issuer},
            "aud": {"essential": True, "value": issuer.client_id},
            "sub": {"essential": True},
            "nonce": {"essential": True, "value": begun["nonce"]},
            "acr": {"essential": True, "values": list(issuer.kind.levels)},
            **({"auth_time": {"essential": True}} if begun["unlocks"] else {}),
        },
        params={"nonce": begun["nonce"], "client_id": issuer.client_id, "access_token": token["access_token"]},
    )
    try:
        claims.validate(now=int(clock.now().timestamp()), leeway=LEEWAY_S)
    except JoseError as error:
        raise refused(issuer) from error
    if begun["unlocks"] and claims["auth_time"] < begun["at"] - LEEWAY_S:
        raise refused(issuer)
    return claims


def _tokens(issuer: Issuer, begun: Mapping[str, Any], code: str) -> dict[str, Any]:
    """What the token endpoint gives for the code. Invalid `connexion-refusee` when it refuses (a code that was used, say)."""
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": begun["redirect_uri"],
        "code_verifier": begun["verifier"],
    }
    with issuers.http(issuer) as client:
        answer = client.post(
            issuers.endpoints(issuer).token,
            data=form,
            auth=(quote(issuer.client_id, safe=""), quote(issuer.client_secret, safe="")),
            headers={"Accept": "application/json"},
        )
    if answer.status_code in (400, 401, 403):
        raise refused(issuer)
    if answer.status_code != 200:
        raise issuers.unavailable(issuer)
    tokens = answer.json()
    if not isinstance(tokens, dict) or str(tokens.get("token_type", "")).lower() != "bearer":
        raise refused(issuer)
    return tokens
