"""The identity as every page shows it (RNIV EXI SI 16; product.md §4.4). Used inside doors that have decided to show it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from socle import clock
from socle.base.identity.models import Patient
from socle.errors import NotFound

MAJORITY_YEARS = 18


@dataclass(frozen=True, slots=True)
class Heading:
    """What the patient header needs. `matricule` is empty unless the identity is qualified (EXI SI 08)."""

    patient_id: UUID
    birth_name: str
    first_given: str
    given_names: str
    used_name: str
    used_given: str
    sex: str
    birth_date: date
    birth_date_known: str
    birthplace_cog: str
    status: str
    homonym: bool
    doubtful: bool
    fictitious: bool
    matricule: str
    oid: str
    died_on: date | None
    version: int

    @property
    def age(self) -> int:
        """Years completed today."""
        today = self.died_on or clock.today()
        return today.year - self.birth_date.year - ((today.month, today.day) < (self.birth_date.month, self.birth_date.day))

    @property
    def minor(self) -> bool:
        return self.age < MAJORITY_YEARS


def load(patient_id: UUID) -> Heading:
    """One statement. NotFound when no identity has that id."""
    patient = Patient.objects.filter(id=patient_id).first()
    if patient is None:
        raise NotFound()
    return of(patient)


def of(patient: Patient) -> Heading:
    """The heading of a row already loaded."""
    shown = patient.status == Patient.Status.QUALIFIED
    return Heading(
        patient.id,
        patient.birth_name,
        patient.first_given,
        patient.given_names,
        patient.used_name,
        patient.used_given,
        patient.sex,
        patient.birth_date,
        patient.birth_date_known,
        patient.birthplace_cog,
        patient.status,
        patient.homonym,
        patient.doubtful,
        patient.fictitious,
        (patient.matricule or "") if shown else "",
        (patient.oid or "") if shown else "",
        patient.died_on,
        patient.version,
    )
