"""Places of birth: today's, yesterday's, abroad, unknown."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from socle.base import terminology


@pytest.mark.parametrize(
    ("code", "full_name", "kind"),
    [
        ("2B020", "Aregno (2B)", "commune"),
        ("75101", "Paris 1er Arrondissement (75)", "arrondissement"),
        ("97411", "Saint-Denis (974)", "commune"),
        ("97801", "Saint-Martin (978)", "commune"),
        ("20020", "Aregno (20)", "ancienne-commune"),
        ("99109", "Allemagne", "pays"),
        ("99352", "Algérie", "pays"),
        ("99999", "Lieu inconnu", "inconnu"),
        ("12999", "Lieu de code 12999 (12)", "inconnu"),
    ],
)
def test_places(code: str, full_name: str, kind: str) -> None:
    found = terminology.place(code)
    assert found is not None
    assert found.full_name == full_name
    assert found.kind == kind
    assert found.is_abroad == code.startswith("99")


def test_a_closed_code_says_what_took_its_place() -> None:
    found = terminology.commune("20009")
    assert found is not None
    assert (found.replaced_by, found.closed_on, found.departement) == ("2B009", date(1976, 1, 1), "20")


@pytest.mark.parametrize("code", ["", "2C001", "7510", "751011", "abcde", "٧٥١٠١", "99 99"])
def test_what_is_no_code_is_no_place(code: str) -> None:
    assert terminology.place(code) is None
    assert terminology.commune(code) is None
    assert terminology.departement_of(code) == ""


@given(st.from_regex(r"(?:[0-9]{2}|2A|2B)[0-9]{3}", fullmatch=True))
def test_any_code_of_right_shape_is_a_place_and_has_its_departement(code: str) -> None:
    found = terminology.place(code)
    assert found is not None
    assert found.code == code
    assert found.full_name
    expected = "" if code.startswith("99") else code[: 3 if code[:2] in ("97", "98") else 2]
    assert terminology.departement_of(code) == found.departement == expected


def test_departements() -> None:
    today = {one.code: one.name for one in terminology.departements()}
    assert len(today) == 101 + 8
    assert today["2A"] == "Corse-du-Sud"
    assert today["987"] == "Polynésie française"
    old = terminology.departement("20")
    assert old is not None
    assert old.closed_on == date(1976, 1, 1)
    assert "20" not in today
    assert terminology.departement("96") is None


def test_every_open_commune_lies_in_a_known_departement() -> None:
    for typed in ("saint", "la", "b", "paris", "marseille"):
        for found in terminology.find_places(typed, limit=50, former=False):
            assert found.is_abroad or terminology.departement(found.departement) is not None


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("saint-deni", "Saint-Denis"),
        ("SAINT DENIS", "Saint-Denis"),
        ("lhay", "L'Haÿ-les-Roses"),
        ("l’haÿ", "L'Haÿ-les-Roses"),
        ("portu", "Portugal"),
        ("République portu", "Portugal"),
        ("cereste", "Céreste-en-Luberon"),  # its name before 2024
        ("aregno", "Aregno"),
    ],
)
def test_places_are_found_by_the_start_of_a_name(typed: str, first: str) -> None:
    assert terminology.find_places(typed)[0].name == first


def test_searches_are_bounded_and_former_communes_can_be_left_out() -> None:
    assert len(terminology.find_places("s", limit=10_000)) == 50
    assert terminology.find_places("") == ()
    assert terminology.find_places("--") == ()
    assert terminology.find_places("zzzzzz") == ()
    with_former = terminology.find_places("aregno")
    assert [one.code for one in with_former] == ["2B020", "20020"]
    assert [one.code for one in terminology.find_places("aregno", former=False)] == ["2B020"]
