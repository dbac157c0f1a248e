"""Codes, tokens and sign-in sessions that this process has given. In memory: a restart ends them all, as an outage would."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from simulators.clients import Lifetimes
from simulators.oidc.errors import TokenError

T = TypeVar("T")


def now_s() -> int:
    """Seconds since the epoch."""
    return int(time.time())


@dataclass(frozen=True, slots=True)
class SignIn:
    """One person in one browser; serves several clients until `until_s`."""

    id: str
    person_id: str
    acr: str
    at_s: int
    until_s: int


@dataclass(frozen=True, slots=True)
class Authorization:
    """What a client received for a person: all tokens of one code share it, and end with it."""

    id: str
    service: str
    client_id: str
    scopes: Sequence[str]
    nonce: str
    acr: str
    sign_in: SignIn


@dataclass(frozen=True, slots=True)
class Token:
    """`id` is the `jti`, or the refresh token itself."""

    id: str
    authorization: Authorization
    issued_s: int
    until_s: int


@dataclass(frozen=True, slots=True)
class _Code:
    authorization: Authorization
    redirect_uri: str
    challenge: str
    until_s: int
    used: bool = False


class Grants:
    """Every method is atomic."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._codes: dict[str, _Code] = {}
        self._access: dict[str, Token] = {}
        self._refresh: dict[str, Token] = {}
        self._ended: dict[str, int] = {}
        self._assertions: dict[str, int] = {}

    def give_code(self, authorization: Authorization, redirect_uri: str, challenge: str, lifetimes: Lifetimes) -> str:
        """A code for one exchange."""
        code = secrets.token_urlsafe(32)
        with self._lock:
            self._forget()
            self._codes[code] = _Code(authorization, redirect_uri, challenge, now_s() + lifetimes.code)
        return code

    def take_code(self, code: str, service: str, client_id: str, redirect_uri: str, verifier: str) -> Authorization:
        """Afterwards the code is used, whatever the answer. A code presented twice ends what it gave (RFC 6749 §4.1.2)."""
        refused = TokenError("invalid_grant", "Code not valid")
        with self._lock:
            kept = self._codes.get(code)
            if kept is None or (kept.authorization.service, kept.authorization.client_id) != (service, client_id):
                raise refused
            self._codes[code] = replace(kept, used=True)
            if kept.used:
                self._ended[kept.authorization.id] = kept.authorization.sign_in.until_s
                raise refused
            if kept.until_s <= now_s() or kept.redirect_uri != redirect_uri or self._is_ended(kept.authorization):
                raise refused
        if not _proves(verifier, kept.challenge):
            raise TokenError("invalid_grant", "PKCE verification failed")
        return kept.authorization

    def give_tokens(self, authorization: Authorization, lifetimes: Lifetimes, *, refreshes: bool) -> tuple[Token, Token | None]:
        """An access token, and a refresh token that never outlives the sign-in session."""
        issued = now_s()
        access = Token(secrets.token_urlsafe(24), authorization, issued, issued + lifetimes.access_token)
        until = min(issued + lifetimes.refresh_token, authorization.sign_in.until_s)
        refresh = Token(secrets.token_urlsafe(48), authorization, issued, until) if refreshes else None
        with self._lock:
            self._access[access.id] = access
            if refresh:
                self._refresh[refresh.id] = refresh
        return access, refresh

    def refreshed(self, token: str, service: str, client_id: str) -> Authorization:
        """What a refresh token stands for."""
        with self._lock:
            kept = self._live(self._refresh, token)
        if kept is None or (kept.authorization.service, kept.authorization.client_id) != (service, client_id):
            raise TokenError("invalid_grant", "Token is not active")
        return kept.authorization

    def access(self, jti: str, service: str) -> Token | None:
        """The live access token of that id, if this service gave it."""
        with self._lock:
            kept = self._live(self._access, jti)
        return kept if kept is not None and kept.authorization.service == service else None

    def end_sign_in(self, sign_in_id: str, until_s: int) -> None:
        """Afterwards every token of that session is dead, and its cookie opens nothing."""
        with self._lock:
            self._ended[sign_in_id] = until_s

    def is_ended(self, sign_in_id: str) -> bool:
        with self._lock:
            return sign_in_id in self._ended

    def take_assertion(self, client_id: str, jti: str, until_s: int) -> None:
        """TokenError when this client used that `jti` before."""
        key = f"{client_id} {jti}"
        with self._lock:
            if key in self._assertions:
                raise TokenError("invalid_client", "Token reuse detected", 401)
            self._assertions[key] = until_s

    def _is_ended(self, authorization: Authorization) -> bool:
        return authorization.id in self._ended or authorization.sign_in.id in self._ended

    def _live(self, tokens: dict[str, Token], token: str) -> Token | None:
        kept = tokens.get(token)
        return kept if kept is not None and kept.until_s > now_s() and not self._is_ended(kept.authorization) else None

    def _forget(self) -> None:
        now = now_s()
        _drop(self._codes, [code for code, kept in self._codes.items() if kept.authorization.sign_in.until_s <= now])
        for tokens in (self._access, self._refresh):
            _drop(tokens, [token for token, kept in tokens.items() if kept.until_s <= now])
        for ended in (self._ended, self._assertions):
            _drop(ended, [key for key, until in ended.items() if until <= now])


def _drop(kept: dict[str, T], keys: Sequence[str]) -> None:
    for key in keys:
        del kept[key]


def _proves(verifier: str, challenge: str) -> bool:
    """A verifier is needed exactly when a challenge was sent (RFC 7636; RFC 9700 §4.8.2)."""
    if not challenge:
        return not verifier
    if not verifier.isascii() or not 43 <= len(verifier) <= 128:
        return False
    digest = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    return hmac.compare_digest(digest, challenge)
