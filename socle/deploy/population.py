"""`socle populate`: a generated population with light documents, bulk-loaded, the same for the same seed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import TypeVar
from uuid import UUID

from socle import clock
from socle.base.access.actor import system
from socle.base.access.doors import sql_allowed
from socle.base.access.models import Opening
from socle.base.directory.actions.practitioners import ensure_practitioner
from socle.base.directory.stated import StatedPerson, StatedPractice
from socle.base.identity.models import Patient as Identity
from socle.deploy.story.background import Population
from socle.deploy.story.loading import identity_row
from socle.deploy.story.people import Patient, Professional, Structure
from socle.record import incoming
from socle.record.actions import bulk
from socle.record.incoming import Claims

LOADER = system("peuplement")
BATCH = 250
T = TypeVar("T")
Tell = Callable[[str], None]


def _nobody_listens(line: str) -> None:
    """Progress is told to whoever asked."""


def populate(*, patients: int, documents: int, professionals: int, seed: int, tell: Tell = _nobody_listens) -> None:
    """So many people, each with `documents` documents, and so many professionals are there. People already there are kept, with
    their documents: the same command again adds nothing. `tell` receives a French line as the work goes on."""
    people = Population(patients, patients * documents, max(professionals, 1), seed, clock.today())
    for number, one in enumerate(people.professionals() if professionals else ()):
        structure = people.structure(int(one.structure.removeprefix("bs")))
        ensure_practitioner(actor=LOADER, person=_stated(one, structure))
        _tell(tell, "professionnels", number + 1, professionals)
    made = 0
    for numbers in _batches(range(patients), BATCH):
        known = _identities([people.patient(number) for number in numbers])
        loads = (
            _load(people, number, rank, known[people.patient(number).key])
            for number in numbers
            if people.patient(number).key in known
            for rank in range(documents)
        )
        for some in _batches(loads, BATCH):
            bulk.load(actor=LOADER, documents=some)
        made += len(numbers)
        _tell(tell, "personnes", made, patients)


def _stated(one: Professional, structure: Structure) -> StatedPerson:
    profession, _, know_how = one.specialty_code.removeprefix("G15_").partition("/")
    practice = StatedPractice(
        profession=profession,
        know_how_type="S" if know_how else "",
        know_how=know_how,
        mode="L",
        sector=structure.facility_type,
        technical=f"F{structure.finess}",
        finess=structure.finess,
        name=structure.name,
        commune=structure.address.commune,
        city=structure.address.city,
        postal_code=structure.address.postal_code,
    )
    return StatedPerson(
        national_id=one.idnps, family=one.family, given=one.given, civility=one.civility, title=one.title, practices=(practice,)
    )


def _identities(people: list[Patient]) -> dict[str, UUID]:
    """The new ones among these people, made now with an open record: key → id."""
    with sql_allowed("bulk load"):
        present = set(Identity.objects.filter(matricule__in=[one.ins for one in people]).values_list("matricule", flat=True))
        rows = {one.key: identity_row(one) for one in people if one.ins not in present}
        Identity.objects.bulk_create(rows.values())
        Opening.objects.bulk_create(Opening(patient_id=row.id, state="open", changed_at=clock.now()) for row in rows.values())
    return {key: row.id for key, row in rows.items()}


def _load(people: Population, number: int, rank: int, patient_id: UUID) -> bulk.Load:
    document = people.document(number, rank)
    return bulk.Load(patient_id, incoming.read(document.cda, "text/xml", Claims()), document.deposited_at)


def _batches(items: Iterable[T], size: int) -> Iterator[list[T]]:
    found = iter(items)
    while some := list(islice(found, size)):
        yield some


def _tell(tell: Tell, what: str, done: int, total: int) -> None:
    if done == total or done % (4 * BATCH) == 0:
        tell(f"{what} : {done} sur {total}")
