"""The shipped habilitation matrix has the verified shape: rules of the arrêté of 26-10-2023, illustrative rows."""

from __future__ import annotations

import csv
from datetime import date
from importlib import resources

import pytest

from socle.base import terminology

FILE = resources.files("socle.base.access").joinpath("tables/habilitation.csv")
ROWS = list(csv.DictReader(FILE.read_text("utf-8").splitlines()))

NOT_FOR_DENTISTS = {"80788-3", "75496-0", "83981-1", "88348-8", "68599-0", "83901-9"}


def granted(right: str, profession: str, qualifier: str = "", specialty: str = "") -> set[str]:
    return {
        row["type_code"]
        for row in ROWS
        if row[right] == "1"
        and (row["profession_code"], row["qualifier"], row["specialty"]) == (profession, qualifier, specialty)
    }


def test_one_row_a_situation_and_type_each_complete() -> None:
    keys = [(row["profession_code"], row["qualifier"], row["specialty"], row["type_code"]) for row in ROWS]
    assert len(set(keys)) == len(keys)
    types = {one.code for one in terminology.document_types(closed=True) if one.class_code != "99"}
    situations = {key[:3] for key in keys}
    assert len(keys) == len(situations) * len(types)
    assert {key[3] for key in keys} == types
    for row in ROWS:
        assert {row["read"], row["write"]} <= {"0", "1"}
        assert row["write"] <= row["read"]
        assert date.fromisoformat(row["in_force_from"]) < date(2024, 1, 1)
        assert row["version"]
        assert row["source"] == "illustrative"


def test_every_profession_sector_and_specialty_named_exists() -> None:
    for profession, qualifier, specialty in {(row["profession_code"], row["qualifier"], row["specialty"]) for row in ROWS}:
        assert terminology.profession(profession) or terminology.sector(profession), profession
        assert not qualifier or terminology.sector(qualifier) or terminology.profession(qualifier), qualifier
        assert not specialty or terminology.specialty(specialty), specialty


def test_every_open_profession_has_its_rows() -> None:
    named = {row["profession_code"] for row in ROWS}
    for table in ("professions", "title-users", "social-professions"):
        for one in terminology.concepts(table):
            assert one.code in named, one.code


def test_doctors_have_all_but_the_attestation_of_residence() -> None:
    every = {one.code for one in terminology.document_types() if one.class_code != "99"}
    assert every - granted("read", "10") == {"ATTEST-RESID"}
    unwritten = every - granted("write", "10")
    assert "ATTEST-RESID" in unwritten
    assert all(code.startswith("DOCPAT") or code in ("ATTEST-RESID", "74465-6") for code in unwritten)


@pytest.mark.parametrize("qualifier", ["SA13", "SA66", "SA47", "SA68"])
def test_occupational_and_fire_service_doctors_have_nothing(qualifier: str) -> None:
    assert granted("read", "10", qualifier) == set()
    assert granted("write", "10", qualifier) == set()
    assert granted("read", "10", specialty="SM25") == set()


def test_the_order_of_professions() -> None:
    read = {code: granted("read", code) for code in ("10", "21", "60", "40", "50", "41", "350", "330", "70")}
    for nearly_all in ("21", "60"):
        assert len(read[nearly_all]) > 0.9 * len(read["10"])
    assert not read["40"] & NOT_FOR_DENTISTS
    assert read["60"] >= NOT_FOR_DENTISTS
    assert len(read["40"]) < len(read["50"]) < len(read["60"]) < len(read["10"])
    assert len(read["350"]) < len(read["41"]) < len(read["330"]) < len(read["70"])


def test_a_secretary_has_nothing_of_their_own() -> None:
    assert granted("read", "SECRETARIAT_MEDICAL") == granted("write", "SECRETARIAT_MEDICAL") == set()
    assert any(row["profession_code"] == "SECRETARIAT_MEDICAL" for row in ROWS)


def test_what_the_person_deposits_and_closed_types_are_written_by_nobody() -> None:
    closed = {one.code for one in terminology.document_types(closed=True)} - {one.code for one in terminology.document_types()}
    for row in ROWS:
        if row["type_code"].startswith("DOCPAT") or row["type_code"] in closed:
            assert row["write"] == "0"
