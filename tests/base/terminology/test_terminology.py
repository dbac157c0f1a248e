"""Nomenclatures as data: every code that real documents carry has its words, every table its licence."""

from __future__ import annotations

import csv
import re
from importlib import resources

import pytest

from socle.base import terminology
from tests.corpora import shared

TABLES = resources.files("socle.base.terminology").joinpath("tables")


def sources() -> list[dict[str, str]]:
    return list(csv.DictReader(TABLES.joinpath("SOURCES.csv").read_text("utf-8").splitlines()))


def test_every_table_has_a_source_and_a_licence_whose_text_is_here() -> None:
    files = {file.name for file in TABLES.iterdir()} - {"SOURCES.csv", "LICENCES.txt"}
    assert files == {row["file"] for row in sources()}
    licences = TABLES.joinpath("LICENCES.txt").read_text("utf-8")
    headings = set(re.findall(r"^== (.+)$", licences, re.MULTILINE))
    for row in sources():
        for licence in row["licence"].split(" + "):
            assert licence in headings, row["file"]
        assert row["source"]
        assert re.fullmatch(r"\d{4}-\d{2}-\d{2}", row["version"]), row["file"]


def test_content_of_loinc_carries_its_notice() -> None:
    of_loinc = [row["file"] for row in sources() if "LOINC" in row["licence"]]
    assert of_loinc == ["document-types.csv"]
    assert "This material contains content from LOINC (http://loinc.org)" in TABLES.joinpath("LICENCES.txt").read_text()


def test_every_document_type_of_the_french_corpus_resolves() -> None:
    with shared("corpora/cda-fr/EXPECTED.csv").open(encoding="utf-8", newline="") as lines:
        codes = {row["type_code"] for row in csv.DictReader(lines)}
    assert len(codes) > 10
    for code in codes:
        found = terminology.document_type(code)
        assert found is not None, code
        assert terminology.document_class(found.class_code) is not None


def test_every_author_of_the_french_corpus_has_a_profession() -> None:
    text = "".join(file.read_text("utf-8") for file in shared("corpora/cda-fr").rglob("*.xml"))
    codes = set(re.findall(r'code="(G15_[^"]+)"', text))
    assert len(codes) > 10
    for code in codes:
        found = terminology.author_specialty(code)
        assert found is not None, code
        assert ("/" in code or "-" in code) == (found.specialty is not None), code


def test_every_type_of_the_national_set_is_here_with_its_class() -> None:
    with shared("terminology/document-types.csv").open(encoding="utf-8", newline="") as lines:
        national = {row["code"]: row for row in csv.DictReader(lines) if row["code"] != "E1762"}  # ASTM: a signature
    ours = {one.code: one for one in terminology.document_types()}
    assert set(ours) == set(national)
    for code, row in national.items():
        assert ours[code].system_oid == row["system_oid"]
        assert row["class_code"] in ("", ours[code].class_code), code


def test_every_type_has_words_an_icon_and_a_category() -> None:
    symbols = set(re.findall(r'id="([^"]+)"', shared("design/icons.svg").read_text("utf-8")))
    for one in terminology.document_types(closed=True):
        assert one.label
        assert one.patient_label
        assert one.label != one.patient_label or one.code.startswith("EXPPAT")
        assert one.icon in symbols
        assert one.category_label
        assert "'" not in one.label + one.patient_label
    for group in terminology.document_classes():
        assert group.icon in symbols


def test_a_document_type_is_found_under_its_own_system_only() -> None:
    found = terminology.document_type("11488-4")
    assert found is not None
    assert (found.label, found.class_code) == ("Compte rendu de consultation", "10")
    for system in ("2.16.840.1.113883.6.1", "urn:oid:2.16.840.1.113883.6.1", "http://loinc.org"):
        assert terminology.document_type("11488-4", system) is found
    for system in ("1.2.250.1.213.1.1.4.12", "https://exemple.fr/autre"):
        assert terminology.document_type("11488-4", system) is None
    assert terminology.document_type("00000-0") is None
    assert terminology.document_type("") is None


def test_what_the_patient_expresses_is_told_apart_and_closed_codes_are_not_offered() -> None:
    expressed = {one.code for one in terminology.document_types() if one.is_patient_expression}
    assert {"EXPPAT_1", "EXPPAT_2", "EXPPAT_3", "74465-6", "DOCPAT01", "DOCPAT08"} <= expressed
    assert "11488-4" not in expressed
    closed = terminology.document_type("CONTACTS-URGENCE")
    assert closed is not None
    assert closed.closed_on is not None
    assert closed not in terminology.document_types()
    assert closed in terminology.document_types(closed=True)


