"""« À traiter » and « Patients »: where a professional lands."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from socle.base.notices.queries import mine as notices
from socle.base.signin.edge import actor_of
from socle.portal.components import values
from socle.portal.professional.forms import SearchForm
from socle.portal.professional.presenting import identity_header, record_address
from socle.record.queries import recents

URGENT = "a ouvert en urgence le dossier d’une personne dont vous êtes le médecin traitant."
OWN = frozenset({"passkey-added"})
"""What is about the reader's own account."""


def todo(request: HttpRequest) -> HttpResponse:
    """Open a record first; then what one was told."""
    actor = actor_of(request)
    told = [_told(one, one.patient_id) for one in notices.mine(actor=actor) if one.patient_id is not None or one.kind in OWN]
    context = {"form": SearchForm(), "told": told, "recents": _recents(request)[:5]}
    return render(request, "professional/todo.html", context)


def _told(one: notices.Told, patient_id: UUID | None) -> dict[str, object]:
    """What the line says, and the page where the reader sees what happened: no name of a person stands here."""
    if patient_id is None:
        link = values.Link("Voir mes appareils et mes clés", "/pro/reglages/sessions")
        return {"sentence": one.sentence, "created_at": one.created_at, "link": link}
    if one.kind.startswith("identity-"):
        link = values.Link("Vérifier l’identité", reverse("pro:identity", args=[patient_id]))
        return {"sentence": one.sentence, "created_at": one.created_at, "link": link}
    sentence = f"{one.actor_name} {URGENT}"
    link = values.Link("Voir qui a consulté ce dossier", reverse("pro:accesses", args=[patient_id]))
    return {"sentence": sentence, "created_at": one.created_at, "link": link}


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
