"""Coded entries of the shared corpora: every entry is read or counted, every fact leads to its words in the page."""

from __future__ import annotations

import dataclasses
from collections import Counter
from pathlib import Path

import pytest
from lxml import etree

from socle.formats import cda
from tests.corpora import SHARED, shared
from tests.formats.cda.page import page_of
from tests.formats.cda.sample import COURRIER, SYNTHESE

DOCUMENTS = sorted(SHARED.glob("corpora/cda-f*/*/*.xml"))
KINDS = ("problems", "allergies", "treatments", "immunizations", "measures", "results", "procedures", "stays")

# statements counted in the documents themselves
COUNTED = {
    "2.41/VSM_1.4": {"problems": 4, "allergies": 1, "treatments": 2, "procedures": 1},
    "2.41/CR-BIO_2021.01_Auto-Presentable": {"results": 11},
    "3.0/ANEST-CR-CPA_2022.01": {"problems": 18, "allergies": 1, "treatments": 1, "measures": 7},
    "3.0/BIO-CR-BIO_2024.01_Electrophorese": {"results": 44},
    "3.0/BIO-CR-BIO_2024.01_Glycémie deux unités principales_mole_masse": {"results": 2},
    "3.0/BIO-TROD_2024.01_COVID-19_Grippe-A_Grippe-B": {"results": 3},
    "3.0/CARD-F-PRC-AVK_2022.01": {"problems": 2, "allergies": 4, "treatments": 4, "procedures": 1},
    "3.0/CNAM-HR_2021.01": {"treatments": 3, "immunizations": 3, "procedures": 15, "stays": 2},
    "3.0/LDL-SES_2022.01": {"allergies": 1, "treatments": 2, "procedures": 1, "stays": 1},
    "3.0/VAC_2023.01": {"immunizations": 4},
    "3.0/eDISP-MED_2024.01": {"treatments": 2},
}


def french(name: str) -> cda.Entries:
    return cda.parse((shared("corpora/cda-fr") / f"{name}.xml").read_bytes()).entries


def facts_of(entries: cda.Entries) -> list[cda.Fact]:
    return [fact for kind in KINDS for fact in getattr(entries, kind)]


@pytest.mark.parametrize("path", DOCUMENTS or [None], ids=lambda path: path.name if path else "absent")
def test_every_entry_is_read_or_counted(path):
    shared("corpora/cda-fr")
    document = cda.parse(path.read_bytes())
    entries = document.entries
    assert entries.read + entries.skipped == document.entry_count
    assert len(facts_of(entries)) >= entries.read
    ids = set(page_of(cda.render(document)).ids)
    for fact in facts_of(entries):
        assert fact.label
        assert not fact.anchor or cda.anchor(fact.anchor) in ids
        assert fact.section
        assert fact.mood in {"EVN", "INT", "ARQ", "RQO", "PRP", "PRMS", "APT"}


STATEMENTS = {
    "results": {"1.3.6.1.4.1.19376.1.3.1.6"},
    "immunizations": {"1.3.6.1.4.1.19376.1.5.3.1.4.12", "1.3.6.1.4.1.19376.1.5.3.1.4.12.2"},  # given, recommended
    "measures": {"1.3.6.1.4.1.19376.1.5.3.1.4.13.2"},
}


@pytest.mark.parametrize(("kind", "templates"), STATEMENTS.items(), ids=STATEMENTS)
def test_no_statement_of_these_kinds_is_missed(kind, templates):
    """These never stand inside one another, so that the templates of a document can simply be counted."""
    folder: Path = shared("corpora/cda-fr")
    for path in sorted(folder.glob("*/*.xml")):
        document = cda.parse(path.read_bytes())
        marks = [found for found in document.root.iter("{*}templateId") if found.get("root") in templates]
        assert len(getattr(document.entries, kind)) == len(marks), path.name


@pytest.mark.parametrize(("name", "counted"), COUNTED.items(), ids=COUNTED)
def test_counted(name, counted):
    entries = french(name)
    assert {kind: len(getattr(entries, kind)) for kind in KINDS if getattr(entries, kind)} == counted


