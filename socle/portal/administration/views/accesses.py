"""« Accès exceptionnels »: urgent accesses to review, by the access controller, who opens no record."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from socle.base.access.actions import emergencies
from socle.base.access.queries import holders
from socle.base.signin.edge import actor_of
from socle.portal.administration.forms import ReviewForm
from socle.portal.administration.pages import page
from socle.portal.components import french, values

PURPOSES = {"emergency": "Urgence", "regulation": "Régulation du SAMU"}
CONCLUSIONS = {
    "": values.Chip("À contrôler", "warn", "clock"),
    "justified": values.Chip("Justifié", "done", "check"),
    "follow-up": values.Chip("À suivre", "alert", "triangle-alert"),
}


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Those to review first, or all the newest."""
    everything = request.GET.get("voir") == "tous"
    found = holders.urgent_accesses(actor=actor_of(request), to_review=not everything)
    context = {
        "table": _table(found) if found else None,
        "filters": [
            values.Filter("À contrôler", "?", not everything, count=None if everything else len(found)),
            values.Filter("Tous", "?voir=tous", everything),
        ],
    }
    return page(request, "administration/urgent.html", context)


def review(request: HttpRequest, session_id: UUID) -> HttpResponse:
    """One urgent access, and the conclusion of its review."""
    actor = actor_of(request)
    form = ReviewForm(request.POST) if request.method == "POST" else ReviewForm()
    if request.method == "POST" and form.is_valid():
        emergencies.review(actor=actor, session_id=session_id, conclusion=form.cleaned_data["conclusion"])
        return redirect(f"{reverse('gestion:urgent')}?fait=controle")
    one = holders.urgent_access(actor=actor, session_id=session_id)
    context = {
        "one": one,
        "purpose": PURPOSES[one.purpose],
        "started": french.moment(one.started_at),
        "minutes": max(1, round((one.ended_at - one.started_at).total_seconds() / 60)),
        "chip": CONCLUSIONS[one.review],
        "reviewed": french.moment(one.reviewed_at) if one.reviewed_at else "",
        "form": form,
        "cancel": values.Link("Revenir à la liste", reverse("gestion:urgent")),
    }
    return page(request, "administration/review.html", context, status=400 if form.errors else 200)


def _table(found: tuple[holders.Urgent, ...]) -> values.Table:
    return values.Table(
        caption="Accès ouverts sans autorisation, avec leur motif",
        columns=("Professionnel", "Ouvert", "Cadre", "Motif écrit", "Contrôle"),
        rows=tuple(
            (
                values.Cell(one.person_name, href=reverse("gestion:review", args=[one.id])),
                values.Cell(french.moment(one.started_at)),
                values.Cell(PURPOSES[one.purpose]),
                values.Cell(one.reason),
                values.Cell(chip=CONCLUSIONS[one.review]),
            )
            for one in found
        ),
    )
