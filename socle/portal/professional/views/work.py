"""« À traiter » and « Patients »: where a professional lands."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from socle.base.notices.queries import mine as notices
from socle.base.signin.edge import actor_of
from socle.portal.professional.forms import SearchForm
from socle.portal.professional.presenting import identity_header, record_address
from socle.record.queries import recents


def todo(request: HttpRequest) -> HttpResponse:
    """Open a record first; then what one was told."""
    actor = actor_of(request)
    told = [one for one in notices.mine(actor=actor) if one.patient_id is not None]
    context = {"form": SearchForm(), "told": told, "recents": _recents(request)[:5]}
    return render(request, "professional/todo.html", context)


def patients(request: HttpRequest) -> HttpResponse:
    """The records opened lately."""
    return render(request, "professional/patients.html", {"form": SearchForm(), "recents": _recents(request)})


def _recents(request: HttpRequest) -> list[dict[str, object]]:
    return [
        {
            "person": identity_header(one.identity),
            "href": record_address(one.identity.patient_id),
            "last_at": one.last_at,
        }
        for one in recents.mine(actor=actor_of(request))
    ]
