"""Which client speaks at the back channel: client_secret_basic, client_secret_post or private_key_jwt.

Source: RFC 6749 §2.3, RFC 7523.
"""

from __future__ import annotations

import base64
import binascii
import json
from urllib.parse import unquote_plus

from django.http import HttpRequest
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from joserfc.jws import extract_compact

from simulators.clients import Client, Clients
from simulators.oidc.errors import TokenError
from simulators.oidc.grants import Grants, now_s
from simulators.oidc.service import Service
from simulators.signing import ALGORITHMS

METHODS = ("client_secret_basic", "client_secret_post", "private_key_jwt")
ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_LONGEST_ASSERTION_S = 3600


def authenticate(request: HttpRequest, service: Service, clients: Clients, grants: Grants, audiences: set[str]) -> Client:
    """TokenError when the client is unknown, presents nothing, or more than one proof."""
    header = request.headers.get("Authorization", "")
    proofs = [bool(header), "client_secret" in request.POST, "client_assertion" in request.POST]
    if sum(proofs) != 1:
        raise _refused()
    if proofs[2]:
        return _by_assertion(request, service, clients, grants, audiences)
    if proofs[0]:
        client_id, secret = read_basic(header)
    else:
        client_id, secret = request.POST.get("client_id", ""), request.POST["client_secret"]
    client = clients.find(client_id, service.name)
    if client is None or not client.secret_is(secret):
        raise _refused()
    return client


def read_basic(header: str) -> tuple[str, str]:
    """Id and secret of a Basic header; two empty texts when it is not one."""
    scheme, _, value = header.partition(" ")
    try:
        client_id, colon, secret = base64.b64decode(value, validate=True).decode().partition(":")
    except (binascii.Error, ValueError):
        return "", ""
    if scheme.lower() != "basic" or not colon:
        return "", ""
    return unquote_plus(client_id), unquote_plus(secret)


def _by_assertion(request: HttpRequest, service: Service, clients: Clients, grants: Grants, audiences: set[str]) -> Client:
    if request.POST.get("client_assertion_type") != ASSERTION_TYPE:
        raise _refused()
    assertion = request.POST["client_assertion"]
    client = clients.find(request.POST.get("client_id") or _claimed_issuer(assertion), service.name)
    if client is None or not client.jwks:
        raise _refused()
    try:
        keys = KeySet.import_key_set({"keys": list(client.jwks["keys"])})
        claims = jwt.decode(assertion, keys, algorithms=list(ALGORITHMS)).claims
        jwt.JWTClaimsRegistry(
            iss={"essential": True, "value": client.client_id},
            sub={"essential": True, "value": client.client_id},
            exp={"essential": True},
            jti={"essential": True},
        ).validate(claims)
    except (JoseError, ValueError, KeyError) as error:
        raise _refused() from error
    audience = claims.get("aud")
    named = set(audience) if isinstance(audience, list) else {audience}
    if not named & audiences or not isinstance(claims["jti"], str) or claims["exp"] > now_s() + _LONGEST_ASSERTION_S:
        raise _refused()
    grants.take_assertion(client.client_id, claims["jti"], int(claims["exp"]))
    return client


def _claimed_issuer(assertion: str) -> str:
    """Who an assertion says it comes from: only chooses the keys it is then checked with."""
    try:
        claims = json.loads(extract_compact(assertion.encode()).payload)
    except (JoseError, ValueError):
        return ""
    issuer = claims.get("iss") if isinstance(claims, dict) else ""
    return issuer if isinstance(issuer, str) else ""


def _refused() -> TokenError:
    return TokenError("invalid_client", "Client authentication failed", 401)
