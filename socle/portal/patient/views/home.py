"""« Accueil »: three things at most to do, what came, who read."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from socle.base.signin import edge
from socle.portal.components import french, values
from socle.portal.patient import presenting
from socle.portal.patient.spaces import Space, in_space, space_page
from socle.portal.patient.words import lowered
from socle.record.queries import space as doors

TODOS = 3
NEW_SHOWN = 5
NUMBERS = {1: "Une chose à faire", 2: "Deux choses à faire", 3: "Trois choses à faire"}


@in_space
def home(request: HttpRequest, space: Space) -> HttpResponse:
    found = doors.home(actor=space.actor, patient_id=space.patient_id)
    todos = _todos(found, space)
    sign_in = edge.sign_in_of(request)
    extra = {
        "name": space.actor.name if space.own else (space.acting.name if space.acting else ""),
        "todos": todos,
        "todo_title": NUMBERS.get(len(todos), ""),
        "arrivals": [_arrival(one) for one in found.arrivals[:NEW_SHOWN]],
        "readers": [_reader(one) for one in found.readers[:3]],
        "reader_count": len(found.readers),
        "document_count": found.header.document_count,
        "other_spaces": len(sign_in.situations) > 1 if sign_in else False,
    }
    return space_page(request, space, "patient/home.html", extra)


def _todos(found: doors.Home, space: Space) -> list[values.Todo]:
    todos = [
        values.Todo(
            title="Votre dossier a été ouvert en urgence",
            detail=f"Par {told.actor_name}, {french.moment(told.created_at)}",
            action=values.Link("Voir cet accès", reverse("espace:accesses"), primary=True),
            icon="triangle-alert",
        )
        for told in found.urgent[:1]
    ]
    for one in [one for one in found.arrivals if not one.read]:
        row = one.document
        title = lowered(presenting.title_of(row))
        todos.append(
            values.Todo(
                title=f"Lire{french.NBSP}: {title}",
                detail=" · ".join(filter(None, (row.author_name, presenting.day_of_year(row.started_at)))),
                action=values.Link("Lire le document", presenting.document_address(row.id), primary=not todos),
                icon=presenting.icon_of(row),
            )
        )
    if space.own and not found.urgency_chosen:
        todos.append(
            values.Todo(
                title="Choisir ce que voient les urgences",
                detail="Le SAMU et les médecins que vous ne connaissez pas encore",
                action=values.Link("Faire ce choix", reverse("espace:urgency"), primary=not todos),
                icon="ambulance",
            )
        )
    return _at_most(todos)


def _at_most(todos: list[values.Todo]) -> list[values.Todo]:
    """The last one keeps its place when documents are many: it is a choice that nobody else makes."""
    return todos if len(todos) <= TODOS else [*todos[: TODOS - 1], todos[-1]]


def _arrival(one: doors.Arrival) -> values.Fact:
    row = one.document
    return values.Fact(
        value=presenting.title_of(row),
        href=presenting.document_address(row.id),
        date=presenting.day_of_year(row.started_at),
        detail=" · ".join(filter(None, (presenting.author_of(row), "" if one.read else "pas encore lu"))),
    )


def _reader(one: doors.Reader) -> values.Fact:
    return values.Fact(
        value=one.name,
        date=presenting.day_of_year(one.last_at),
        detail=" · ".join(filter(None, (one.role, one.structure))),
    )
