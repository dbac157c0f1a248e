"""What every page of the administration shows around its content, and what an action did."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from socle.base.signin import edge
from socle.portal.components import values

DONE = {
    "relance": "La tâche est relancée.",
    "controle": "Le contrôle est enregistré.",
    "demande": "La fusion attend une autre personne.",
    "fusion": "Les deux identités sont fusionnées.",
    "refus": "La fusion est refusée.",
    "annulation": "L’annulation attend une autre personne.",
    "separation": "Les deux identités sont de nouveau séparées.",
    "droits": "Les droits sont enregistrés.",
    "depart": "L’accès de cette personne est terminé.",
    "invitation-retiree": "L’invitation est retirée.",
    "doute": "Le doute est levé. L’identité est provisoire.",
}


def page(request: HttpRequest, template: str, extra: dict[str, Any], *, status: int = 200) -> HttpResponse:
    done = DONE.get(request.GET.get("fait", ""), "")
    context = {"hidden": edge.tying_fields(request), "toast": values.Toast(done) if done else None}
    return render(request, template, {**context, **extra}, status=status)
