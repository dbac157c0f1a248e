"""What the person decides about their own space, as it stands: who may read, whom they may block, in which state it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from socle.base.access.actor import Actor, Kind
from socle.base.access.doors import door, note
from socle.base.access.models import Authorisation, Opening, Referent
from socle.base.access.queries import holders
from socle.base.access.rules import NOT_YOUR_ROLE
from socle.base.audit import reading
from socle.base.identity import heading as headings
from socle.errors import NotFound
from socle.record.chart import Chart, Header, header_of, load_chart, open_chart
from socle.record.queries import accesses


@dataclass(frozen=True, slots=True)
class RightsInSpace:
    """Who may read, who may not, what urgency may do and who reads in urgency now."""

    header: Header
    readers: tuple[holders.Reader, ...]
    choices: holders.Choices
    urgent: tuple[holders.UnderWay, ...]


@door(reads=True)
def rights(*, actor: Actor, patient_id: UUID) -> RightsInSpace:
    """For the person themself. Eleven statements, and one for each urgent access under way."""
    chart = _own_chart(actor, patient_id)
    held = holders.rights(actor=actor, patient_id=chart.root, family=chart.family)
    return RightsInSpace(header_of(chart), held.readers, held.choices, held.urgent)


@dataclass(frozen=True, slots=True)
class Professional:
    """Somebody whom the person may block or unblock. `state`: `valid`, `blocked` or empty (no authorisation)."""

    person_id: UUID
    name: str
    title: str
    structure_name: str
    state: str
    treating: bool


@door(reads=True)
def professional(*, actor: Actor, patient_id: UUID, person_id: UUID) -> Professional:
    """A professional who was ever authorised, named, or read the record: named as then. NotFound for anybody else."""
    chart = _own_chart(actor, patient_id)
    note(kind="authorisation", shown=[person_id])
    referent = Referent.objects.filter(patient_id__in=chart.family, person_id=person_id, role="treating", until=None).first()
    row = Authorisation.objects.filter(patient_id__in=chart.family, person_id=person_id).order_by("state", "-since").first()
    if row is not None:
        return Professional(person_id, row.person_name, row.person_title, row.structure_name, row.state, referent is not None)
    entry = next(iter(reading.about(chart.family, actor_id=person_id, doors=list(accesses.WHAT), limit=1)), None)
    if entry is not None and entry.actor_kind == Kind.PROFESSIONAL:
        return Professional(person_id, entry.actor_name, entry.actor_role, entry.structure_name, "", referent is not None)
    if referent is not None:
        return Professional(person_id, referent.person_name, "", "", "", True)
    raise NotFound()


def _own_chart(actor: Actor, patient_id: UUID) -> Chart:
    chart = open_chart(actor, patient_id)
    if not chart.sight.is_holder:
        NOT_YOUR_ROLE.enforce()
    return chart


@dataclass(frozen=True, slots=True)
class SpaceState:
    """The state of the person's space, readable in every state. `state` is empty when it was never announced."""

    identity: headings.Heading
    state: str
    changed_at: datetime | None


@door(reads=True)
def state(*, actor: Actor, patient_id: UUID) -> SpaceState:
    """For the person and those who act for them; NotFound for anybody else. Four statements."""
    chart = load_chart(actor, patient_id)
    note(kind="opening")
    seen = chart.sight
    if not (seen.is_holder or (actor.kind is Kind.REPRESENTATIVE and seen.facts.represents)):
        raise NotFound()
    row = Opening.objects.filter(patient_id__in=chart.family, state=seen.facts.opening).order_by("-changed_at").first()
    return SpaceState(headings.load(chart.root), seen.facts.opening, row.changed_at if row else None)
