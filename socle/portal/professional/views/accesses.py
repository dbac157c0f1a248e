"""« Accès »: who read or changed what, in sentences."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from django.http import HttpRequest, HttpResponse

from socle.base.signin.edge import actor_for
from socle.portal.components import french, values
from socle.portal.components.sentences import log_line
from socle.portal.professional.records import record_page
from socle.record.queries import accesses

ONE_VISIT = timedelta(minutes=30)
"""Readings of one person that follow each other closer than this are one visit."""


def journal(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """The newest lines first."""
    actor = actor_for(request, patient_id)
    before = request.GET.get("avant", "")
    try:
        cursor = UUID(before) if before else None
    except ValueError:
        cursor = None
    found = accesses.page(actor=actor, patient_id=patient_id, before=cursor)
    extra = {
        "lines": [_told(visit) for visit in visits([log_line(line) for line in found.lines])],
        "more": f"?avant={found.next_before}" if found.next_before else "",
    }
    return record_page(request, actor, found.header, "Accès", "professional/accesses.html", extra)


def visits(lines: Sequence[values.LogLine]) -> Iterator[list[values.LogLine]]:
    """The lines, newest first, gathered by visit: the same person in the same place for the same reason, one day, without another
    one between and without a long silence."""
    present: list[values.LogLine] = []
    for line in lines:
        if present and not _same_visit(present[-1], line):
            yield present
            present = []
        present.append(line)
    if present:
        yield present


def _same_visit(newer: values.LogLine, older: values.LogLine) -> bool:
    same_reader = (newer.who, newer.detail, newer.chip) == (older.who, older.detail, older.chip)
    same_day = french.local(newer.at) == french.local(older.at)
    return same_reader and same_day and newer.at - older.at <= ONE_VISIT


def _told(visit: list[values.LogLine]) -> values.LogLine:
    """One line for a visit: each gesture once, in the order of the visit, with how often, and from when to when."""
    first = visit[0]
    if len(visit) == 1:
        return first
    times = Counter(line.what.rstrip(".") for line in reversed(visit))
    said = [what if count == 1 else f"{what} ({count}\u00a0fois)" for what, count in times.items()]
    begun, ended = french.hour(visit[-1].at), french.hour(first.at)
    span = "" if begun == ended else f"de {begun} à {ended}"
    return replace(first, what=f"{', '.join(said)}.", detail=" · ".join(filter(None, (first.detail, span))))
