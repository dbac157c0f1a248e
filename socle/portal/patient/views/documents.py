"""« Mes documents »: lists by category and time, the reader, and hiding a document from professionals."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import groupby
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from socle import clock
from socle.base import terminology
from socle.base.vault import sealing as vault
from socle.portal.components import files, french, values
from socle.portal.patient import presenting, reading
from socle.portal.patient.confirming import Confirm, confirm_page
from socle.portal.patient.spaces import Space, for_holder, in_space, space_page
from socle.record.actions import labels
from socle.record.incoming import HIDDEN_FROM_PATIENT, HIDDEN_FROM_REPRESENTATIVES, MASKED
from socle.record.queries import documents as reader_doors
from socle.record.queries import space as doors
from socle.record.queries import told
from socle.record.visible import DocumentRow, Filter

YEAR = timedelta(days=366)
ALLERGY_HIDDEN = "Ce document parle d’une allergie. Caché, les soignants ne la verront plus."


@in_space
def index(request: HttpRequest, space: Space) -> HttpResponse:
    """Newest first; the category and the span are in the address."""
    category = request.GET.get("categorie", "")
    category = category if category in terminology.CATEGORIES else ""
    recent = request.GET.get("depuis") == "12-mois"
    wanted = Filter(type_codes=_types_of(category), since=clock.now() - YEAR if recent else None)
    found = doors.documents(actor=space.actor, patient_id=space.patient_id, wanted=wanted, after=_after(request))
    extra = {
        "months": _months(found.documents),
        "categories": _categories(request, found.by_type, category),
        "spans": [
            values.Filter("Tout", _address(request, depuis=""), not recent),
            values.Filter("12 derniers mois", _address(request, depuis="12-mois"), recent),
        ],
        "category": terminology.CATEGORIES.get(category, ""),
        "total": found.header.document_count,
        "more": _address(request, apres=_cursor(found.next_after)) if found.next_after else "",
        "everything": reverse("espace:documents"),
    }
    return space_page(request, space, "patient/documents.html", extra)


@in_space
def reader(request: HttpRequest, space: Space, document_id: UUID) -> HttpResponse:
    """One document: what it says in everyday words, then the document itself in our own safe rendering."""
    found = doors.document(actor=space.actor, patient_id=space.patient_id, document_id=document_id)
    row, here = found.opened.document, presenting.document_address(document_id)
    sheet = files.sheet_of(vault.open(found.opened.permit), row.media_type, here)
    newer = found.opened.replaced_by_id
    extra = {
        "row": row,
        "title": presenting.title_of(row),
        "author": presenting.author_of(row),
        "sheet": sheet.body,
        "files": sheet.files,
        "results": reading.results(found),
        "lists": reading.lists(found.facts),
        "glossary": reading.glossary(found.facts),
        "newer": presenting.document_address(newer) if newer else "",
        "original": reverse("espace:part", args=[document_id, 0]),
        "visibility": reverse("espace:show" if row.masked else "espace:hide", args=[document_id]),
        "toast": _undo(request, document_id),
    }
    return space_page(request, space, "patient/document.html", {key: value for key, value in extra.items() if value is not None})


def _undo(request: HttpRequest, document_id: UUID) -> values.Toast | None:
    """What was just done to this document, with the way back."""
    if request.GET.get("fait") == "cache":
        return values.Toast("Document caché aux professionnels.", reverse("espace:show", args=[document_id]))
    return None


@in_space
def part(request: HttpRequest, space: Space, document_id: UUID, number: int) -> HttpResponse:
    """A file of a document: 0 is the original, then those embedded in it."""
    found = reader_doors.read(actor=space.actor, patient_id=space.patient_id, document_id=document_id)
    content, media_type = files.part_of(vault.open(found.permit), found.document.media_type, number)
    return files.file_response(content, media_type, shown="voir" in request.GET)


@for_holder
def hide(request: HttpRequest, space: Space, document_id: UUID) -> HttpResponse:
    """Hidden from professionals, after a page that says what happens."""

    def asked(row: DocumentRow) -> Confirm:
        alone = told.allergy_here_alone(actor=space.actor, patient_id=space.patient_id, document_id=row.id)
        return _hiding(row, allergy=alone)

    return _visibility(request, space, document_id, asked, masked=True)


@for_holder
def show(request: HttpRequest, space: Space, document_id: UUID) -> HttpResponse:
    """Shown again to the professionals that the person lets read."""
    return _visibility(request, space, document_id, _showing, masked=False)


def _visibility(
    request: HttpRequest, space: Space, document_id: UUID, ask: Callable[[DocumentRow], Confirm], *, masked: bool
) -> HttpResponse:
    found = reader_doors.read(actor=space.actor, patient_id=space.patient_id, document_id=document_id)
    row = found.document
    if request.method != "POST":
        return confirm_page(request, space, ask(row))
    kept = {HIDDEN_FROM_PATIENT: row.hidden_from_patient, HIDDEN_FROM_REPRESENTATIVES: row.hidden_from_representatives}
    wanted = {code for code, held in (kept | {MASKED: masked}).items() if held}
    labels.set_labels(actor=space.actor, document_id=document_id, labels=frozenset(wanted))
    return redirect(f"{presenting.document_address(document_id)}?fait={'cache' if masked else 'montre'}")


def _hiding(row: DocumentRow, *, allergy: bool) -> Confirm:
    return Confirm(
        title="Cacher ce document aux professionnels ?",
        subject=f"{presenting.title_of(row)}, {french.day(row.started_at)}",
        sentence="Les professionnels qui lisent votre dossier ne sauront pas que ce document existe.",
        points=(
            *((ALLERGY_HIDDEN,) if allergy else ()),
            "La personne qui l’a déposé et votre médecin traitant le voient toujours.",
            "En urgence, il reste caché, sauf si vous avez choisi le contraire.",
            "Vous pouvez le montrer de nouveau à tout moment.",
        ),
        submit="Cacher ce document",
        keep=values.Link("Le laisser visible", presenting.document_address(row.id)),
        icon="eye-off",
    )


def _showing(row: DocumentRow) -> Confirm:
    return Confirm(
        title="Montrer de nouveau ce document ?",
        subject=f"{presenting.title_of(row)}, {french.day(row.started_at)}",
        sentence="Les professionnels que vous laissez lire votre dossier verront ce document.",
        points=("Vous pouvez le cacher de nouveau à tout moment.",),
        submit="Montrer ce document",
        keep=values.Link("Le laisser caché", presenting.document_address(row.id)),
        icon="eye",
    )


def _types_of(category: str) -> tuple[str, ...]:
    if not category:
        return ()
    return tuple(one.code for one in terminology.document_types(closed=True) if one.category == category)


def _categories(request: HttpRequest, by_type: dict[str, int], chosen: str) -> list[values.Filter]:
    """The categories that hold something, with how many documents this reader sees in them."""
    counts: dict[str, int] = {}
    for code, count in by_type.items():
        kind = terminology.document_type(code)
        category = kind.category if kind is not None else "AUTR_DOC"
        counts[category] = counts.get(category, 0) + count
    shown = [values.Filter("Toutes", _address(request, categorie=""), not chosen, count=sum(counts.values()))]
    shown += [
        values.Filter(text, _address(request, categorie=key), key == chosen, count=counts.get(key, 0))
        for key, text in terminology.CATEGORIES.items()
        if counts.get(key) or key == chosen
    ]
    return shown


def _months(rows: tuple[DocumentRow, ...]) -> list[dict[str, object]]:
    groups = groupby(rows, key=lambda row: french.local(row.started_at).isoformat()[:7])
    return [
        {"key": key, "title": presenting.capital(french.day(key)), "documents": [presenting.document_row(row) for row in found]}
        for key, found in groups
    ]


def _after(request: HttpRequest) -> tuple[datetime, UUID] | None:
    """Where the list goes on, from the address; anything unreadable starts it again."""
    moment, _, identity = request.GET.get("apres", "").partition("_")
    try:
        at, row_id = datetime.fromisoformat(moment.replace(" ", "+")), UUID(identity)
    except ValueError:
        return None
    return (at, row_id) if at.tzinfo else None


def _cursor(after: tuple[datetime, UUID]) -> str:
    return f"{after[0].isoformat()}_{after[1]}"


def _address(request: HttpRequest, **changes: str) -> str:
    query = request.GET.copy()
    for name in ("apres", "fait"):
        query.pop(name, None)
    for name, value in changes.items():
        if value:
            query[name] = value
        else:
            query.pop(name, None)
    return f"?{query.urlencode()}"
