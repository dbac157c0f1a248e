"""The forms of names: stored, compared, searched, shown with what matched."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from socle.errors import Invalid
from socle.formats import names
from tests.corpora import shared


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("d’Aeion Cœur", "D'AEION COEUR"),
        ("D'ARTAGNAN DE L'HERAULT", "D'ARTAGNAN DE L'HERAULT"),
        ("Pierre‑Alain", "PIERRE-ALAIN"),
        ("Éloïse  Noël", "ELOISE NOEL"),
        ("MURIEL, FLORIANT", "MURIEL FLORIANT"),
        ("Dupont/Durand", "DUPONT DURAND"),
        ("François", "FRANCOIS"),
        ("Franc\u0327ois", "FRANCOIS"),
        ("Nuñez Ångström Øster Łódź Straße Þór", "NUNEZ ANGSTROM OSTER LODZ STRASSE THOR"),
        ("  L\u2019Haÿ  ", "L'HAY"),
        ("ﬁlliol", "FILLIOL"),
    ],
)
def test_storage_form(typed: str, stored: str) -> None:
    assert names.stored_name(typed) == stored
    assert names.stored_name(stored) == stored


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "name-empty"),
        ("  -- ' ", "name-empty"),
        ("//", "name-empty"),
        ("Иванов", "name-characters"),
        ("محمد", "name-characters"),
        ("A" * 101, "name-length"),
        ("é" * 100_000, "name-length"),
    ],
)
def test_what_is_no_name_is_refused(typed: str, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        names.stored_name(typed)
    assert refused.value.code == code


@given(st.text(max_size=60))
def test_stored_forms_are_stable_and_agree_with_what_was_typed(text: str) -> None:
    try:
        stored = names.stored_name(text)
    except Invalid:
        return
    assert names.stored_name(stored) == stored
    assert set(stored) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 -'")
    assert "  " not in stored
    assert names.names_agree(text, stored)


def test_hostile_strings_are_values_or_invalid() -> None:
    lines = shared("corpora/security/strings").rglob("*")
    texts = [line for file in lines if file.is_file() for line in file.read_text("utf-8", errors="replace").splitlines()]
    assert len(texts) > 500
    refused = 0
    for text in texts:
        assert names.comparable(text) == names.comparable(names.comparable(text))
        try:
            names.stored_name(text)
        except Invalid:
            refused += 1
    assert 0 < refused < len(texts)


def test_comparison_sets_signs_and_accents_aside_and_nothing_else() -> None:
    assert names.names_agree("Pierre-Alain", "PIERRE ALAIN")
    assert names.names_agree("D’Éon", "d eon")
    assert names.names_agree("CŒUR", "Coeur")
    assert not names.names_agree("PIERRE", "PIERRE ALAIN")
    assert not names.names_agree("DUPOND", "DUPONT")
    assert not names.names_agree("Иванов", "Петров")


@pytest.mark.parametrize(
    ("first_name", "listed", "coherent"),
    [
        ("MAX", "MAX PATRICK", True),
        ("MAX-PATRICK", "MAX PATRICK", True),
        ("max patrick", "MAX-PATRICK", True),
        ("PATRICK", "MAX PATRICK", False),
        ("MA", "MAX PATRICK", False),
        ("MAX PATRICK LUC", "MAX PATRICK", False),
        ("PIERRE-ALAIN", "PIERRE-ALAIN, MURIEL, FLORIANT", True),
        ("", "MAX PATRICK", False),
        ("ZOE", "", False),
    ],
)
def test_first_name_starts_the_list(first_name: str, listed: str, coherent: bool) -> None:
    assert names.first_name_is_coherent(first_name, listed) is coherent


@pytest.mark.parametrize("typed", ["d'a", "dar", "D ART", "d’artagnan"])
def test_search_form_is_a_prefix_whatever_the_signs(typed: str) -> None:
    assert names.search_form("D'ARTAGNAN DE L'HERAULT").startswith(names.search_form(typed))


@pytest.mark.parametrize(
    ("name", "accepted"),
    [
        ("D'ARTAGNAN DE L'HERAULT", True),
        ("PIERRE-ALAIN", True),
        ("CŒUR", False),
        ("ZOÉ", False),
        ("zoe", False),
        ("ZOE2", False),
        ("", False),
        (" ZOE", False),
        ("A" * 101, False),
    ],
)
def test_characters_of_the_teleservice(name: str, accepted: bool) -> None:
    assert names.insi_accepts(name) is accepted


def test_a_name_is_put_in_the_form_of_the_teleservice_or_refused() -> None:
    assert names.insi_form("d’Aeion Cœur") == "D'AEION COEUR"
    with pytest.raises(Invalid) as refused:
        names.insi_form("Inconnu 3")
    assert refused.value.code == "insi-characters"


@pytest.mark.parametrize(
    ("shown", "typed", "marked"),
    [
        ("DURAND", "dur", ["DUR"]),
        ("Éléonore", "ele", ["Élé"]),
        ("E\u0301le\u0301onore", "ele", ["E\u0301le\u0301"]),
        ("D’ARTAGNAN", "dart", ["D’ART"]),
        ("D’ARTAGNAN", "art", ["ART"]),
        ("MARIE-LOUISE MARTIN", "mar", ["MAR", "MAR"]),
        ("JEAN-PIERRE", "jean p", ["JEAN-P"]),
        ("Cœur", "co", ["Cœ"]),
        ("DURAND", "rand", []),
        ("DURAND", "", []),
        ("DURAND", "--", []),
        ("", "dur", []),
    ],
)
def test_what_matched_is_shown(shown: str, typed: str, marked: list[str]) -> None:
    assert [shown[start:end] for start, end in names.matched_spans(shown, typed)] == marked


@given(st.text(max_size=40), st.text(max_size=6))
def test_spans_are_ordered_inside_and_fold_to_what_was_typed(shown: str, typed: str) -> None:
    end_of_last = 0
    for start, end in names.matched_spans(shown, typed):
        assert end_of_last <= start < end <= len(shown)
        end_of_last = end
        assert names.search_form(typed) in names.search_form(shown[start:end])
