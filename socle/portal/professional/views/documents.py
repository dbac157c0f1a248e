"""Documents: lists by episode, type, author and time, the reader, and what their author may change."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import groupby
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from socle import clock
from socle.base import terminology
from socle.base.signin import edge
from socle.base.vault import sealing as vault
from socle.portal.components import files, french, values
from socle.portal.professional import presenting
from socle.portal.professional.forms import VisibilityForm
from socle.portal.professional.records import record_page
from socle.record.actions import labels
from socle.record.incoming import HIDDEN_FROM_PATIENT, HIDDEN_FROM_REPRESENTATIVES, MASKED
from socle.record.queries import documents
from socle.record.visible import DocumentRow, Filter

GROUPS: dict[str, tuple[str, Callable[[DocumentRow], tuple[str, str]]]] = {
    "episode": ("Par épisode", lambda row: (row.encounter_id or str(row.id), "")),
    "type": ("Par type", lambda row: (row.type_label, row.type_label)),
    "auteur": ("Par auteur", lambda row: (row.author_name, row.author_name or "Auteur non indiqué")),
    "date": ("Par date", lambda row: (f"{row.started_at:%Y-%m}", french.short_month(row.started_at).capitalize())),
}


def index(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """What this reader sees, newest act first; every choice is in the address."""
    actor = edge.actor_for(request, patient_id)
    found = documents.page(actor=actor, patient_id=patient_id, wanted=_wanted(request), after=_after(request))
    by = request.GET.get("par", "episode")
    by = by if by in GROUPS else "episode"
    root = found.header.identity.patient_id
    extra = {
        "total": found.total,
        "groups": _groups(root, found.documents, by),
        "filters": [_filter(request, "par", key, text, key == by) for key, (text, _) in GROUPS.items()],
        "classes": _classes(request),
        "more": _address(request, apres=_cursor(found.next_after)) if found.next_after else "",
        "filtered": bool(request.GET.get("classe") or request.GET.get("depuis")),
    }
    return record_page(request, actor, found.header, "Documents", "professional/documents.html", extra)


def reader(request: HttpRequest, patient_id: UUID, document_id: UUID) -> HttpResponse:
    """One document, in our own safe rendering; its files apart."""
    actor = edge.actor_for(request, patient_id)
    found = documents.read(actor=actor, patient_id=patient_id, document_id=document_id)
    root, row = found.header.identity.patient_id, found.document
    here = presenting.document_address(root, row.id)
    sheet = files.sheet_of(vault.open(found.permit), row.media_type, here)
    extra = {
        "row": row,
        "title": presenting.title_of(row),
        "details": _details(found),
        "state": presenting.state_chip(row),
        "kind": "structured" if row.body_level == 3 else "",
        "sheet": sheet.body,
        "files": sheet.files,
        "newer": presenting.document_address(root, found.replaced_by_id) if found.replaced_by_id else "",
        "older": presenting.document_address(root, found.replaces_id) if found.replaces_id else "",
        "may_change": found.may_change and row.state == "current",
        "here": here,
        "back": presenting.record_address(root, "documents"),
    }
    return record_page(request, actor, found.header, "Documents", "professional/document.html", extra)


def part(request: HttpRequest, patient_id: UUID, document_id: UUID, number: int) -> HttpResponse:
    """A file of a document: 0 is the original, then those embedded in it. Only a PDF or an image may show in a page."""
    actor = edge.actor_for(request, patient_id)
    found = documents.read(actor=actor, patient_id=patient_id, document_id=document_id)
    content, media_type = files.part_of(vault.open(found.permit), found.document.media_type, number)
    return files.file_response(content, media_type, shown="voir" in request.GET)


def visibility(request: HttpRequest, patient_id: UUID, document_id: UUID) -> HttpResponse:
    """Its author changes whom a document is shown to."""
    actor = edge.actor_for(request, patient_id)
    found = documents.read(actor=actor, patient_id=patient_id, document_id=document_id)
    row = found.document
    initial = {name: getattr(row, name) for name in ("masked", "hidden_from_patient", "hidden_from_representatives")}
    form = VisibilityForm(request.POST or None, initial=initial) if request.method == "POST" else VisibilityForm(initial=initial)
    if request.method == "POST" and form.is_valid():
        codes = {
            "masked": MASKED,
            "hidden_from_patient": HIDDEN_FROM_PATIENT,
            "hidden_from_representatives": HIDDEN_FROM_REPRESENTATIVES,
        }
        wanted = frozenset(code for name, code in codes.items() if form.cleaned_data[name])
        labels.set_labels(actor=actor, document_id=document_id, labels=wanted)
        return redirect("pro:document", patient_id=patient_id, document_id=document_id)
    extra = {"form": form, "title": presenting.title_of(row), "here": presenting.document_address(patient_id, document_id)}
    return record_page(request, actor, found.header, "Documents", "professional/visibility.html", extra)


def delete(request: HttpRequest, patient_id: UUID, document_id: UUID) -> HttpResponse:
    """Its author deletes a document, after a page that says what happens."""
    actor = edge.actor_for(request, patient_id)
    if request.method == "POST":
        labels.delete(actor=actor, document_id=document_id)
        return redirect("pro:documents", patient_id=patient_id)
    found = documents.read(actor=actor, patient_id=patient_id, document_id=document_id)
    extra = {"title": presenting.title_of(found.document), "here": presenting.document_address(patient_id, document_id)}
    return record_page(request, actor, found.header, "Documents", "professional/delete.html", extra)


def _wanted(request: HttpRequest) -> Filter:
    months = request.GET.get("depuis", "")
    since = clock.now() - timedelta(days=31 * int(months)) if months.isdecimal() and 0 < int(months) < 1200 else None
    return Filter(
        class_code=request.GET.get("classe", ""),
        since=since,
        with_superseded="remplaces" in request.GET,
        with_archived="archives" in request.GET,
    )


def _after(request: HttpRequest) -> tuple[datetime, UUID] | None:
    """Where the list goes on, from the address; anything unreadable starts it again."""
    moment, _, identity = request.GET.get("apres", "").partition("_")
    try:
        return datetime.fromisoformat(moment.replace(" ", "+")), UUID(identity)
    except ValueError:
        return None


def _cursor(after: tuple[datetime, UUID]) -> str:
    return f"{after[0].isoformat()}_{after[1]}"


def _address(request: HttpRequest, **changes: str) -> str:
    query = request.GET.copy()
    query.pop("apres", None)
    for name, value in changes.items():
        if value:
            query[name] = value
        else:
            query.pop(name, None)
    return f"?{query.urlencode()}"


def _filter(request: HttpRequest, name: str, value: str, text: str, current: bool) -> values.Filter:
    return values.Filter(text, _address(request, **{name: value}), current)


def _classes(request: HttpRequest) -> list[values.Filter]:
    chosen = request.GET.get("classe", "")
    found = [_filter(request, "classe", "", "Toutes les classes", not chosen)]
    found += [
        _filter(request, "classe", one.code, one.label, one.code == chosen)
        for one in terminology.document_classes()
        if one.code not in ("95", "urn:oid:1.3.6.1.4.1.19376.1.2.1.1.1")
    ]
    return found


def _groups(root: UUID, rows: tuple[DocumentRow, ...], by: str) -> list[dict[str, object]]:
    key = GROUPS[by][1]
    ordered = rows if by in ("episode", "date") else tuple(sorted(rows, key=lambda row: key(row)[0].casefold()))
    if by == "episode":
        first: dict[str, int] = {}
        for place, row in enumerate(rows):
            first.setdefault(key(row)[0], place)
        ordered = tuple(sorted(rows, key=lambda row: first[key(row)[0]]))
    groups = []
    for _, members in groupby(ordered, key=lambda row: key(row)[0]):
        found = list(members)
        title = key(found[0])[1] or _episode_title(found)
        groups.append({"title": title, "documents": [presenting.document_row(root, row) for row in found]})
    return groups


def _episode_title(rows: list[DocumentRow]) -> str:
    place = rows[-1].author_structure_name or rows[-1].author_name
    return f"{place}, {french.short_month(rows[-1].started_at)}" if place else french.short_month(rows[-1].started_at)


def _details(found: documents.OpenedDocument) -> list[str]:
    row = found.document
    return [
        text
        for text in (
            f"Acte du {french.day(row.started_at)}",
            ", ".join(filter(None, (row.author_name, row.author_title))),
            row.author_structure_name,
            f"Déposé le {french.numeric(row.deposited_at)} par {found.depositor_name}" if found.depositor_name else "",
            f"Version {row.version_number}" if (row.version_number or 1) > 1 else "",
        )
        if text
    ]
