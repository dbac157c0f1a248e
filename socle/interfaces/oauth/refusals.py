"""Refusals of the token endpoint (RFC 6749 §5.2). `error_description` is ASCII as the standard wants, `message` our sentence."""

from __future__ import annotations

from typing import Any

from socle.errors import Forbidden, SocleError, Unavailable


class TokenRefusal(Exception):
    """`error` is one of the standard's codes; `more` adds members to the answer."""

    def __init__(self, error: str, description: str, status: int = 400, **more: Any) -> None:
        super().__init__(error)
        self.error, self.description, self.status, self.more = error, description, status, more

    def body(self) -> dict[str, Any]:
        return {"error": self.error, "error_description": self.description, **self.more}


def invalid_request(description: str, **more: Any) -> TokenRefusal:
    return TokenRefusal("invalid_request", description, **more)


def invalid_client() -> TokenRefusal:
    """One answer for every failed proof: it never says whether the client exists."""
    return TokenRefusal("invalid_client", "Client authentication failed", 401)


def of(error: SocleError) -> TokenRefusal:
    """The refusal that an error of the platform is on this wire."""
    told: dict[str, Any] = {"code": error.code, "message": error.sentence}
    if isinstance(error, Unavailable):
        return TokenRefusal("temporarily_unavailable", "Try again later", 503, retry_after_s=error.retry_after_s, **told)
    if isinstance(error, Forbidden) and error.grantor:
        told["grantor"] = error.grantor
    return TokenRefusal("invalid_grant", "The grant is refused", **told)
