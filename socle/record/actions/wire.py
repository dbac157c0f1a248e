"""Several changes of one document at once, as the wires send them: all of them or none."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from socle.base.access.actor import Actor
from socle.base.access.doors import door, not_journalled
from socle.errors import Invalid
from socle.record.actions import labels


@dataclass(frozen=True, slots=True)
class Change:
    """What to change; None leaves as it is. A deleted document reads superseded on the wires."""

    labels: frozenset[str] | None = None
    archived: bool | None = None
    deleted: bool = False


@door(reads=False)
def change(*, actor: Actor, document_id: UUID, wanted: Change, expected_version: int) -> labels.Changed:
    """The document is changed so, from that version; each change has its line in the journal. Conflict `version` when another one
    stands; the refusals are those of each change."""
    not_journalled()
    changed: labels.Changed | None = None
    version: int | None = expected_version
    if wanted.labels is not None:
        changed = labels.set_labels(actor=actor, document_id=document_id, labels=wanted.labels, expected_version=version)
        version = None
    if wanted.archived is not None:
        changed = labels.set_archived(actor=actor, document_id=document_id, archived=wanted.archived, expected_version=version)
        version = None
    if wanted.deleted:
        changed = labels.delete(actor=actor, document_id=document_id, expected_version=version)
    if changed is None:
        raise Invalid("patch", "Aucun changement n’est demandé.")
    return changed