def test_a_medical_summary():
    entries = french("2.41/VSM_1.4")
    assert [(found.code.code, found.period.start.raw, found.concern_status) for found in entries.problems] == [
        ("G45.9", "20190811", "active"),
        ("I20.0", "20190811", "active"),
        ("N10", "20180422", "completed"),
        ("I21.1", "20180114", "completed"),
    ]
    (allergy,) = entries.allergies
    assert (allergy.agent.display, allergy.reactions[0].code.code, allergy.clinical_status.display) == (
        "PARACETAMOL",
        "T78.3",
        "Intermittent",
    )
    plavix, coumadine = entries.treatments
    assert (plavix.name, plavix.dose.shown, plavix.frequencies[0].label) == ("PLAVIX 75 mg", "2 comprimé(s)", "1 fois par jour")
    assert (coumadine.frequencies[0].label, coumadine.reasons[0].code) == ("toutes les 6 h", "G45.9")


def test_vaccinations():
    bcg, *others = french("3.0/VAC_2023.01").immunizations
    assert (bcg.code.code, bcg.lot, bcg.dose_number, bcg.period.start.precision) == (
        "61077869",
        "235421176",
        1,
        cda.Precision.YEAR,
    )
    assert [found.dose_number for found in others] == [1, 2, 1]
    assert bcg.performers[0].name.families[0].value == "MULLER"


def test_laboratory():
    mole, mass = french("3.0/BIO-CR-BIO_2024.01_Glycémie deux unités principales_mole_masse").results
    assert (mole.code.code, mole.value.shown, mole.narrative) == ("40193-5", "4,89 mmol/L", "4.89 mmol/L")
    assert (mass.code.code, mass.value.shown, mass.reference.shown) == ("53049-3", "0,88 g/L", "0,70 à 1,08 g/L")
    first = french("3.0/BIO-CR-BIO_2024.01_Electrophorese").results[0]
    assert (
        Counter(type(found.value).__name__ for found in french("3.0/BIO-CR-BIO_2024.01_Electrophorese").results)["Quantity"] > 20
    )
    assert first.laboratory is not None
    assert first.laboratory.name


def test_none_known_is_a_statement():
    (allergy,) = french("3.0/LDL-SES_2022.01").allergies
    assert allergy.assertion is cda.Assertion.NONE_KNOWN
    nothing = french("3.0/CNAM-HR_2021.01_sans-info")
    assert {fact.assertion for fact in facts_of(nothing)} == {cda.Assertion.NONE_KNOWN}
    refuted = [found for found in french("3.0/ANEST-CR-CPA_2022.01").problems if found.assertion is cda.Assertion.REFUTED]
    assert len(refuted) == 10


def test_dispensings():
    paracetamol, ointment = french("3.0/eDISP-MED_2024.01").treatments
    assert paracetamol.dispensed
    assert paracetamol.dispenser.organization.name == "Pharmacie du village"
    assert [found.code for found in paracetamol.code.translations] == ["3400933516390"]
    assert (paracetamol.period.start.raw, paracetamol.lot, paracetamol.quantity.value) == ("20230125", "12345", 2)
    assert ointment.label == "pommade pour application cutanée et nasale"
    assert all(found.dispensed for found in french("3.0/CNAM-HR_2021.01").treatments)


def test_our_samples_follow_the_official_schema():
    schema = etree.XMLSchema(etree.parse(shared("corpora/cda-validation") / "infrastructure/cda/CDA_extended.xsd"))
    for content in (SYNTHESE, COURRIER):
        schema.assertValid(etree.ElementTree(etree.fromstring(content)))


def test_every_field_of_a_fact_is_used_somewhere():
    """A field that no document fills would be a mapping that never worked."""
    filled: set[tuple[str, str]] = set()
    folder: Path = shared("corpora/cda-fr")
    for content in (SYNTHESE, *(path.read_bytes() for path in sorted(folder.glob("*/*.xml")))):
        for fact in facts_of(cda.parse(content).entries):
            for field in dataclasses.fields(fact):
                if getattr(fact, field.name):
                    filled.add((type(fact).__name__, field.name))
    kinds = (cda.Problem, cda.Allergy, cda.Treatment, cda.Immunization, cda.Measure, cda.Result, cda.Procedure, cda.Stay)
    own = {(kind.__name__, field.name) for kind in kinds for field in dataclasses.fields(kind)}
    unused = {name for name in own - filled if name[1] not in {field.name for field in dataclasses.fields(cda.Fact)}}
    assert unused == set()
