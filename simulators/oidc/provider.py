"""One running provider: a `Service` at an address, and what it answers once a request has been read."""

from __future__ import annotations

import base64
import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from joserfc.errors import JoseError

from simulators.clients import Client, Clients
from simulators.installation import Installation
from simulators.oidc import client_authentication
from simulators.oidc.errors import TokenError
from simulators.oidc.grants import Authorization, Grants, SignIn, Token, now_s
from simulators.oidc.service import Service
from simulators.people import People, Person
from simulators.signing import ALGORITHMS


@dataclass(frozen=True, slots=True)
class Provider:
    service: Service
    installation: Installation
    grants: Grants = field(default_factory=Grants)

    @property
    def issuer(self) -> str:
        return self.url(self.service.paths.issuer)

    def url(self, path: str) -> str:
        return self.installation.address + path

    @property
    def clients(self) -> Clients:
        return self.installation.clients.read()

    @property
    def people(self) -> People:
        return self.installation.people.read()

    def pickable(self, person_id: str, acr: str) -> Person | None:
        """That person, if the picker offers it at this level."""
        groups = self.service.groups(self.people, acr)
        return next((person for group in groups for person in group.people if person.id == person_id), None)

    def discovery(self) -> dict[str, Any]:
        paths = self.service.paths
        return {
            "issuer": self.issuer,
            "authorization_endpoint": self.url(paths.authorize),
            "token_endpoint": self.url(paths.token),
            "userinfo_endpoint": self.url(paths.userinfo),
            "jwks_uri": self.url(paths.jwks),
            "end_session_endpoint": self.url(paths.logout),
            "response_types_supported": ["code"],
            "response_modes_supported": ["query"],
            "grant_types_supported": ["authorization_code", *(["refresh_token"] if self.service.refreshes else [])],
            "subject_types_supported": [self.service.subject_type],
            "id_token_signing_alg_values_supported": [self.service.algorithm],
            "userinfo_signing_alg_values_supported": [self.service.algorithm],
            "token_endpoint_auth_methods_supported": list(client_authentication.METHODS),
            "token_endpoint_auth_signing_alg_values_supported": list(ALGORITHMS),
            "scopes_supported": list(self.service.scopes),
            "acr_values_supported": list(self.service.levels),
            "code_challenge_methods_supported": ["S256"],
            "authorization_response_iss_parameter_supported": True,
            "claims_parameter_supported": False,
            "request_parameter_supported": False,
            "request_uri_parameter_supported": False,
            **({"introspection_endpoint": self.url(paths.introspection)} if paths.introspection else {}),
        }

    def tokens(self, client: Client, authorization: Authorization) -> dict[str, Any]:
        """The answer of the token endpoint. TokenError when the person is not there any more."""
        person = self._person(authorization)
        access, refresh = self.grants.give_tokens(authorization, client.lifetimes, refreshes=self.service.refreshes)
        access_token = self.installation.keys.sign(self._access_claims(access, person, client), self.service.algorithm)
        answer: dict[str, Any] = {
            "access_token": access_token,
            "token_type": "Bearer",
            "expires_in": access.until_s - access.issued_s,
            "scope": " ".join(authorization.scopes),
            "id_token": self._id_token(access, access_token, person, client),
            "session_state": authorization.sign_in.id,
        }
        if refresh:
            answer |= {"refresh_token": refresh.id, "refresh_expires_in": refresh.until_s - refresh.issued_s}
        return answer

    def read_access_token(self, text: str) -> tuple[Token, Person]:
        """TokenError (401) when it is not a live token of this provider."""
        token = self._live_token(text)
        person = self.people.find(token.authorization.sign_in.person_id) if token else None
        if token is None or person is None:
            raise TokenError("invalid_token", "Token verification failed", 401)
        return token, person

    def userinfo(self, token: Token, person: Person) -> dict[str, Any]:
        subject = self._subject(person, token.authorization.client_id)
        return {"sub": subject, **self.service.userinfo(person, token.authorization.scopes)}

    def signed_userinfo(self, token: Token, person: Person) -> str:
        """The same as a JWT for the client of the token."""
        claims = {
            **self.userinfo(token, person),
            "iss": self.issuer,
            "aud": token.authorization.client_id,
            "iat": now_s(),
            "exp": token.until_s,
        }
        return self.installation.keys.sign(claims, self.service.algorithm)

    def introspect(self, text: str) -> dict[str, Any]:
        """RFC 7662, with the fields that Pro Santé Connect returns. Only access tokens are active here."""
        try:
            token, person = self.read_access_token(text)
        except TokenError:
            return {"active": False}
        client = self.clients.find(token.authorization.client_id, self.service.name)
        if client is None:
            return {"active": False}
        claims = self._access_claims(token, person, client)
        return {
            **claims,
            "email_verified": False,
            "client_id": client.client_id,
            "username": claims.get("preferred_username", claims["sub"]),
            "active": True,
        }

    def sign_in_of(self, id_token: str) -> tuple[str, str] | None:
        """(sign-in session, client id) of an id_token of this provider, even an expired one."""
        try:
            claims = self.installation.keys.read(id_token)
        except (JoseError, ValueError):
            return None
        session, client_id = claims.get("sid"), claims.get("aud")
        if claims.get("iss") != self.issuer or not isinstance(session, str) or not isinstance(client_id, str):
            return None
        return session, client_id

    def new_sign_in(self, person: Person, acr: str) -> SignIn:
        started = now_s()
        return SignIn(secrets.token_urlsafe(18), person.id, acr, started, started + self.service.session_s)

    def _person(self, authorization: Authorization) -> Person:
        person = self.people.find(authorization.sign_in.person_id)
        if person is None:
            raise TokenError("invalid_grant", "Subject is not there any more")
        return person

    def _live_token(self, text: str) -> Token | None:
        try:
            claims: Mapping[str, Any] = self.installation.keys.read(text)
        except (JoseError, ValueError):
            return None
        return self.grants.access(str(claims.get("jti")), self.service.name) if claims.get("iss") == self.issuer else None

    def _subject(self, person: Person, client_id: str) -> str:
        return self.service.subject(person, client_id, self.installation.keys.secret)

    def _access_claims(self, token: Token, person: Person, client: Client) -> dict[str, Any]:
        authorization = token.authorization
        return {
            "exp": token.until_s,
            "iat": token.issued_s,
            "auth_time": authorization.sign_in.at_s,
            "jti": token.id,
            "iss": self.issuer,
            "sub": self._subject(person, client.client_id),
            "typ": "Bearer",
            "azp": client.client_id,
            "nonce": authorization.nonce,
            "session_state": authorization.sign_in.id,
            "acr": authorization.acr,
            "scope": " ".join(authorization.scopes),
            **self.service.token_claims(person),
        }

    def _id_token(self, token: Token, access_token: str, person: Person, client: Client) -> str:
        half = hashlib.sha256(access_token.encode()).digest()[:16]
        claims = self._access_claims(token, person, client)
        del claims["scope"]
        claims |= {
            "typ": "ID",
            "jti": secrets.token_urlsafe(18),
            "aud": client.client_id,
            "sid": token.authorization.sign_in.id,
            "at_hash": base64.urlsafe_b64encode(half).rstrip(b"=").decode(),
        }
        return self.installation.keys.sign(claims, self.service.algorithm)
