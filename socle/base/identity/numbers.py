"""Local numbers (IPP): each structure names people in systems of its own, and nobody else's number ever stands for one of its."""

from __future__ import annotations

from uuid import UUID

from socle.base.access.actor import Actor
from socle.base.identity.models import LocalIdentifier
from socle.formats.identifiers import canonical_system


def namer_of(actor: Actor) -> UUID | None:
    """Whose numbers this actor gives and reads: their structure's, else their own."""
    return actor.structure_id or actor.person_id


def bearer_of(actor: Actor, system: str, value: str) -> UUID | None:
    """The very identity, merged or not, to which this actor's structure gave that number. One statement."""
    found = LocalIdentifier.objects.filter(owner_id=namer_of(actor), system=canonical_system(system), value=value)
    return found.values_list("patient_id", flat=True).first()
