"""The generated population: as many as asked, all different, always the same."""

from __future__ import annotations

import re
from datetime import date
from itertools import islice

import pytest

from socle.deploy.story.background import Population
from socle.deploy.story.people import cast
from socle.deploy.story.stencils import stencils
from socle.formats.cda import Generation, model_set, parse
from socle.formats.identifiers.ins import ins_key_is_right
from socle.formats.identifiers.professional import rpps_key_is_right
from socle.formats.identifiers.structure import finess_key_is_right
from socle.formats.names import stored_name
from tests.conformance.schematron.official import findings

TODAY = date(2026, 11, 23)
SMALL = Population(40, 400, 24, 7, TODAY)


def test_the_same_seed_gives_the_same_bytes_and_another_seed_other_people() -> None:
    again = Population(40, 400, 24, 7, TODAY)
    assert list(SMALL.documents()) == list(again.documents())
    assert list(SMALL.patients()) == list(again.patients())
    other = Population(40, 400, 24, 8, TODAY)
    assert {patient.ins for patient in SMALL.patients()} != {patient.ins for patient in other.patients()}


def test_twenty_thousand_matricules_are_right_and_all_different() -> None:
    seen = set()
    for patient in Population(20_000, 0, 24, 3, TODAY).patients():
        assert ins_key_is_right(patient.ins)
        assert patient.ins[1:5] == patient.birth_on.strftime("%y%m")
        assert patient.ins[5:13] == patient.birthplace_code + "000"
        seen.add(patient.ins)
    assert len(seen) == 20_000


def test_nobody_of_the_background_is_of_the_cast() -> None:
    everyone = cast()
    assert {p.ins for p in SMALL.patients()}.isdisjoint({p.ins for p in everyone.patients.values()})
    assert {p.rpps for p in SMALL.professionals()}.isdisjoint({p.rpps for p in everyone.professionals.values()})
    assert {s.finess for s in SMALL.structures()}.isdisjoint({s.finess for s in everyone.structures.values()})


def test_professionals_and_structures_have_right_numbers_and_say_that_they_are_fictive() -> None:
    structures = {structure.key: structure for structure in SMALL.structures()}
    professionals = list(SMALL.professionals())
    assert len(professionals) == 24
    for professional in professionals:
        assert rpps_key_is_right(professional.rpps)
        assert professional.rpps.startswith("9971")
        assert professional.structure in structures
    for structure in structures.values():
        assert finess_key_is_right(structure.finess)
        assert structure.name.endswith("(fictif)")


def test_documents_are_as_many_as_asked_spread_over_the_patients_and_not_after_today() -> None:
    documents = list(SMALL.documents())
    assert len(documents) == len({document.document_id for document in documents}) == 400
    assert {len([d for d in documents if d.patient == patient.key]) for patient in SMALL.patients()} == {10}
    assert all(document.deposited_on <= TODAY for document in documents)
    first = [document.deposited_on for document in documents if document.patient == "b0"]
    assert first == sorted(first)


def test_a_document_carries_the_identity_of_its_patient_and_ids_of_its_own() -> None:
    patients = {patient.key: patient for patient in SMALL.patients()}
    professionals = {professional.key: professional for professional in SMALL.professionals()}
    seen: set[str] = set()
    for document in SMALL.documents():
        parsed = parse(document.cda)
        person = patients[document.patient]
        assert b"@" not in document.cda
        assert model_set(parsed.header).generation is Generation.CURRENT
        assert parsed.header.unique_id == document.document_id
        assert parsed.header.patient.ins is not None
        assert parsed.header.patient.ins.extension == person.ins
        assert parsed.header.patient.birth_family_name == stored_name(person.birth_name)
        assert parsed.header.patient.birth_date == person.birth_on
        assert parsed.header.patient.sex == person.sex
        assert parsed.header.authors[0].ids[0].extension == professionals[document.author].idnps
        assert parsed.header.effective is not None
        assert parsed.header.effective.at == document.deposited_at
        entries = re.findall(r'<id root="([0-9A-F]{8}-[0-9A-F-]{27})"/>', document.cda.decode())
        assert len(entries) >= 8
        assert len(set(entries)) == len(entries)
        assert seen.isdisjoint(entries)
        seen.update(entries)


@pytest.mark.parametrize("number", range(len(stencils())))
def test_each_form_of_document_is_valid_against_the_official_material(number: int) -> None:
    form = stencils()[number]
    document = next(d for d in SMALL.documents() if (d.type_code, d.title) == (form.type_code, form.title))
    assert findings(document.cda) == []


def test_one_item_is_made_without_the_others() -> None:
    large = Population(1_000_000, 50_000_000, 500_000, 1, TODAY)
    assert [document.key for document in islice(large.documents(), 3)] == ["b0-0", "b1-0", "b2-0"]
    assert large.patient(999_999).key == "b999999"
    assert large.document(123_456, 49).patient == "b123456"


def test_more_people_than_matricules_is_refused() -> None:
    with pytest.raises(ValueError, match="matricules"):
        Population(10_000_000, 0, 24, 1, TODAY).patient(9_999_999)
