"""Documents: lists by episode, type, author and time, the reader, and what their author may change."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from socle.base.signin import edge
from socle.base.vault import sealing as vault
from socle.portal.components import files, french, values
from socle.portal.professional import presenting
from socle.portal.professional.forms import VisibilityForm
from socle.portal.professional.listing import Listing
from socle.portal.professional.records import record_page
from socle.record.actions import labels
from socle.record.incoming import HIDDEN_FROM_PATIENT, HIDDEN_FROM_REPRESENTATIVES, MASKED
from socle.record.queries import documents

DONE = {
    "depot": "Document déposé. La personne le trouve dans son espace.",
    "depot-retenu": "Document déposé. La personne ne le voit pas encore.",
    "visibilite": "Visibilité enregistrée.",
}
"""What the gesture that led here did, by the word of the address."""


def index(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """What this reader sees, newest act first; every choice is in the address."""
    actor, listing = edge.actor_for(request, patient_id), Listing(request.GET)
    found = documents.page(actor=actor, patient_id=patient_id, wanted=listing.wanted, after=listing.after, limit=listing.limit)
    extra = {
        "total": found.total,
        "groups": listing.groups(found.header.identity.patient_id, found.documents),
        "filters": listing.orders(),
        "types": listing.types(found.by_type),
        "type_name": presenting.type_name(listing.type_code),
        "without_type": listing.address(type="") or "?",
        "toggles": listing.toggles(),
        "more": listing.next(found.next_after),
        "filtered": listing.filtered,
    }
    return record_page(request, actor, found.header, "Documents", "professional/documents.html", extra)


def reader(request: HttpRequest, patient_id: UUID, document_id: UUID) -> HttpResponse:
    """One document in our own safe rendering, its files apart, beside the list it was chosen from."""
    actor, listing = edge.actor_for(request, patient_id), Listing(request.GET)
    beside = documents.beside(actor=actor, patient_id=patient_id, document_id=document_id, wanted=listing.wanted)
    found = beside.opened
    root, row = found.header.identity.patient_id, found.document
    here = presenting.document_address(root, row.id)
    sheet = files.sheet_of(vault.open(found.permit), row.media_type, here, heading=2)
    done = DONE.get(request.GET.get("fait", ""))
    extra = {
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
        "back": presenting.record_address(root, "documents") + listing.address(),
        "total": beside.total,
        "groups": listing.groups(root, beside.around, current=row.id),
        "toast": values.Toast(done) if done else None,
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
        return redirect(presenting.document_address(patient_id, document_id) + "?fait=visibilite")
    extra = {"form": form, "title": presenting.title_of(row), "here": presenting.document_address(patient_id, document_id)}
    return record_page(request, actor, found.header, "Documents", "professional/visibility.html", extra)


def delete(request: HttpRequest, patient_id: UUID, document_id: UUID) -> HttpResponse:
    """Its author deletes a document, after a page that says what happens."""
    actor = edge.actor_for(request, patient_id)
    found = documents.read(actor=actor, patient_id=patient_id, document_id=document_id)
    if request.method == "POST":
        labels.delete(actor=actor, document_id=document_id)
        return redirect("pro:documents", patient_id=patient_id)
    extra = {"title": presenting.title_of(found.document), "here": presenting.document_address(patient_id, document_id)}
    return record_page(request, actor, found.header, "Documents", "professional/delete.html", extra)


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
