"""`/gestion`: leads each administrator to the first page that their rights open."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from socle.base.signin.edge import actor_of
from socle.portal.components import menu


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """The first entry of their menu; their own sessions when they have none."""
    entries = menu.entries("administration", request.path_info, {}, actor_of(request).rights)
    return redirect(entries[0].href if entries else "signin:administration-devices")
