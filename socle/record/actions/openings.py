"""Open a person's record and decide who opens it: the doors of access, for the whole family of a person's identities.

The door of access that each one calls writes the line of the journal; these leave one only when they refuse.
"""

from __future__ import annotations

from uuid import UUID

from socle.base.access.actions import authorisations, choices, emergencies, openings
from socle.base.access.actor import Actor, Purpose
from socle.base.access.doors import door, not_journalled, note
from socle.base.identity import family as families
from socle.formats.legible import legible


@door(reads=False)
def state_care(*, actor: Actor, patient_id: UUID) -> None:
    """« Prise en charge, patient informé » is recorded: authorisation, and initial consent to the team."""
    not_journalled()
    family = families.load(patient_id)
    note(patient_id=family.root, kind="authorisation")
    authorisations.state_care(actor=actor, patient_id=family.root, family=family.ids)


@door(reads=False)
def open_urgently(*, actor: Actor, patient_id: UUID, purpose: Purpose, reason: str) -> emergencies.UrgentAccess:
    """An urgent access to this one record, with its reason; the person and the médecin traitant are told."""
    not_journalled()
    family = families.load(patient_id)
    note(patient_id=family.root, kind="emergency", reason=legible(reason))
    return emergencies.open_urgently(actor=actor, patient_id=family.root, family=family.ids, purpose=purpose, reason=reason)


@door(reads=False)
def set_state(*, actor: Actor, patient_id: UUID, state: str) -> None:
    """The record is in that state (open, opposed, closed…)."""
    not_journalled()
    family = families.load(patient_id)
    note(patient_id=family.root, kind="opening")
    openings.set_state(actor=actor, patient_id=family.root, family=family.ids, state=state)


@door(reads=False)
def open_by_default(*, actor: Actor, patient_id: UUID) -> None:
    """The person's record is open if nothing was ever decided about it; else nothing changes. For the platform only."""
    not_journalled()
    family = families.load(patient_id)
    if not openings.decided(family.ids):
        openings.set_state(actor=actor, patient_id=family.root, family=family.ids, state="open")


@door(reads=False)
def block(*, actor: Actor, patient_id: UUID, person_id: UUID, person_name: str, title: str = "") -> None:
    """The person blocks a professional."""
    not_journalled()
    family = families.load(patient_id)
    note(patient_id=family.root, kind="block")
    authorisations.block(
        actor=actor, patient_id=family.root, family=family.ids, person_id=person_id, person_name=person_name, title=title
    )


@door(reads=False)
def unblock(*, actor: Actor, patient_id: UUID, person_id: UUID) -> None:
    """The person lifts a block."""
    not_journalled()
    family = families.load(patient_id)
    note(patient_id=family.root, kind="block")
    authorisations.unblock(actor=actor, patient_id=family.root, family=family.ids, person_id=person_id)


@door(reads=False)
def set_urgent_access(
    *,
    actor: Actor,
    patient_id: UUID,
    emergency_allowed: bool,
    regulation_allowed: bool,
    masked_shown_in_emergency: bool,
) -> None:
    """The person's choices about urgent access."""
    not_journalled()
    family = families.load(patient_id)
    note(patient_id=family.root, kind="choice")
    choices.set_urgent_access(
        actor=actor,
        patient_id=family.root,
        family=family.ids,
        emergency_allowed=emergency_allowed,
        regulation_allowed=regulation_allowed,
        masked_shown_in_emergency=masked_shown_in_emergency,
    )
