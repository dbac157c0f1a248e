"""Write the facts read in a document. They may be read again when reading improves: the rows are replaced whole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

from socle.base.access.actor import Actor
from socle.base.access.doors import door, not_journalled, note
from socle.base.access.rules import for_the_platform
from socle.base.vault import sealing as vault
from socle.record.extraction import FactValues
from socle.record.models import Document, Fact


@dataclass(frozen=True, slots=True)
class Source:
    """A document to read facts in, and the permit to its content."""

    patient_id: UUID
    acted_at: datetime
    permit: vault.Permit


@door(reads=True)
def source(*, actor: Actor, document_id: UUID) -> Source | None:
    """For the platform only. None when the document is no CDA, or is deleted."""
    not_journalled()
    for_the_platform(actor).enforce()
    document = Document.objects.filter(id=document_id, media_type="text/xml", deleted=False).first()
    if document is None:
        return None
    return Source(document.patient_id, document.started_at, vault.permit(document.content_id))


@door(reads=False)
def replace(*, actor: Actor, document_id: UUID, facts: Sequence[FactValues]) -> None:
    """The facts of this document are exactly these. For the platform only; repeatable."""
    for_the_platform(actor).enforce()
    document = Document.objects.select_for_update().only("id", "patient_id").get(id=document_id)
    note(patient_id=document.patient_id, kind="fact", shown=[document.id])
    Fact.objects.filter(document_id=document_id).delete()
    Fact.objects.bulk_create(
        Fact(patient_id=document.patient_id, document_id=document_id, position=position, **asdict(values))
        for position, values in enumerate(facts)
    )
