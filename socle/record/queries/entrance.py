"""Before a record is opened: whose it is, and what this professional may do about it. Shows the identity, never the record."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from socle.base.access import sight
from socle.base.access.actor import Actor, Purpose
from socle.base.access.doors import door, note
from socle.base.access.rules import NOT_YOUR_ROLE, Decision, may_open_urgently, may_state_care
from socle.base.identity import family as families
from socle.base.identity import heading as headings

WHATEVER = "x" * 20


@dataclass(frozen=True, slots=True)
class Entrance:
    """What the page « Ouvrir le dossier » offers. `readable` sends straight to the synthèse."""

    identity: headings.Heading
    readable: bool
    care: Decision
    emergency: Decision
    regulation: Decision


@door(reads=True)
def entrance(*, actor: Actor, patient_id: UUID) -> Entrance:
    """Three statements. For professionals; a blocked one reads what one without authorisation reads."""
    family = families.load(patient_id)
    note(patient_id=family.root, kind="identity", shown=[family.root])
    if not actor.is_professional:
        NOT_YOUR_ROLE.enforce()
    seen = sight.load(actor, family.ids)
    return Entrance(
        headings.load(family.root),
        seen.decision().allowed,
        may_state_care(actor, seen.facts),
        may_open_urgently(actor, seen.facts, Purpose.EMERGENCY, WHATEVER),
        may_open_urgently(actor, seen.facts, Purpose.REGULATION, WHATEVER),
    )
