"""`socle populate`: a generated population with light documents, bulk-loaded, the same for the same seed."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from socle import clock
from socle.base.access.actor import system
from socle.deploy.story import filling
from socle.deploy.story.background import Population

LOADER = system("peuplement")
BATCH = 250
"""Documents, or professionals, that one transaction brings in, when one patient has no more."""
TOLD_EVERY = 1000
Tell = Callable[[str], None]


def _nobody_listens(line: str) -> None:
    """Progress is told to whoever asked."""


def populate(*, patients: int, documents: int, professionals: int, seed: int, tell: Tell = _nobody_listens) -> None:
    """So many people, each with `documents` documents, and so many professionals are there. People already there are kept, with
    their documents: the same command again adds nothing, and after one that was stopped it adds what lacks. `tell` receives a
    French line as the work goes on."""
    people = Population(patients, patients * documents, max(professionals, 1), seed, clock.today())
    for numbers in _batches(professionals, BATCH):
        filling.employ(actor=LOADER, people=people, numbers=numbers)
        _tell(tell, "professionnels", numbers, professionals)
    for numbers in _batches(patients, max(1, BATCH // max(1, documents))):
        filling.settle(actor=LOADER, people=people, numbers=numbers, documents=documents)
        _tell(tell, "personnes", numbers, patients)


def _batches(total: int, size: int) -> Iterator[range]:
    return (range(start, min(start + size, total)) for start in range(0, total, size))


def _tell(tell: Tell, what: str, numbers: range, total: int) -> None:
    if numbers.stop == total or numbers.start // TOLD_EVERY != numbers.stop // TOLD_EVERY:
        tell(f"{what} : {numbers.stop} sur {total}")
