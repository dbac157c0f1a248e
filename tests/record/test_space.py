"""The person's own space by its doors: who may ask, how many statements, and what a merge or a state changes."""

from __future__ import annotations

import pytest

from socle import clock
from socle.base.access.actor import Actor, Kind
from socle.errors import Forbidden, NotFound
from socle.record.actions import openings
from socle.record.queries import documents as documents_door
from socle.record.queries import rights, space
from tests import minting
from tests.documents import report
from tests.record.test_deposit import put, treating
from tests.statements import recorded

pytestmark = pytest.mark.usefixtures("installation")


def test_each_page_of_the_space_keeps_to_its_statements() -> None:
    patient = minting.patient()
    person = minting.holder(patient.id)
    documents = [put(minting.doctor(), report(patient)).id for _ in range(3)]
    openings.state_care(actor=minting.doctor(), patient_id=patient.id)
    bounds = {}
    for name, call in (
        ("home", lambda: space.home(actor=person, patient_id=patient.id)),
        ("documents", lambda: space.documents(actor=person, patient_id=patient.id)),
        ("document", lambda: space.document(actor=person, patient_id=patient.id, document_id=documents[0])),
        ("journal", lambda: space.journal(actor=person, patient_id=patient.id)),
        ("rights", lambda: rights.rights(actor=person, patient_id=patient.id)),
        ("state", lambda: rights.state(actor=person, patient_id=patient.id)),
    ):
        with recorded() as statements:
            call()
        bounds[name] = len(statements)
    limits = {"home": 14, "documents": 9, "document": 10, "journal": 13, "rights": 11, "state": 5}
    assert {name: count for name, count in bounds.items() if count > limits[name]} == {}


def test_rights_are_the_persons_alone_and_the_state_is_readable_in_every_state() -> None:
    patient, doctor = minting.patient(), minting.doctor()
    person = minting.holder(patient.id)
    openings.state_care(actor=doctor, patient_id=patient.id)
    assert [one.person_id for one in rights.rights(actor=person, patient_id=patient.id).readers] == [doctor.person_id]
    with pytest.raises(Forbidden):
        rights.rights(actor=doctor, patient_id=patient.id)
    with pytest.raises(NotFound):
        rights.rights(actor=minting.holder(minting.patient().id), patient_id=patient.id)
    openings.set_state(actor=person, patient_id=patient.id, state="closed")
    assert rights.state(actor=person, patient_id=patient.id).state == "closed"
    with pytest.raises(Forbidden, match="dossier-clos"):
        space.home(actor=person, patient_id=patient.id)
    stranger = Actor(kind=Kind.REPRESENTATIVE, person_id=clock.new_id(), name="Inconnu", on_behalf_of=patient.id)
    for asker in (stranger, doctor, minting.holder(minting.patient().id)):
        with pytest.raises(NotFound):
            rights.state(actor=asker, patient_id=patient.id)


def test_readings_are_told_once_opened_by_the_person_not_by_others() -> None:
    patient = minting.patient()
    person = minting.holder(patient.id)
    document = put(minting.doctor(), report(patient)).id
    reader = treating(patient)
    space_of = space.home(actor=person, patient_id=patient.id)
    assert [(one.document.id, one.read) for one in space_of.arrivals] == [(document, False)]
    assert space_of.readers == ()

    documents_door.read(actor=reader, patient_id=patient.id, document_id=document)
    later = space.home(actor=person, patient_id=patient.id)
    assert [one.name for one in later.readers] == [reader.name]
    assert not later.arrivals[0].read
    space.document(actor=person, patient_id=patient.id, document_id=document)
    assert space.home(actor=person, patient_id=patient.id).arrivals[0].read
