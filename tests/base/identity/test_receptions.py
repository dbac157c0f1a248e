"""Identities sent by software: the trust contract decides, retries give one identity, another person's number is refused."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest

from socle.base.access.doors import sql_allowed
from socle.base.identity.actions import receptions, statuses
from socle.base.identity.actions.receptions import Received, Reception
from socle.base.identity.models import Patient
from socle.base.identity.queries import patients as reading
from socle.errors import Conflict, Forbidden, Invalid, Unavailable
from socle.formats.identifiers import INS_NIR_OID, INS_TEST_OID
from tests import minting
from tests.base.identity import people

pytestmark = pytest.mark.usefixtures("installation")


def received(**changes: object) -> Received:
    number = minting.matricule()
    sent = Received(people.strict(), validated=True, matricule=number, oid=INS_TEST_OID, locals=(("urn:oid:1.2.3.4", number),))
    return replace(sent, **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("contract", "changes", "status", "with_matricule"),
    [
        (True, {}, "qualified", True),
        (True, {"matricule": "", "oid": ""}, "validated", False),
        (True, {"validated": False}, "provisional", False),
        (False, {}, "provisional", False),
        (False, {"matricule": "", "oid": ""}, "provisional", False),
        (False, {"validated": False}, "provisional", False),
    ],
)
def test_the_trust_contract_decides_what_an_unknown_identity_becomes(
    contract: bool, changes: dict[str, object], status: str, with_matricule: bool
) -> None:
    sent = received(**changes)
    made = receptions.receive(actor=people.software(trust_contract=contract), received=sent)
    row = people.row(made.id)
    assert (made.status, made.created, row.status) == (status, True, status)
    assert row.matricule == (sent.matricule if with_matricule else None)
    assert row.document_kind == ("" if status == "provisional" else "TC")
    assert people.told(made.id, "identity.registered") == [{"change": "", "status": status}]


def test_the_document_told_by_the_sender_is_kept() -> None:
    made = receptions.receive(actor=people.software(), received=received(document_kind="PA"))
    weak = receptions.receive(actor=people.software(), received=received(document_kind="PC"))
    assert (people.row(made.id).document_kind, people.row(weak.id).document_kind) == ("PA", "TC")


def test_a_named_professional_sends_by_software_and_not_by_a_page() -> None:
    by_software = minting.doctor(software_id=minting.doctor().person_id, trust_contract=True)
    assert receptions.receive(actor=by_software, received=received()).status == "qualified"
    for actor in (minting.doctor(trust_contract=True), people.referent()):
        with pytest.raises(Forbidden):
            receptions.receive(actor=actor, received=received())


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"matricule": "275126322074"}, "ins-shape"),
        ({"matricule": "2751263220749"}, "ins-key-missing"),
        ({"oid": "1.2.250.1.213.1.4.2"}, "ins-oid"),
        ({"oid": INS_NIR_OID}, "ins-oid"),
        ({"locals": (("urn:x", "a\x00"),)}, "identifier"),
        ({"locals": (("", "1"),)}, "identifier"),
    ],
)
def test_a_number_that_cannot_be_is_refused(changes: dict[str, object], code: str) -> None:
    with pytest.raises(Invalid) as refusal:
        receptions.receive(actor=people.software(), received=received(**changes))
    assert refusal.value.code == code


def test_a_wrong_key_is_a_warning_and_never_qualifies_outside_production() -> None:
    sent = received(matricule=minting.matricule()[:13] + "00")
    made = receptions.receive(actor=people.software(), received=sent)
    assert (made.status, people.row(made.id).matricule) == ("validated", None)
    assert [(warning.code, warning.severity) for warning in made.warnings] == [("ins-key", "warning")]


def test_a_wrong_key_is_refused_in_production(settings_of_production: None) -> None:
    wrong = received(matricule=minting.matricule()[:13] + "00", oid=INS_NIR_OID)
    with pytest.raises(Invalid) as refusal:
        receptions.receive(actor=people.software(), received=wrong)
    assert refusal.value.code == "ins-key"
    assert receptions.receive(actor=people.software(), received=received(oid=INS_NIR_OID)).status == "qualified"
    with pytest.raises(Invalid, match="ins-oid"):
        receptions.receive(actor=people.software(), received=received())


def test_retries_by_local_number_or_ins_give_the_same_identity() -> None:
    actor, sent = people.software(), received()
    first = receptions.receive(actor=actor, received=sent)
    again = receptions.receive(actor=actor, received=sent)
    by_local = receptions.receive(actor=actor, received=replace(sent, matricule="", oid=""))
    by_ins = receptions.receive(actor=people.software(), received=replace(sent, locals=()))
    assert {made.id for made in (first, again, by_local, by_ins)} == {first.id}
    assert [made.created for made in (first, again, by_local, by_ins)] == [True, False, False, False]
    assert people.row(first.id).version == 1


def test_thirty_two_parallel_receptions_give_one_identity() -> None:
    actor, sent = people.software(), received()
    results: list[Reception] = []
    barrier = threading.Barrier(32)

    def client() -> None:
        barrier.wait()
        for _ in range(100):
            try:
                results.append(receptions.receive(actor=actor, received=sent))
            except Unavailable as refusal:
                if refusal.code == "saturation":
                    continue
                raise
            return

    threads = [threading.Thread(target=client) for _ in range(32)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == 32
    assert len({made.id for made in results}) == 1
    assert sum(made.created for made in results) == 1


@pytest.mark.parametrize("trait", ["birth_name", "first_given", "birth_date", "sex"])
def test_a_number_held_by_somebody_else_is_a_conflict(trait: str) -> None:
    actor, sent = people.software(), received()
    receptions.receive(actor=actor, received=sent)
    other = {"birth_name": "AUTRE", "first_given": "AUTRE", "birth_date": people.day(), "sex": "M"}[trait]
    strict = replace(sent.strict, **{trait: other}, given_names="")  # type: ignore[arg-type]
    for claim in (replace(sent, locals=()), replace(sent, matricule="", oid="")):
        with pytest.raises(Conflict) as refusal:
            receptions.receive(actor=actor, received=replace(claim, strict=strict))
        assert refusal.value.code == "identity-conflict"


def test_two_numbers_of_two_identities_are_a_conflict() -> None:
    actor = people.software()
    strict = people.strict()
    one = received(strict=strict)
    receptions.receive(actor=actor, received=replace(one, matricule="", oid=""))
    receptions.receive(actor=actor, received=received(strict=strict, matricule=one.matricule))
    with pytest.raises(Conflict, match="identity-conflict"):
        receptions.receive(actor=actor, received=one)


def test_a_known_identity_rises_and_never_falls() -> None:
    trusted = people.software()
    stranger = replace(trusted, trust_contract=False)  # another software of the same structure
    sent = received()
    first = receptions.receive(actor=stranger, received=sent)
    assert first.status == "provisional"
    validated = receptions.receive(actor=trusted, received=replace(sent, matricule="", oid=""))
    qualified = receptions.receive(actor=trusted, received=sent)
    after = receptions.receive(actor=stranger, received=replace(sent, validated=False))
    assert [made.status for made in (validated, qualified, after)] == ["validated", "qualified", "qualified"]
    assert {made.id for made in (first, validated, qualified, after)} == {first.id}
    assert people.row(first.id).matricule == sent.matricule


def test_a_doubtful_identity_stays_provisional_whatever_is_received() -> None:
    actor, sent = people.software(), received()
    made = receptions.receive(actor=actor, received=sent)
    statuses.put_in_doubt(actor=people.referent(), patient_id=made.id, version=made.version, reason="Usurpation possible")
    again = receptions.receive(actor=actor, received=replace(sent, matricule="", oid=""))
    assert (again.id, again.status, people.row(made.id).matricule) == (made.id, "provisional", None)


def test_software_finds_the_identity_by_its_numbers() -> None:
    actor, sent = people.software(), received()
    made = receptions.receive(actor=actor, received=sent)
    for system, value in (("urn:oid:" + INS_TEST_OID, sent.matricule), (INS_TEST_OID, sent.matricule), *sent.locals):
        found = reading.by_identifier(actor=actor, system=system, value=value)
        assert found is not None
        assert found.heading.patient_id == made.id
    assert reading.by_identifier(actor=actor, system=INS_TEST_OID, value=minting.matricule()) is None
    unqualified = minting.patient(status="retrieved")
    assert reading.by_identifier(actor=actor, system=INS_TEST_OID, value=unqualified.matricule or "") is None
    with pytest.raises(Forbidden):
        reading.by_identifier(actor=minting.doctor(kind="administrator"), system=INS_TEST_OID, value="1")
    with sql_allowed("tests"):
        assert Patient.objects.filter(birth_date=people.row(made.id).birth_date).count() == 1
