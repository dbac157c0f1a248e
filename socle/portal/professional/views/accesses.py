"""« Accès »: who read or changed what, in sentences."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse

from socle.base.signin.edge import actor_for
from socle.portal.components import values
from socle.portal.components.sentences import log_line
from socle.portal.professional.records import record_page
from socle.record.queries import accesses


def journal(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """The newest lines first."""
    actor = actor_for(request, patient_id)
    before = request.GET.get("avant", "")
    try:
        cursor = UUID(before) if before else None
    except ValueError:
        cursor = None
    found = accesses.page(actor=actor, patient_id=patient_id, before=cursor)
    lines: list[values.LogLine] = [log_line(line) for line in found.lines]
    extra = {"lines": lines, "more": f"?avant={found.next_before}" if found.next_before else ""}
    return record_page(request, actor, found.header, "Accès", "professional/accesses.html", extra)
