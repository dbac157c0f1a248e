"""« Déposer »: a file becomes a document of the record, or the page says which rule refuses it and what to do."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from socle import clock
from socle.base.access.actor import Actor
from socle.base.signin import edge
from socle.clock import PARIS
from socle.errors import Conflict, Forbidden, Invalid
from socle.portal.professional import presenting
from socle.portal.professional.forms import CDA, DepositForm, media_type_of
from socle.portal.professional.records import record_page
from socle.record import incoming
from socle.record.actions import deposits
from socle.record.incoming import HIDDEN_FROM_PATIENT, Claims
from socle.record.queries import documents
from socle.record.rules import NOT_THIS_TYPE, OPPOSED_TO_DEPOSIT

TODO = {
    "identity-conflict": "Vérifiez que c’est bien le bon patient ; s’il l’est, qualifiez son identité, puis déposez de nouveau.",
    "ins-key": "Demandez à l’auteur un document dont l’INS est exact.",
    "ins-oid": "Cette installation n’accepte pas cette autorité d’INS.",
    "ins-missing": "Demandez à l’auteur un document qui porte l’INS.",
    "model": "Demandez à l’auteur une version récente du document, ou déposez son PDF.",
    "not-cda": "Si ce n’est pas un CDA, déposez son PDF.",
    "xml-malformed": "Demandez le fichier de nouveau à son auteur, ou déposez son PDF.",
    "type": "Choisissez un type de la liste.",
    "media-type": "Enregistrez le document en PDF, puis déposez-le.",
    "habilitation": "Choisissez un autre type, ou remettez le document à un professionnel habilité.",
}


def deposit(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """The form, or the deposit; the new document opens when it is there."""
    actor = edge.actor_for(request, patient_id)
    page = _page(actor, patient_id)
    root = page.header.identity.patient_id
    form = DepositForm(request.POST or None, request.FILES or None, initial={"acted_on": clock.today()})
    if request.method == "POST" and form.is_valid():
        try:
            made = deposits.deposit(actor=actor, incoming=_incoming(root, form, actor))
            done = "depot-retenu" if form.cleaned_data["hidden"] else "depot"
            return redirect(f"{presenting.document_address(root, made.id)}?fait={done}")
        except Invalid as problem:
            _tell(form, problem)
        except Conflict as problem:
            form.add_error(_content_field(form), problem.sentence)
        except Forbidden as problem:
            if problem.code != NOT_THIS_TYPE.code:
                raise
            form.add_error("type_code", " ".join((problem.sentence, TODO[problem.code])))
    _ask_again(form, request.FILES.get("file"))
    extra = {"form": form}
    status = 422 if form.errors else 200
    return record_page(request, actor, page.header, "Déposer", "professional/deposit.html", extra, status=status)


def _page(actor: Actor, patient_id: UUID) -> documents.DocumentsPage:
    try:
        return documents.page(actor=actor, patient_id=patient_id, limit=1)
    except Forbidden as refusal:
        if refusal.code == OPPOSED_TO_DEPOSIT.code:
            OPPOSED_TO_DEPOSIT.enforce()
        raise


def _incoming(root: UUID, form: DepositForm, actor: Actor) -> incoming.Incoming:
    content, media_type = _content(form)
    labels = frozenset({HIDDEN_FROM_PATIENT}) if form.cleaned_data["hidden"] else frozenset()
    if media_type == CDA:
        return incoming.read(content, media_type, Claims(labels=labels, patient_id=root))
    day = form.cleaned_data["acted_on"]
    started = datetime(day.year, day.month, day.day, 12, tzinfo=PARIS).astimezone(UTC) if day else None
    return incoming.read(
        content,
        media_type,
        Claims(
            unique_id=f"urn:uuid:{uuid.uuid4()}",
            type_code=form.cleaned_data["type_code"],
            title=form.cleaned_data["title"],
            started_at=started,
            author_name=actor.name,
            author_title=actor.title,
            author_national_id=actor.national_id,
            author_profession=actor.profession,
            author_structure_name=actor.structure_name,
            custodian_name=actor.structure_name,
            labels=labels,
            patient_id=root,
        ),
    )


def _content(form: DepositForm) -> tuple[bytes, str]:
    """The bytes to deposit and what they are, from the file or from the text typed."""
    file: UploadedFile[Any] | None = form.cleaned_data["file"]
    if file is None:
        return form.cleaned_data["text"].encode(), "text/plain"
    return file.read(), media_type_of(file.name or "")


def _ask_again(form: DepositForm, file: UploadedFile[Any] | None) -> None:
    """A browser forgets the file of a form that comes back: whoever corrects another field is told to choose it again."""
    if form.errors and file is not None and "file" not in form.errors:
        form.add_error("file", f"Choisissez de nouveau le fichier «{presenting.NBSP}{file.name}{presenting.NBSP}».")


def _content_field(form: DepositForm) -> str:
    return "file" if form.cleaned_data.get("file") else "text"


def _tell(form: DepositForm, problem: Invalid) -> None:
    """The rule that refuses, and what to do about it."""
    field = "type_code" if problem.code in ("type", "metadata") else _content_field(form)
    todo = TODO.get(problem.code, "")
    form.add_error(field, " ".join(filter(None, (problem.sentence, todo))))
    for issue in problem.issues[:5]:
        if issue.sentence != problem.sentence:
            form.add_error(field, issue.sentence)
