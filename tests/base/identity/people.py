"""People for the tests of identity: each on a birth date of their own, so that searches find nobody else's."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

from django.db import connection

from socle import clock
from socle.base.access.actor import Actor, Kind
from socle.base.access.doors import sql_allowed
from socle.base.identity.actions import merges, patients
from socle.base.identity.models import Patient, PreviousIns
from socle.base.identity.queries import searches
from socle.base.identity.traits import Strict

_days = itertools.count(random.SystemRandom().randrange(100_000))
FIRST_DAY = date(1880, 1, 1)


_CHOSEN = {(4, 17), (7, 14), (12, 31)}
"""Days of a year that tests choose themselves, in the year of a day of theirs."""


def day() -> date:
    """A birth date that nobody else of this run has, from 1880 to 1912: before anybody of the story or of a population."""
    days = (FIRST_DAY + timedelta(days=number * 7 % 12_000) for number in _days)
    return next(one for one in days if (one.month, one.day) not in _CHOSEN)


def strict(**changes: object) -> Strict:
    """The traits of somebody, as typed."""
    typed = Strict("d’Artagnan-Cœur", "Zoé", day(), "F", "75112", "Zoé, Anne Marie")
    return replace(typed, **changes)  # type: ignore[arg-type]


def registered(actor: Actor, **changes: object) -> Patient:
    """A provisional identity, registered through the doors after a search that found nobody."""
    traits = strict(**changes)
    search = searches.start(actor=actor, birth_date=traits.birth_date)
    return row(patients.register(actor=actor, search_id=search, strict=traits).id)


def referent(**changes: object) -> Actor:
    """An identity-vigilance referent."""
    actor = Actor(
        kind=Kind.ADMINISTRATOR,
        person_id=clock.new_id(),
        name="Référent ESSAI",
        rights=frozenset({"identity-referent"}),
    )
    return replace(actor, **changes)  # type: ignore[arg-type]


def software(*, trust_contract: bool = True) -> Actor:
    return Actor(
        kind=Kind.SOFTWARE,
        person_id=clock.new_id(),
        name="Logiciel d’essai",
        structure_id=clock.new_id(),
        trust_contract=trust_contract,
    )


def row(patient_id: UUID) -> Patient:
    """The row as it stands."""
    with sql_allowed("tests"):
        return Patient.objects.get(id=patient_id)


def previous(patient_id: UUID) -> list[tuple[str, str]]:
    """The INS that an identity held before, with the reasons."""
    with sql_allowed("tests"):
        return list(PreviousIns.objects.filter(patient_id=patient_id).values_list("matricule", "reason"))


def told(patient_id: UUID, kind: str) -> list[dict[str, str]]:
    """The facts of the events of that kind about an identity, oldest first."""
    with sql_allowed("tests"), connection.cursor() as cursor:
        cursor.execute(
            "SELECT facts->>'change', facts->>'status' FROM events_event WHERE aggregate_id = %s AND kind = %s ORDER BY id",
            [patient_id, kind],
        )
        return [{"change": change or "", "status": status or ""} for change, status in cursor.fetchall()]


@contextmanager
def statements() -> Iterator[list[str]]:
    """The SQL that runs inside, transaction orders aside."""
    sent: list[str] = []

    def note(execute, sql, params, many, context):  # type: ignore[no-untyped-def]
        sent.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        yield sent


def merged(master: Patient, other: Patient) -> UUID:
    """A merge that two referents made."""
    asked = merges.ask(actor=referent(), master_id=master.id, merged_id=other.id, reason="Doublon")
    merges.confirm(actor=referent(), merge_id=asked.id)
    return asked.id


def undone(merge_id: UUID) -> None:
    """The merge is undone by two referents."""
    merges.ask_undo(actor=referent(), merge_id=merge_id, reason="Deux personnes")
    merges.undo(actor=referent(), merge_id=merge_id)
