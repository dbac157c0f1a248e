"""Which document replaces which: one current version at a time, decided and written inside the deposit's door."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from socle import clock
from socle.base.access import sight
from socle.base.access.actor import Actor
from socle.errors import Conflict, Invalid, Issue
from socle.record import formers
from socle.record.mappings.document_reference import as_text
from socle.record.models import Document
from socle.record.rules import Authorship, may_change


def replace(
    actor: Actor,
    seen: sight.Sight,
    document: Document,
    related: Sequence[Document],
    *,
    parents: Sequence[str],
    target: UUID | None,
) -> tuple[Issue, ...]:
    """Of the documents that `related` holds, the one that this new one replaces is superseded: by the header's RPLC (`parents`,
    their unique ids), by the request's association (`target`), or by the same setId with a lower version. A parent that the
    record does not hold is flagged; an association to an unknown target is refused. Raises Invalid `association` or `labels`,
    Forbidden `auteur`, Conflict `version`."""
    known = [row for row in related if row.patient_id in seen.family and not row.deleted]
    parent = next((row for row in known if row.id == target), None)
    if target is not None and parent is None:
        raise _unknown_target()
    named = (row for row in known if row.unique_id in parents and _is_told(actor, seen, row))
    parent = parent or next(named, None)
    if document.set_id:
        same = next((row for row in known if row.set_id == document.set_id and row.state == Document.State.CURRENT), None)
        parent = _same_set(actor, seen, same, document) or parent
    if parent is None:
        if document.parent_unknown:
            sentence = "Ce document en remplace un que le dossier ne contient pas : il est conservé et signalé."
            return (Issue("parent-unknown", sentence, "/ClinicalDocument/relatedDocument", "warning"),)
        return ()
    _check_author(actor, seen, parent)
    if parent.state != Document.State.CURRENT:
        raise Conflict("version", "Cette version a déjà été remplacée.")
    document.replaces = parent
    document.parent_unknown = False
    _keep_masks(document, parent)
    _supersede(parent)
    return ()


def _keep_masks(document: Document, parent: Document) -> None:
    """A new version shows to nobody whom the former one was hidden from by the person's choice."""
    if parent.masked and document.hidden_from_patient:
        raise Invalid("labels", "La version remplacée est masquée aux professionnels : celle-ci ne peut pas l’être au patient.")
    document.masked = document.masked or parent.masked
    document.masked_by_holder = parent.masked_by_holder
    document.hidden_from_representatives = document.hidden_from_representatives or parent.hidden_from_representatives


def _is_told(actor: Actor, seen: sight.Sight, parent: Document) -> bool:
    """Whether this depositor knows that the document is there: its author, and who sees it."""
    return may_change(actor, authorship(parent)).allowed or (seen.decision().allowed and seen.sees(parent))


def _check_author(actor: Actor, seen: sight.Sight, parent: Document) -> None:
    """Only its author replaces a document; whoever does not see it learns nothing from the refusal."""
    if not _is_told(actor, seen, parent):
        raise _unknown_target()
    may_change(actor, authorship(parent)).enforce()


def _unknown_target() -> Invalid:
    return Invalid("association", "Le document à remplacer n’existe pas dans ce dossier.", where="relatesTo")


def _same_set(actor: Actor, seen: sight.Sight, present: Document | None, document: Document) -> Document | None:
    """The version that this one follows. Its number is told to those only who know that it is there."""
    if present is None:
        return None
    _check_author(actor, seen, present)
    if (document.version_number or 0) <= (present.version_number or 0):
        raise Conflict("version", "Une version plus récente ou égale de ce document est déjà là.")
    return present


def _supersede(document: Document) -> None:
    """The row is no longer current; its served text says so."""
    formers.of(document).save(force_insert=True)
    document.state = Document.State.SUPERSEDED
    document.fhir_version += 1
    document.updated_at = clock.now()
    document.fhir_text = as_text(document)
    document.save(update_fields=["state", "fhir_version", "updated_at", "fhir_text"])


def authorship(document: Document) -> Authorship:
    """Who deposited this document, and who signed it."""
    return Authorship(document.depositor_id, document.depositor_structure_id, document.author_national_id)
