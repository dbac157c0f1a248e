"""Change what a document shows and to whom: masks, invisibility, archive, deletion. Its content never changes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from socle import clock
from socle.base.access.actor import Actor, Kind
from socle.base.access.doors import door, note
from socle.base.access.rules import NO_AUTHORISATION, Decision
from socle.base.events import queue
from socle.errors import Conflict, Invalid, NotFound
from socle.record import formers
from socle.record.actions.deposits import next_revision
from socle.record.chart import Chart, hidden_chart, load_chart
from socle.record.incoming import HIDDEN_FROM_PATIENT, HIDDEN_FROM_REPRESENTATIVES, MASKED
from socle.record.mappings.document_reference import as_text, labels_of
from socle.record.models import Document
from socle.record.queries.documents import visible_document
from socle.record.rules import may_change
from socle.record.succession import authorship

HOLDER_MASKS_ONLY = Decision(
    False,
    "masque",
    "Vous pouvez masquer un document aux professionnels ; le reste se demande à son auteur.",
    "L’auteur du document.",
)
MASK_OF_THE_PERSON = Decision(
    False,
    "masque-personne",
    "La personne a masqué ce document : son auteur ne peut pas le montrer de nouveau.",
    "La personne, ou son médecin traitant.",
)
ALREADY_SHOWN = Decision(
    False,
    "deja-visible",
    "La personne a déjà pu lire ce document : il ne peut plus lui être caché.",
    "Un document à annoncer se cache à son dépôt.",
)
HOLDER_KINDS = (Kind.PATIENT, Kind.REPRESENTATIVE)


@dataclass(frozen=True, slots=True)
class Changed:
    """The document after the change, as the wires serve it."""

    id: UUID
    fhir_text: str
    version: int


@door(reads=False)
def set_labels(*, actor: Actor, document_id: UUID, labels: frozenset[str], expected_version: int | None = None) -> Changed:
    """The document carries exactly these visibility codes. The person adds and removes MASQUE_PS; the author also the two others
    (rules.md §2.4), but neither lifts the person's mask, which their médecin traitant may, nor hides from the person what they
    could read. Setting what is there already changes nothing. Conflict when `expected_version` is not the present one."""
    if {MASKED, HIDDEN_FROM_PATIENT} <= labels:
        raise Invalid("labels", "Un document ne peut être à la fois masqué aux professionnels et invisible au patient.")

    def apply(document: Document, chart: Chart) -> None:
        _check_labels(actor, chart, document, labels)
        if document.masked != (MASKED in labels):
            document.masked = MASKED in labels
            document.masked_by_holder = document.masked and actor.kind in HOLDER_KINDS
        document.hidden_from_representatives = HIDDEN_FROM_REPRESENTATIVES in labels
        document.hidden_from_patient = HIDDEN_FROM_PATIENT in labels

    return _change(actor, document_id, expected_version, apply, labels_only=True)


def _check_labels(actor: Actor, chart: Chart, document: Document, labels: frozenset[str]) -> None:
    """Whether these labels may follow the present ones."""
    now = set(labels_of(document))
    changes = now ^ labels
    if actor.kind is Kind.PATIENT:
        if changes - {MASKED}:
            HOLDER_MASKS_ONLY.enforce()
        return
    referent, author = chart.sight.facts.referent, may_change(actor, authorship(document))
    lifts = changes == {MASKED} and document.masked_by_holder
    if not author.allowed and not (referent and lifts):
        author.enforce()
    if MASKED in now - labels and document.masked_by_holder and not (referent or actor.kind in HOLDER_KINDS):
        MASK_OF_THE_PERSON.enforce()
    if HIDDEN_FROM_PATIENT in labels - now:
        ALREADY_SHOWN.enforce()


@door(reads=False)
def set_archived(*, actor: Actor, document_id: UUID, archived: bool, expected_version: int | None = None) -> Changed:
    """The document is archived (shown on an explicit filter only), or is not any more. Its author does it (TD3.3d), unless
    the person blocks them."""

    def apply(document: Document, chart: Chart) -> None:
        _check_not_blocked(chart)
        document.archived = archived

    return _change(actor, document_id, expected_version, apply)


@door(reads=False)
def delete(*, actor: Actor, document_id: UUID, expected_version: int | None = None) -> Changed:
    """The document is deleted by its author: never shown nor counted again, kept for the proof (TD3.3c). On the wires it reads
    superseded (fhir.md §19 line 4)."""

    def apply(document: Document, chart: Chart) -> None:
        document.deleted = True
        document.state = Document.State.SUPERSEDED

    return _change(actor, document_id, expected_version, apply)


def _change(
    actor: Actor,
    document_id: UUID,
    expected_version: int | None,
    apply: Callable[[Document, Chart], None],
    *,
    labels_only: bool = False,
) -> Changed:
    found = Document.objects.filter(id=document_id).only("id", "patient_id").first()
    if found is None:
        raise NotFound()
    document, chart = _changeable(actor, found, labels_only=labels_only)
    if expected_version is not None and document.fhir_version != expected_version:
        raise Conflict("version", "Ce document a changé entre-temps. Relisez-le avant de recommencer.")
    before = (labels_of(document), document.archived, document.deleted)
    former = formers.of(document)
    apply(document, chart)
    if (labels_of(document), document.archived, document.deleted) == before:
        return Changed(document.id, document.fhir_text, document.fhir_version)
    former.save(force_insert=True)
    document.fhir_version += 1
    document.updated_at = clock.now()
    document.fhir_text = as_text(document)
    document.save()
    note(revision=next_revision(document.patient_id))
    queue.emit(
        "record.document-changed",
        aggregate_id=document.id,
        patient_id=document.patient_id,
        facts={"document": document.id},
    )
    return Changed(document.id, document.fhir_text, document.fhir_version)


def _changeable(actor: Actor, found: Document, *, labels_only: bool) -> tuple[Document, Chart]:
    """The row, locked, and the chart. Its author changes it even without authorisation to read the record; for everybody else it
    must be visible first, and then be theirs to change: its labels, by the person and by their médecin traitant, within
    `_check_labels`. An author whom the person blocks changes no label."""
    document = Document.objects.select_for_update().get(id=found.id)
    decision = may_change(actor, authorship(document))
    if document.deleted:
        raise NotFound()
    if decision.allowed:
        chart = load_chart(actor, document.patient_id)
        note(kind="document", shown=[document.id])
        if labels_only:
            _check_not_blocked(chart)
        return document, chart
    chart = hidden_chart(actor, document.patient_id)
    visible_document(chart, document.id)
    note(kind="document", shown=[document.id])
    if not (labels_only and (chart.sight.is_holder or chart.sight.facts.referent)):
        decision.enforce()
    return document, chart


def _check_not_blocked(chart: Chart) -> None:
    if chart.sight.facts.blocked:
        NO_AUTHORISATION.enforce()
