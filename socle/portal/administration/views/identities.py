"""« Identités »: doubts, merges that wait, and the search of two identities to compare."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from socle.base.identity.actions import statuses
from socle.base.identity.queries import merges, searches
from socle.base.identity.queries import patients as identities
from socle.base.signin.edge import actor_of
from socle.errors import Invalid
from socle.portal.administration.forms import ReasonForm, SearchForm
from socle.portal.administration.pages import page
from socle.portal.components import french, values
from socle.portal.professional.presenting import identity_header

STATES = {
    "asked": values.Chip("À confirmer", "warn", "clock"),
    "undo-asked": values.Chip("Annulation à confirmer", "warn", "clock"),
    "done": values.Chip("Faite", "done", "check"),
}


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """What waits for the referents."""
    found = merges.review(actor=actor_of(request))
    context = {
        "waiting": [_merge(line) for line in found.merges if line.state != "done"],
        "done": [_merge(line) for line in found.merges if line.state == "done"],
        "doubtful": [
            {"person": identity_header(one), "href": reverse("gestion:lift-doubt", args=[one.patient_id]), "id": one.patient_id}
            for one in found.doubtful
        ],
        "form": SearchForm(),
        "search_href": reverse("gestion:search"),
    }
    return page(request, "administration/identities.html", context)


def search(request: HttpRequest) -> HttpResponse:
    """A POST that leads to an opaque address: no trait stands in an address."""
    form = SearchForm(request.POST) if request.method == "POST" else SearchForm()
    if request.method == "POST" and form.is_valid():
        try:
            found = searches.start(
                actor=actor_of(request),
                birth_date=form.cleaned_data["birth_date"],
                name_start=form.cleaned_data["name_start"],
                given_start=form.cleaned_data["given_start"],
            )
            return redirect("gestion:results", search_id=found)
        except Invalid as problem:
            for issue in problem.issues:
                form.add_error(issue.where if issue.where in form.fields else None, issue.sentence)
    return page(request, "administration/search.html", {"form": form}, status=400 if form.errors else 200)


@require_safe
def results(request: HttpRequest, search_id: UUID) -> HttpResponse:
    """The identities found, to choose the two that are compared."""
    found = searches.read(actor=actor_of(request), search_id=search_id)
    context = {
        "people": [{"person": identity_header(one.heading), "id": one.heading.patient_id} for one in found.matches],
        "more": found.more,
        "compare_href": reverse("gestion:compare"),
    }
    return page(request, "administration/results.html", context)


def lift_doubt(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """The doubt about an identity is lifted, with a reason."""
    actor = actor_of(request)
    form = ReasonForm(request.POST) if request.method == "POST" else ReasonForm()
    found = identities.read(actor=actor, patient_id=patient_id)
    if request.method == "POST" and form.is_valid():
        version = found.heading.version
        statuses.lift_doubt(actor=actor, patient_id=patient_id, version=version, reason=form.cleaned_data["reason"])
        return redirect(f"{reverse('gestion:identities')}?fait=doute")
    context = {
        "title": "Lever le doute sur cette identité ?",
        "people": [identity_header(found.heading)],
        "sentence": "L’identité redevient provisoire. La pièce d’identité et l’INS seront à contrôler de nouveau.",
        "form": form,
        "submit": "Lever le doute",
        "cancel": values.Link("Garder le doute", reverse("gestion:identities")),
    }
    return page(request, "administration/decide.html", context, status=400 if form.errors else 200)


def _merge(line: merges.MergeLine) -> dict[str, object]:
    actions = {
        "asked": [("Confirmer ou refuser", "confirm")],
        "undo-asked": [("Confirmer l’annulation", "undo")],
        "done": [("Demander l’annulation", "ask-undo")],
    }[line.state]
    return {
        "line": line,
        "chip": STATES[line.state],
        "kept": identity_header(line.master),
        "merged": identity_header(line.merged),
        "asked": french.moment(line.asked_at),
        "actions": [] if line.mine and line.state == "undo-asked" else _links(actions, line.id, mine=line.mine),
    }


def _links(actions: list[tuple[str, str]], merge_id: UUID, *, mine: bool) -> list[values.Link]:
    """Whoever asked may only withdraw what they asked."""
    if mine:
        return [values.Link("Retirer ma demande", reverse("gestion:refuse", args=[merge_id]))]
    return [values.Link(text, reverse(f"gestion:{name}", args=[merge_id])) for text, name in actions]
