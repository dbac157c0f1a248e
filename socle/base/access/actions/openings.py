"""The state of a person's record: opened for all unless opposed, closed, reopened (rules.md §2.6, §3.1)."""

from __future__ import annotations

from uuid import UUID

from socle import clock
from socle.base.access.actor import Actor, Kind
from socle.base.access.doors import door, note
from socle.base.access.models import WEIGHT, Opening
from socle.base.access.rules import NOT_YOUR_ROLE
from socle.base.events import queue
from socle.errors import Conflict

CHANGES: dict[str, frozenset[str]] = {
    "": frozenset({"announced", "open", "opposed"}),
    "announced": frozenset({"open", "opposed", "deceased"}),
    "open": frozenset({"closed", "opposed", "deceased"}),
    "opposed": frozenset({"open", "announced", "deceased"}),
    "closed": frozenset({"open", "deceased"}),
    "deceased": frozenset(),
}
REFUSING = frozenset({"opposed", "closed"})
"""What the person refuses: every identity of theirs holds it, so that none loses it when a merge is undone."""


def decided(family: tuple[UUID, ...]) -> bool:
    """Inside a door: whether a state was ever set for this person."""
    return Opening.objects.filter(patient_id__in=family).exists()


@door(reads=False)
def set_state(*, actor: Actor, patient_id: UUID, family: tuple[UUID, ...], state: str) -> None:
    """The record is in `state`, and whoever listens is told. The person (or the platform: campaign, import) decides, nobody else.
    Conflict `etat` when the state cannot follow the present one; setting the present state again changes nothing."""
    note(patient_id=patient_id, kind="opening")
    holder = actor.kind is Kind.PATIENT and actor.person_id in family
    if not (holder or actor.kind is Kind.SYSTEM):
        NOT_YOUR_ROLE.enforce()
    rows = list(Opening.objects.select_for_update().filter(patient_id__in=family).order_by("patient_id"))
    present = min((row.state for row in rows), key=WEIGHT.index, default="")
    if present == state:
        return
    if state not in CHANGES[present]:
        raise Conflict("etat", "L’état de ce dossier ne permet pas ce changement.")
    for identity in _holding(state, patient_id, family, tuple(row.patient_id for row in rows)):
        Opening.objects.update_or_create(patient_id=identity, defaults={"state": state, "changed_at": clock.now()})
    queue.emit("access.opening-changed", aggregate_id=patient_id, patient_id=patient_id, facts={"state": state})


def _holding(state: str, patient_id: UUID, family: tuple[UUID, ...], rows: tuple[UUID, ...]) -> list[UUID]:
    """The identities that the state is written for. A death is that of one identity, since nothing follows it: undoing a merge
    must not make it another person's."""
    if state in REFUSING:
        return sorted(family)
    if state == "deceased":
        return [patient_id]
    return list(rows) or [patient_id]
