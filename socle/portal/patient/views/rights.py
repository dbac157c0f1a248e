"""« Mes droits »: who may read, blocking, urgency, and the state of the space."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from socle.base.access.queries.holders import Reader, UnderWay
from socle.portal.components import french, values
from socle.portal.patient import states
from socle.portal.patient.confirming import Confirm, confirm_page
from socle.portal.patient.forms import UrgencyForm
from socle.portal.patient.spaces import Space, for_holder, in_space, space_page
from socle.record.actions import openings
from socle.record.queries import rights as doors


@in_space
def index(request: HttpRequest, space: Space) -> HttpResponse:
    found = doors.state(actor=space.actor, patient_id=space.patient_id)
    return space_page(request, space, "patient/rights.html", {"state": states.STATES[found.state]})


@for_holder
def professionals(request: HttpRequest, space: Space) -> HttpResponse:
    """Who reads in urgency now, who may read, who may not."""
    found = doors.rights(actor=space.actor, patient_id=space.patient_id)
    extra = {
        "urgent": [_urgent(one) for one in found.urgent],
        "allowed": [_row(one) for one in found.readers if not one.blocked],
        "blocked": [_row(one) for one in found.readers if one.blocked],
        "treating": found.header.treating_doctor,
    }
    return space_page(request, space, "patient/professionals.html", extra)


def _urgent(one: UnderWay) -> dict[str, object]:
    return {
        "name": one.name,
        "place": one.structure_name,
        "reason": one.reason,
        "until": f"jusqu’à {french.hour(one.ends_at)}",
        "treating": one.treating,
        "lines": f"{reverse('espace:accesses')}?personne={one.person_id}&depuis=12-mois",
        "action": reverse("espace:block", args=[one.person_id]),
    }


def _row(one: Reader) -> dict[str, object]:
    action = "unblock" if one.blocked else "block"
    return {
        "name": one.name,
        "detail": " · ".join(filter(None, (one.title, one.structure_name))),
        "since": f"{'Bloqué' if one.blocked else 'Autorisé'} depuis le {french.day(one.since)}",
        "treating": one.treating,
        "lines": f"{reverse('espace:accesses')}?personne={one.person_id}&depuis=12-mois",
        "action": reverse(f"espace:{action}", args=[one.person_id]),
    }


@for_holder
def block(request: HttpRequest, space: Space, person_id: UUID) -> HttpResponse:
    """The professional reads nothing any more, after a page that says what happens."""
    found = doors.professional(actor=space.actor, patient_id=space.patient_id, person_id=person_id)
    if request.method == "POST":
        openings.block(
            actor=space.actor, patient_id=space.patient_id, person_id=person_id, person_name=found.name, title=found.title
        )
        return redirect(f"{reverse('espace:professionals')}?fait=bloque")
    if found.treating:
        return space_page(request, space, "patient/treating.html", {"name": found.name})
    if found.state == "blocked":
        return redirect("espace:unblock", person_id=person_id)
    return confirm_page(
        request,
        space,
        Confirm(
            title="Bloquer cette personne ?",
            subject=_called(found),
            sentence="Elle ne pourra plus rien lire de votre dossier, même en urgence.",
            points=(
                "Elle n’est pas prévenue. Son écran dira seulement qu’elle n’a pas d’autorisation.",
                "Elle pourra toujours ajouter un document, comme la loi le lui demande.",
                "Vous pouvez la débloquer à tout moment.",
            ),
            submit="Bloquer cette personne",
            keep=values.Link("Ne rien changer", reverse("espace:professionals")),
            icon="user-x",
        ),
    )


@for_holder
def unblock(request: HttpRequest, space: Space, person_id: UUID) -> HttpResponse:
    """The block is lifted; reading needs a new agreement."""
    found = doors.professional(actor=space.actor, patient_id=space.patient_id, person_id=person_id)
    if request.method == "POST":
        openings.unblock(actor=space.actor, patient_id=space.patient_id, person_id=person_id)
        return redirect(f"{reverse('espace:professionals')}?fait=debloque")
    if found.state != "blocked":
        return redirect("espace:professionals")
    return confirm_page(
        request,
        space,
        Confirm(
            title="Débloquer cette personne ?",
            subject=_called(found),
            sentence="Elle pourra lire votre dossier si vous la consultez de nouveau et si vous êtes d’accord.",
            points=("Rien ne s’ouvre tout de suite.", "Vous pouvez la bloquer de nouveau à tout moment."),
            submit="Débloquer cette personne",
            keep=values.Link("La laisser bloquée", reverse("espace:professionals")),
            icon="user-check",
        ),
    )


def _called(found: doors.Professional) -> str:
    return " · ".join(filter(None, (found.name, found.title, found.structure_name)))


@for_holder
def urgency(request: HttpRequest, space: Space) -> HttpResponse:
    """Three choices about urgent access, each with what follows."""
    if request.method == "POST":
        form = UrgencyForm(request.POST)
        if form.is_valid():
            openings.set_urgent_access(actor=space.actor, patient_id=space.patient_id, **form.answers())
            return redirect(f"{reverse('espace:urgency')}?fait=urgence")
    else:
        form = UrgencyForm.of(doors.rights(actor=space.actor, patient_id=space.patient_id).choices)
    return space_page(request, space, "patient/urgency.html", {"form": form})


@in_space
def state(request: HttpRequest, space: Space) -> HttpResponse:
    """The state of the space, and what may follow."""
    found = doors.state(actor=space.actor, patient_id=space.patient_id)
    shown = states.STATES[found.state]
    extra = {
        "state": shown,
        "since": french.day(found.changed_at) if found.changed_at else "",
        "choices": [
            values.Link(states.CHANGES[key].link, reverse("espace:change-state", args=[key]), states.CHANGES[key].icon)
            for key in shown.choices
            if space.own
        ],
    }
    return space_page(request, space, "patient/state.html", extra)


@for_holder
def change_state(request: HttpRequest, space: Space, choice: str) -> HttpResponse:
    """One change of state, after a page that says what stops, what is kept and for how long."""
    change = states.CHANGES.get(choice)
    if change is None:
        raise Http404
    if request.method == "POST":
        openings.set_state(actor=space.actor, patient_id=space.patient_id, state=change.state)
        return redirect(f"{reverse('espace:state')}?fait={change.state}")
    found = doors.state(actor=space.actor, patient_id=space.patient_id)
    if choice not in states.STATES[found.state].choices:
        return redirect("espace:state")
    return confirm_page(
        request,
        space,
        Confirm(
            title=change.title,
            sentence=change.sentence,
            points=change.points,
            submit=change.submit,
            keep=values.Link(change.keep, reverse("espace:state")),
            icon=change.icon,
        ),
    )
