"""What a person refused stays refused when a merge is undone: under every identity, each keeps the careful choice."""

from __future__ import annotations

from uuid import UUID

import pytest

from socle.base.access.actor import Actor, Purpose
from socle.base.access.doors import sql_allowed
from socle.base.access.queries import holders
from socle.base.identity.models import Patient
from socle.errors import Forbidden
from socle.record.actions import openings
from socle.record.queries import documents
from tests import minting
from tests.attacks.test_hijacks import put
from tests.base.identity import people
from tests.documents import report

pytestmark = pytest.mark.usefixtures("installation")
REASON = "Inconscient aux urgences"


def one_person() -> tuple[Patient, Patient, UUID]:
    """Two identities with documents, merged: the person is still known by the second."""
    master, other = minting.patient(), minting.patient()
    for one in (master, other):
        put(author := minting.doctor(), report(one, author=author))
    with sql_allowed("tests"):
        Patient.objects.filter(id=other.id).update(status="validated", matricule=None, oid=None)
    return master, other, people.merged(master, other)


def refused_care(doctor: Actor, patient: Patient) -> str:
    with pytest.raises(Forbidden) as caught:
        openings.state_care(actor=doctor, patient_id=patient.id)
    return caught.value.code


def refused_urgency(doctor: Actor, patient: Patient, purpose: Purpose = Purpose.EMERGENCY) -> str:
    with pytest.raises(Forbidden) as caught:
        openings.open_urgently(actor=doctor, patient_id=patient.id, purpose=purpose, reason=REASON)
    return caught.value.code


def test_a_block_outlives_the_merge() -> None:
    master, other, merge = one_person()
    known, unknown, free = minting.doctor(), minting.doctor(), minting.doctor()
    openings.state_care(actor=known, patient_id=master.id)
    person = minting.holder(other.id)
    for doctor in (known, unknown, unknown):
        openings.block(actor=person, patient_id=other.id, person_id=doctor.person_id, person_name=doctor.name)
    listed = holders.rights(actor=person, patient_id=master.id, family=(master.id, other.id)).readers
    assert sorted(one.person_id for one in listed if one.blocked) == sorted([known.person_id, unknown.person_id])
    people.undone(merge)
    for one in (master, other):
        assert {refused_care(doctor, one) for doctor in (known, unknown)} == {"dossier-sans-autorisation"}
        openings.state_care(actor=free, patient_id=one.id)
        assert documents.page(actor=free, patient_id=one.id)


def test_a_block_lifted_while_merged_is_lifted_everywhere() -> None:
    master, other, merge = one_person()
    doctor, person = minting.doctor(), minting.holder(other.id)
    openings.block(actor=person, patient_id=other.id, person_id=doctor.person_id, person_name=doctor.name)
    openings.unblock(actor=person, patient_id=other.id, person_id=doctor.person_id)
    people.undone(merge)
    for one in (master, other):
        openings.state_care(actor=doctor, patient_id=one.id)


@pytest.mark.parametrize(("state", "code"), [("opposed", "dossier-opposition"), ("closed", "dossier-clos")])
def test_an_opposition_outlives_the_merge(state: str, code: str) -> None:
    master, other, merge = one_person()
    openings.set_state(actor=minting.holder(other.id), patient_id=other.id, state=state)
    people.undone(merge)
    doctor = minting.doctor()
    assert {refused_care(doctor, one) for one in (master, other)} == {code}
    openings.set_state(actor=minting.holder(master.id), patient_id=master.id, state="open")
    openings.state_care(actor=doctor, patient_id=master.id)
    assert refused_care(doctor, other) == code


def test_an_opposition_withdrawn_while_merged_is_withdrawn_everywhere() -> None:
    master, other, merge = one_person()
    person = minting.holder(other.id)
    openings.set_state(actor=person, patient_id=other.id, state="opposed")
    openings.set_state(actor=person, patient_id=other.id, state="open")
    doctor = minting.doctor()
    openings.state_care(actor=doctor, patient_id=other.id)
    people.undone(merge)
    openings.state_care(actor=doctor, patient_id=other.id)
    openings.state_care(actor=doctor, patient_id=master.id)


def test_a_refusal_of_urgent_access_outlives_the_merge() -> None:
    master, other, merge = one_person()
    person, doctor = minting.holder(other.id), minting.doctor(regulation_claim=True)
    wanted = {"emergency_allowed": False, "regulation_allowed": True, "masked_shown_in_emergency": False}
    openings.set_urgent_access(actor=person, patient_id=other.id, **wanted)
    people.undone(merge)
    assert {refused_urgency(doctor, one) for one in (master, other)} == {"urgence-refusee"}
    openings.open_urgently(actor=doctor, patient_id=other.id, purpose=Purpose.REGULATION, reason=REASON)
    openings.set_urgent_access(actor=person, patient_id=other.id, **{**wanted, "emergency_allowed": True})
    openings.open_urgently(actor=doctor, patient_id=other.id, purpose=Purpose.EMERGENCY, reason=REASON)
    assert refused_urgency(doctor, master) == "urgence-refusee"


def test_a_refusal_lifted_while_merged_is_lifted_everywhere() -> None:
    master, other, merge = one_person()
    person, doctor = minting.holder(other.id), minting.doctor()
    for allowed in (False, True):
        openings.set_urgent_access(
            actor=person,
            patient_id=other.id,
            emergency_allowed=allowed,
            regulation_allowed=allowed,
            masked_shown_in_emergency=False,
        )
    openings.open_urgently(actor=doctor, patient_id=other.id, purpose=Purpose.EMERGENCY, reason=REASON)
    people.undone(merge)
    openings.open_urgently(actor=doctor, patient_id=master.id, purpose=Purpose.EMERGENCY, reason=REASON)
