"""What the providers tell becomes values; whatever else they tell becomes a clear refusal."""

from __future__ import annotations

import contextlib
import json
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from socle.base.signin import mappings
from socle.errors import Forbidden, Invalid
from tests.corpora import shared

RIGHT: dict[str, Any] = {
    "SubjectNameID": "899700900014",
    "given_name": "Claire",
    "family_name": "NOVAREL",
    "Acces_Regulation_Medicale": "FAUX",
    "SubjectRefPro": {
        "codeCivilite": "MME",
        "exercices": [
            {
                "codeProfession": "10",
                "codeCategorieProfessionnelle": "C",
                "codeCiviliteDexercice": "DR",
                "codeTypeSavoirFaire": "S",
                "codeSavoirFaire": "SM54",
                "activities": [
                    {"codeSecteurDactivite": "SA07", "numeroFinessSite": "930990015", "raisonSocialeSite": "Cabinet (fictif)"}
                ],
            }
        ],
    },
}
PIVOT = {
    "family_name": "DE LA TOUR",
    "given_name": "Marie-Anne Léa",
    "birthdate": "1980-02-29",
    "gender": "female",
    "birthplace": "75112",
    "birthcountry": "99100",
}


def test_the_sample_of_the_service_is_read() -> None:
    sample = json.loads(shared("reference/fhir-definitions/psc/UserInfo_site_PSC.json").read_text(encoding="utf-8"))
    told = mappings.professional(sample)
    assert told.national_id == sample["SubjectNameID"]
    assert (told.given, told.regulation) == ("Paul", False)
    assert [one.name for one in told.practices][:2] == ["CAB MED BIS TOUBIB0023550", "CABINET MEDICAL0023550"]


def test_a_situation_has_bare_codes_and_a_name_of_its_structure() -> None:
    told = mappings.professional(RIGHT)
    (one,) = told.practices
    assert (told.name, mappings.title_of(one)) == ("Dr Claire NOVAREL", "Médecin généraliste")
    assert (one.profession, one.know_how, one.sector) == ("10", "SM54", "SA07")
    assert (mappings.idnst_of(one), one.name) == ("1930990015", "Cabinet (fictif)")


@pytest.mark.parametrize(
    ("exercice", "title"),
    [
        ({"codeProfession": "60"}, "Infirmier"),
        ({"codeProfession": "10", "codeSavoirFaire": "SM18"}, "Médecin, gériatrie"),
        ({"codeProfession": "10", "codeCategorieProfessionnelle": "E"}, "Médecin en formation"),
        ({"codeProfession": "inconnue"}, "Professionnel"),
    ],
)
def test_titles_are_read_by_people(exercice: dict[str, str], title: str) -> None:
    told = mappings.professional({**RIGHT, "SubjectRefPro": {"exercices": [exercice]}})
    assert mappings.title_of(told.practices[0]) == title


@pytest.mark.parametrize("exercices", [[], None, "rien", {}, [None], ["x"]])
def test_nobody_enters_who_practises_nothing(exercices: object) -> None:
    with pytest.raises(Forbidden) as error:
        mappings.professional({**RIGHT, "SubjectRefPro": {"exercices": exercices}})
    assert error.value.code == "sans-exercice"
    assert "aucun exercice" in error.value.sentence


@pytest.mark.parametrize("name", [None, "", 12, "x", "a b", "8" * 60, "8997\n00"])
def test_an_account_needs_the_national_id(name: object) -> None:
    with pytest.raises(Invalid):
        mappings.professional({**RIGHT, "SubjectNameID": name})


def test_the_pivot_is_read() -> None:
    told = mappings.pivot(PIVOT)
    assert (told.birth_date, told.sex, told.birthplace) == (date(1980, 2, 29), "F", "75112")
    assert told.name == "Marie-Anne DE LA TOUR"
    assert mappings.pivot({**PIVOT, "birthplace": "", "birthcountry": "99352"}).birthplace == "99352"


@pytest.mark.parametrize(
    "changes",
    [
        {"birthdate": "1980-02-30"},
        {"birthdate": "1980"},
        {"gender": "autre"},
        {"family_name": ""},
        {"given_name": "--"},
        {"birthdate": 3},
    ],
)
def test_a_pivot_with_a_hole_links_nobody(changes: dict[str, object]) -> None:
    with pytest.raises(Invalid):
        mappings.pivot({**PIVOT, **changes})


SCALAR = st.none() | st.integers() | st.text(max_size=12)
NESTED = st.dictionaries(st.sampled_from(["exercices", "activities", "codeProfession", "numeroFinessSite"]), SCALAR, max_size=2)
ANYTHING = SCALAR | NESTED | st.lists(SCALAR | NESTED, max_size=2)


@given(
    st.dictionaries(st.sampled_from([*RIGHT, *PIVOT]), ANYTHING, max_size=3),
    st.lists(st.fixed_dictionaries({"codeProfession": ANYTHING, "activities": ANYTHING}), max_size=2),
)
def test_whatever_is_told_gives_a_value_or_a_refusal(claims: dict[str, object], exercices: list[object]) -> None:
    reference = {"SubjectRefPro": {"exercices": exercices}}
    for read in (mappings.professional, mappings.pivot):
        for told in ({**RIGHT, **PIVOT, **claims}, {**RIGHT, **PIVOT, **reference}):
            with contextlib.suppress(Invalid, Forbidden):
                assert read(told).name
