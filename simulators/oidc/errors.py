"""Refusals of the protocol, apart from their rendering (`views.py`)."""

from __future__ import annotations


class Unusable(Exception):
    """The request names no registered client, or an address not registered for it: nothing is sent there (RFC 6749 §4.1.2.1).
    `sentence` is French and shown."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class Refused(Exception):
    """The client learns it by a redirection: `error` and `description` (English, as these services answer)."""

    def __init__(self, error: str, description: str, redirect_uri: str, state: str) -> None:
        super().__init__(error)
        self.error, self.description, self.redirect_uri, self.state = error, description, redirect_uri, state


class TokenError(Exception):
    """An answer of the token, userinfo or introspection endpoint (RFC 6749 §5.2, RFC 6750 §3)."""

    def __init__(self, error: str, description: str, status: int = 400) -> None:
        super().__init__(error)
        self.error, self.description, self.status = error, description, status
