"""Lots: written together, and the same as if each document had come alone."""

from __future__ import annotations

import uuid

import pytest
from django.db import connection

from socle.base.access.actor import Actor
from socle.base.access.doors import sql_allowed
from socle.base.identity.models import Patient
from socle.errors import Conflict, Invalid
from socle.record import incoming
from socle.record.actions import deposits
from socle.record.incoming import Claims, Incoming
from socle.record.mappings.submission_set import Lot
from socle.record.models import Document, SubmissionSet
from tests import minting
from tests.documents import report
from tests.statements import recorded

pytestmark = pytest.mark.usefixtures("installation")


def note(patient: Patient, text: str, unique_id: str = "") -> Incoming:
    claims = Claims(unique_id=unique_id or f"urn:uuid:{uuid.uuid4()}", type_code="11488-4", patient_id=patient.id)
    return incoming.read(text.encode(), "text/plain", claims)


def cda(content: bytes) -> Incoming:
    return incoming.read(content, "text/xml", Claims())


def sent(actor: Actor, *documents: Incoming) -> deposits.DepositedLot:
    lot = Lot(unique_id=f"urn:uuid:{uuid.uuid4()}", source_id="urn:oid:1.2.3.4")
    return deposits.deposit_lot(actor=actor, lot=lot, documents=documents)


def kept(patient: Patient) -> dict[str, Document]:
    with sql_allowed("tests"):
        return {str(one.id): one for one in Document.objects.filter(patient_id=patient.id)}


def test_versions_of_one_document_in_a_lot_follow_each_other() -> None:
    patient, author = minting.patient(), minting.doctor()
    series = str(uuid.uuid4())
    first, second, third = (cda(report(patient, set_id=series, version=number)) for number in (1, 2, 3))
    lot = sent(author, first, note(patient, "Autre."), second, third)
    rows = kept(patient)
    states = [(rows[str(one.id)].state, rows[str(one.id)].replaces_id) for one in lot.documents]
    ids = [one.id for one in lot.documents]
    assert states == [("superseded", None), ("current", None), ("superseded", ids[0]), ("current", ids[2])]


def test_one_document_twice_in_a_lot_is_one_and_two_under_one_id_are_refused() -> None:
    patient, author = minting.patient(), minting.doctor()
    unique_id = f"urn:uuid:{uuid.uuid4()}"
    lot = sent(author, note(patient, "Un.", unique_id), note(patient, "Un.", unique_id))
    assert [one.created for one in lot.documents] == [True, False]
    assert {str(one.id) for one in lot.documents} == set(kept(patient))
    other = f"urn:uuid:{uuid.uuid4()}"
    with pytest.raises(Conflict, match="doublon"):
        sent(author, note(patient, "Un.", other), note(patient, "Deux.", other))
    with sql_allowed("tests"):
        assert SubmissionSet.objects.filter(patient_id=patient.id).count() == 1


def test_a_lot_about_two_persons_is_refused_whole() -> None:
    one, other, author = minting.patient(), minting.patient(), minting.doctor()
    for second in (note(other, "Deux."), cda(report(other))):
        with pytest.raises(Invalid, match="identity-conflict"):
            sent(author, note(one, "Un."), second)
    assert kept(one) == kept(other) == {}
    assert len(sent(author, note(one, "Un."), cda(report(one))).documents) == 2


def test_nine_documents_take_as_many_round_trips_as_one() -> None:
    patient, author = minting.patient(), minting.doctor()
    sent(author, note(patient, "La clé du dossier existe."))
    with recorded() as alone:
        sent(author, note(patient, "Seul."))
    with recorded() as together:
        sent(author, *(note(patient, f"Texte {number}.") for number in range(9)))
    assert len(together) == len(alone) <= 12


def test_only_a_document_that_may_hold_facts_is_read_for_them() -> None:
    patient, author = minting.patient(), minting.doctor()
    lot = sent(author, note(patient, "Texte."), cda(report(patient)))
    with sql_allowed("tests"), connection.cursor() as cursor:
        cursor.execute(
            "SELECT e.aggregate_id, r.name FROM events_event e LEFT JOIN events_reaction r ON r.event_id = e.id"
            " WHERE e.kind = 'record.document-deposited' AND e.patient_id = %s",
            [patient.id],
        )
        told = dict(cursor.fetchall())
    assert told == {lot.documents[0].id: None, lot.documents[1].id: "record.reactions.read_facts"}
