"""What every page of an open record shows around its content: header, sections, urgent banner, the other record left behind."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from socle.base.access.actor import Actor
from socle.base.access.rules import CLOSED, NO_RECORD, OPPOSED, URGENT_REFUSED
from socle.base.signin import edge
from socle.errors import Forbidden
from socle.portal.components import french, refusals, values
from socle.portal.professional import presenting
from socle.record.chart import Header
from socle.record.queries.entrance import entrance

OTHER_COOKIE = "dossier"
"""Opaque id of the record that this browser showed last."""
CLOSED_DOORS = frozenset({"dossier-sans-autorisation", "urgence-close"})
"""Refusals that a stated reason may change: the page leads to it. A blocked professional reads the very same page."""


SHUT = frozenset({CLOSED.code, NO_RECORD.code, OPPOSED.code, URGENT_REFUSED.code})
"""Refusals that no reason changes."""


def of_record(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A view of a record: whoever has no authorisation is led to the page where the reason is stated."""

    @functools.wraps(view)
    def shown(request: HttpRequest, patient_id: UUID, **place: Any) -> HttpResponse:
        try:
            return view(request, patient_id=patient_id, **place)
        except Forbidden as refusal:
            if refusal.code not in CLOSED_DOORS | SHUT:
                raise
            return _closed(request, patient_id, refusal)

    return shown


def _closed(request: HttpRequest, patient_id: UUID, refusal: Forbidden) -> HttpResponse:
    """Whose record it is, and why it is closed; the way to the reason only where stating one may change the answer."""
    choices = (values.Link("Ouvrir le dossier", reverse("pro:open", args=[patient_id]), "folder"),)
    page = values.Refusal(
        title="Ce dossier n’est pas ouvert pour vous",
        sentence=refusal.sentence,
        chip=values.Chip("Dossier fermé", "warn", "lock"),
        grantor=refusal.grantor.rstrip("."),
        choices=choices if refusal.code in CLOSED_DOORS else (),
    )
    whose = entrance(actor=edge.actor_for(request, patient_id), patient_id=patient_id).identity
    return refusals.refusal_page(request, page, 403, patient=presenting.identity_header(whose))


def record_page(
    request: HttpRequest,
    actor: Actor,
    header: Header,
    section: str,
    template: str,
    extra: dict[str, Any],
    *,
    status: int = 200,
) -> HttpResponse:
    """A page of this record; the browser remembers which record it showed, so that another one is told apart."""
    context = _context(request, actor, header, section) | extra
    response = render(request, template, context, status=status)
    response.set_cookie(
        OTHER_COOKIE,
        str(header.identity.patient_id),
        max_age=1800,
        secure=settings.SOCLE_COOKIES_SECURE,
        httponly=True,
        samesite="Lax",
        path="/pro",
    )
    return response


def _context(request: HttpRequest, actor: Actor, header: Header, section: str) -> dict[str, Any]:
    root = header.identity.patient_id
    left = _left(request, root)
    return {
        "patient": presenting.record_header(header, rank=2 if left else 1),
        "patient_id": root,
        "may_be_partial": header.may_be_partial,
        "urgent": header.urgent,
        "urgent_end": french.hour(header.urgent.ends_at) if header.urgent else "",
        "purpose": actor.purpose,
        "left_record": presenting.record_address(left) if left else "",
        "hidden": edge.tying_fields(request),
        **presenting.sections(root, section, documents=header.document_count or None),
    }


def _left(request: HttpRequest, root: UUID) -> UUID | None:
    """The other record that this browser showed last, when it is another one."""
    try:
        last = UUID(request.COOKIES.get(OTHER_COOKIE, ""))
    except ValueError:
        return None
    return last if last != root else None
