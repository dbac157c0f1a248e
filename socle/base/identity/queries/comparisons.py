"""Side by side: two identities, or an identity and what the INSi teleservice answered (RNIV EXI SI 28)."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.conf import settings

from socle.base.access.actor import Actor
from socle.base.access.doors import door, note
from socle.base.access.rules import YES, Decision
from socle.base.identity import heading as headings
from socle.base.identity.comparison import Comparison, compare, of_row
from socle.base.identity.gateways.insi_messages import Answer, Asked
from socle.base.identity.models import Patient
from socle.base.identity.rules import REFERENT, may_call_insi, may_identify, may_search
from socle.errors import Conflict, NotFound


@dataclass(frozen=True, slots=True)
class SideBySide:
    """Two identities and what differs between them."""

    left: headings.Heading
    right: headings.Heading
    comparison: Comparison
    same_ins: bool | None
    """None when one of them holds no INS that may be shown."""


@dataclass(frozen=True, slots=True)
class WithInsi:
    """An identity beside an answer of the teleservice; `comparison` is None when it names nobody or several."""

    heading: headings.Heading
    code: str
    comparison: Comparison | None
    nature: str
    """What the number found is: NIR or NIA; empty without one."""


@door(reads=True)
def of_two(*, actor: Actor, left_id: UUID, right_id: UUID) -> SideBySide:
    """Professionals compare before they open, the referent before a merge. NotFound for an unknown id. Two statements."""
    _may_compare(actor).enforce()
    note(kind="identity", shown=[left_id, right_id])
    rows = {row.id: row for row in Patient.objects.filter(id__in=[left_id, right_id])}
    if left_id not in rows or right_id not in rows:
        raise NotFound()
    left, right = rows[left_id], rows[right_id]
    shown = (headings.of(left), headings.of(right))
    both = shown[0].matricule and shown[1].matricule
    return SideBySide(*shown, compare(of_row(left), of_row(right)), left.matricule == right.matricule if both else None)


@door(reads=True)
def insi_call(*, actor: Actor, patient_id: UUID) -> Asked:
    """The traits to call the teleservice with, when this identity may be looked up: before the gateway, never inside a door.
    Conflict `identite-douteuse` or `identite-fictive` (EXI SI 22), Forbidden `insi-provisoire` (EXI SI 25)."""
    may_identify(actor).enforce()
    row = _row(patient_id)
    flags = {"doubtful": row.doubtful, "fictitious": row.fictitious}
    decision = may_call_insi(row.status, from_provisional=settings.SOCLE_INSI_FROM_PROVISIONAL, **flags)
    if not decision.allowed and not decision.grantor:
        raise Conflict(decision.code, decision.sentence)
    decision.enforce()
    others = [name for name in row.given_names.split(" ") if name not in row.first_given.split(" ")]
    return Asked(row.birth_name, (row.first_given, *others), row.sex, row.birth_date, row.birthplace_cog)


@door(reads=True)
def with_insi(*, actor: Actor, patient_id: UUID, answer: Answer) -> WithInsi:
    """The identity beside the answer already obtained; every look at one leaves its line (EXI SI 06). Two statements."""
    may_identify(actor).enforce()
    row = _row(patient_id)
    if answer.found is None:
        return WithInsi(headings.of(row), answer.code, None, "")
    return WithInsi(headings.of(row), answer.code, compare(of_row(row), answer.found.traits), answer.found.ins.nature.value)


def _row(patient_id: UUID) -> Patient:
    note(patient_id=patient_id, kind="identity", shown=[patient_id])
    row = Patient.objects.filter(id=patient_id, master=None).first()
    if row is None:
        raise NotFound()
    return row


def _may_compare(actor: Actor) -> Decision:
    return YES if REFERENT in actor.rights else may_search(actor)
