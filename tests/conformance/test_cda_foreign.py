"""CDA documents from elsewhere are readable and never of the current French model set."""

from __future__ import annotations

import csv

import pytest

from socle.formats import cda
from tests.corpora import SHARED, shared

EXPECTED = SHARED / "corpora/cda-foreign/EXPECTED.csv"


def _rows() -> list[dict[str, str]]:
    if not EXPECTED.exists():
        return []
    with EXPECTED.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(params=_rows() or [None], ids=lambda row: row["file"] if row else "absent")
def case(request):
    folder = shared("corpora/cda-foreign")
    return request.param, cda.parse((folder / request.param["file"]).read_bytes())


def test_readable_but_foreign(case):
    row, document = case
    assert document.header.type.code == row["type_code"]
    assert document.header.realm == row["realm"]
    assert (document.level == 1) == (row["body"] == "nonXML")
    assert document.model_set.generation is cda.Generation.FOREIGN
    assert [issue.code for issue in document.model_set.faults] == ["model"]
    assert document.header.patient.ins is None


def test_a_body_that_is_only_referenced_is_incomplete(case):
    row, document = case
    assert document.incomplete == (row["file"] == "ccda/Unstructured_Document_reference.xml")
    if document.incomplete:
        (found,) = document.attachments
        assert found.fault == "reference"
        assert found.reference == "UD_sample.pdf"
        assert found.content == b""
