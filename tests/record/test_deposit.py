"""Deposits: the gate, exactly once, versions, labels, and who sees what afterwards; allowed and refused side by side."""

from __future__ import annotations

import threading
import uuid
from uuid import UUID

import pytest

from socle.base.access.actor import Actor
from socle.base.identity.models import Patient
from socle.base.vault import sealing
from socle.errors import Conflict, Forbidden, Invalid, NotFound
from socle.formats import cda
from socle.record import incoming
from socle.record.actions import deposits, labels, openings
from socle.record.incoming import HIDDEN_FROM_PATIENT, MASKED, Claims
from socle.record.queries import accesses, documents
from tests import minting
from tests.documents import report

pytestmark = pytest.mark.usefixtures("installation")


def put(actor: Actor, content: bytes, **claims: object) -> deposits.Deposited:
    return deposits.deposit(actor=actor, incoming=incoming.read(content, "text/xml", Claims(**claims)))  # type: ignore[arg-type]


def treating(patient: Patient) -> Actor:
    actor = minting.doctor()
    openings.state_care(actor=actor, patient_id=patient.id)
    return actor


def seen_by(actor: Actor, patient: Patient) -> list[UUID]:
    return [row.id for row in documents.page(actor=actor, patient_id=patient.id).documents]


def test_a_deposited_document_is_read_back_byte_for_byte_by_those_who_may() -> None:
    patient, author = minting.patient(), minting.doctor()
    content = report(patient)
    deposited = put(author, content)
    assert deposited.created
    reader = treating(patient)
    opened = documents.read(actor=reader, patient_id=patient.id, document_id=deposited.id)
    assert sealing.open(opened.permit) == content
    with pytest.raises(Forbidden, match="sans-autorisation"):
        documents.read(actor=minting.doctor(), patient_id=patient.id, document_id=deposited.id)


def test_a_large_document_takes_the_file_and_comes_back_whole() -> None:
    patient = minting.patient()
    content = report(patient, text="Long. " * 20_000)
    deposited = put(minting.doctor(), content)
    opened = documents.read(actor=minting.holder(patient.id), patient_id=patient.id, document_id=deposited.id)
    assert opened.permit.sealed is None
    assert sealing.open(opened.permit) == content


@pytest.mark.parametrize(
    ("traits", "code"),
    [
        ({"status": "retrieved"}, "identity-conflict"),
        ({"birth_name": "AUTRE"}, "identity-conflict"),
        ({"first_given": "DOMINIQUE"}, "identity-conflict"),
        ({"sex": "F"}, "identity-conflict"),
    ],
)
def test_the_gate_refuses_a_document_about_somebody_else(traits: dict[str, object], code: str) -> None:
    patient = minting.patient(**traits)
    said = Patient(
        birth_name="ESSAI",
        first_given="CAMILLE",
        given_names="CAMILLE",
        birth_date=patient.birth_date,
        sex="M",
        birthplace_cog="75112",
        matricule=patient.matricule,
        oid=patient.oid,
    )
    with pytest.raises(Invalid) as refusal:
        put(minting.doctor(), report(said))
    assert refusal.value.code == code


def test_the_gate_names_a_wrong_key_and_a_foreign_authority() -> None:
    patient = minting.patient()
    wrong = Patient(**{**_traits(patient), "matricule": (patient.matricule or "")[:13] + "00"})
    with pytest.raises(Invalid) as key:
        put(minting.doctor(), report(wrong))
    production = Patient(**{**_traits(patient), "oid": "1.2.250.1.213.1.4.8"})
    with pytest.raises(Invalid) as oid:
        put(minting.doctor(), report(production))
    assert (key.value.code, oid.value.code) == ("ins-key", "ins-oid")


def _traits(patient: Patient) -> dict[str, object]:
    names = ("birth_name", "first_given", "given_names", "birth_date", "sex", "birthplace_cog", "matricule", "oid")
    return {name: getattr(patient, name) for name in names}


def test_another_birthplace_is_a_warning_only() -> None:
    patient = minting.patient()
    elsewhere = Patient(**{**_traits(patient), "birthplace_cog": "44109"})
    deposited = put(minting.doctor(), report(elsewhere))
    assert [warning.code for warning in deposited.warnings] == ["birthplace"]


