"""What the person reads about who may read: authorisations, blocks, named professionals, choices, urgent accesses."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from socle import clock
from socle.base.access import sight
from socle.base.access.actor import Actor
from socle.base.access.doors import door, note
from socle.base.access.models import Authorisation, Choice, EmergencySession, Referent, Representation
from socle.base.access.rules import NOT_YOUR_ROLE, may_control_accesses
from socle.base.audit import reading
from socle.errors import NotFound


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
class UnderWay:
    """One urgent access that still lets its author read: who, where, why, and when it ends by itself."""

    person_id: UUID
    name: str
    structure_name: str
    reason: str
    ends_at: datetime
    treating: bool


@dataclass(frozen=True, slots=True)
class Rights:
    """The page « Mes droits » of the person: who reads, who is blocked, what urgency may do, and who reads in urgency now."""

    readers: tuple[Reader, ...]
    choices: Choices
    urgent: tuple[UnderWay, ...]


_WRITTEN_WITHIN = timedelta(minutes=5)
OPENED_URGENTLY = "access.actions.emergencies.open_urgently"
"""The door whose line says where an urgent access was opened from."""


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
    rows = _one_each(Authorisation.objects.filter(patient_id__in=family).order_by("-since"))
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
    return Rights(readers, choices, _under_way(family, readers, choices, treating))


def _under_way(
    family: tuple[UUID, ...], readers: tuple[Reader, ...], choices: Choices, treating: set[UUID]
) -> tuple[UnderWay, ...]:
    """The urgent accesses that a rule would let read now, the newest first: neither closed, ended, blocked nor refused by choice.
    One statement, and one for each that is found."""
    blocked = {one.person_id for one in readers if one.blocked}
    allowed = {"emergency": choices.emergency_allowed, "regulation": choices.regulation_allowed}
    rows = EmergencySession.objects.filter(patient_id__in=family, closed_at=None, ends_at__gt=clock.now())
    return tuple(
        UnderWay(row.person_id, row.person_name, _place(family, row), row.reason, row.ends_at, row.person_id in treating)
        for row in rows.order_by("-started_at")
        if row.person_id not in blocked and allowed[row.purpose]
    )


def _place(family: tuple[UUID, ...], row: EmergencySession) -> str:
    """The structure that the journal wrote when the access was opened; empty when it wrote none."""
    lines = reading.about(family, actor_id=row.person_id, doors=[OPENED_URGENTLY], since=row.started_at - _WRITTEN_WITHIN)
    return next((line.structure_name for line in lines if row.id in line.object_ids), "")


def _one_each(rows: Iterable[Authorisation]) -> list[Authorisation]:
    """One row a professional, in the same order: a block under one identity of the person is a block."""
    kept: dict[UUID, Authorisation] = {}
    for row in rows:
        if row.person_id not in kept or row.state == Authorisation.State.BLOCKED != kept[row.person_id].state:
            kept[row.person_id] = row
    return list(kept.values())


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
    ended_at: datetime
    """When it was closed, or when it ends by itself."""
    reviewed_at: datetime | None
    review: str
    reviewed_by_name: str


@door(reads=True)
def urgent_accesses(*, actor: Actor, to_review: bool = False, limit: int = 50) -> tuple[Urgent, ...]:
    """The newest urgent accesses, or only those to review, the oldest first, for the access controller."""
    note(kind="emergency")
    may_control_accesses(actor).enforce()
    rows = EmergencySession.objects.order_by("-started_at")
    if to_review:
        rows = EmergencySession.objects.filter(reviewed_at=None).order_by("started_at")
    found = tuple(_urgent(row) for row in rows[:limit])
    note(shown=[one.id for one in found])
    return found


@door(reads=True)
def urgent_access(*, actor: Actor, session_id: UUID) -> Urgent:
    """One urgent access, for the access controller. NotFound when there is none."""
    note(kind="emergency", shown=[session_id])
    may_control_accesses(actor).enforce()
    row = EmergencySession.objects.filter(id=session_id).first()
    if row is None:
        raise NotFound()
    return _urgent(row)


def _urgent(row: EmergencySession) -> Urgent:
    return Urgent(
        row.id,
        row.person_name,
        row.purpose,
        row.reason,
        row.started_at,
        row.closed_at or row.ends_at,
        row.reviewed_at,
        row.review,
        row.reviewed_by_name,
    )
