"""Urgent access: one professional, one record, a reason, four hours; the person and the médecin traitant know."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from socle import clock
from socle.base.access.actor import Actor, Kind, Purpose
from socle.base.notices.queries import mine
from socle.errors import Forbidden, NotFound
from socle.record.actions import deposits, openings
from socle.record.incoming import MASKED, Claims, read
from socle.record.queries import documents, synthesis
from tests import minting
from tests.documents import report
from tests.reactions import settle

pytestmark = pytest.mark.usefixtures("installation")
REASON = "Malaise sur la voie publique, patient inconscient"


def urgent(actor: Actor, patient_id: object, purpose: Purpose = Purpose.EMERGENCY) -> Actor:
    opened = openings.open_urgently(actor=actor, patient_id=patient_id, purpose=purpose, reason=REASON)  # type: ignore[arg-type]
    return replace(actor, purpose=purpose, emergency_id=opened.id, emergency_patient_id=opened.patient_id)


def test_an_emergency_opens_one_record_for_four_hours_and_the_person_knows() -> None:
    patient, other, doctor, treating = minting.patient(), minting.patient(), minting.doctor(), minting.doctor()
    minting.treated_by(patient.id, treating)
    actor = urgent(doctor, patient.id)
    synthesis.page(actor=actor, patient_id=patient.id)
    with pytest.raises(Forbidden):
        synthesis.page(actor=actor, patient_id=other.id)
    with pytest.raises(Forbidden):
        synthesis.page(actor=doctor, patient_id=patient.id)
    with clock.as_of(clock.now() + timedelta(hours=4, minutes=1)), pytest.raises(Forbidden, match="urgence-close"):
        synthesis.page(actor=actor, patient_id=patient.id)
    settle()
    for told in (minting.holder(patient.id), treating):
        (notice,) = mine.mine(actor=told)
        assert (notice.kind, notice.actor_name) == ("urgent-emergency", doctor.name)
    assert mine.mine(actor=doctor) == ()


def test_masked_documents_show_in_emergency_only_if_the_person_said_so() -> None:
    patient, author, doctor = minting.patient(), minting.doctor(), minting.doctor()
    masked = deposits.deposit(actor=author, incoming=read(report(patient), "text/xml", Claims(labels=frozenset({MASKED})))).id
    actor = urgent(doctor, patient.id)
    with pytest.raises(NotFound):
        documents.read(actor=actor, patient_id=patient.id, document_id=masked)
    openings.set_urgent_access(
        actor=minting.holder(patient.id),
        patient_id=patient.id,
        emergency_allowed=True,
        regulation_allowed=True,
        masked_shown_in_emergency=True,
    )
    assert documents.read(actor=actor, patient_id=patient.id, document_id=masked).document.id == masked


def test_the_person_may_refuse_and_the_blocked_get_nothing_in_any_mode() -> None:
    patient, doctor, samu = minting.patient(), minting.doctor(), minting.doctor(regulation_claim=True)
    openings.set_urgent_access(
        actor=minting.holder(patient.id),
        patient_id=patient.id,
        emergency_allowed=False,
        regulation_allowed=True,
        masked_shown_in_emergency=False,
    )
    with pytest.raises(Forbidden, match="urgence-refusee"):
        urgent(doctor, patient.id)
    regulator = urgent(samu, patient.id, Purpose.REGULATION)
    synthesis.page(actor=regulator, patient_id=patient.id)
    openings.block(actor=minting.holder(patient.id), patient_id=patient.id, person_id=samu.person_id, person_name=samu.name)  # type: ignore[arg-type]
    with pytest.raises(Forbidden, match="sans-autorisation"):
        synthesis.page(actor=regulator, patient_id=patient.id)
    with pytest.raises(Forbidden, match="sans-autorisation"):
        urgent(samu, patient.id, Purpose.REGULATION)


def test_blocked_and_without_authorisation_read_exactly_the_same() -> None:
    patient, blocked, stranger = minting.patient(), minting.doctor(), minting.doctor()
    openings.state_care(actor=blocked, patient_id=patient.id)
    openings.block(
        actor=minting.holder(patient.id),
        patient_id=patient.id,
        person_id=blocked.person_id,
        person_name=blocked.name,  # type: ignore[arg-type]
    )
    answers = []
    for actor in (blocked, stranger):
        with pytest.raises(Forbidden) as refusal:
            documents.page(actor=actor, patient_id=patient.id)
        answers.append((refusal.value.code, refusal.value.sentence, refusal.value.grantor))
    assert answers[0] == answers[1]


def test_the_medecin_traitant_cannot_be_blocked() -> None:
    patient, doctor = minting.patient(), minting.doctor()
    person = minting.holder(patient.id)
    minting.treated_by(patient.id, doctor)
    with pytest.raises(Forbidden, match="medecin-traitant"):
        openings.block(actor=person, patient_id=patient.id, person_id=doctor.person_id, person_name=doctor.name)  # type: ignore[arg-type]
    with pytest.raises(NotFound):
        openings.block(
            actor=minting.holder(minting.patient().id), patient_id=patient.id, person_id=clock.new_id(), person_name="X"
        )


def test_the_eleventh_urgent_access_in_an_hour_alerts_the_access_controller() -> None:
    doctor = minting.doctor()
    for _ in range(11):
        urgent(doctor, minting.patient().id)
    settle()
    controller = Actor(kind=Kind.ADMINISTRATOR, person_id=clock.new_id(), rights=frozenset({"access-control"}))
    told = [one for one in mine.mine(actor=controller, limit=500) if one.actor_name == doctor.name]
    assert [one.kind for one in told].count("urgent-unusual") == 1
    assert mine.mine(actor=replace(controller, rights=frozenset())) == ()
