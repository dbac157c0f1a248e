"""Before a record is opened: whose it is, and what this professional may do about it. Shows the identity, never the record; and
the header of an open one beside the identity."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from socle.base.access.actor import Actor, Purpose
from socle.base.access.doors import door, note
from socle.base.access.rules import NOT_YOUR_ROLE, Decision, may_open_urgently, may_state_care
from socle.base.identity import heading as headings
from socle.record import visible
from socle.record.chart import Header, header_of, load_chart

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
    """Two statements. For professionals; a blocked one reads what one without authorisation reads."""
    chart = load_chart(actor, patient_id)
    note(kind="identity", shown=[chart.root])
    if not actor.is_professional:
        NOT_YOUR_ROLE.enforce()
    seen = chart.sight
    return Entrance(
        headings.load(chart.root),
        seen.decision().allowed,
        may_state_care(actor, seen.facts),
        may_open_urgently(actor, seen.facts, Purpose.EMERGENCY, WHATEVER),
        may_open_urgently(actor, seen.facts, Purpose.REGULATION, WHATEVER),
    )


@door(reads=True)
def header(*, actor: Actor, patient_id: UUID) -> Header | None:
    """The header that every page of an open record shows; None to whoever may not read it. Five statements."""
    chart = load_chart(actor, patient_id)
    note(kind="identity", shown=[chart.root])
    if not chart.sight.decision().allowed:
        return None
    return header_of(chart, document_count=visible.counts(chart, None).documents)
