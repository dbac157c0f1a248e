"""Nobody learns that something hidden is there: not by the journal of one's own tries, nor by an answer, nor by a short page."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from socle import clock
from socle.base.access.actor import Actor
from socle.base.identity.models import Patient
from socle.errors import Forbidden
from socle.record import incoming
from socle.record.actions import deposits, labels, openings
from socle.record.incoming import HIDDEN_FROM_PATIENT, MASKED, Claims
from socle.record.queries import accesses, documents
from tests import minting
from tests.interfaces.fhir import samples
from tests.interfaces.fhir.serving import Wire


def deposited(patient: Patient, author: Actor, *codes: str) -> UUID:
    claims = Claims(unique_id=samples.urn(), type_code="11488-4", patient_id=patient.id, labels=frozenset(codes))
    return deposits.deposit(actor=author, incoming=incoming.read(b"Texte.", "text/plain", claims)).id


def treating(patient: Patient) -> Actor:
    actor = minting.doctor()
    openings.state_care(actor=actor, patient_id=patient.id)
    return actor


def traces(wire: Wire, actor: Actor, **asked: str) -> list[dict[str, object]]:
    now = clock.now()
    bounds = [
        ("date", f"ge{now - timedelta(hours=1):%Y-%m-%dT%H:%M:%SZ}"),
        ("date", f"le{now + timedelta(hours=1):%Y-%m-%dT%H:%M:%SZ}"),
    ]
    bundle = wire.client(actor).get("AuditEvent", params=[*bounds, *asked.items()]).json()
    return [entry["resource"] for entry in bundle.get("entry", ())]


def test_the_journal_of_my_own_tries_does_not_tell_whose_document_an_id_is(wire: Wire) -> None:
    patient = minting.patient()
    id_ = deposited(patient, minting.doctor())
    stranger = minting.doctor()
    client = wire.client(stranger)
    binary = documents.read(actor=minting.holder(patient.id), patient_id=patient.id, document_id=id_).permit.content_id
    for address in (f"DocumentReference/{id_}", f"Binary/{binary}", f"DocumentReference/{id_}/_history/1"):
        assert client.get(address).status_code == 404
    assert traces(wire, stranger) == []
    assert [line["agent"][0]["name"] for line in traces(wire, minting.holder(patient.id)) if line["outcome"] == "4"] == [  # type: ignore[index]
        stranger.name
    ] * 3


def test_a_masked_document_leaves_no_line_to_the_reader_who_tries_its_id(wire: Wire) -> None:
    patient = minting.patient()
    masked = deposited(patient, minting.doctor(), MASKED)
    reader = treating(patient)
    client = wire.client(reader)
    assert client.get(f"DocumentReference/{masked}").status_code == 404
    assert client.get(f"DocumentReference/{clock.new_id()}").status_code == 404
    told = traces(wire, reader, patient=str(patient.id))
    assert [line["outcome"] for line in told] == ["0"]  # that care was stated
    refused = traces(wire, minting.holder(patient.id), outcome="4")
    assert len(refused) == 1
    assert wire.client(reader).get(f"AuditEvent/{refused[0]['id']}").status_code == 404
    lines = accesses.page(actor=reader, patient_id=patient.id).lines
    assert [line.what for line in lines if line.refused] == []


def test_a_page_of_the_journal_is_whole_whatever_is_hidden_in_it(wire: Wire) -> None:
    patient, author = minting.patient(), minting.doctor()
    holder = minting.holder(patient.id)
    for number in range(6):
        deposited(patient, author, *([HIDDEN_FROM_PATIENT] if number % 2 else []))
    first = accesses.page(actor=holder, patient_id=patient.id, limit=2)
    assert len(first.lines) == 2
    assert first.next_before == first.lines[-1].id
    second = accesses.page(actor=holder, patient_id=patient.id, limit=2, before=first.next_before)
    assert [line.what for line in second.lines] == ["depot", "etat"]
    shown = traces(wire, holder, _count="3", action="C")
    assert len(shown) == 3


def test_changing_nothing_of_a_hidden_document_leaves_no_line_to_the_patient() -> None:
    patient, author = minting.patient(), minting.doctor()
    hidden = deposited(patient, author, HIDDEN_FROM_PATIENT)
    labels.set_labels(actor=author, document_id=hidden, labels=frozenset({HIDDEN_FROM_PATIENT}))
    lines = accesses.page(actor=minting.holder(patient.id), patient_id=patient.id).lines
    assert [line.what for line in lines if line.what in ("etiquettes", "depot")] == []


def test_a_person_cannot_tell_a_known_matricule_from_an_unknown_one(wire: Wire) -> None:
    mine, other = minting.patient(), minting.patient()
    client = wire.client(minting.holder(mine.id))
    answers = {}
    for name, number in (("known", other.matricule), ("unknown", minting.matricule())):
        for kind in ("Patient?identifier=", "DocumentReference?status=current&patient.identifier="):
            answer = client.get(f"{kind}urn:oid:{other.oid}|{number}")
            answers[name, kind] = (answer.status_code, answer.text)
    for kind in ("Patient?identifier=", "DocumentReference?status=current&patient.identifier="):
        assert answers["known", kind] == answers["unknown", kind]
    assert client.get(f"Patient?identifier=urn:oid:{mine.oid}|{mine.matricule}").json()["total"] == 1


def test_a_person_who_deposits_about_another_learns_nothing_of_them() -> None:
    """Known or not, opposed or not, right traits or wrong ones: one answer, before anything is looked up."""
    mine, opposed, known = minting.patient(), minting.patient(), minting.patient()
    openings.set_state(actor=minting.holder(opposed.id), patient_id=opposed.id, state="opposed")
    codes = set()
    for patient_id in (mine.id, opposed.id, known.id, clock.new_id()):
        claims = Claims(unique_id=samples.urn(), type_code="11488-4", patient_id=patient_id)
        with pytest.raises(Forbidden) as refusal:
            deposits.deposit(actor=minting.holder(mine.id), incoming=incoming.read(b"Texte.", "text/plain", claims))
        codes.add((refusal.value.code, refusal.value.sentence))
    assert len(codes) == 1
