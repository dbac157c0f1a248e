"""« Qui a lu mon dossier »: the journal in sentences, by day, by person, with what is unusual first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import groupby
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from socle import clock
from socle.base import terminology
from socle.base.notices.actions import reading as notices
from socle.portal.components import french, values
from socle.portal.components.sentences import log_line
from socle.portal.patient import presenting
from socle.portal.patient.spaces import Space, for_holder, in_space, space_page
from socle.portal.patient.words import lowered
from socle.record.queries import accesses
from socle.record.queries import space as doors

SPANS: dict[str, tuple[str, timedelta | None]] = {
    "30-jours": ("30 jours", timedelta(days=30)),
    "12-mois": ("12 mois", timedelta(days=366)),
    "tout": ("Tout", None),
}
SPAN_WORDS = {"30-jours": "ces 30 derniers jours", "12-mois": "ces 12 derniers mois", "tout": "pour l’instant"}
DEFAULT = "30-jours"


@dataclass(frozen=True, slots=True)
class Shown:
    """One line of the page: the sentence, and how to block its person (offered once a page)."""

    line: values.LogLine
    block_href: str = ""


@in_space
def journal(request: HttpRequest, space: Space) -> HttpResponse:
    span = request.GET.get("depuis", DEFAULT)
    span = span if span in SPANS else DEFAULT
    length, person_id = SPANS[span][1], _uuid(request.GET.get("personne", ""))
    own_too = "moi" in request.GET
    wanted = accesses.Wanted(
        person_id=person_id,
        of_others=not own_too and person_id is None,
        since=clock.now() - length if length is not None else None,
    )
    found = doors.journal(
        actor=space.actor, patient_id=space.patient_id, wanted=wanted, before=_uuid(request.GET.get("avant", ""))
    )
    readers = [one for one in found.readers if one.person_id is not None]
    extra = {
        "days": _days(_shown(found, space)),
        "spans": [values.Filter(text, _address(request, depuis=key), key == span) for key, (text, _) in SPANS.items()],
        "span": span,
        "may_widen": span != "tout",
        "empty_text": f"Personne n’a lu ce dossier {SPAN_WORDS[span]}.",
        "own_too": own_too,
        "own_href": _address(request, moi="" if own_too else "1"),
        "everybody": _address(request, personne=""),
        "longer": _address(request, depuis="12-mois" if span == DEFAULT else "tout"),
        "readers": readers,
        "person": next((one for one in readers if one.person_id == person_id), None),
        "person_id": person_id,
        "block": reverse("espace:block", args=[person_id]) if person_id and space.own else "",
        "newcomers": [_newcomer(one, space) for one in found.newcomers] if person_id is None else [],
        "urgent": [
            {"told": told, "href": reverse("espace:mark-read", args=[told.id]), "when": french.moment(told.created_at)}
            for told in found.urgent
        ],
        "more": _address(request, avant=str(found.next_before)) if found.next_before else "",
    }
    return space_page(request, space, "patient/accesses.html", extra)


@require_POST
@for_holder
def mark_read(request: HttpRequest, space: Space, notice_id: UUID) -> HttpResponse:
    """The person says that they read of an urgent access."""
    notices.mark_read(actor=space.actor, notice_id=notice_id)
    return redirect(f"{reverse('espace:accesses')}?fait=lu")


def _shown(found: doors.JournalInSpace, space: Space) -> list[Shown]:
    lines = sorted(found.lines, key=lambda one: one.at, reverse=True)
    shown = [_line(one, found.header.treating_doctor, space) for one in lines]
    folded = [_folded(list(group)) for _, group in groupby(shown, key=_alike)]
    offered: set[str] = set()
    for place, one in enumerate(folded):
        if one.block_href in offered:
            folded[place] = replace(one, block_href="")
        offered.add(one.block_href)
    return folded


def _line(one: accesses.Line, treating: str, space: Space) -> Shown:
    line = log_line(replace(one, titles=tuple(_called(about) for about in one.about)), holder=space.own)
    is_treating = bool(treating) and one.who == treating and one.person_id is not None
    if is_treating and space.own:
        line = replace(line, detail=" · ".join(filter(None, ("Votre médecin traitant", *line.detail.split(" · ")[1:]))))
    if one.person_id is None:
        return Shown(line)
    blocks = space.own and not is_treating and not one.refused
    return Shown(line, reverse("espace:block", args=[one.person_id]) if blocks else "")


def _called(about: accesses.About) -> str:
    """« vos résultats de laboratoire du 17 novembre 2026 »."""
    kind = terminology.document_type(about.type_code)
    name = lowered(kind.patient_label) if kind is not None else about.title
    return f"{name}, {french.day(about.started_at)}"


def _alike(one: Shown) -> tuple[object, ...]:
    line = one.line
    return french.local(line.at), line.who, line.what, line.detail, line.chip


def _folded(group: list[Shown]) -> Shown:
    """Lines that say the same, one after the other, are one line that counts them."""
    if len(group) == 1:
        return group[0]
    first = group[0]
    sentence = f"{first.line.what.rstrip('.')}, {len(group)}{presenting.NBSP}fois."
    return replace(first, line=replace(first.line, what=sentence))


def _days(lines: Iterable[Shown]) -> list[dict[str, object]]:
    groups = groupby(lines, key=lambda one: french.local(one.line.at))
    return [
        {"key": day.isoformat(), "title": presenting.capital(french.weekday(day)), "lines": list(found)} for day, found in groups
    ]


def _newcomer(one: accesses.Line, space: Space) -> dict[str, object]:
    return {
        "structure": one.structure or one.who,
        "who": one.who,
        "day": french.day(one.at),
        "lines": f"?personne={one.person_id}&depuis=12-mois",
        "block": reverse("espace:block", args=[one.person_id]) if space.own else "",
    }


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _address(request: HttpRequest, **changes: str) -> str:
    query = request.GET.copy()
    for name in ("avant", "fait"):
        query.pop(name, None)
    for name, value in changes.items():
        if value:
            query[name] = value
        else:
            query.pop(name, None)
    return f"?{query.urlencode()}"
