"""Tests mint their own people: each call gives new ones, on the real tables, never reset."""

from __future__ import annotations

import itertools
import random
from dataclasses import replace
from datetime import date
from uuid import UUID

from socle import clock
from socle.base.access.actions import choices, openings
from socle.base.access.actor import Actor, Kind, system
from socle.base.access.doors import sql_allowed
from socle.base.identity.models import Patient
from socle.formats.identifiers import INS_TEST_OID, ins_key
from socle.formats.names import comparable

_numbers = itertools.count(random.SystemRandom().randrange(10_000, 900_000))


def matricule() -> str:
    """A new test matricule with a right key."""
    number = next(_numbers)
    first = f"1{60 + number % 40:02d}0175{number % 1_000_000:06d}"
    first = f"{first[:7]}{number % 1_000_000:06d}"
    return first + ins_key(first)


def patient(**traits: object) -> Patient:
    """A qualified identity with a test INS and an open record."""
    values: dict[str, object] = {
        "birth_name": "ESSAI",
        "first_given": "CAMILLE",
        "given_names": "CAMILLE",
        "birth_date": date(1960, 1, 15),
        "sex": "M",
        "birthplace_cog": "75112",
        "status": "qualified",
        "matricule": matricule(),
        "oid": INS_TEST_OID,
        **traits,
    }
    values.setdefault("birth_name_key", comparable(str(values["birth_name"])))
    values.setdefault("first_given_key", comparable(str(values["first_given"])))
    with sql_allowed("tests"):
        made = Patient.objects.create(**values)
    openings.set_state(actor=system("test"), patient_id=made.id, family=(made.id,), state="open")
    return made


def doctor(**changes: object) -> Actor:
    """A GP of a structure of their own."""
    number = next(_numbers)
    actor = Actor(
        kind=Kind.PROFESSIONAL,
        person_id=clock.new_id(),
        name=f"Dr Alix ESSAI{number}",
        national_id=f"899700{number:06d}",
        profession="10",
        specialty="SM54",
        sector="SA07",
        title="Médecin généraliste",
        structure_id=clock.new_id(),
        structure_name="Cabinet d’essai (fictif)",
    )
    return replace(actor, **changes)  # type: ignore[arg-type]


def holder(patient_id: UUID) -> Actor:
    """The person themself."""
    return Actor(kind=Kind.PATIENT, person_id=patient_id, name="Camille ESSAI", title="Titulaire du dossier")


def treated_by(patient_id: UUID, doctor: Actor) -> None:
    """The person names this doctor their médecin traitant."""
    assert doctor.person_id is not None
    choices.name_referent(
        actor=holder(patient_id),
        patient_id=patient_id,
        family=(patient_id,),
        person_id=doctor.person_id,
        person_name=doctor.name,
        role="treating",
    )
