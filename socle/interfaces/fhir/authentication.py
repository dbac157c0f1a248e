"""From the bearer token of a call to its Actor. Building Actors is sign-in's; here only the header is looked at."""

from __future__ import annotations

from socle.base.access.actor import Actor, Channel
from socle.errors import Invalid
from socle.interfaces import oauth

MISSING = "Présentez un jeton d’accès (Authorization: Bearer …)."


def authenticate(header: str) -> Actor:
    """Who calls, on this wire. Raises Invalid `jeton-absent` or `jeton` (401) without a good token."""
    if header[:7].lower() != "bearer ":
        raise Invalid("jeton-absent", MISSING, where="http.authorization")
    actor = oauth.authenticate(header)
    return actor if actor.channel is Channel.FHIR else actor.by(Channel.FHIR)
