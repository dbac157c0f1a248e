"""Who is told of a doubt, a merge and its undoing, who is not, and that what they are told names nobody."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from socle import clock
from socle.base.access.actor import Actor
from socle.base.access.doors import sql_allowed
from socle.base.access.models import Authorisation
from socle.base.events.registry import Happened
from socle.base.identity.actions import merges, statuses
from socle.base.identity.models import Patient
from socle.base.notices import reactions
from socle.base.notices.actions import identities
from socle.base.notices.models import Notice
from socle.base.notices.queries import mine
from socle.errors import Forbidden
from socle.record.actions import openings
from tests import minting
from tests.base.identity import people
from tests.reactions import settle

pytestmark = pytest.mark.usefixtures("installation")
NAME = "NOTIFÉE-D’ESSAI"


def person() -> Patient:
    return minting.patient(status="provisional", matricule=None, oid=None, birth_name=NAME)


def following(*patients: Patient, **changes: object) -> Actor:
    doctor = minting.doctor(**changes)
    for patient in patients:
        openings.state_care(actor=doctor, patient_id=patient.id)
    return doctor


def blocked(patient: Patient, doctor: Actor) -> None:
    assert doctor.person_id is not None
    holder = minting.holder(patient.id)
    openings.block(actor=holder, patient_id=patient.id, person_id=doctor.person_id, person_name=doctor.name)


def ended(patient: Patient, doctor: Actor) -> None:
    with sql_allowed("tests"):
        rows = Authorisation.objects.filter(patient_id=patient.id, person_id=doctor.person_id)
        assert rows.update(expires_at=clock.now() - timedelta(minutes=1)) == 1


def doubted(patient: Patient, by: Actor) -> None:
    statuses.put_in_doubt(actor=by, patient_id=patient.id, version=people.row(patient.id).version, reason="Photo différente")


def told(actor: Actor) -> list[tuple[str, UUID | None]]:
    """The kinds of notice that this actor reads, and whom they are about, the newest first."""
    settle()
    return [(one.kind, one.patient_id) for one in mine.mine(actor=actor)]


def rows(patient: Patient) -> list[Notice]:
    with sql_allowed("tests"):
        return list(Notice.objects.filter(patient_id=patient.id))


def of_referents(patient: Patient) -> list[str]:
    """What a referent reads about this identity."""
    found = mine.mine(actor=people.referent(), limit=500)
    return [one.kind for one in found if one.patient_id == patient.id]


def test_a_doubt_is_told_to_who_follows_the_person_and_to_the_referents_and_to_nobody_else() -> None:
    patient, other = person(), person()
    first, second, author = following(patient), following(patient), following(patient)
    gone, shut, elsewhere, stranger = following(patient), following(patient), following(other), minting.doctor()
    ended(patient, gone)
    blocked(patient, shut)
    doubted(patient, author)
    for actor in (first, second):
        assert told(actor) == [("identity-doubted", patient.id)]
    for actor in (author, gone, shut, elsewhere, stranger, minting.holder(patient.id)):
        assert told(actor) == []
    assert of_referents(patient) == ["identity-doubted"]
    controller = replace(people.referent(), rights=frozenset({"access-control"}))
    assert patient.id not in {one.patient_id for one in mine.mine(actor=controller, limit=500)}


def test_each_doubt_is_told_once_however_often_its_event_is_handed_over() -> None:
    patient = person()
    reader = following(patient)
    doubted(patient, people.referent())
    assert told(reader) == [("identity-doubted", patient.id)]
    again = Happened(rows(patient)[0].subject_id, "identity.doubted", patient.id, patient.id, {"change": "doubted"})
    reactions.tell_of_doubt(again)
    assert told(reader) == [("identity-doubted", patient.id)]
    version = people.row(patient.id).version
    statuses.lift_doubt(actor=people.referent(), patient_id=patient.id, version=version, reason="Pièce vue")
    doubted(patient, people.referent())
    assert told(reader) == [("identity-doubted", patient.id)] * 2
    assert len(rows(patient)) == 4  # twice the reader, twice the referents


def test_a_merge_and_its_undoing_are_told_to_who_follows_either_identity() -> None:
    master, merged = person(), person()
    of_master, of_merged, of_both = following(master), following(merged), following(master, merged)
    shut, stranger = following(merged), minting.doctor()
    openings.state_care(actor=shut, patient_id=master.id)
    blocked(merged, shut)
    asked = merges.ask(actor=people.referent(), master_id=master.id, merged_id=merged.id, reason="Doublon")
    assert [told(actor) for actor in (of_master, of_merged, of_both)] == [[], [], []]  # asked is not done
    merges.confirm(actor=people.referent(), merge_id=asked.id)
    for actor in (of_master, of_merged, of_both):
        assert told(actor) == [("identity-merged", master.id)]
    for actor in (shut, stranger, minting.holder(master.id), minting.holder(merged.id)):
        assert told(actor) == []  # blocked under one identity is blocked under the family
    merges.ask_undo(actor=people.referent(), merge_id=asked.id, reason="Deux personnes")
    merges.undo(actor=people.referent(), merge_id=asked.id)
    assert told(of_master)[0] == told(of_both)[0] == ("identity-unmerged", master.id)
    assert told(of_merged)[0] == ("identity-unmerged", merged.id)
    assert told(shut) == [("identity-unmerged", master.id)]  # they were blocked under the other identity alone
    assert told(stranger) == []
    assert of_referents(master) == ["identity-unmerged", "identity-merged"]


def test_what_is_told_holds_no_name_no_trait_and_nothing_that_anybody_typed() -> None:
    patient = person()
    reader = following(patient)
    doubted(patient, people.referent())
    settle()
    (notice,) = mine.mine(actor=reader)
    assert notice.actor_name == ""
    assert notice.sentence == mine.SENTENCES["identity-doubted"]
    for row in rows(patient):
        written = " ".join(str(getattr(row, field.name)) for field in Notice._meta.get_fields())
        for word in (NAME, "CAMILLE", "1960", "Photo", "Référent", reader.name):
            assert word not in written


def test_only_the_platform_tells() -> None:
    patient = person()
    for actor in (following(patient), people.referent(), minting.holder(patient.id)):
        with pytest.raises(Forbidden):
            identities.tell_of_doubt(actor=actor, event_id=clock.new_id(), patient_id=patient.id, by=None)
    assert rows(patient) == []


def test_a_doubt_without_any_tie_is_a_report_and_changes_nothing() -> None:
    patient, stranger, reader = minting.patient(), minting.doctor(), minting.doctor()
    before = people.row(patient.id)
    told_ = statuses.put_in_doubt(actor=stranger, patient_id=patient.id, version=before.version, reason="Photo différente")
    settle()
    after = people.row(patient.id)
    assert (told_.version, after.status, after.doubtful) == (before.version, "qualified", False)
    assert of_referents(patient) == ["identity-doubt-reported"]
    openings.state_care(actor=reader, patient_id=patient.id)
    statuses.put_in_doubt(actor=reader, patient_id=patient.id, version=before.version, reason="Photo différente")
    assert people.row(patient.id).doubtful
