"""Middleware: the cookie becomes the session, and the session the Actor. Actors of people are built here and in tokens only.

A request carries afterwards `actor` (a visitor before sign-in, and while the session is locked), `sign_in` (the session, even
locked or expired, else None) and `session_locks_at` (for the warning).
"""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.http import HttpRequest, HttpResponseBase

from socle.base.access.actor import VISITOR, Actor
from socle.base.signin import session
from socle.base.signin.session import COOKIE, SignIn
from socle.errors import Unavailable

SITUATION_FIELD = "situation"
"""The hidden field that ties a form to the situation it was made in."""
PERSON_FIELD = "personne"
"""The hidden field that ties a form to the person whose page it was made on."""
PERSON_IN_ADDRESS = "patient_id"
"""The part of an address that names a person."""


class Edge:
    """`request.sign_in_failure` holds the error when the session could not be asked for; the portal shows its page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request.sign_in_failure = None  # type: ignore[attr-defined]
        token = request.COOKIES.get(COOKIE, "")
        found: SignIn | None = None
        if token:
            try:
                found = session.find(token)
            except Unavailable as problem:
                request.sign_in_failure = problem  # type: ignore[attr-defined]
        bind(request, found)
        return self.get_response(request)


def bind(request: HttpRequest, found: SignIn | None) -> None:
    """The request is this session's from now on."""
    usable = found if found is not None and found.usable else None
    request.sign_in = found  # type: ignore[attr-defined]
    request.actor = (session.actor_of(usable) if usable else None) or VISITOR  # type: ignore[attr-defined]
    request.session_locks_at = usable.locks_at if usable else None  # type: ignore[attr-defined]


def sign_in_of(request: HttpRequest) -> SignIn | None:
    """The session of the request, locked and expired ones too."""
    found: SignIn | None = getattr(request, "sign_in", None)
    return found


def actor_of(request: HttpRequest) -> Actor:
    """Who asks."""
    actor: Actor = getattr(request, "actor", VISITOR)
    return actor


def actor_for(request: HttpRequest, patient_id: UUID) -> Actor:
    """Who asks, on a page of that patient: with the purpose of the urgent access that this session opened for them, if any."""
    found, actor = sign_in_of(request), actor_of(request)
    if found is None or not found.usable:
        return actor
    return session.urgent_actor(actor, found, patient_id)


def space_of(request: HttpRequest) -> UUID | None:
    """The patient whose space a patient or representative is in; None for others."""
    found = sign_in_of(request)
    return found.situation.space_id if found is not None and found.usable and found.situation else None


def tying_fields(request: HttpRequest) -> list[tuple[str, str]]:
    """Names and values of the hidden fields that tie a form to the present situation and to the person of this address
    (component `form.html`, `hidden`)."""
    tying = [(SITUATION_FIELD, str(actor_of(request).situation_id or ""))]
    person = _person_in_address(request)
    return [*tying, (PERSON_FIELD, person)] if person else tying


def person_mismatch(request: HttpRequest) -> bool:
    """Whether the submitted form was made on the page of another person than the one of this address. The portal's gate asks this
    for every POST of a space."""
    told, person = request.POST.getlist(PERSON_FIELD), _person_in_address(request)
    return bool(person) and any(one != person for one in told)


def _person_in_address(request: HttpRequest) -> str:
    found = request.resolver_match
    return str(found.kwargs.get(PERSON_IN_ADDRESS, "")) if found is not None else ""


def situation_mismatch(request: HttpRequest) -> tuple[str, str] | None:
    """(expected, current) in words when the submitted form was made in another situation; None when it fits or says nothing.

    The portal's gate asks this for every POST of a space: a form of another tab is answered by a page, never by a write.
    """
    told, found = request.POST.get(SITUATION_FIELD, ""), sign_in_of(request)
    current = str(actor_of(request).situation_id or "")
    if not told or told == current:
        return None
    choices = found.situations if found else ()
    expected = next((one.label for one in choices if str(one.id) == told), "une autre situation ou une autre personne")
    present = found.situation.label if found and found.situation else "aucune situation"
    return expected, present
