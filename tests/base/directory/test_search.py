"""The search of professionals: order, spellings, places, pages, plans."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from socle import clock
from socle.base.access.actor import VISITOR
from socle.base.access.doors import sql_allowed
from socle.base.audit.models import Entry
from socle.base.directory.queries.search import search
from socle.base.directory.search.listing import Criteria, Position, ordered_sql, page
from socle.base.directory.search.places import Spot
from socle.base.directory.search.spellings import allowed_slips, near, nearby, readings, slips
from socle.base.directory.values import SearchPage
from socle.errors import Invalid
from tests.base.directory.extraction import ACTIVITIES, activity, load, rpps, write

pytestmark = pytest.mark.usefixtures("installation")

MONTREUIL = {"city": "Montreuil", "commune": "93048", "postal_code": "93100"}
SAINT_DENIS = {"city": "Saint-Denis", "commune": "93066", "postal_code": "93200"}
REUNION = {"city": "Saint-Denis", "commune": "97411", "postal_code": "97400"}
PARIS_12 = {"city": "Paris 12e Arrondissement", "commune": "75112", "postal_code": "75012"}
LYON_3 = {"city": "Lyon 3e Arrondissement", "commune": "69383", "postal_code": "69003"}
NURSE = {"profession": "60", "skill": "", "skill_type": ""}
CARDIOLOGIST = {"skill": "SM04"}

PEOPLE = (
    ("BRIZOUARD", "Claire", MONTREUIL),
    ("BRIZOUARDLI", "Ana", MONTREUIL),
    ("BRIZOUARD", "Élise", LYON_3 | CARDIOLOGIST),
    ("BRIZOUARD", "Élise", PARIS_12 | NURSE),
    ("Le Goëllec", "Jean-Baptiste", SAINT_DENIS | NURSE),
    ("LEGOELLEC", "Yann", REUNION),
    ("D’Sauvagère-Costebrune", "Zoé", PARIS_12),
    ("COSTEBRUNE", "Ali", LYON_3 | NURSE),
    ("QUINTRANDEAU", "Maud", MONTREUIL | NURSE),
    ("PHILIBERTAIN", "Ivan", SAINT_DENIS),
)


@pytest.fixture(scope="module", autouse=True)
def _directory(installation: object, tmp_path_factory: pytest.TempPathFactory) -> None:
    """These people are the whole national directory, whatever other modules imported."""
    lines = [activity(rpps(), family=family, given=given, **where) for family, given, where in PEOPLE]
    both = rpps()
    lines += [activity(both, family="DEUXLIEUX", **MONTREUIL), activity(both, family="DEUXLIEUX", mode="S", **PARIS_12)]
    many = [(rpps(), f"FOULE{letter}", MONTREUIL | NURSE) for letter in "ABCDEFGHIJKLMNOPQRSTUVWXY"]
    lines += [activity(number, family=family, mode=mode, **where) for number, family, where in many for mode in "LS"]
    load(write(tmp_path_factory.mktemp("directory") / "a.txt", ACTIVITIES, lines))


def shown(result: SearchPage) -> list[tuple[str, str]]:
    return [(f"{found.practitioner.family} {found.practitioner.given}", found.match) for found in result.found]


def names(**criteria: str) -> list[str]:
    return [name for name, _ in shown(search(actor=VISITOR, **criteria))]  # type: ignore[arg-type]


def test_the_exact_name_comes_first_then_names_that_start_so() -> None:
    assert shown(search(actor=VISITOR, name="brizouard")) == [
        ("BRIZOUARD Claire", "name"),
        ("BRIZOUARD Élise", "name"),
        ("BRIZOUARD Élise", "name"),
        ("BRIZOUARDLI Ana", "name"),
    ]


@pytest.mark.parametrize(
    "typed", ["Claire Brizouard", "BRIZOUARD claire", "brizouard cl", "  Dr  Brizouard,  Claire ", "brizouârd çlaire"]
)
def test_family_and_given_names_in_any_order_case_and_accent(typed: str) -> None:
    assert names(name=typed)[0] == "BRIZOUARD Claire"


@pytest.mark.parametrize(
    "typed",
    [
        "le goëllec",
        "LEGOELLEC",
        "le-goellec",
        "legoel",
        "le goellec jean baptiste",
        "Jean-Baptiste Le Goellec",
        "jean le goellec",
    ],
)
def test_spaces_hyphens_and_apostrophes_do_not_matter(typed: str) -> None:
    assert "Le Goëllec Jean-Baptiste" in names(name=typed)


def test_each_word_of_a_family_name_finds_it_after_the_names_that_start_so() -> None:
    assert shown(search(actor=VISITOR, name="costebr")) == [
        ("COSTEBRUNE Ali", "name"),
        ("D’Sauvagère-Costebrune Zoé", "word"),
    ]
    assert shown(search(actor=VISITOR, name="zoé costebrune"))[0] == ("D’Sauvagère-Costebrune Zoé", "word")
    assert names(name="d sauvagere costebrune zoe") == ["D’Sauvagère-Costebrune Zoé"]


@pytest.mark.parametrize(
    "typed", ["quintrandau", "quintradneau", "quintrrandeau", "qintrandeau", "Maud Quintrendeau", "quintrndea"]
)
def test_a_slip_or_two_still_finds_the_person(typed: str) -> None:
    assert ("QUINTRANDEAU Maud", "close") in shown(search(actor=VISITOR, name=typed))


def test_a_misspelt_given_name_finds_the_person_under_the_right_family_name() -> None:
    assert ("PHILIBERTAIN Ivan", "close") in shown(search(actor=VISITOR, name="philibertain ivin"))


def test_names_far_from_all_find_nobody() -> None:
    assert search(actor=VISITOR, name="xyzwkjq") == SearchPage(())
    assert search(actor=VISITOR, name="?!", place="Montreuil") == SearchPage(())


@pytest.mark.parametrize(
    ("place", "found"),
    [
        ("Montreuil", ["BRIZOUARD Claire"]),
        ("montreuil 93", ["BRIZOUARD Claire"]),
        ("93100", ["BRIZOUARD Claire"]),
        ("93", ["BRIZOUARD Claire"]),
        ("Seine-Saint-Denis", ["BRIZOUARD Claire"]),
        ("montreuill", ["BRIZOUARD Claire"]),
        ("lyon", ["BRIZOUARD Élise"]),
        ("Lyon 3ème", ["BRIZOUARD Élise"]),
        ("lyon 4", []),
        ("paris", ["BRIZOUARD Élise"]),
        ("Paris 12", ["BRIZOUARD Élise"]),
        ("75012", ["BRIZOUARD Élise"]),
        ("Bobigny", []),
    ],
)
def test_places(place: str, found: list[str]) -> None:
    exact = [name for name, match in shown(search(actor=VISITOR, name="brizouard", place=place)) if match == "name"]
    assert [name for name in exact if name.startswith("BRIZOUARD ")] == found


def test_towns_of_one_name_are_told_apart_by_their_departement() -> None:
    assert set(names(name="legoellec", place="st denis")) == {"Le Goëllec Jean-Baptiste", "LEGOELLEC Yann"}
    assert names(name="legoellec", place="Saint-Denis (974)") == ["LEGOELLEC Yann"]
    assert names(name="legoellec", place="Saint-Denis 93") == ["Le Goëllec Jean-Baptiste"]


def test_a_place_that_is_none_says_so() -> None:
    nowhere = search(actor=VISITOR, name="brizouard", place="Trifouillis-les-Oies")
    assert (nowhere.found, nowhere.place_known) == ((), False)


def test_profession_and_specialty_narrow_and_put_the_matching_situation_first() -> None:
    assert names(name="brizouard", profession="60") == ["BRIZOUARD Élise"]
    assert names(name="brizouard", specialty="SM04") == ["BRIZOUARD Élise"]
    assert names(specialty="SM04", place="lyon") == ["BRIZOUARD Élise"]
    assert "QUINTRANDEAU Maud" in names(profession="60", place="93", name="q")
    (found,) = search(actor=VISITOR, name="deuxlieux", place="paris").found
    assert [situation.city for situation in found.situations] == ["Paris 12e Arrondissement", "Montreuil"]
    assert found.situations[0].title == "Médecin généraliste"
    assert found.practitioner.name == "Dr Camille DEUXLIEUX"


def test_homonyms_are_pointed_out() -> None:
    result = search(actor=VISITOR, name="brizouard")
    assert {found.practitioner.given for found in result.found if found.practitioner.id in result.homonyms} == {"Élise"}


def test_pages_follow_each_other_without_a_gap_or_a_repeat() -> None:
    for criteria in ({"name": "foule"}, {"name": "foule", "place": "montreuil", "profession": "60"}):
        whole = names(**criteria, limit=50)  # type: ignore[arg-type]
        assert len(whole) == 25
        seen: list[str] = []
        after = ""
        for turn in itertools.count():
            part = search(actor=VISITOR, after=after, limit=7, **criteria)
            seen += [name for name, _ in shown(part)]
            after = part.after
            if not after:
                break
            assert turn < 5
        assert seen == whole


def test_pages_cross_the_tiers() -> None:
    whole = shown(search(actor=VISITOR, name="brizouardl"))
    assert whole[0] == ("BRIZOUARDLI Ana", "name")
    assert {match for _, match in whole} == {"name", "close"}
    one_by_one: list[tuple[str, str]] = []
    after = ""
    while True:
        one = search(actor=VISITOR, name="brizouardl", limit=1, after=after)
        one_by_one += shown(one)
        after = one.after
        if not after:
            break
    assert one_by_one == whole


@pytest.mark.parametrize("after", ["x", "e30=", "W10=", "WzAsMCwiXHUwMDAwIiwgIjEiXQ==", "WzksMCwiIiwiIl0=", "é"])
def test_a_broken_continuation_is_refused(after: str) -> None:
    with pytest.raises(Invalid) as refused:
        search(actor=VISITOR, name="brizouard", after=after)
    assert refused.value.code == "recherche-suite"


def test_a_search_needs_a_criterion() -> None:
    with pytest.raises(Invalid) as refused:
        search(actor=VISITOR, name="  ")
    assert refused.value.code == "recherche-vide"


@given(st.text(max_size=60), st.text(max_size=20))
def test_any_text_is_a_search_or_a_clear_refusal(name: str, place: str) -> None:
    nothing = not readings(name) and not place.strip()
    with pytest.raises(Invalid, match="recherche-vide") if nothing else nullcontext():
        assert len(search(actor=VISITOR, name=name, place=place).found) <= 20


def test_a_successful_search_leaves_no_line() -> None:
    search(actor=VISITOR, name="brizouard")
    with sql_allowed("tests"):
        assert not Entry.objects.filter(door="directory.queries.search.search", outcome="done").exists()


_START = Position(0, 0, "BRIZOUARD CLAIRE", clock.new_id())
_PLACES = (None, Spot("town_key", "MONTREUIL 93"), Spot("postal_code", "93100"), Spot("departement", "93"))
_JOBS: tuple[dict[str, str], ...] = ({}, {"profession": "60"}, {"know_how": "SM04"})


@pytest.mark.parametrize("spot", _PLACES, ids=lambda spot: spot.column if spot else "anywhere")
@pytest.mark.parametrize("job", _JOBS, ids=lambda job: "-".join(job) or "any")
@pytest.mark.parametrize("span", [None, ("BRI", "BRJ"), ("BRIZOUARD CL", "BRIZOUARD CM")], ids=["browse", "prefix", "given"])
@pytest.mark.parametrize("start", [None, _START], ids=["first", "next"])
def test_a_page_is_read_in_order_from_an_index(
    spot: Spot | None, job: dict[str, str], span: tuple[str, str] | None, start: Position | None
) -> None:
    plan = explained(*ordered_sql(Criteria((), (spot,), **job), span, start, 21))
    assert "Sort" not in plan, plan
    assert "Index" in plan


def explained(sql: str, parameters: Sequence[Any]) -> str:
    """The plan when rows may be read through an index only, in its order: in a table this small, the planner would rather sort
    the three rows it expects."""
    with sql_allowed("tests"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_bitmapscan = off")
        cursor.execute(f"EXPLAIN {sql}", parameters)
        return "\n".join(line for (line,) in cursor.fetchall())


def test_several_places_sort_a_bounded_number_of_rows() -> None:
    criteria = Criteria(readings("brizouard claire"), (Spot("town_key", "LYON3 69"), Spot("town_key", "LYON4 69")))
    statements: list[tuple[str, list[object]]] = []
    with sql_allowed("tests"), connection.execute_wrapper(_keeping(statements)):
        page(criteria, None, 21)
    ((sql, parameters),) = statements
    plan = explained(sql, parameters)
    inner = plan.partition("->  Function Scan")[2]
    assert "Sort" not in inner, plan
    assert "Limit" in inner


def _keeping(statements: list[tuple[str, list[object]]]) -> Callable[..., object]:
    def wrap(execute: Callable[..., object], sql: str, params: list[object], many: bool, context: object) -> object:
        statements.append((sql, params))
        return execute(sql, params, many, context)

    return wrap


@given(st.text("ABCEILNORSTU", min_size=6, max_size=12), st.data())
def test_one_slip_shares_a_number_and_counts_for_one(name: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(name) - 1))
    letter = data.draw(st.sampled_from("ABCEILNORSTU"))
    slipped = data.draw(
        st.sampled_from(
            [
                name[:place] + name[place + 1 :],
                name[:place] + letter + name[place:],
                name[:place] + letter + name[place + 1 :],
                name[: max(place - 1, 0)] + name[max(place - 1, 0) : place + 1][::-1] + name[place + 1 :],
            ]
        )
    )
    assert set(near(name)) & set(near(slipped))
    assert slips(slipped, name) <= 1 <= allowed_slips(name)
    assert set(near(name)) <= set(nearby(name))


def test_readings_are_every_cut_in_either_order() -> None:
    assert {(one.family, one.given) for one in readings("Dr Jean de la Tour")} >= {
        ("JEANDELATOUR", ""),
        ("DELATOUR", "JEAN"),
        ("TOUR", "JEANDELA"),
        ("JEAN", "DELATOUR"),
    }
    assert readings("¿?") == ()
    assert len(readings("a b c d e f g h i j")) == 9
