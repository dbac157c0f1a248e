"""The four statuses and the attributes: the table of RNIV §3.2 row by row, and the invariants of identity."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from socle import clock
from socle.base.access.actor import Actor
from socle.base.access.doors import sql_allowed
from socle.base.audit import reading as journal
from socle.base.identity import rules
from socle.base.identity.actions import statuses
from socle.base.identity.models import Patient
from socle.base.identity.queries import patients, searches
from socle.base.identity.rules import Step
from socle.errors import Conflict, Forbidden, Invalid
from tests import minting
from tests.base.identity import people

pytestmark = pytest.mark.usefixtures("installation")

PROV, RETR, VALI, QUAL = "provisional", "retrieved", "validated", "qualified"


def identity(status: str, **traits: object) -> Patient:
    held = status in (RETR, QUAL)
    values = {"matricule": minting.matricule(), "oid": "1.2.250.1.213.1.4.10"} if held else {"matricule": None, "oid": None}
    document = {"document_kind": "CN", "document_checked_on": clock.today()} if status in (VALI, QUAL) else {}
    return minting.patient(**{"status": status, **values, **document, **traits})


def check(actor: Actor, patient: Patient, **changes: object) -> str:
    values = {"kind": "CN", "original": True, "traits_agree": True, **changes}
    statuses.check_document(actor=actor, patient_id=patient.id, version=patient.version, **values)  # type: ignore[arg-type]
    return people.row(patient.id).status


@pytest.mark.parametrize(("before", "after"), [(PROV, VALI), (RETR, QUAL), (VALI, VALI), (QUAL, QUAL)])
def test_a_document_checked_validates_or_qualifies(before: str, after: str) -> None:
    patient = identity(before)
    assert check(minting.doctor(), patient, kind="PA") == after
    row = people.row(patient.id)
    assert (row.document_kind, row.document_checked_on) == ("PA", clock.today())
    assert row.matricule == patient.matricule


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"kind": ""}, "piece-absente"),
        ({"kind": "PC"}, "piece-insuffisante"),
        ({"kind": "TC"}, "piece-insuffisante"),
        ({"kind": "n'importe quoi"}, "piece-insuffisante"),
        ({"original": False}, "piece-copie"),
        ({"kind": "LE", "parent_document": "CN"}, "piece-majeur"),
    ],
)
def test_a_document_that_is_no_high_trust_device_validates_nobody(changes: dict[str, object], code: str) -> None:
    patient = identity(PROV)
    with pytest.raises(Invalid) as refusal:
        check(minting.doctor(), patient, **changes)
    assert (refusal.value.code, people.row(patient.id).status) == (code, PROV)


def test_the_family_book_validates_a_child_with_the_document_of_the_parent() -> None:
    child = identity(PROV, birth_date=clock.today().replace(day=1, year=clock.today().year - 7))
    with pytest.raises(Invalid, match="piece-parent"):
        check(minting.doctor(), child, kind="LE")
    assert check(minting.doctor(), child, kind="LE", parent_document="CN") == VALI


def test_a_document_with_other_traits_qualifies_nobody_and_is_journalled() -> None:
    patient = identity(RETR)
    with pytest.raises(Conflict) as refusal:
        check(minting.doctor(), patient, traits_agree=False)
    assert refusal.value.sentence == "Les traits de la pièce diffèrent : l’INS ne peut pas être qualifiée."
    assert people.row(patient.id).status == RETR
    with sql_allowed("tests"):
        line = journal.about([patient.id])[0]
    assert (line.outcome, line.code) == ("refused", "piece-differe")


@pytest.mark.parametrize(
    ("door", "before", "after"),
    [
        ("withdraw_document", QUAL, RETR),
        ("withdraw_document", VALI, PROV),
        ("withdraw_document", RETR, None),
        ("withdraw_document", PROV, None),
        ("withdraw_ins", QUAL, VALI),
        ("withdraw_ins", RETR, PROV),
        ("withdraw_ins", VALI, None),
        ("withdraw_ins", PROV, None),
    ],
)
def test_what_is_withdrawn_lowers_the_status_or_is_refused(door: str, before: str, after: str | None) -> None:
    patient = identity(before)
    act = getattr(statuses, door)
    if after is None:
        with pytest.raises(Conflict, match="statut"):
            act(actor=minting.doctor(), patient_id=patient.id, version=1, reason="Vérification échouée")
        assert people.row(patient.id).status == before
        return
    act(actor=minting.doctor(), patient_id=patient.id, version=1, reason="Vérification échouée")
    row = people.row(patient.id)
    assert row.status == after
    assert (row.matricule is not None) is (after == RETR)
    assert (row.document_kind != "") is (after == VALI)
    assert len(people.previous(patient.id)) == (1 if door == "withdraw_ins" else 0)


@pytest.mark.parametrize("before", [PROV, RETR, VALI, QUAL])
def test_doubt_makes_any_identity_provisional_without_ins_and_tells_the_referents(before: str) -> None:
    """Invariant 2: doubtful ⇒ provisional, no INS stored."""
    patient = identity(before)
    statuses.put_in_doubt(actor=people.referent(), patient_id=patient.id, version=1, reason="Usurpation possible")
    row = people.row(patient.id)
    assert (row.status, row.doubtful, row.matricule, row.oid, row.document_kind) == (PROV, True, None, None, "")
    assert people.previous(patient.id) == ([(patient.matricule, "doubted")] if patient.matricule else [])
    assert [one["change"] for one in people.told(patient.id, "identity.doubted")] == ["doubted"]
    with sql_allowed("tests"):
        assert journal.about([patient.id])[0].reason == "Usurpation possible"


def test_a_doubtful_identity_goes_nowhere_before_the_doubt_is_lifted() -> None:
    patient, actor = identity(QUAL), minting.doctor()
    statuses.put_in_doubt(actor=people.referent(), patient_id=patient.id, version=1, reason="Usurpation possible")
    for act in (statuses.put_in_doubt, statuses.declare_fictitious, statuses.withdraw_ins):
        with pytest.raises(Conflict, match="identite-douteuse"):
            act(actor=people.referent(), patient_id=patient.id, version=2, reason="Essai")
    with pytest.raises(Conflict, match="identite-douteuse"):
        check(actor, people.row(patient.id))
    statuses.lift_doubt(actor=actor, patient_id=patient.id, version=2, reason="Pièce vue")
    assert (people.row(patient.id).doubtful, check(actor, people.row(patient.id))) == (False, VALI)
    with pytest.raises(Conflict, match="sans-doute"):
        statuses.lift_doubt(actor=actor, patient_id=patient.id, version=4, reason="Encore")


@pytest.mark.parametrize("before", [PROV, RETR, VALI, QUAL])
def test_fiction_is_provisional_without_ins_and_never_doubtful(before: str) -> None:
    """Invariant 2: fictitious ⇒ provisional, no INS stored; not combined with doubt."""
    patient, actor = identity(before), minting.doctor()
    statuses.declare_fictitious(actor=actor, patient_id=patient.id, version=1, reason="Formation")
    row = people.row(patient.id)
    assert (row.status, row.fictitious, row.matricule) == (PROV, True, None)
    for act in (statuses.put_in_doubt, statuses.lift_doubt):
        with pytest.raises(Conflict, match="identite-fictive"):
            act(actor=people.referent(), patient_id=patient.id, version=2, reason="Essai")
    with pytest.raises(Conflict, match="identite-fictive"):
        check(actor, row)


@pytest.mark.parametrize("before", [PROV, RETR, VALI, QUAL])
def test_the_homonym_mark_goes_with_any_status_and_survives(before: str) -> None:
    patient, actor = identity(before), minting.doctor()
    statuses.declare_homonym(actor=actor, patient_id=patient.id, version=1, homonym=True)
    assert (people.row(patient.id).homonym, people.row(patient.id).status) == (True, before)
    statuses.put_in_doubt(actor=people.referent(), patient_id=patient.id, version=2, reason="Confusion")
    row = people.row(patient.id)
    assert (row.homonym, row.doubtful) == (True, True)
    statuses.declare_homonym(actor=actor, patient_id=patient.id, version=3, homonym=False)
    assert not people.row(patient.id).homonym


def test_only_those_who_identify_change_a_status() -> None:
    patient = identity(PROV)
    for actor in (minting.doctor(profession="41"), minting.holder(patient.id), people.software()):
        with pytest.raises(Forbidden) as refusal:
            check(actor, patient)
        assert refusal.value.grantor
    assert check(minting.doctor(profession="60"), patient) == VALI


def test_a_stale_version_and_a_missing_reason_change_nothing() -> None:
    patient = identity(QUAL)
    with pytest.raises(Conflict):
        statuses.put_in_doubt(actor=people.referent(), patient_id=patient.id, version=2, reason="Usurpation")
    for reason in ("", "   ", "a\x00", "x" * 501):
        with pytest.raises(Invalid):
            statuses.put_in_doubt(actor=people.referent(), patient_id=patient.id, version=1, reason=reason)
    assert people.row(patient.id).status == QUAL


@pytest.mark.parametrize("status", [PROV, RETR, VALI, QUAL])
def test_a_matricule_leaves_with_a_qualified_identity_only(status: str) -> None:
    """Invariant 1 (EXI SI 08), on every reading door of this package."""
    patient, actor = identity(status, birth_date=people.day()), minting.doctor()
    search = searches.start(actor=actor, birth_date=patient.birth_date)
    shown = [
        patients.read(actor=actor, patient_id=patient.id).heading,
        patients.read(actor=minting.holder(patient.id), patient_id=patient.id).heading,
        searches.read(actor=actor, search_id=search).matches[0].heading,
    ]
    expected = (patient.matricule, patient.oid) if status == QUAL else ("", "")
    assert {(heading.matricule, heading.oid) for heading in shown} == {expected}


def test_no_two_active_identities_hold_one_ins() -> None:
    """Invariant 3 (EXI SI 32): the database refuses what a door would forget."""
    patient, other, merged = identity(QUAL), identity(RETR), identity(QUAL)
    with pytest.raises(IntegrityError), sql_allowed("tests"), transaction.atomic():
        Patient.objects.filter(id=other.id).update(matricule=patient.matricule)
    with sql_allowed("tests"):
        Patient.objects.filter(id=merged.id).update(matricule=patient.matricule, master=patient.id)
    assert people.row(merged.id).matricule == patient.matricule


def test_the_database_refuses_doubt_with_an_ins() -> None:
    """Invariant 2, held by constraints."""
    patient = identity(QUAL)
    for flag in ("doubtful", "fictitious"):
        with pytest.raises(IntegrityError), sql_allowed("tests"), transaction.atomic():
            Patient.objects.filter(id=patient.id).update(**{flag: True})


def test_steps_offered_by_the_page_are_those_that_the_doors_take() -> None:
    actor = minting.doctor()
    for status in (PROV, RETR, VALI, QUAL):
        offered = patients.read(actor=actor, patient_id=identity(status).id).steps
        assert offered == {step.value for step in Step if status in rules.TRANSITIONS[step]} - {Step.DOUBT_LIFTED}
    assert patients.read(actor=minting.doctor(profession="41"), patient_id=identity(QUAL).id).steps == frozenset()