@pytest.mark.parametrize(
    ("table", "code", "label"),
    [
        ("sectors", "SA07", "Cabinet individuel"),
        ("TRE_R02", "SA07", "Cabinet individuel"),
        ("1.2.250.1.71.4.2.4", "SA07", "Cabinet individuel"),
        (
            "https://mos.esante.gouv.fr/NOS/TRE_R02-SecteurActivite/FHIR/TRE-R02-SecteurActivite",
            "SA07",
            "Cabinet individuel",
        ),
        ("https://smt.esante.gouv.fr/fhir/CodeSystem/tre-r02-secteur-activite", "SA07", "Cabinet individuel"),
        ("sectors", "SA64", "Téléconsultation"),
        ("document-classes", "10", "Compte rendu"),
        ("document-types", "11488-4", "Compte rendu de consultation"),
        ("document-types", "EXPPAT_3", "Directives anticipées"),
        ("http://loinc.org", "EXPPAT_3", ""),
        ("TRE_A05", "EXPPAT_3", "Directives anticipées"),
        ("2.16.840.1.113883.5.25", "R", "Restreint"),
        ("TRE_A07", "MASQUE_PS", "Masqué aux professionnels de santé"),
        ("practice-frames", "ESSMS", "Établissement ou service social ou médico-social"),
        ("format-codes", "urn:ihe:iti:xds-sd:pdf:2008", "Document à corps non structuré en Pdf/A-1"),
        ("sectors", "SA99", ""),
        ("no-such-table", "SA07", ""),
        ("", "", ""),
        ("../../../etc/passwd", "x", ""),
        ("SOURCES", "x", ""),
    ],
)
def test_labels_by_any_name_of_the_table(table: str, code: str, label: str) -> None:
    assert terminology.label(table, code) == label


def test_every_table_of_codes_reads_whole() -> None:
    for row in sources():
        if row["oid"]:
            table = row["file"].removesuffix(".csv")
            every = terminology.concepts(table, closed=True)
            assert every, table
            assert len({one.code for one in every}) == len(every)
            assert all(one.label and one.system.oid == row["oid"] for one in every), table
            assert set(terminology.concepts(table)) <= set(every)


def test_names_of_code_systems_lead_to_one_another() -> None:
    for row in sources():
        if row["oid"]:
            system = terminology.code_system(row["oid"])
            assert system is not None
            for name in (system.oid, f"urn:oid:{system.oid}", system.uri, system.mos_uri, system.smt_uri, system.short):
                assert terminology.code_system(name) is system, name
            assert terminology.oid_of_uri(terminology.uri_of_oid(system.oid)) == system.oid


@pytest.mark.parametrize(
    ("oid", "uri"),
    [
        ("2.16.840.1.113883.6.1", "http://loinc.org"),
        ("2.16.840.1.113883.5.25", "http://terminology.hl7.org/CodeSystem/v3-Confidentiality"),
        (
            "1.2.250.1.213.1.1.4.1",
            "https://mos.esante.gouv.fr/NOS/TRE_A03-ClasseDocument/FHIR/TRE-A03-ClasseDocument",
        ),
        (
            "1.2.250.1.213.3.3.71",
            "https://mos.esante.gouv.fr/NOS/TRE_R314-TypeCreneau/FHIR/TRE-R314-TypeCreneau",
        ),
        ("1.2.3.4", "urn:oid:1.2.3.4"),
    ],
)
def test_oids_become_the_uris_of_the_guides(oid: str, uri: str) -> None:
    assert terminology.uri_of_oid(oid) == uri
    assert terminology.oid_of_uri(uri) == oid


def test_the_misspelt_visibility_system_is_read_and_never_written() -> None:
    misspelt = "https://mos.esante.gouv.fr/NOS/TRE_A07-StatusVisibiliteDocument/FHIR/TRE-A07-StatusVisibiliteDocument"
    system = terminology.code_system(misspelt)
    assert system is not None
    assert system.uri == ("https://mos.esante.gouv.fr/NOS/TRE_A07-StatutVisibiliteDocument/FHIR/TRE-A07-StatutVisibiliteDocument")
    assert terminology.code_system("https://exemple.fr/TRE_R9999") is None


