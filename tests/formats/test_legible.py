"""What is kept to be shown of a text written by others."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from socle.formats.legible import legible, mixes_alphabets


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("Compte rendu d’hospitalisation : « été »", "Compte rendu d’hospitalisation : « été »"),
        ("Compte\u200brendu\ufeff", "Compterendu"),
        ("Rapport \u202efdp.exe\u202c", "Rapport fdp.exe"),
        ("\u2067Dr ESSAI\u2069", "Dr ESSAI"),
        ("Ligne\nune\x00\u2028autre", "Ligne une  autre"),
        ("E" + "\u0301" * 40 + "TÉ", "E\u0301\u0301TÉ"),
        ("\u3164\u2800", ""),
        ("  Bilan  du soir ", "Bilan  du soir"),
        ("Nguyễn Văn Đức", "Nguyễn Văn Đức"),
        ("مستشفى", "مستشفى"),
    ],
)
def test_what_nobody_sees_is_gone_and_the_rest_is_as_it_was(written: str, shown: str) -> None:
    assert legible(written) == shown


@given(st.text(max_size=60))
def test_whatever_is_written_shows_only_signs_with_ink(text: str) -> None:
    shown = legible(text)
    assert legible(shown) == shown
    assert not {unicodedata.category(sign) for sign in shown} & {"Cf", "Cc", "Zl", "Zp", "Cs", "Co", "Cn"}


@pytest.mark.parametrize("name", ["Dr Аlix ESSAI", "ESSΑI", "Clinique des Tilleulѕ", "Ꭰupont"])
def test_a_word_of_two_alphabets_imitates_another(name: str) -> None:
    assert mixes_alphabets(name)


@pytest.mark.parametrize("name", ["Dr Alix ESSAI", "Hôpital Œdipe nº 2", "д-р Иванов", "Łukasz Þórsson", "Ångström 3", ""])
def test_a_word_of_one_alphabet_does_not(name: str) -> None:
    assert not mixes_alphabets(name)
