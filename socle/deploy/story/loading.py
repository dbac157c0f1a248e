"""Load the demo story: people, what they decided, and their documents, through the same doors as everybody. Repeatable.

Dates are relative to today; loading again on another day adds nothing to people who are already there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from socle import clock
from socle.base.access.actions import choices, openings
from socle.base.access.actor import Actor, Channel, Kind, system
from socle.base.access.doors import sql_allowed
from socle.base.identity.models import Patient as Identity
from socle.base.signin.situations import Situation
from socle.deploy.story import accounts
from socle.deploy.story.binding import StoryDocument
from socle.deploy.story.documents import build
from socle.deploy.story.people import Cast, Patient, Professional, cast
from socle.deploy.story.practitioners import register
from socle.errors import Conflict
from socle.formats.names import comparable, stored_name
from socle.record import incoming
from socle.record.actions import deposits
from socle.record.incoming import Claims
from socle.record.rules import SCOPE_DEPOSIT

Registered = tuple[UUID, Situation]
LOADER = system("histoire de démonstration")
STATUSES = {"provisoire": "provisional", "recuperee": "retrieved", "validee": "validated", "qualifiee": "qualified"}
MATRIX_IN_FORCE = date(2023, 11, 1)
STATES = {"active": "open", "created": "open", "opposed": "opposed"}


@dataclass(frozen=True, slots=True)
class Loaded:
    """How much the story holds now."""

    people: int
    professionals: int
    documents: int


def load(today: date) -> Loaded:
    """The whole cast and its documents as of `today` are in the database."""
    everyone = cast()
    registered = {key: register(actor=LOADER, one=one, everyone=everyone) for key, one in everyone.professionals.items()}
    accounts.make(everyone)
    identities = {key: _identity(person) for key, person in everyone.patients.items()}
    for key, person in everyone.patients.items():
        _decided(identities[key], person, everyone, registered, identities)
    count = 0
    for document in build(today):
        _deposit(document, everyone, registered)
        count += 1
    return Loaded(len(identities), len(registered), count)


def _identity(person: Patient) -> UUID:
    """The identity of a person of the cast, made with the status that the story gives."""
    with sql_allowed("bulk load"):
        found = identity_of(person)
        if found is not None:
            return found
        made = identity_row(person)
        made.save(force_insert=True)
        return made.id


def identity_row(person: Patient) -> Identity:
    """The row of a person, not yet written."""
    given = [stored_name(name) for name in person.given_names]
    status = STATUSES[person.status]
    return Identity(
        status=status,
        homonym="homonyme" in person.attributes,
        birth_name=stored_name(person.birth_name),
        first_given=given[0],
        given_names=" ".join(given),
        birth_date=person.birth_on,
        birth_date_known="none" if person.birthplace_code == "99999" else "day",
        sex=person.sex,
        birthplace_cog=person.birthplace_code,
        matricule=person.ins if status in ("qualified", "retrieved") else None,
        oid=person.ins_oid if status in ("qualified", "retrieved") else None,
        birth_name_key=comparable(person.birth_name),
        first_given_key=comparable(person.given_names[0]),
        used_name=stored_name(person.used_name) if person.used_name else "",
        used_name_key=comparable(person.used_name),
        phone=person.phones[0] if person.phones else "",
        email=person.email,
        document_kind="CN" if status == "qualified" else "",
        **_address(person),
    )


def identity_of(person: Patient) -> UUID | None:
    """The identity that the story made for this person, if it did."""
    if person.ins:
        same = Identity.objects.filter(matricule=person.ins, oid=person.ins_oid)
    else:
        same = Identity.objects.filter(
            birth_name=stored_name(person.birth_name), birth_date=person.birth_on, status=STATUSES[person.status]
        )
    return same.values_list("id", flat=True).first()


def _address(person: Patient) -> dict[str, object]:
    if person.address is None:
        return {}
    return {
        "address_lines": list(person.address.lines),
        "postal_code": person.address.postal_code,
        "city": person.address.city,
        "commune_cog": person.address.commune,
    }


def _decided(
    identity: UUID,
    person: Patient,
    everyone: Cast,
    registered: Mapping[str, Registered],
    identities: Mapping[str, UUID],
) -> None:
    """The state of the space, the médecin traitant and the representatives."""
    state = STATES.get(person.space)
    if state is not None:
        try:
            openings.set_state(actor=LOADER, patient_id=identity, family=(identity,), state=state)
        except Conflict:
            pass  # somebody has changed it while trying the demo: their choice stays
    if person.attending:
        doctor = registered[person.attending]
        choices.name_referent(
            actor=LOADER,
            patient_id=identity,
            family=(identity,),
            person_id=doctor[0],
            person_name=everyone.professionals[person.attending].name,
            role="treating",
        )
    for key in person.representatives:
        choices.name_representative(
            actor=LOADER,
            patient_id=identity,
            representative_id=identities[key],
            representative_name=everyone.patients[key].name,
            kind="guardian" if person.protection else "parent",
        )


def _deposit(document: StoryDocument, everyone: Cast, registered: Mapping[str, Registered]) -> None:
    actor = _depositor(document, everyone, registered)
    claims = Claims(labels=frozenset(document.visibility))
    with _deposited_at(document.deposited_at):
        deposits.deposit(actor=actor, incoming=incoming.read(document.cda, "text/xml", claims))


@contextmanager
def _deposited_at(instant: datetime) -> Iterator[None]:
    with clock.as_of(min(instant, clock.now())):
        yield


def _depositor(document: StoryDocument, everyone: Cast, registered: Mapping[str, Registered]) -> Actor:
    """The professional who deposits; before the habilitation matrix came into force, the software of their structure; the
    platform for what a patient or somebody without RPPS deposits."""
    one = everyone.professionals.get(document.depositor)
    if one is None or not one.rpps:
        return LOADER
    actor = as_actor(one, registered[one.key])
    if document.deposited_on >= MATRIX_IN_FORCE:
        return actor
    return Actor(
        kind=Kind.SOFTWARE,
        name=f"Logiciel de {actor.structure_name}",
        structure_id=actor.structure_id or actor.person_id,
        structure_name=actor.structure_name,
        rights=frozenset({SCOPE_DEPOSIT}),
        channel=Channel.FHIR,
    )


def as_actor(one: Professional, registered: Registered) -> Actor:
    """A professional of the cast in their first situation of practice."""
    person, place = registered
    return Actor(
        kind=Kind.PROFESSIONAL,
        person_id=person,
        name=one.name,
        national_id=one.idnps if one.rpps else "",
        profession=place.profession,
        specialty=place.specialty,
        sector=place.sector,
        role=place.role,
        title=place.title or one.title,
        structure_id=place.structure_id,
        structure_name=place.structure_name,
        situation_id=place.id,
    )
