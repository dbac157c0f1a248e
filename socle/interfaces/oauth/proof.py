"""Which software speaks: private_key_jwt, and nothing else (RFC 7523 §3; OpenID Connect Core §9)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from joserfc.jws import extract_compact

from socle import clock
from socle.base.access.actor import system
from socle.base.signin.actions.software import first_use
from socle.base.signin.queries.software import Software, registered
from socle.base.signin.rules import ASSERTION_AT_MOST
from socle.interfaces.oauth.refusals import invalid_client

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
ALGORITHMS = ["ES256", "ES384", "PS256", "RS256"]
LEEWAY_S = 10
_WIRE = system("oauth")
_LONGEST_JTI = 255
_LONGEST_ISSUER = 199


def software_of(form: Mapping[str, str]) -> Software:
    """The software, once its assertion is right, fresh, for this endpoint and never presented before; else `invalid_client`."""
    assertion = form.get("client_assertion", "")
    if form.get("client_assertion_type") != ASSERTION_TYPE or not assertion or "client_secret" in form:
        raise invalid_client()
    client_id = _claimed(assertion)
    if not client_id or form.get("client_id", client_id) != client_id:
        raise invalid_client()
    software = registered(actor=_WIRE, client_id=client_id)
    if software is None:
        raise invalid_client()
    claims = _verified(assertion, software)
    ends_at = datetime.fromtimestamp(claims["exp"] + LEEWAY_S, UTC)
    if not first_use(actor=_WIRE, software_id=software.id, jti=claims["jti"], expires_at=ends_at):
        raise invalid_client()
    return software


def _verified(assertion: str, software: Software) -> dict[str, Any]:
    now = int(clock.now().timestamp())
    try:
        keys = KeySet.import_key_set({"keys": list(software.jwks["keys"])})
        claims = jwt.decode(assertion, keys, algorithms=ALGORITHMS).claims
        jwt.JWTClaimsRegistry(
            now,
            LEEWAY_S,
            iss={"essential": True, "value": software.client_id},
            sub={"essential": True, "value": software.client_id},
            aud={"essential": True, "values": audiences()},
            exp={"essential": True},
            jti={"essential": True},
        ).validate(claims)
    except (JoseError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise invalid_client() from error
    if not _is_plain(claims["jti"], _LONGEST_JTI) or not _ends_soon(claims["exp"], now):
        raise invalid_client()
    return dict(claims)


def _ends_soon(exp: object, now: int) -> bool:
    """Whether it is a number of this time: what is no number (NaN) is no time either."""
    return isinstance(exp, int | float) and now - LEEWAY_S <= exp <= now + ASSERTION_AT_MOST.total_seconds()


def _is_plain(text: object, longest: int) -> bool:
    """Whether it is a text that can be stored and compared: no lone surrogate, no sign that is not seen."""
    return isinstance(text, str) and len(text) <= longest and text.isprintable()


def audiences() -> list[str]:
    """What an assertion may be addressed to: the token endpoint, or the platform."""
    return [f"{settings.SOCLE_PUBLIC_URL}/oauth/token", settings.SOCLE_PUBLIC_URL]


def _claimed(assertion: str) -> str:
    """Who the assertion says it comes from: it only chooses the keys it is then checked with."""
    try:
        claims = json.loads(extract_compact(assertion.encode()).payload)
    except (JoseError, ValueError, RecursionError):
        return ""
    issuer = claims.get("iss") if isinstance(claims, dict) else ""
    return str(issuer) if _is_plain(issuer, _LONGEST_ISSUER) else ""
