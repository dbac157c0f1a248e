"""The cast keeps to test ranges, and every identifier is right."""

from __future__ import annotations

import csv
import re

import pytest

from socle.deploy.story.people import Patient, cast
from socle.formats.identifiers.ins import INS_TEST_OID, ins_key_is_right
from socle.formats.identifiers.professional import rpps_key_is_right
from socle.formats.identifiers.structure import finess_key_is_right
from tests.corpora import shared

WITH_INS = [patient for patient in cast().patients.values() if patient.ins]
FICTION = re.compile(r"(019900|026191|035301|046571|053649|063998)\d{4}")


@pytest.mark.parametrize("patient", WITH_INS, ids=[patient.key for patient in WITH_INS])
def test_an_ins_says_sex_birth_and_place_with_order_000_and_a_right_key(patient: Patient) -> None:
    assert patient.ins_oid == INS_TEST_OID
    assert ins_key_is_right(patient.ins)
    assert patient.ins[0] == {"M": "1", "F": "2"}[patient.sex]
    assert patient.ins[1:5] == patient.birth_on.strftime("%y%m")
    assert patient.ins[5:10] == patient.birthplace_code
    assert patient.ins[10:13] == "000"


def test_a_provisional_identity_has_no_matricule_and_everyone_else_a_unique_one() -> None:
    without = [patient.key for patient in cast().patients.values() if not patient.ins]
    assert without == ["patient-non-identifie"]
    assert cast().patients["patient-non-identifie"].status == "provisoire"
    assert len({patient.ins for patient in WITH_INS}) == len(WITH_INS)


def test_birthplaces_are_the_communes_of_the_birth_date() -> None:
    folder = shared("terminology/cog")
    former = {
        row["code"]: row["date"] for row in csv.DictReader((folder / "communes-anciennes.csv").read_text("utf-8").splitlines())
    }
    current = {row["code"] for row in csv.DictReader((folder / "communes.csv").read_text("utf-8").splitlines())}
    for patient in WITH_INS:
        code = patient.birthplace_code
        if code.startswith("99"):
            continue
        if code in current:
            assert not (code[:2] in ("91", "92", "93", "94", "95") and patient.birth_on.isoformat() < "1968-01-01")
        else:
            assert patient.birth_on.isoformat() < former[code]


def test_professionals_have_rpps_of_the_test_range_or_are_invited() -> None:
    for professional in cast().professionals.values():
        if professional.rpps:
            assert professional.rpps.startswith("99700")
            assert rpps_key_is_right(professional.rpps)
            assert professional.specialty_code.startswith("G15_")
        else:
            assert professional.role in ("secretary", "social_worker", "coordinator", "home_help")
    numbers = [p.rpps for p in cast().professionals.values() if p.rpps]
    assert len(numbers) == len(set(numbers))


def test_structures_say_that_they_are_fictive_and_have_a_right_number() -> None:
    for structure in cast().structures.values():
        assert structure.name.endswith("(fictif)")
        assert finess_key_is_right(structure.finess)
        assert structure.idnst == "1" + structure.finess
        assert FICTION.fullmatch(structure.phone)


def test_phones_and_addresses_are_of_the_ranges_kept_for_fiction() -> None:
    everyone = cast()
    phones = [phone for patient in everyone.patients.values() for phone in patient.phones]
    phones += [relative.phone for patient in everyone.patients.values() for relative in patient.relatives]
    assert all(FICTION.fullmatch(phone) for phone in phones if phone)
    mailboxes = [p.mailbox for p in everyone.professionals.values()] + [p.mailbox for p in everyone.patients.values()]
    mailboxes += [structure.mailbox for structure in everyone.structures.values()]
    assert all(mailbox.endswith(".example") for mailbox in mailboxes if mailbox)
    assert len([box for box in mailboxes if box]) == len({box for box in mailboxes if box})


def test_every_key_that_the_cast_names_exists() -> None:
    everyone = cast()
    for professional in everyone.professionals.values():
        assert professional.structure in everyone.structures
    for patient in everyone.patients.values():
        assert patient.attending == "" or patient.attending in everyone.professionals
        for key in (*patient.representatives, *patient.represents):
            assert key in everyone.patients
        assert all(relative.person == "" or relative.person in everyone.patients for relative in patient.relatives)
    for software in everyone.software.values():
        assert software.structure in everyone.structures
        assert software.contact in everyone.administrators


def test_the_story_has_its_fourteen_patients_and_its_two_homonyms() -> None:
    patients = [patient for patient in cast().patients.values() if patient.kind == "patient"]
    assert [patient.number for patient in patients] == [f"P{rank}" for rank in range(1, 15)]
    homonyms = [patient for patient in patients if "homonyme" in patient.attributes]
    assert {patient.birth_on.isoformat() for patient in homonyms} == {"1961-07-14", "1961-04-17"}
    assert [patient.key for patient in patients if patient.opposed] == ["therese-duvallois"]
