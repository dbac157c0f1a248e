"""People of a generated population come in: some at a time, whole or not at all, and in the demo one step after another.

The demo's own people are searched by their date of birth: nobody of its background was born on one of theirs.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from functools import cache
from itertools import count, islice
from uuid import UUID

from socle import clock
from socle.base.access.actor import Actor
from socle.base.access.doors import door, note
from socle.base.access.models import Opening
from socle.base.access.rules import for_the_platform
from socle.base.directory.actions.practitioners import ensure_practitioner
from socle.base.directory.stated import StatedPerson, StatedPractice
from socle.base.events import queue
from socle.base.events.models import Event
from socle.base.identity.models import Patient as Identity
from socle.deploy.story.background import Population
from socle.deploy.story.loading import identity_row
from socle.deploy.story.people import Professional, cast
from socle.record import incoming
from socle.record.actions import bulk
from socle.record.incoming import Claims

ASKED = "demo.background-asked"
PROFESSIONALS, PATIENTS, DOCUMENTS = 120, 400, 4
"""The demo's background: how many of each, documents for each patient."""
STEP = 20
"""People of one step of the demo's background: half a second of work."""
PAUSE = timedelta(seconds=0.5)
"""Between two steps, for whoever waits for something else."""
SEED, SERIES = 2023, 2
"""Apart from what `socle populate` makes: other people, other numbers of professionals and structures."""
_BACKGROUND = UUID("6d1c7b2e-52a5-5f43-9a5e-0f6c3a3f1b77")


@door(reads=False)
def settle(*, actor: Actor, people: Population, numbers: Sequence[int], documents: int) -> int:
    """The people of these numbers are there with an open record and so many documents each; returns how many are new. Those
    whose matricule is known are kept as they are. For the platform only."""
    note(kind="identity")
    for_the_platform(actor).enforce()
    wanted = {number: people.patient(number) for number in numbers}
    known = set(Identity.objects.filter(matricule__in=[one.ins for one in wanted.values()]).values_list("matricule", flat=True))
    rows = {number: identity_row(one) for number, one in wanted.items() if one.ins not in known}
    Identity.objects.bulk_create(rows.values())
    Opening.objects.bulk_create(Opening(patient_id=row.id, state="open", changed_at=clock.now()) for row in rows.values())
    loads = [_load(people, number, rank, row.id) for number, row in rows.items() for rank in range(documents)]
    if loads:
        bulk.load(actor=actor, documents=loads)
    note(shown=[row.id for row in rows.values()])
    return len(rows)


@door(reads=False)
def employ(*, actor: Actor, people: Population, numbers: Iterable[int]) -> None:
    """The professionals of these numbers are in the directory, each in a structure. For the platform only."""
    note(kind="directory-practitioner")
    for number in numbers:
        one = people.professional(number)
        known = ensure_practitioner(actor=actor, person=_stated(one, people))
        note(shown=[known.practitioner_id])


@door(reads=False)
def ask(*, actor: Actor) -> None:
    """The worker will bring in the demo's background. Asked once in an installation, however often this is called."""
    note(kind="background")
    if not Event.objects.filter(kind=ASKED).exists():
        _ask(0)


@door(reads=False)
def advance(*, actor: Actor, reached: int, ready: bool) -> None:
    """The people after the first `reached` of the demo's background are there, professionals before patients, and the next step
    is asked, until nobody is left. Before the platform is `ready` the same step is asked again. The same step twice adds nobody.
    For the platform only."""
    note(kind="background")
    for_the_platform(actor).enforce()
    if not ready:
        _ask(reached)
        return
    people = background()
    after = reached + STEP
    if reached < PROFESSIONALS:
        employ(actor=actor, people=people, numbers=range(reached, min(after, PROFESSIONALS)))
    else:
        numbers = numbers_of_patients()[reached - PROFESSIONALS : after - PROFESSIONALS]
        settle(actor=actor, people=people, numbers=numbers, documents=DOCUMENTS)
    if after < PROFESSIONALS + PATIENTS:
        _ask(after)


def background() -> Population:
    """The demo's background, with documents up to today."""
    return Population(PATIENTS, PATIENTS * DOCUMENTS, PROFESSIONALS, SEED, clock.today(), SERIES)


@cache
def numbers_of_patients() -> tuple[int, ...]:
    """Who of the background is in the demo: nobody born on the same day as somebody of the story."""
    people, taken = background(), _birth_dates()
    return tuple(islice((number for number in count() if people.patient(number).birth_on not in taken), PATIENTS))


def _birth_dates() -> frozenset[date]:
    return frozenset(person.birth_on for person in cast().patients.values())


def _ask(reached: int) -> None:
    queue.emit(ASKED, aggregate_id=_BACKGROUND, facts={"reached": str(reached)}, due_at=clock.now() + PAUSE)


def _load(people: Population, number: int, rank: int, patient_id: UUID) -> bulk.Load:
    document = people.document(number, rank)
    return bulk.Load(patient_id, incoming.read(document.cda, "text/xml", Claims()), document.deposited_at)


def _stated(one: Professional, people: Population) -> StatedPerson:
    structure = people.structure(int(one.structure.removeprefix("bs")))
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
