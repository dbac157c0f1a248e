"""FINESS, SIREN, SIRET and the national identifier of a structure."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from socle.errors import Invalid
from socle.formats import identifiers as ids


@pytest.mark.parametrize("value", ["2A0000014", "2B0000020"])
def test_finess_of_corsica(value: str) -> None:
    assert ids.finess_key_is_right(value)
    assert not ids.finess_key_is_right(value[:-1] + str((int(value[-1]) + 1) % 10))


@pytest.mark.parametrize("published", ["458174839", "754567860"])
def test_official_examples_of_wrong_key_keep_their_shape(published: str) -> None:
    assert ids.finess_shape_is_right(published)
    assert not ids.finess_key_is_right(published)


@given(st.text("0123456789", min_size=8, max_size=8))
def test_siren_and_finess_keys_are_luhn(order: str) -> None:
    key = ids.luhn_key(order)
    wrong = str((int(key) + 1) % 10)
    assert ids.siren_key_is_right(order + key)
    assert ids.finess_key_is_right(order + key)
    assert not ids.siren_key_is_right(order + wrong)
    assert not ids.finess_key_is_right(order + wrong)


@given(st.text("0123456789", min_size=13, max_size=13).filter(lambda order: not order.startswith("356000000")))
def test_siret_key_is_luhn(order: str) -> None:
    key = ids.luhn_key(order)
    assert ids.siret_key_is_right(order + key)
    assert not ids.siret_key_is_right(order + str((int(key) + 1) % 10))


def test_offices_of_la_poste_have_a_plain_sum() -> None:
    assert ids.siret_key_is_right("35600000000048")  # head office: Luhn
    assert ids.siret_key_is_right("35600000049837")  # an office: sum of digits 45
    assert not ids.siret_key_is_right("35600000049838")
    assert not ids.siret_key_is_right("73282932049837")  # the exception is La Poste's alone


@pytest.mark.parametrize(
    ("normalise", "typed", "value"),
    [
        (ids.normalise_finess, "2a 000 0014", "2A0000014"),
        (ids.normalise_siren, "732 829 320", "732829320"),
        (ids.normalise_siret, "732 829 320 00074", "73282932000074"),
    ],
)
def test_normalised_and_refused(normalise, typed: str, value: str) -> None:
    assert normalise(typed) == value
    for wrong in (typed + "0", typed[:-1], "", "é" * len(value), "٣" * len(value)):
        with pytest.raises(Invalid):
            normalise(wrong)


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("1770816478", ids.StructureIdKind.FINESS, "770816478"),
        ("2801234567", ids.StructureIdKind.SIREN, "801234567"),
        ("318003502400041", ids.StructureIdKind.SIRET, "18003502400041"),
        ("410003879623017", ids.StructureIdKind.RPPS_PRACTICE, "10003879623017"),
        ("075345678901", ids.StructureIdKind.ADELI_PRACTICE, "75345678901"),
    ],
)
def test_national_identifier_is_taken_apart_and_put_together(text: str, kind: ids.StructureIdKind, value: str) -> None:
    parsed = ids.parse_idnst(text)
    assert (parsed.kind, parsed.value) == (kind, value)
    assert str(parsed) == text


@pytest.mark.parametrize(("text", "code"), [("", "idnst-shape"), ("9123", "idnst-kind"), ("1 770", "idnst-shape")])
def test_national_identifier_of_wrong_shape_is_refused(text: str, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        ids.parse_idnst(text)
    assert refused.value.code == code
