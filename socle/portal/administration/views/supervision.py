"""« Supervision »: queues, what died, seals. No health data and nobody's name."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from socle import clock
from socle.base.access.actions import supervision as acts
from socle.base.access.queries import supervision
from socle.base.audit import seal
from socle.base.events.supervision import Line
from socle.base.signin.edge import actor_of
from socle.portal.administration.pages import page as shown
from socle.portal.components import french, values

LATE_S = 60
"""A reaction that waits longer than this is late."""
UNSEALED_S = 30
"""Entries are sealed every second: older ones than this wait for a worker."""


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    found = supervision.platform(actor=actor_of(request))
    lines = [line for line in found.lines if line.due or line.dead or line.later]
    context = {
        "queue": _table(lines) if lines else None,
        "waiting": sum(line.due for line in found.lines),
        "dead_count": sum(line.dead for line in found.lines),
        "done_lately": sum(line.done_lately for line in found.lines),
        "dead": [
            {
                "one": one,
                "when": french.moment(one.failed_at),
                "href": reverse("gestion:revive", args=[one.id]),
            }
            for one in found.dead
        ],
        "journal": _journal(found.journal),
    }
    return shown(request, "administration/supervision.html", context)


@require_POST
def revive(request: HttpRequest, reaction_id: UUID) -> HttpResponse:
    """The reaction runs again soon."""
    acts.revive(actor=actor_of(request), reaction_id=reaction_id)
    return redirect(f"{reverse('gestion:supervision')}?fait=relance")


def _table(lines: list[Line]) -> values.Table:
    return values.Table(
        caption="Tâches en file, par nature",
        columns=("Tâche", "En attente", "La plus ancienne", "Prévues plus tard", "En échec", "Faites en 1 h"),
        rows=tuple(
            (
                values.Cell(line.name),
                values.Cell(str(line.due), number=True),
                _oldest(line),
                values.Cell(str(line.later), number=True),
                values.Cell(
                    str(line.dead), number=True, chip=values.Chip("Échec", "alert", "octagon-alert") if line.dead else None
                ),
                values.Cell(str(line.done_lately), number=True),
            )
            for line in lines
        ),
    )


def _oldest(line: Line) -> values.Cell:
    if line.oldest_due_at is None:
        return values.Cell("aucune")
    late = (clock.now() - line.oldest_due_at).total_seconds() > LATE_S
    chip = values.Chip("En retard", "warn", "clock") if late else None
    return values.Cell(french.since(line.oldest_due_at, clock.now()), chip=chip)


def _journal(state: seal.State) -> dict[str, object]:
    """What to say of the seals; `late` when entries wait for longer than they should."""
    oldest = state.oldest_unsealed_at
    late = oldest is not None and (clock.now() - oldest).total_seconds() > UNSEALED_S
    return {
        "sequence": state.sequence,
        "sealed": french.moment(state.sealed_at) if state.sealed_at else "jamais",
        "unsealed": state.unsealed,
        "late": late,
        "chip": values.Chip("Sceau en retard", "alert", "octagon-alert") if late else values.Chip("À jour", "done", "check"),
    }
