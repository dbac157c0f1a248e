"""What another deposited stays theirs: by its id, its set, its parent, its structure's software, or a page of another person."""

from __future__ import annotations

import uuid
from dataclasses import replace
from uuid import UUID

import pytest

from socle import clock
from socle.base.access.actor import Actor, Kind
from socle.base.access.doors import sql_allowed
from socle.base.identity.models import Patient
from socle.errors import Forbidden, Invalid, NotFound
from socle.formats import cda
from socle.formats.cda.header import ParentDocument
from socle.formats.cda.writer import Report, write_report
from socle.formats.cda.writer.sections import REASON
from socle.record import incoming
from socle.record.actions import deposits, labels, openings
from socle.record.incoming import HIDDEN_FROM_PATIENT, MASKED, Claims
from socle.record.models import Document
from tests import minting
from tests.documents import headed, report
from tests.interfaces.fhir import samples
from tests.interfaces.fhir.serving import Wire
from tests.interfaces.fhir.test_documents import refusal, sent

pytestmark = pytest.mark.usefixtures("installation")


def put(actor: Actor, content: bytes, *codes: str) -> deposits.Deposited:
    claims = Claims(labels=frozenset(codes))
    return deposits.deposit(actor=actor, incoming=incoming.read(content, "text/xml", claims))


def row(id_: UUID) -> Document:
    with sql_allowed("tests"):
        return Document.objects.get(id=id_)


def replacing(patient: Patient, parent: bytes) -> bytes:
    """A report whose header says that it replaces that one."""
    known = cda.parse(parent).header.id
    assert known is not None
    return write_report(
        replace(headed(patient), parents=(ParentDocument("RPLC", (known,)),)), Report(words=((REASON, "Suite."),))
    )


def test_a_parent_that_the_depositor_may_not_see_is_a_parent_that_is_not_there() -> None:
    patient, author = minting.patient(), minting.doctor()
    parent = report(patient)
    masked = put(author, parent, MASKED)
    stranger = minting.doctor()
    made = put(stranger, replacing(patient, parent))
    absent = put(stranger, replacing(patient, report(patient)))
    assert made.created and absent.created  # noqa: PT018 - the two are one thing
    assert [one.code for one in made.warnings] == [one.code for one in absent.warnings] == ["parent-unknown"]
    assert row(masked.id).state == "current"
    assert row(made.id).replaces_id is None


def test_the_number_of_a_version_is_not_told_to_who_may_not_see_it() -> None:
    patient, author = minting.patient(), minting.doctor()
    set_id = str(uuid.uuid4())
    put(author, report(patient, set_id=set_id, version=5), MASKED)
    told = set()
    for version in (1, 5, 6):
        with pytest.raises(Invalid) as refused:
            put(minting.doctor(), report(patient, set_id=set_id, version=version))
        told.add((refused.value.code, refused.value.sentence))
    assert len(told) == 1


def test_a_new_version_shows_to_nobody_whom_the_former_was_hidden_from() -> None:
    patient, author = minting.patient(), minting.doctor()
    set_id = str(uuid.uuid4())
    first = put(author, report(patient, set_id=set_id, version=1))
    labels.set_labels(actor=minting.holder(patient.id), document_id=first.id, labels=frozenset({MASKED}))
    with pytest.raises(Invalid, match="labels"):
        put(author, report(patient, set_id=set_id, version=2), HIDDEN_FROM_PATIENT)
    second = put(author, report(patient, set_id=set_id, version=3))
    assert row(second.id).masked
    assert MASKED in second.fhir_text


def test_software_of_a_structure_changes_what_it_deposited_and_not_what_its_professionals_did() -> None:
    patient, author = minting.patient(), minting.doctor()
    software = Actor(
        kind=Kind.SOFTWARE,
        person_id=clock.new_id(),
        structure_id=author.structure_id,
        structure_name=author.structure_name,
        rights=frozenset({"record.deposit"}),
    )
    signed, own = put(author, report(patient)), put(software, report(patient))
    with pytest.raises(NotFound):
        labels.delete(actor=software, document_id=signed.id)
    labels.delete(actor=software, document_id=own.id)
    assert [row(one.id).deleted for one in (signed, own)] == [False, True]


def test_a_document_that_two_people_share_by_id_is_refused_to_the_second() -> None:
    one, other, author = minting.patient(), minting.patient(), minting.doctor()
    claims = Claims(unique_id=samples.urn(), type_code="11488-4")
    for patient in (one, other):
        arriving = incoming.read(b"Texte.", "text/plain", replace(claims, patient_id=patient.id))
        if patient is one:
            deposits.deposit(actor=author, incoming=arriving)
        else:
            with pytest.raises(Exception, match="doublon"):
                deposits.deposit(actor=author, incoming=arriving)


@pytest.mark.parametrize(
    ("scope", "method", "address"),
    [
        ("record.read", "GET", "DocumentReference/{id}"),
        ("record.read", "GET", "DocumentReference?status=current&patient={patient}"),
        ("record.read", "GET", "List?status=current&code=submissionset&patient={patient}"),
        ("record.read", "GET", "Binary/{id}"),
        ("journal.read", "GET", "AuditEvent?date=ge2020-01-01&date=le2050-01-01&patient={patient}"),
        ("identity.read", "GET", "Patient/{patient}"),
        ("identity.write", "POST", "Patient"),
        ("record.deposit", "POST", "DocumentReference"),
        ("record.deposit", "PATCH", "DocumentReference/{id}"),
        ("directory.read", "GET", "Practitioner?name=essai"),
    ],
)
def test_a_token_opens_what_its_scopes_say_and_nothing_else(wire: Wire, scope: str, method: str, address: str) -> None:
    from socle.base.signin.rules import SCOPES

    patient = minting.patient()
    reader = minting.doctor()
    openings.state_care(actor=reader, patient_id=patient.id)
    place = address.format(id=clock.new_id(), patient=patient.id)
    with_all_but_one = wire.client(replace(reader, rights=SCOPES - {scope})).request(method, place, content=b"{}")
    assert refusal(with_all_but_one) == (403, "portee")
    alone = wire.client(replace(reader, rights=frozenset({scope}))).request(method, place, content=b"{}")
    assert alone.status_code != 403
    batch = {"resourceType": "Bundle", "type": "batch", "entry": [{"request": {"method": method, "url": place}}]}
    if method == "GET":
        answer = wire.client(replace(reader, rights=SCOPES - {scope})).post("", json=batch).json()
        assert answer["entry"][0]["response"]["status"].startswith("403")


def test_a_mask_of_another_is_not_lifted_through_the_wire(wire: Wire) -> None:
    patient, author = minting.patient(), minting.doctor()
    id_ = sent(wire.client(author), samples.published(patient, author, labels=("N", "MASQUE_PS"))).json()["id"]
    reader = minting.doctor()
    openings.state_care(actor=reader, patient_id=patient.id)
    answer = wire.client(reader).patch(
        f"DocumentReference/{id_}",
        content=b'[{"op":"remove","path":"/securityLabel/1"}]',
        headers={"Content-Type": "application/json-patch+json"},
    )
    assert refusal(answer) == (404, "introuvable")
    with pytest.raises(Forbidden):
        labels.set_labels(actor=replace(minting.holder(patient.id)), document_id=id_, labels=frozenset({HIDDEN_FROM_PATIENT}))