@pytest.mark.parametrize(
    ("value_set", "system", "code", "member"),
    [
        ("JDV_J07", "http://loinc.org", "11488-4", True),
        ("JDV_J66", "1.2.250.1.213.1.1.4.12", "EXPPAT_3", True),
        ("JDV_J07", "1.2.250.1.213.1.1.4.12", "CONTACTS-URGENCE", False),
        ("JDV_J07", "http://snomed.info/sct", "11488-4", False),
        ("JDV_J06", "1.2.250.1.213.1.1.4.1", "99", True),
        ("JDV_J57", "1.2.250.1.213.1.1.4.1", "99", False),
        ("JDV_J57", "1.2.250.1.213.1.1.4.1", "10", True),
        ("JDV_J08", "2.16.840.1.113883.5.25", "N", True),
        ("JDV_J58", "1.2.250.1.213.1.1.4.13", "MASQUE_PS", True),
        ("JDV_J58", "1.2.250.1.213.1.1.4.13", "MASQUE_PT", False),
        ("JDV_J02", "1.2.250.1.71.4.2.4", "SA07", True),
        ("JDV_J02", "1.2.250.1.213.1.1.4.6", "EXP_PATIENT", True),
        ("JDV_J02", "1.2.250.1.213.1.1.4.6", "AUTOMATE", False),
        ("JDV_J04", "1.2.250.1.213.1.1.4.9", "AMBULATOIRE", True),
        ("JDV_J60", "1.3.6.1.4.1.19376.1.2.3", "urn:ihe:iti:xds-sd:pdf:2008", True),
        ("JDV_J10", "1.3.6.1.4.1.19376.1.2.3", "urn:exemple", False),
        ("JDV_J999", "http://loinc.org", "11488-4", None),
        ("http://hl7.org/fhir/ValueSet/c80-doc-typecodes", "http://loinc.org", "11488-4", None),
    ],
)
def test_membership_of_value_sets(value_set: str, system: str, code: str, member: bool | None) -> None:
    uri = f"https://mos.esante.gouv.fr/NOS/{value_set}-Nom-CISIS/FHIR/{value_set.replace('_', '-')}-Nom-CISIS|2024"
    assert terminology.in_value_set(value_set, system, code) is member
    if value_set.startswith("JDV"):
        assert terminology.in_value_set(uri, system, code) is member


def test_formats_follow_the_model_or_the_media_type() -> None:
    assert terminology.format_of_media_type("application/pdf") == "urn:ihe:iti:xds-sd:pdf:2008"
    assert terminology.format_of_media_type("application/x-msdownload") == ""
    assert terminology.format_of_template("1.2.250.1.213.1.1.1.5.1") == "urn:asip:ci-sis:cse-cs8:2017"
    assert terminology.format_of_template("1.2.3") == ""


def test_professions_of_every_set() -> None:
    group = terminology.ProfessionGroup
    for code, label, expected in (
        ("10", "Médecin", group.HEALTH),
        ("60", "Infirmier", group.HEALTH),
        ("93", "Psychologue", group.TITLE),  # closed among the health professions in 2021
        ("41", "Assistant de service social", group.SOCIAL),
        ("99", "Acteur caractérisé par son rôle", group.OTHER),
        ("350", "Aide à domicile", group.OTHER),
    ):
        found = terminology.profession(code)
        assert found is not None, code
        assert (found.label, found.group, found.closed) == (label, expected, False)
    old = terminology.profession("93", "TRE_G15")
    assert old is not None
    assert old.closed
    assert terminology.profession("10", "TRE_R94") is None
    assert terminology.profession("10", "http://loinc.org") is None
    assert terminology.profession("9999") is None


def test_specialties_and_combined_codes() -> None:
    general = terminology.specialty("SM26")
    assert general is not None
    assert (general.label, general.kind) == ("Qualifié en Médecine générale", "SM")
    author = terminology.author_specialty("G15_10/SM26")
    assert author is not None
    assert author.label == "Médecin - Qualifié en Médecine générale"
    pharmacist = terminology.author_specialty("G15_21/A")
    assert pharmacist is not None
    assert pharmacist.label == "Pharmacien - Pharmacien titulaire d'officine"
    student = terminology.author_specialty("G16_10")
    assert student is not None
    assert student.label == "Médecin en formation"
    for wrong in ("", "G15_", "G15_10/", "G15_10/<b>", "SM26", "G15_9999"):
        assert terminology.author_specialty(wrong) is None
    automate = terminology.sector("AUTOMATE")
    assert automate is not None
    assert automate.label == "Automate"
