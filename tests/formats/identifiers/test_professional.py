"""RPPS, practices and the national identifier that prefixes them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from socle.errors import Invalid
from socle.formats import identifiers as ids

digits10 = st.text("0123456789", min_size=10, max_size=10)


@given(digits10, st.integers(1, 9))
def test_rpps_key_is_luhn_and_sees_a_wrong_digit(order: str, shift: int) -> None:
    key = ids.luhn_key(order)
    assert ids.rpps_key_is_right(order + key)
    assert not ids.rpps_key_is_right(order + str((int(key) + shift) % 10))


@given(st.text("0123456789", min_size=13, max_size=13))
def test_rpps_rang_key_is_luhn_over_fourteen(order: str) -> None:
    assert ids.rpps_rang_key_is_right(order + ids.luhn_key(order))


def test_official_examples_of_wrong_key_keep_their_shape() -> None:
    assert ids.rpps_key_is_right("99700218896")
    for published in ("10102727017", "10003461033"):
        assert ids.rpps_shape_is_right(published)
        assert not ids.rpps_key_is_right(published)


@pytest.mark.parametrize("typed", ["99700218896", "899700218896", "997 0021 8896", " 8 99700218896 "])
def test_rpps_is_normalised_from_both_forms(typed: str) -> None:
    assert ids.normalise_rpps(typed) == "99700218896"


@pytest.mark.parametrize("typed", ["", "9970021889", "799700218896", "9970021889６", "99700218896x", "8" * 13])
def test_rpps_of_wrong_shape_is_refused(typed: str) -> None:
    with pytest.raises(Invalid) as refused:
        ids.normalise_rpps(typed)
    assert refused.value.code == "rpps-shape"


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("899700218896", ids.PersonIdKind.RPPS, "99700218896"),
        ("0753456789", ids.PersonIdKind.ADELI, "753456789"),
        ("1075345678", ids.PersonIdKind.ADELI_PRACTICE, "075345678"),
        ("3750803447/123", ids.PersonIdKind.FINESS, "750803447/123"),
        ("4380034000/AB", ids.PersonIdKind.SIREN, "380034000/AB"),
        ("518003502400041/1.2.250.1.215.1.2", ids.PersonIdKind.SIRET, "18003502400041/1.2.250.1.215.1.2"),
        ("610003879623017/7", ids.PersonIdKind.RPPS_PRACTICE, "10003879623017/7"),
        ("10durand@exemple.mssante.fr", ids.PersonIdKind.MSS, "durand@exemple.mssante.fr"),
    ],
)
def test_national_identifier_is_taken_apart_and_put_together(text: str, kind: ids.PersonIdKind, value: str) -> None:
    parsed = ids.parse_idnps(text)
    assert (parsed.kind, parsed.value) == (kind, value)
    assert str(parsed) == text
    assert parsed.rpps == (value if kind is ids.PersonIdKind.RPPS else None)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "idnps-shape"),
        ("8", "idnps-shape"),
        ("89970 0218896", "idnps-shape"),
        ("89970021889", "rpps-shape"),
        ("7123456", "idnps-kind"),
        ("x12345", "idnps-kind"),
        ("8" * 70, "idnps-shape"),
    ],
)
def test_national_identifier_of_wrong_shape_is_refused(text: str, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        ids.parse_idnps(text)
    assert refused.value.code == code


@given(st.text(max_size=80))
def test_hostile_text_is_a_value_or_invalid(text: str) -> None:
    try:
        parsed = ids.parse_idnps(text)
    except Invalid:
        return
    assert str(parsed) == text.strip()


def test_adeli_shapes() -> None:
    assert ids.adeli_shape_is_right("2A1234567")
    assert ids.adeli_rang_shape_is_right("75912345601")
    assert not ids.adeli_shape_is_right("2C1234567")
    assert ids.idnps_of_rpps("99700218896") == "899700218896"