def test_thirty_two_parallel_deposits_of_one_document_give_one() -> None:
    patient, author = minting.patient(), minting.doctor()
    content = report(patient)
    results: list[deposits.Deposited | Exception] = []
    barrier = threading.Barrier(32)

    def client() -> None:
        barrier.wait()
        for _ in range(40):
            try:
                results.append(put(author, content))
            except Exception as refusal:  # noqa: BLE001 - looked at below
                if getattr(refusal, "code", "") == "saturation":
                    continue
                results.append(refusal)
            return

    threads = [threading.Thread(target=client) for _ in range(32)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == 32
    assert len({result.id for result in results}) == 1  # type: ignore[union-attr]
    assert sum(result.created for result in results) == 1  # type: ignore[union-attr]


def test_the_same_id_with_other_bytes_or_from_a_stranger_tells_nothing() -> None:
    patient, author = minting.patient(), minting.doctor()
    content = report(patient)
    put(author, content)
    assert not put(author, content).created
    with pytest.raises(Conflict) as stranger:
        put(minting.doctor(), content)
    with pytest.raises(Conflict) as other:
        put(author, content.replace(b"trois", b"cinq!"))
    assert (stranger.value.code, stranger.value.sentence) == (other.value.code, other.value.sentence)


def test_a_higher_version_supersedes_and_an_equal_one_conflicts() -> None:
    patient, author = minting.patient(), minting.doctor()
    set_id = str(uuid.uuid4())
    first = put(author, report(patient, set_id=set_id, version=1))
    second = put(author, report(patient, set_id=set_id, version=2))
    assert seen_by(minting.holder(patient.id), patient) == [second.id]
    opened = documents.read(actor=minting.holder(patient.id), patient_id=patient.id, document_id=first.id)
    assert (opened.document.state, opened.replaced_by_id) == ("superseded", second.id)
    with pytest.raises(Conflict):
        put(author, report(patient, set_id=set_id, version=2))
    with pytest.raises(Forbidden, match="auteur"):
        put(treating(patient), report(patient, set_id=set_id, version=3))
    with pytest.raises(Invalid, match="association"):
        put(minting.doctor(), report(patient, set_id=set_id, version=3))


def test_one_id_sent_for_two_people_at_once_is_one_document() -> None:
    """Deposits of two people do not wait for each other: the table's own rule decides."""
    one, other, author = minting.patient(), minting.patient(), minting.doctor()
    first = report(one)
    document_id = cda.parse(first).header.id
    assert document_id is not None
    second = report(other)
    found = cda.parse(second).header.id
    assert found is not None
    second = second.replace(found.root.encode(), document_id.root.encode())
    results: list[object] = []

    def client(content: bytes) -> None:
        try:
            results.append(put(author, content))
        except Conflict as refusal:
            results.append(refusal.code)

    threads = [threading.Thread(target=client, args=(content,)) for content in (first, second)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert "doublon" in results
    assert len([result for result in results if isinstance(result, deposits.Deposited)]) == 1


def test_a_masked_document_shows_to_its_author_and_the_medecin_traitant_only() -> None:
    patient, author = minting.patient(), minting.doctor()
    openings.state_care(actor=author, patient_id=patient.id)
    deposited = put(author, report(patient))
    other = treating(patient)
    labels.set_labels(actor=minting.holder(patient.id), document_id=deposited.id, labels=frozenset({MASKED}))
    assert seen_by(author, patient) == [deposited.id]
    assert seen_by(minting.holder(patient.id), patient) == [deposited.id]
    assert seen_by(other, patient) == []
    with pytest.raises(NotFound):
        documents.read(actor=other, patient_id=patient.id, document_id=deposited.id)
    with pytest.raises(NotFound):
        documents.content(actor=other, content_id=_content(author, patient, deposited.id))


def _content(actor: Actor, patient: Patient, document_id: UUID) -> UUID:
    return documents.read(actor=actor, patient_id=patient.id, document_id=document_id).permit.content_id


def test_what_is_hidden_from_the_patient_does_not_show_in_list_count_or_journal() -> None:
    patient, author = minting.patient(), minting.doctor()
    openings.state_care(actor=author, patient_id=patient.id)
    hidden = put(author, report(patient), labels=frozenset({HIDDEN_FROM_PATIENT}))
    person = minting.holder(patient.id)
    page = documents.page(actor=person, patient_id=patient.id)
    assert (page.documents, page.total) == ((), 0)
    lines = accesses.page(actor=person, patient_id=patient.id).lines
    assert "depot" not in {line.what for line in lines}
    assert "depot" in {line.what for line in accesses.page(actor=author, patient_id=patient.id).lines}
    shown = put(author, report(patient)).id
    with pytest.raises(Forbidden, match="auteur"):
        labels.set_labels(actor=treating(patient), document_id=shown, labels=frozenset({MASKED}))
    with pytest.raises(NotFound):
        labels.set_labels(actor=minting.doctor(), document_id=shown, labels=frozenset({MASKED}))
    with pytest.raises(NotFound):
        labels.set_labels(actor=person, document_id=hidden.id, labels=frozenset())


def test_the_opposed_person_gets_no_deposit() -> None:
    patient = minting.patient()
    openings.set_state(actor=minting.holder(patient.id), patient_id=patient.id, state="opposed")
    with pytest.raises(Forbidden) as refusal:
        put(minting.doctor(), report(patient))
    assert "main propre" in refusal.value.sentence


def test_a_claim_that_the_header_contradicts_is_refused() -> None:
    patient = minting.patient()
    with pytest.raises(Invalid) as refusal:
        put(minting.doctor(), report(patient), type_code="34112-3")
    assert [(issue.code, issue.where) for issue in refusal.value.issues] == [("metadata", "type")]
