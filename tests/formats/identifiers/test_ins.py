"""The national health identity: shape and key apart, authorities by profile."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from socle.errors import Invalid
from socle.formats import identifiers as ids

PUBLISHED_RIGHT = {
    "ADRUN": "275126322074974",
    "ECETINSI": "109076322083489",
    "NESSI": "110086322083060",
    "TCHITCHI": "236066322083656",
    "CORSE": "180032B02040123",
    "PAT-TROIS": "279035121518989",
}

months = st.one_of(st.integers(1, 12), st.integers(20, 99)).map(lambda month: f"{month:02d}")
departments = st.one_of(st.integers(0, 99).map(lambda number: f"{number:02d}"), st.sampled_from(["2A", "2B"]))
first13s = st.builds(
    lambda sex, year, month, department, rest: f"{sex}{year:02d}{month}{department}{rest:06d}",
    st.sampled_from("12"),
    st.integers(0, 99),
    months,
    departments,
    st.integers(0, 999_999),
)


@pytest.mark.parametrize("value", PUBLISHED_RIGHT.values(), ids=PUBLISHED_RIGHT)
def test_published_test_identities_have_shape_and_key(value: str) -> None:
    assert ids.ins_shape_is_right(value)
    assert ids.ins_key(value[:13]) == value[13:]
    assert ids.ins_key_is_right(value)


def test_the_published_identity_of_wrong_key_keeps_its_shape() -> None:
    hermann = ids.parse_ins("181036322045660", ids.INS_TEST_OID)
    assert ids.ins_shape_is_right(hermann.value)
    assert not hermann.key_is_right
    assert ids.ins_key("1810363220456") == "76"


@given(first13s)
def test_a_computed_key_is_right_and_any_other_is_wrong(first13: str) -> None:
    key = ids.ins_key(first13)
    assert 1 <= int(key) <= 97
    assert ids.ins_key_is_right(first13 + key)
    wrong = [f"{number:02d}" for number in range(100) if f"{number:02d}" != key]
    assert not any(ids.ins_key_is_right(first13 + other) for other in wrong)


@given(first13s, st.integers(0, 12), st.sampled_from("0123456789"))
def test_the_key_sees_any_single_wrong_digit(first13: str, position: int, digit: str) -> None:
    damaged = first13[:position] + digit + first13[position + 1 :]
    if damaged != first13:
        assert not ids.ins_key_is_right(damaged + ids.ins_key(first13))


@given(st.text(max_size=40))
def test_hostile_text_is_a_value_or_invalid(text: str) -> None:
    try:
        value = ids.normalise_matricule(text)
    except Invalid:
        return
    assert ids.ins_shape_is_right(value)


@pytest.mark.parametrize(
    ("value", "shape"),
    [
        ("1800375020401", ids.NumberShape.NIR),
        ("1802075020401", ids.NumberShape.NIR),
        ("1801375020401", None),
        ("1801975020401", None),
        ("180032C020401", None),
        ("7112345678901", ids.NumberShape.NNP),
        ("8212345678901", ids.NumberShape.NNP),
        ("5112345678901", ids.NumberShape.MIG),
        ("3800375020401", None),
        ("180037502040", None),
        ("18003750204011", None),
        ("180037502040¹", None),
        ("١٨٠٠٣٧٥٠٢٠٤٠١", None),
        ("", None),
    ],
)
def test_shapes_of_numbers(value: str, shape: ids.NumberShape | None) -> None:
    assert ids.number_shape(value) is shape


def test_pseudo_months_say_nothing_of_the_birth_date() -> None:
    assert ids.has_pseudo_month("1802075020401")
    assert not ids.has_pseudo_month("1801275020401")


def test_only_numbers_of_registered_people_reach_the_teleservice() -> None:
    assert ids.is_eligible_for_insi("275126322074974")
    waiting = "7112345678901"
    assert ids.ins_shape_is_right(waiting + ids.ins_key(waiting))
    assert not ids.is_eligible_for_insi(waiting + ids.ins_key(waiting))


@pytest.mark.parametrize(
    ("typed", "normalised"),
    [
        ("2 75 12 63 220 749 74", "275126322074974"),
        ("2\u00a075 12 63\u202f220.749-74", "275126322074974"),
        ("1 80 03 2b 020 401 23", "180032B02040123"),
        ("181036322045660", "181036322045660"),  # its key is wrong: not the business of the shape
    ],
)
def test_separators_people_type_are_taken_off(typed: str, normalised: str) -> None:
    assert ids.normalise_matricule(typed) == normalised


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("2751263220749", "ins-key-missing"),
        ("2 75 12 63 220 749", "ins-key-missing"),
        ("27512632207497", "ins-shape"),
        ("2751263220749742", "ins-shape"),
        ("5112345678901", "ins-key-missing"),
        ("511234567890112", "ins-shape"),
        ("275126322074974" + " " * 200, "ins-shape"),
        ("", "ins-shape"),
    ],
)
def test_what_is_not_a_whole_number_is_refused(typed: str, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        ids.normalise_matricule(typed)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("oid", "production", "demonstration"),
    [
        ("1.2.250.1.213.1.4.8", True, False),
        ("1.2.250.1.213.1.4.9", True, False),
        ("1.2.250.1.213.1.4.10", False, True),
        ("1.2.250.1.213.1.4.11", False, True),
        ("1.2.250.1.213.1.4.2", False, False),
        ("1.2.250.1.213.1.4.1", False, False),
        ("1.2.3", False, False),
        ("", False, False),
    ],
)
def test_authorities_by_profile(oid: str, production: bool, demonstration: bool) -> None:
    assert ids.oid_allowed(oid, "production") is production
    assert ids.oid_allowed(oid, "demo") is demonstration
    assert ids.oid_allowed(oid, "test") is demonstration


def test_an_ins_knows_its_authority_and_hides_its_value() -> None:
    ins = ids.parse_ins("275126322074974", "urn:oid:1.2.250.1.213.1.4.11")
    assert (ins.nature, ins.environment) == (ids.InsNature.NIR, ids.InsEnvironment.DEMONSTRATION)
    assert ins.authority.hl7v2_name == "ASIP-SANTE-INS-NIR"
    assert "275126322074974" not in repr(ins)


@pytest.mark.parametrize("oid", ["1.2.250.1.213.1.4.2", "1.2.3.4", "", "urn:oid:"])
def test_an_ins_of_another_authority_is_refused(oid: str) -> None:
    with pytest.raises(Invalid) as refused:
        ids.parse_ins("275126322074974", oid)
    assert refused.value.code == "ins-oid"
