"""The search of a person: birth date first, three letters at most, both names, homonyms told, nobody else's results."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import connection

from socle import clock
from socle.base.access.actor import Kind, system
from socle.base.access.doors import sql_allowed
from socle.base.identity.actions import searches as upkeep
from socle.base.identity.models import Patient, Search
from socle.base.identity.queries import searches
from socle.errors import Forbidden, Invalid, NotFound, SocleError
from tests import minting
from tests.base.identity import people
from tests.databases import enlarged

pytestmark = pytest.mark.usefixtures("installation")


def found(page: searches.SearchPage) -> list[str]:
    return [match.heading.birth_name for match in page.matches if match.asked_for]


def search(**criteria: object) -> searches.SearchPage:
    actor = minting.doctor()
    return searches.read(actor=actor, search_id=searches.start(actor=actor, **criteria))  # type: ignore[arg-type]


def named(day: object, birth_name: str, first_given: str = "CAMILLE", **more: object) -> Patient:
    return minting.patient(birth_date=day, birth_name=birth_name, first_given=first_given, given_names=first_given, **more)


def test_the_birth_date_finds_and_three_letters_narrow() -> None:
    day = people.day()
    named(day, "MARCHAND"), named(day, "DUPONT"), named(people.day(), "MARTIN")
    assert found(search(birth_date=day)) == ["DUPONT", "MARCHAND"]
    assert found(search(birth_date=day.strftime("%d/%m/%Y"), name_start="mar")) == ["MARCHAND"]
    assert found(search(birth_date=day, name_start="zzz")) == []


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("dar", True),
        ("d a", True),
        ("D’A", True),
        ("lhe", True),
        ("de", True),
        ("é", False),
        ("art", True),
        ("tag", False),
    ],
)
def test_hyphens_apostrophes_accents_and_later_words_of_a_name(typed: str, expected: bool) -> None:
    day = people.day()
    named(day, "D'ARTAGNAN DE L'HERAULT", "PIERRE-ALAIN")
    page = search(birth_date=day, name_start=typed)
    assert bool(page.matches) is expected
    if page.matches:
        assert page.matches[0].birth_name_spans


def test_both_names_and_both_first_names_are_searched_and_marked() -> None:
    day = people.day()
    named(day, "MORISCAUD", "LUCETTE", used_name="VERDIAN", used_name_key="VERDIAN", used_given="LULU", used_given_key="LULU")
    by_name = search(birth_date=day, name_start="ver").matches[0]
    assert (by_name.used_name_spans, by_name.birth_name_spans) == (((0, 3),), ())
    by_given = search(birth_date=day, given_start="lul").matches[0]
    assert (by_given.used_given_spans, by_given.first_given_spans) == (((0, 3),), ())
    assert search(birth_date=day, name_start="ver", given_start="xav").matches == ()


@pytest.mark.parametrize(
    ("criteria", "code", "where"),
    [
        ({}, "date-first", "birth_date"),
        ({"name_start": "dup"}, "date-first", "birth_date"),
        ({"birth_date": "hier"}, "birth-date", "birth_date"),
        ({"birth_date": "01/02/1950", "name_start": "dupo"}, "letters", "name_start"),
        ({"birth_date": "01/02/1950", "given_start": "jean"}, "letters", "given_start"),
        ({"matricule": "2750563220749"}, "ins-key-missing", "matricule"),
        ({"matricule": "\x00\x00"}, "ins-shape", "matricule"),
    ],
)
def test_what_is_typed_wrong_is_said_where(criteria: dict[str, str], code: str, where: str) -> None:
    with pytest.raises(Invalid) as refusal:
        searches.start(actor=minting.doctor(), **criteria)
    assert [(issue.code, issue.where) for issue in refusal.value.issues] == [(code, where)]


def test_the_date_is_asked_for_first_in_the_words_of_the_product() -> None:
    with pytest.raises(Invalid) as refusal:
        searches.start(actor=minting.doctor(), name_start="dup")
    assert refusal.value.sentence == "Indiquez d’abord la date de naissance."


def test_a_whole_matricule_finds_whatever_is_typed_between_its_signs() -> None:
    patient = named(people.day(), "PARNUMERO")
    number = patient.matricule or ""
    page = search(matricule=f"{number[0]} {number[1:3]} {number[3:5]} {number[5:10]} {number[10:13]} {number[13:]}")
    assert [match.heading.patient_id for match in page.matches] == [patient.id]
    assert (page.by_matricule, page.may_register) == (True, False)


def test_the_matricule_shows_for_a_qualified_identity_only() -> None:
    qualified, retrieved = minting.patient(), minting.patient(status="retrieved")
    assert search(matricule=qualified.matricule).matches[0].heading.matricule == qualified.matricule
    assert search(matricule=retrieved.matricule).matches[0].heading.matricule == ""


def test_partial_birth_dates_are_found_as_they_are_stored() -> None:
    actor = minting.doctor()
    patient = people.registered(actor, birth_date="00/00/1871", birth_name="ANNEESEULE")
    assert (patient.birth_date.isoformat(), patient.birth_date_known) == ("1871-12-31", "year")
    assert found(search(birth_date="00/00/1871", name_start="ann")) == ["ANNEESEULE"]


def test_twenty_results_at_most_and_more_is_said() -> None:
    day = people.day()
    for number in range(21):
        named(day, f"NOMBREUX {chr(65 + number)}")
    page = search(birth_date=day)
    assert (len([match for match in page.matches if match.asked_for]), page.more) == (20, True)
    narrowed = search(birth_date=day, name_start="b")
    assert ([match.heading.birth_name for match in narrowed.matches], narrowed.more) == (["NOMBREUX B"], False)


def test_a_merged_identity_is_found_through_its_master_only() -> None:
    day = people.day()
    master = named(day, "MAITRE")
    named(day, "MAITRE", master=master, status="provisional", matricule=None, oid=None)
    assert [match.heading.patient_id for match in search(birth_date=day).matches] == [master.id]


def test_close_results_ask_to_compare_and_others_do_not() -> None:
    day = people.day()
    one, other = named(day, "MOREAU", "LEA"), named(day, "MOREAUX", "LEO")
    far = named(day, "PETIT", "LEA")
    page = search(birth_date=day)
    close = {match.heading.patient_id: match.close_to for match in page.matches}
    assert close == {one.id: (other.id,), other.id: (one.id,), far.id: ()}
    assert page.warning == "Deux dossiers proches : comparez avant d’ouvrir."
    assert search(birth_date=day, name_start="pet").warning == ""


def test_a_namesake_born_the_same_year_is_shown_beside_the_one_found() -> None:
    day = people.day().replace(month=7, day=14)
    name = f"NAMESAKE{day.year}"
    found_one, namesake = named(day, name, "AHMED"), named(day.replace(month=4, day=17), name, "AHMED")
    named(day.replace(year=day.year - 2, month=4, day=17), name, "AHMED")
    page = search(birth_date=day, name_start="nam")
    assert [(match.heading.patient_id, match.asked_for) for match in page.matches] == [
        (found_one.id, True),
        (namesake.id, False),
    ]
    assert page.warning


def test_only_the_asker_reads_a_search_and_for_fifteen_minutes() -> None:
    actor, day = minting.doctor(), people.day()
    named(day, "DURAND")
    search_id = searches.start(actor=actor, birth_date=day)
    assert found(searches.read(actor=actor, search_id=search_id)) == ["DURAND"]
    with pytest.raises(NotFound):
        searches.read(actor=minting.doctor(), search_id=search_id)
    with clock.as_of(clock.now() + timedelta(minutes=15, seconds=1)), pytest.raises(NotFound):
        searches.read(actor=actor, search_id=search_id)
    with pytest.raises(NotFound):
        searches.read(actor=actor, search_id=clock.new_id())


def test_old_searches_hold_no_trait_and_then_are_gone() -> None:
    actor, day = minting.doctor(), people.day()
    named(day, "DURAND")
    search_id = searches.start(actor=actor, birth_date=day, name_start="dur")
    start = clock.now()

    def kept() -> list[tuple[object, ...]]:
        with sql_allowed("tests"):
            return list(Search.objects.filter(id=search_id).values_list("birth_date", "name_start", "result_ids"))

    upkeep.purge(actor=system("essai"))
    assert len(kept()[0][2]) == 1  # type: ignore[arg-type]
    with clock.as_of(start + timedelta(minutes=16)):
        upkeep.purge(actor=system("essai"))
    assert kept() == [(None, "", [])]
    with clock.as_of(start + timedelta(minutes=61)):
        upkeep.purge(actor=system("essai"))
    assert kept() == []
    with pytest.raises(Forbidden):
        upkeep.purge(actor=actor)


def test_sixty_searches_an_hour_and_the_refusal_says_when_it_opens_again() -> None:
    actor, day = minting.doctor(), people.day()
    start = clock.now().replace(hour=9, minute=30, second=0, microsecond=0)
    with clock.as_of(start):
        searches.start(actor=actor, birth_date=day)
    with clock.as_of(start + timedelta(minutes=10)):
        for _ in range(59):
            searches.start(actor=actor, birth_date=day)
        with pytest.raises(Forbidden) as refusal:
            searches.start(actor=actor, birth_date=day)
        searches.start(actor=minting.doctor(), birth_date=day)
    opens = (start + timedelta(minutes=61)).astimezone(clock.PARIS)
    assert refusal.value.code == "trop-de-recherches"
    assert f"{opens.hour}\u00a0h\u00a0{opens.minute:02d}" in refusal.value.sentence
    with clock.as_of(start + timedelta(minutes=61)):
        searches.start(actor=actor, birth_date=day)


def test_parallel_searches_count_too() -> None:
    actor, day = minting.doctor(), people.day()
    for _ in range(58):
        searches.start(actor=actor, birth_date=day)
    refusals: list[str] = []
    barrier = threading.Barrier(6)

    def client() -> None:
        barrier.wait()
        try:
            searches.start(actor=actor, birth_date=day)
        except SocleError as refusal:
            refusals.append(refusal.code)

    threads = [threading.Thread(target=client) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert refusals == ["trop-de-recherches"] * 4


@pytest.mark.parametrize("kind", [Kind.PATIENT, Kind.REPRESENTATIVE, Kind.ADMINISTRATOR, Kind.VISITOR])
def test_only_professionals_and_software_search(kind: Kind) -> None:
    day = people.day()
    searches.start(actor=people.software(), birth_date=day)
    with pytest.raises(Forbidden):
        searches.start(actor=minting.doctor(kind=kind), birth_date=day)


def test_registering_is_offered_after_an_empty_search_to_those_who_may() -> None:
    day = people.day()
    actor, social = minting.doctor(), minting.doctor(profession="41")
    empty = searches.read(actor=actor, search_id=searches.start(actor=actor, birth_date=day))
    assert empty.may_register
    by_social = searches.read(actor=social, search_id=searches.start(actor=social, birth_date=day))
    assert not by_social.may_register
    named(day, "DURAND")
    assert not search(birth_date=day).may_register


def test_a_search_takes_few_statements_and_says_in_the_journal_whom_it_showed() -> None:
    actor, day = minting.doctor(), people.day()
    patient = named(day, "DURANDAL")
    with people.statements() as sent:
        search_id = searches.start(actor=actor, birth_date=day, name_start="dur")
    assert len(sent) == 5, sent
    with people.statements() as sent:
        searches.read(actor=actor, search_id=search_id)
    assert len(sent) == 4, sent
    with sql_allowed("tests"), connection.cursor() as cursor:
        cursor.execute("SELECT door, object_kind, object_ids FROM audit_entry WHERE actor_id = %s ORDER BY id", [actor.person_id])
        lines = cursor.fetchall()
    assert [(line[0].rpartition(".")[2], line[1], line[2]) for line in lines] == [
        ("start", "identity-search", [patient.id]),
        ("read", "identity-search", [patient.id]),
    ]


def test_the_search_reads_its_index_and_sorts_a_day_at_most() -> None:
    one = minting.patient().id
    others = "jsonb_build_object('id', gen_random_uuid(), 'birth_date', date '1920-01-01' + n, 'matricule', 'large' || n)"
    asked = {"born": people.day(), "name": " D ?U", "given": "", "sex": "", "most": 21}
    with enlarged("identity_patient", one, others) as owner:
        plan = "\n".join(line for (line,) in owner.execute("EXPLAIN " + searches._BORN, asked))
    assert "identity_patient_by_" in plan
    assert "Seq Scan" not in plan
