"""Load many documents of new people at once: synthetic data for load, never what a person or software sends."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

from socle.base.access.actor import Actor
from socle.base.access.doors import door, note
from socle.base.access.rules import for_the_platform
from socle.base.vault import sealing as vault
from socle.base.vault.models import Content
from socle.errors import Invalid
from socle.record import metadata
from socle.record.extraction import facts_of
from socle.record.incoming import Incoming
from socle.record.mappings.document_reference import as_text
from socle.record.models import Document, Fact, Record


@dataclass(frozen=True, slots=True)
class Load:
    """One document of one person, and when it is told to have arrived."""

    patient_id: UUID
    incoming: Incoming
    arrived_at: datetime


@door(reads=False)
def load(*, actor: Actor, documents: Sequence[Load]) -> int:
    """All these documents and their facts are there, in one transaction; returns how many. The caller answers for the identities:
    the gate is not asked, no event is told, the journal has one line. For the platform only. Invalid when one is not a CDA."""
    for_the_platform(actor).enforce()
    contents, rows, facts = [], [], []
    for one in documents:
        sealed = vault.put(vault.Owner("record", one.patient_id), "document", one.incoming.content)
        row = _row(actor, one, sealed)
        contents.append(_content(sealed, one.arrived_at))
        rows.append(row)
        facts += _facts(row, one.incoming)
    Content.objects.bulk_create(contents, batch_size=200)
    Document.objects.bulk_create(rows, batch_size=200)
    Fact.objects.bulk_create(facts, batch_size=1000)
    owners = {row.patient_id for row in rows}
    Record.objects.bulk_create([Record(patient_id=owner, revision=1) for owner in owners], ignore_conflicts=True)
    note(kind="document", shown=[row.id for row in rows])
    return len(rows)


def _row(actor: Actor, one: Load, sealed: vault.Sealed) -> Document:
    meta = asdict(metadata.of(one.incoming))
    meta.pop("parent_ids")
    row = Document(
        **{name: list(value) if isinstance(value, tuple) else value for name, value in meta.items()},
        patient_id=one.patient_id,
        depositor_name=actor.name,
        deposited_at=one.arrived_at,
        updated_at=one.arrived_at,
        content_id=sealed.id,
    )
    row.fhir_text = as_text(row)
    return row


def _content(sealed: vault.Sealed, arrived_at: datetime) -> Content:
    return Content(
        id=sealed.id,
        owner_kind=sealed.owner.kind,
        owner_id=sealed.owner.id,
        kind=sealed.kind,
        size=sealed.size,
        sha256=sealed.sha256,
        nonce=sealed.nonce,
        sealed=sealed.sealed,
        created_at=arrived_at,
    )


def _facts(row: Document, incoming: Incoming) -> list[Fact]:
    if incoming.document is None:
        raise Invalid("not-cda", "Un chargement en nombre ne contient que des documents CDA.")
    values = facts_of(incoming.document, row.started_at)
    return [
        Fact(patient_id=row.patient_id, document=row, position=position, **asdict(found)) for position, found in enumerate(values)
    ]
