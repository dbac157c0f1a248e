"""A door opens the one transaction, writes its line, and gives the connection back; outside, SQL raises."""

from __future__ import annotations

from uuid import UUID

import pytest
from django.db import connection

from socle import clock
from socle.base.access import doors
from socle.base.access.actor import Actor
from socle.base.audit import reading
from socle.base.identity.models import Patient
from socle.errors import Forbidden
from tests import minting

pytestmark = pytest.mark.usefixtures("installation")


@doors.door(reads=True)
def inner(*, actor: Actor, patient_id: UUID, shown: UUID) -> None:
    doors.note(patient_id=patient_id, kind="inner", shown=[shown])


@doors.door(reads=False)
def inner_write(*, actor: Actor, patient_id: UUID) -> None:
    doors.note(patient_id=patient_id, kind="written")


@doors.door(reads=True)
def outer(*, actor: Actor, patient_id: UUID, shown: UUID, write: bool = False) -> None:
    doors.note(patient_id=patient_id, kind="outer")
    inner(actor=actor, patient_id=patient_id, shown=shown)
    if write:
        inner_write(actor=actor, patient_id=patient_id)


@doors.door(reads=False)
def refusing(*, actor: Actor, patient_id: UUID) -> None:
    doors.note(patient_id=patient_id)
    Patient.objects.filter(id=patient_id).update(city="AILLEURS")
    raise Forbidden("essai")


@doors.door(reads=True)
def leaking(*, actor: Actor) -> object:
    return Patient.objects.all()


def lines(patient_id: UUID) -> list[reading.Entry]:
    with doors.sql_allowed("tests"):
        return reading.about([patient_id])


def test_a_consultation_is_one_line_with_what_its_inner_doors_showed() -> None:
    patient, shown = clock.new_id(), clock.new_id()
    outer(actor=minting.doctor(), patient_id=patient, shown=shown)
    (line,) = lines(patient)
    assert (line.object_kind, line.object_ids, line.object_count) == ("outer+inner", (shown,), 1)


def test_a_write_inside_a_consultation_has_its_own_line() -> None:
    patient = clock.new_id()
    outer(actor=minting.doctor(), patient_id=patient, shown=clock.new_id(), write=True)
    assert sorted(line.object_kind for line in lines(patient)) == ["outer+inner", "written"]


def test_a_refusal_rolls_back_and_stays_in_the_journal() -> None:
    patient = minting.patient(city="ICI")
    with pytest.raises(Forbidden):
        refusing(actor=minting.doctor(), patient_id=patient.id)
    with doors.sql_allowed("tests"):
        assert Patient.objects.get(id=patient.id).city == "ICI"
    line = lines(patient.id)[0]
    assert (line.outcome, line.code) == ("refused", "essai")


def test_sql_outside_a_door_raises() -> None:
    with pytest.raises(doors.OutsideDoor), connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def test_a_door_returns_values_only() -> None:
    with pytest.raises(TypeError, match="values"):
        leaking(actor=minting.doctor())


def test_a_door_without_an_actor_cannot_be_made() -> None:
    with pytest.raises(TypeError, match="actor"):
        doors.door(reads=True)(lambda patient_id: None)


def test_more_than_fifty_shown_objects_leave_a_hash_that_can_be_replayed() -> None:
    patient, many = clock.new_id(), [clock.new_id() for _ in range(51)]

    @doors.door(reads=True)
    def wide(*, actor: Actor) -> None:
        doors.note(patient_id=patient, kind="document", shown=many, revision=7)

    wide(actor=minting.doctor())
    (line,) = lines(patient)
    assert (line.object_ids, line.object_count, line.revision) == ((), 51, 7)
