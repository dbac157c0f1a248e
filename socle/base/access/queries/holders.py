"""What the person reads about who may read: authorisations, blocks, named professionals, choices, urgent accesses."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from socle.base.access import sight
from socle.base.access.actor import Actor
from socle.base.access.doors import door, note
from socle.base.access.models import Authorisation, Choice, EmergencySession, Referent, Representation
from socle.base.access.rules import NOT_YOUR_ROLE


@dataclass(frozen=True, slots=True)
class Reader:
    """One professional who may read, or is blocked."""

    person_id: UUID
    name: str
    title: str
    structure_name: str
    blocked: bool
    since: datetime
    treating: bool


@dataclass(frozen=True, slots=True)
class Choices:
    """The person's choices about urgent access."""

    emergency_allowed: bool = True
    regulation_allowed: bool = True
    masked_shown_in_emergency: bool = False


@dataclass(frozen=True, slots=True)
class Rights:
    """The page « Mes droits » of the person: who reads, who is blocked, what urgency may do."""

    readers: tuple[Reader, ...]
    choices: Choices


@door(reads=True)
def rights(*, actor: Actor, patient_id: UUID, family: tuple[UUID, ...]) -> Rights:
    """Who may read this record and who may not, by the newest first. For the person and their named professionals only."""
    note(patient_id=patient_id, kind="authorisation")
    seen = sight.load(actor, family)
    seen.decision().enforce()
    if not (seen.is_holder or seen.facts.referent):
        NOT_YOUR_ROLE.enforce()
    treating = set(
        Referent.objects.filter(patient_id__in=family, role="treating", until=None).values_list("person_id", flat=True)
    )
    rows = Authorisation.objects.filter(patient_id__in=family).order_by("-since")
    readers = tuple(
        Reader(
            row.person_id,
            row.person_name,
            row.person_title,
            row.structure_name,
            row.state == Authorisation.State.BLOCKED,
            row.since,
            row.person_id in treating,
        )
        for row in rows
    )
    choice = Choice.objects.filter(patient_id__in=family).order_by("-changed_at").first()
    choices = Choices()
    if choice is not None:
        choices = Choices(choice.emergency_allowed, choice.regulation_allowed, choice.masked_shown_in_emergency)
    return Rights(readers, choices)


@dataclass(frozen=True, slots=True)
class Represented:
    """A person for whom the actor may act."""

    patient_id: UUID
    kind: str


@door(reads=True)
def represented_by(*, actor: Actor) -> tuple[Represented, ...]:
    """The persons for whom this patient or representative acts."""
    note(kind="representation")
    if actor.person_id is None:
        return ()
    rows = Representation.objects.filter(representative_id=actor.person_id, until=None).order_by("since")
    return tuple(Represented(row.patient_id, row.kind) for row in rows)


@dataclass(frozen=True, slots=True)
class Urgent:
    """One urgent access, as the access controller reads it: who and when, never a page of the record."""

    id: UUID
    person_name: str
    purpose: str
    reason: str
    started_at: datetime
    reviewed_at: datetime | None


@door(reads=True)
def urgent_accesses(*, actor: Actor, limit: int = 50) -> tuple[Urgent, ...]:
    """The newest urgent accesses, for an administrator holding the right `access-control`."""
    note(kind="emergency")
    if "access-control" not in actor.rights:
        NOT_YOUR_ROLE.enforce()
    rows = EmergencySession.objects.order_by("-started_at")[:limit]
    note(shown=[row.id for row in rows])
    return tuple(Urgent(row.id, row.person_name, row.purpose, row.reason, row.started_at, row.reviewed_at) for row in rows)
