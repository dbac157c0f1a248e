"""Registration from a page, storage forms, later changes: allowed and refused side by side."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta

import pytest

from socle import clock
from socle.base.identity.actions import patients
from socle.base.identity.queries import patients as reading
from socle.base.identity.queries import searches
from socle.base.identity.traits import Complementary, Strict
from socle.errors import Conflict, Forbidden, Invalid, NotFound, SocleError
from socle.record.actions import openings
from tests import minting
from tests.base.identity import people

pytestmark = pytest.mark.usefixtures("installation")


def test_traits_are_stored_in_their_forms_and_the_identity_is_provisional() -> None:
    row = people.registered(minting.doctor(), birth_name="d’Artagnan-Cœur", first_given="Zoé", given_names="Zoé, Anne/Marie")
    assert (row.birth_name, row.birth_name_key) == ("D'ARTAGNAN-COEUR", "D ARTAGNAN COEUR")
    assert (row.first_given, row.given_names) == ("ZOE", "ZOE ANNE MARIE")
    assert (row.status, row.matricule, row.oid, row.used_name) == ("provisional", None, None, "")
    assert people.told(row.id, "identity.registered") == [{"change": "", "status": "provisional"}]


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"birth_name": "  "}, "birth_name"),
        ({"birth_name": "Ж"}, "birth_name"),
        ({"first_given": ""}, "first_given"),
        ({"first_given": "Anne"}, "first_given"),
        ({"first_given": "Zo"}, "first_given"),
        ({"sex": ""}, "sex"),
        ({"sex": "X"}, "sex"),
        ({"birthplace_cog": ""}, "birthplace_cog"),
        ({"birthplace_cog": "Paris"}, "birthplace_cog"),
        ({"birth_date": "31/02/1950"}, "birth_date"),
        ({"birth_date": "01/01/2999"}, "birth_date"),
    ],
)
def test_each_wrong_trait_is_said_where_it_is(changes: dict[str, str], where: str) -> None:
    actor, traits = minting.doctor(), people.strict()
    search = searches.start(actor=actor, birth_date=traits.birth_date)
    with pytest.raises(Invalid) as refusal:
        patients.register(actor=actor, search_id=search, strict=replace(traits, **changes))
    assert [issue.where for issue in refusal.value.issues] == [where]
    assert patients.register(actor=actor, search_id=search, strict=traits).version == 1


def test_all_wrong_traits_are_said_at_once() -> None:
    actor = minting.doctor()
    search = searches.start(actor=actor, birth_date=people.day())
    with pytest.raises(Invalid) as refusal:
        patients.register(
            actor=actor,
            search_id=search,
            strict=Strict("", "", "", "", ""),
            complementary=Complementary(email="nulle part", phone="\x00"),
        )
    assert {issue.where for issue in refusal.value.issues} == {
        "birth_name",
        "first_given",
        "birth_date",
        "sex",
        "birthplace_cog",
    }


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ({"birthplace_cog": "99999"}, {"birthplace_cog": "99999"}),
        ({"birthplace_cog": "99324"}, {"birthplace_cog": "99324"}),
        ({"birthplace_cog": "2B999"}, {"birthplace_cog": "2B999"}),
        ({"birth_date": "00/00/1872"}, {"birth_date_known": "year"}),
        ({"birth_date": "00/05/1872"}, {"birth_date_known": "month"}),
        ({"sex": "I"}, {"sex": "I"}),
        ({"first_given": "Zoé-Anne"}, {"first_given": "ZOE-ANNE"}),
        ({"given_names": ""}, {"given_names": "ZOE"}),
    ],
)
def test_births_abroad_in_closed_places_and_on_partial_dates(typed: dict[str, str], stored: dict[str, str]) -> None:
    row = people.registered(minting.doctor(), **typed)
    assert {trait: getattr(row, trait) for trait in stored} == stored


def test_nobody_is_registered_without_an_empty_search_of_ones_own_about_them() -> None:
    actor, traits = minting.doctor(), people.strict()
    empty = searches.start(actor=actor, birth_date=traits.birth_date, name_start="art")
    with pytest.raises(NotFound):
        patients.register(actor=minting.doctor(), search_id=empty, strict=traits)
    with pytest.raises(Conflict, match="recherche-requise"):
        patients.register(actor=actor, search_id=empty, strict=replace(traits, birth_date=people.day()))
    with pytest.raises(Conflict, match="recherche-requise"):
        patients.register(actor=actor, search_id=empty, strict=replace(traits, birth_name="DURAND"))
    with clock.as_of(clock.now() + timedelta(minutes=16)), pytest.raises(NotFound):
        patients.register(actor=actor, search_id=empty, strict=traits)
    made = patients.register(actor=actor, search_id=empty, strict=traits)
    full = searches.start(actor=actor, birth_date=traits.birth_date)
    with pytest.raises(Conflict, match="recherche-requise"):
        patients.register(actor=actor, search_id=full, strict=traits)
    by_number = searches.start(actor=actor, matricule=minting.matricule())
    with pytest.raises(Conflict, match="recherche-requise"):
        patients.register(actor=actor, search_id=by_number, strict=traits)
    assert people.row(made.id).birth_name == "D'ARTAGNAN-COEUR"


def test_one_search_registers_one_person_however_often_it_is_sent() -> None:
    actor, traits = minting.doctor(), people.strict()
    search = searches.start(actor=actor, birth_date=traits.birth_date)
    made: list[object] = []
    refused: list[str] = []
    barrier = threading.Barrier(6)

    def client() -> None:
        barrier.wait()
        try:
            made.append(patients.register(actor=actor, search_id=search, strict=traits))
        except SocleError as refusal:
            refused.append(refusal.code)

    threads = [threading.Thread(target=client) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(made), refused) == (1, ["recherche-requise"] * 5)


def test_two_desks_register_one_person() -> None:
    desks, traits = [minting.doctor(), minting.doctor()], people.strict()
    found = [searches.start(actor=desk, birth_date=traits.birth_date, name_start="art") for desk in desks]
    patients.register(actor=desks[0], search_id=found[0], strict=traits)
    with pytest.raises(Conflict) as refusal:
        patients.register(actor=desks[1], search_id=found[1], strict=traits)
    assert refusal.value.sentence == "Cette personne vient d’être enregistrée. Recherchez-la de nouveau."
    other = searches.start(actor=desks[1], birth_date=traits.birth_date, name_start="zzz")
    patients.register(actor=desks[1], search_id=other, strict=replace(traits, birth_name="ZZZAUTRE"))


def test_a_person_of_whom_nothing_is_known_is_registered() -> None:
    actor = minting.doctor()
    traits = Strict("SANSNOM", "SANSPRENOM", people.day().replace(month=12, day=31), "I", "99999")
    search = searches.start(actor=actor, birth_date=traits.birth_date, name_start="qzx", given_start="qzx")
    row = people.row(patients.register(actor=actor, search_id=search, strict=traits).id)
    assert (row.birth_name, row.first_given, row.status) == ("SANSNOM", "SANSPRENOM", "provisional")
    with pytest.raises(Conflict):
        patients.register(actor=actor, search_id=search, strict=traits)
    another = searches.start(actor=actor, birth_date=traits.birth_date, name_start="qzx")
    assert patients.register(actor=actor, search_id=another, strict=traits).id != row.id


@pytest.mark.parametrize(
    ("changes", "allowed"),
    [
        ({"profession": "60"}, True),
        ({"profession": "21"}, True),
        ({"profession": "93"}, True),
        ({"profession": "", "role": "secretary"}, True),
        ({"profession": "41"}, False),
        ({"profession": "", "role": "home_help"}, False),
        ({"profession": "", "role": ""}, False),
    ],
)
def test_who_registers_and_changes(changes: dict[str, str], allowed: bool) -> None:
    actor, traits = minting.doctor(**changes), people.strict()
    search = searches.start(actor=actor, birth_date=traits.birth_date)
    patient = minting.patient()
    if allowed:
        patients.register(actor=actor, search_id=search, strict=traits)
        patients.update_traits(actor=actor, patient_id=patient.id, version=1, complementary=Complementary(city="Melun"))
    else:
        with pytest.raises(Forbidden) as refusal:
            patients.register(actor=actor, search_id=search, strict=traits)
        assert refusal.value.grantor
        with pytest.raises(Forbidden):
            patients.update_traits(actor=actor, patient_id=patient.id, version=1, complementary=Complementary(city="Melun"))
        assert people.row(patient.id).city == ""


def test_names_in_use_are_what_was_typed_and_never_filled() -> None:
    actor, patient = minting.doctor(), minting.patient()
    used = Complementary(used_name="Verdian-Öz", used_given="Lulu", phone="06 39 98 00 05", postal_code="95200")
    changed = patients.update_traits(actor=actor, patient_id=patient.id, version=1, complementary=used)
    row = people.row(patient.id)
    assert (row.used_name, row.used_name_key, row.used_given, row.status) == ("VERDIAN-OZ", "VERDIAN OZ", "LULU", "qualified")
    assert row.matricule == patient.matricule
    patients.update_traits(actor=actor, patient_id=patient.id, version=changed.version, complementary=Complementary())
    assert (people.row(patient.id).used_name, people.row(patient.id).phone) == ("", "")
    assert [one["change"] for one in people.told(patient.id, "identity.changed")] == ["complementary", "complementary"]


def test_the_first_given_name_stays_editable_while_it_starts_the_list() -> None:
    actor = minting.doctor()
    patient = minting.patient(first_given="MAX", given_names="MAX PATRICK")
    none = Complementary()
    patients.update_traits(actor=actor, patient_id=patient.id, version=1, complementary=none, first_given="Max-Patrick")
    assert (people.row(patient.id).first_given, people.row(patient.id).status) == ("MAX-PATRICK", "qualified")
    for wrong in ("Patrick", "Ma", ""):
        with pytest.raises(Invalid):
            patients.update_traits(actor=actor, patient_id=patient.id, version=2, complementary=none, first_given=wrong)


def test_an_older_version_changes_nothing() -> None:
    actor, patient = minting.doctor(), minting.patient()
    patients.update_traits(actor=actor, patient_id=patient.id, version=1, complementary=Complementary(city="Melun"))
    with pytest.raises(Conflict):
        patients.update_traits(actor=actor, patient_id=patient.id, version=1, complementary=Complementary(city="Meaux"))
    assert people.row(patient.id).city == "Melun"


def test_a_correction_of_verified_traits_makes_the_identity_provisional_without_ins() -> None:
    actor, patient = minting.doctor(), minting.patient(document_kind="CN", document_checked_on=clock.today())
    other = people.strict(birth_name="Essai-Rectifié")
    with pytest.raises(Invalid):
        patients.correct(actor=actor, patient_id=patient.id, version=1, strict=other, reason=" ")
    patients.correct(actor=actor, patient_id=patient.id, version=1, strict=other, reason="Pièce relue")
    row = people.row(patient.id)
    assert (row.birth_name, row.status, row.matricule, row.document_kind) == ("ESSAI-RECTIFIE", "provisional", None, "")
    assert people.previous(patient.id) == [(patient.matricule, "corrected")]


def test_the_identity_page_shows_contact_details_to_those_who_have_the_person_in_care() -> None:
    registrar = minting.doctor()
    patient = minting.patient(phone="0639980002", document_kind="CN")
    stranger, carer = minting.doctor(), minting.doctor()
    openings.state_care(actor=carer, patient_id=patient.id)
    assert reading.read(actor=stranger, patient_id=patient.id).contact is None
    for reader in (carer, minting.holder(patient.id)):
        contact = reading.read(actor=reader, patient_id=patient.id).contact
        assert contact is not None
        assert contact.phone == "0639980002"
    openings.block(
        actor=minting.holder(patient.id),
        patient_id=patient.id,
        person_id=carer.person_id or clock.new_id(),
        person_name=carer.name,
    )
    assert reading.read(actor=carer, patient_id=patient.id) == reading.read(actor=stranger, patient_id=patient.id)
    own = people.registered(registrar)
    assert reading.read(actor=registrar, patient_id=own.id).contact is not None
    assert reading.read(actor=stranger, patient_id=own.id).contact is None


def test_the_identity_page_is_for_its_holder_professionals_and_the_referent() -> None:
    patient, other = minting.patient(), minting.patient()
    seen = reading.read(actor=people.referent(), patient_id=patient.id)
    assert (seen.heading.matricule, seen.record_state, seen.contact) == (patient.matricule, "open", None)
    with pytest.raises(NotFound):
        reading.read(actor=minting.holder(other.id), patient_id=patient.id)
    with pytest.raises(NotFound):
        reading.read(actor=minting.doctor(), patient_id=clock.new_id())
    with pytest.raises(Forbidden):
        reading.read(actor=people.referent(rights=frozenset()), patient_id=patient.id)
    with people.statements() as sent:
        reading.read(actor=minting.doctor(), patient_id=patient.id)
    assert len(sent) == 4, sent
