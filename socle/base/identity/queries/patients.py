"""One identity: the page « Identité », and the same by an identifier for software."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from socle.base.access import sight
from socle.base.access.actor import Actor, Kind
from socle.base.access.doors import door, not_journalled, note
from socle.base.access.rules import NOT_YOUR_ROLE
from socle.base.identity import family as families
from socle.base.identity import heading as headings
from socle.base.identity.models import LocalIdentifier, Patient
from socle.base.identity.numbers import bearer_of
from socle.base.identity.rules import REFERENT, Step, may_identify, may_step
from socle.base.terminology import places
from socle.errors import NotFound
from socle.formats.identifiers import canonical_system


@dataclass(frozen=True, slots=True)
class Contact:
    """How to reach the person."""

    phone: str
    email: str
    address_lines: tuple[str, ...]
    postal_code: str
    city: str
    commune_cog: str


@dataclass(frozen=True, slots=True)
class Local:
    """The number that a structure or software gives to the person."""

    system: str
    value: str


@dataclass(frozen=True, slots=True)
class Identity:
    """All that this reader sees of one identity. `heading.matricule` is empty unless the identity is qualified (EXI SI 08)."""

    heading: headings.Heading
    birthplace: str
    """What people read: « Nantes (44) », « Lieu inconnu »."""
    contact: Contact | None
    """None for a reader who has neither the person in care nor registered them."""
    document_kind: str
    document_checked_on: date | None
    ins_verified_at: datetime | None
    created_at: datetime
    updated_at: datetime
    record_state: str
    """`open`, `announced`, `opposed`, `closed`, `deceased`; empty when the person has no record."""
    locals: tuple[Local, ...]
    merged_ids: tuple[UUID, ...]
    may_change: bool
    steps: frozenset[str]
    """Steps of `rules.Step` that this reader may take now."""


@door(reads=True)
def read(*, actor: Actor, patient_id: UUID) -> Identity:
    """The identity that stands for this person today (the master of a merged one). Strict traits and status for professionals,
    software and the identity referent; contact details for the person, those who represent them, those who have them in care or
    have registered them. Five statements at most. NotFound for another patient and for an unknown id."""
    family = families.load(patient_id)
    note(patient_id=family.root, kind="identity", shown=[family.root])
    return _seen(actor, family)


@door(reads=True)
def by_identifier(*, actor: Actor, system: str, value: str) -> Identity | None:
    """The identity that a number names, or None. `system` is the OID of an INS authority (bare or urn:oid:), for qualified
    identities only, or the system of a local number. NotFound to a person who is not that one, be the number known or not."""
    note(kind="identity")
    found = named_by(actor, system, value)
    if found is None:
        if actor.kind in (Kind.PATIENT, Kind.REPRESENTATIVE):
            raise NotFound()
        if actor.kind not in (Kind.PROFESSIONAL, Kind.SOFTWARE, Kind.SYSTEM):
            NOT_YOUR_ROLE.enforce()
        return None
    family = families.load(found)
    note(patient_id=family.root, shown=[family.root])
    return _seen(actor, family)


@door(reads=True)
def bearer(*, actor: Actor, system: str, value: str) -> UUID | None:
    """The very identity that a number was given to, merged or not; None and NotFound as `by_identifier`. What is written about it
    goes with it if the merge is undone, even at this very instant."""
    found = by_identifier(actor=actor, system=system, value=value)
    if found is None:
        return None
    not_journalled()  # the line of `by_identifier` says it
    return bearer_of(actor, system, value) or found.heading.patient_id


def named_by(actor: Actor, system: str, value: str) -> UUID | None:
    """The identity that an identifier names: a qualified one by its INS; any, merged or not, by a number of the actor's
    structure. At most two statements."""
    oid = canonical_system(system).removeprefix("urn:oid:")
    held = Patient.objects.filter(oid=oid, matricule=value, master=None, status=Patient.Status.QUALIFIED)
    return held.values_list("id", flat=True).first() or bearer_of(actor, system, value)


def _seen(actor: Actor, family: families.Family) -> Identity:
    seen = sight.load(actor, family.ids)
    if actor.kind in (Kind.PATIENT, Kind.REPRESENTATIVE):
        if not (seen.is_holder or seen.facts.represents):
            raise NotFound()
    elif actor.kind not in (Kind.PROFESSIONAL, Kind.SOFTWARE, Kind.SYSTEM) and REFERENT not in actor.rights:
        NOT_YOUR_ROLE.enforce()
    row = Patient.objects.get(id=family.root)
    numbers = LocalIdentifier.objects.filter(patient_id__in=family.ids).order_by("system", "value")
    reaches = _reaches(actor, seen, row)
    locals_shown = tuple(Local(one.system, one.value) for one in numbers) if reaches else ()
    place = places.place(row.birthplace_cog)
    may_change = may_identify(actor).allowed
    return Identity(
        headings.of(row),
        place.full_name if place else "",
        _contact(row) if reaches else None,
        row.document_kind,
        row.document_checked_on,
        row.ins_verified_at,
        row.created_at,
        row.updated_at,
        seen.facts.opening,
        locals_shown,
        tuple(one for one in family.ids if one != family.root),
        may_change,
        _steps(row) if may_change else frozenset(),
    )


def _reaches(actor: Actor, seen: sight.Sight, row: Patient) -> bool:
    """Whether this reader sees how to reach the person. The blocked read the same as whoever has no authorisation."""
    if actor.kind in (Kind.PATIENT, Kind.REPRESENTATIVE, Kind.SYSTEM):
        return True
    if seen.facts.blocked:
        return False
    registered = {actor.person_id, actor.software_id} & {row.registrar_id} - {None}
    same_structure = actor.structure_id is not None and actor.structure_id == row.registrar_structure_id
    return bool(registered) or same_structure or seen.facts.authorised or seen.facts.emergency_open


def _contact(row: Patient) -> Contact:
    lines = tuple(row.address_lines)
    return Contact(row.phone, row.email, lines, row.postal_code, row.city, row.commune_cog)


def _steps(row: Patient) -> frozenset[str]:
    flags = {"doubtful": row.doubtful, "fictitious": row.fictitious}
    return frozenset(step.value for step in Step if may_step(step, row.status, **flags).allowed)
