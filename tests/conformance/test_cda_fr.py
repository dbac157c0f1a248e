"""The French CDA documents of the shared corpora read back exactly as their EXPECTED.csv says."""

from __future__ import annotations

import csv
from collections import Counter

import pytest

from socle.formats import cda
from socle.formats.identifiers.ins import ins_key_is_right
from tests.corpora import SHARED, shared

FOLDER = SHARED / "corpora/cda-fr"
EXPECTED = FOLDER / "EXPECTED.csv"


def _rows() -> list[dict[str, str]]:
    if not EXPECTED.exists():
        return []
    with EXPECTED.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _ii(identifier: cda.Identifier | None) -> str:
    """How EXPECTED.csv writes an id: the extension alone when there is one for document ids, else the root."""
    return "" if identifier is None else (identifier.extension or identifier.root)


def _pair(identifier: cda.Identifier) -> str:
    return f"{identifier.root}^{identifier.extension}"


def _parts(parts: tuple[cda.NamePart, ...]) -> str:
    return " ".join(f"{part.qualifier or '-'}:{part.value}" for part in parts)


@pytest.fixture(scope="module", params=_rows() or [None], ids=lambda row: row["file"] if row else "absent")
def case(request):
    folder = shared("corpora/cda-fr")
    row = request.param
    return row, cda.parse((folder / row["file"]).read_bytes())


def test_identity_of_the_document(case):
    row, document = case
    header = document.header
    assert header.type.code == row["type_code"]
    assert header.type.display == row["type_label"]
    assert header.title == row["title"]
    assert _ii(header.id) == row["document_id"]
    assert _ii(header.set_id) == row["set_id"]
    assert str(header.version) == row["version"]
    assert header.effective is not None
    assert header.effective.raw == row["effective_time"]
    assert header.effective.at.utcoffset() is not None
    assert [code.code for code in header.confidentiality] == [row["confidentiality"]]
    related = [f"{parent.relation}:{_pair(parent.ids[0])}" for parent in header.parents]
    assert related == ([row["related"]] if row["related"] else [])
    assert [_pair(found) for found in header.replaces] == ([row["related"][5:]] if row["related"] else [])
    assert header.unique_id.startswith(("urn:oid:", "urn:uuid:"))


def test_body(case):
    row, document = case
    assert document.self_presenting == (row["self_presenting"] == "yes")
    assert document.level == int(row["level"])
    assert document.section_count == int(row["sections"])
    assert document.entry_count == int(row["entries"])
    assert not document.incomplete


def test_embedded_files_byte_for_byte(case):
    row, document = case
    assert all(found.complete for found in document.attachments)
    counted = Counter(found.media_type for found in document.attachments)
    expected = Counter({kind: int(count) for kind, _, count in (item.partition("*") for item in row["embedded_b64"].split())})
    assert counted == expected
    pdfs = [found for found in document.attachments if found.media_type == "application/pdf"]
    assert [found.sha256[:16] for found in pdfs] == row["pdf_sha256_16"].split()
    assert all(found.content.startswith(b"%PDF-") == (row["pdf_magic_ok"] == "yes") for found in pdfs)


def test_patient(case):
    row, document = case
    patient = document.header.patient
    assert document.header.patient_count == 1
    assert " | ".join(_pair(found) for found in patient.ids) == row["patient_ids"]
    assert patient.ins is not None
    assert patient.ins.extension == row["ins"]
    assert ins_key_is_right(patient.ins.extension) == (row["ins_key_ok"] == "yes")
    assert _parts(patient.name.families) == row["family"]
    assert _parts(patient.name.givens) == row["given"]
    assert patient.birth_on is not None
    assert patient.birth_on.raw == row["birth_time"]
    assert f"{patient.birth_date:%Y%m%d}" == row["birth_time"]
    assert patient.sex == row["gender"]
    assert patient.birthplace_code == row["birth_county"]


def test_authors_and_custodian(case):
    row, document = case
    header = document.header
    assert len(header.authors) == int(row["authors"])
    assert " ".join(_pair(author.ids[0]) for author in header.authors) == row["author_ids"]
    assert header.custodian is not None
    assert _pair(header.custodian.ids[0]) == row["custodian_id"]
    assert header.custodian.name
    assert header.legal_authenticator is not None
    assert header.legal_authenticator.ids
    assert header.encounter is not None
    assert header.encounter.facility_type.code
    assert header.events[0].performers
    assert header.practice_setting.code


def test_model_set_follows_the_official_minimal_structure(case):
    row, document = case
    passes = row["minimal_structure_failures"] == "0"
    found = document.model_set
    assert found.generation == (cda.Generation.CURRENT if passes else cda.Generation.OLDER)
    assert bool(found.faults) != passes
    assert {issue.code for issue in found.faults} <= {"model"}


def test_both_sets_are_there():
    shared("corpora/cda-fr")
    generations = Counter(cda.parse((FOLDER / row["file"]).read_bytes()).model_set.generation for row in _rows())
    assert generations == {cda.Generation.CURRENT: 36, cda.Generation.OLDER: 19}
