"""Hostile XML files of the shared corpora are refused, quickly and for the right reason."""

from __future__ import annotations

import csv
import time
from pathlib import Path

import pytest

from socle.errors import Invalid
from socle.formats import cda
from tests.corpora import SHARED, shared

EXPECTED = SHARED / "corpora/security/EXPECTED.csv"


def _rows() -> list[dict[str, str]]:
    if not EXPECTED.exists():
        return []
    with EXPECTED.open(encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file) if row["file"].startswith("xml/")]


def _refusal(content: bytes) -> str:
    with pytest.raises(Invalid) as caught:
        cda.parse(content)
    return caught.value.code


@pytest.fixture(params=_rows() or [None], ids=lambda row: row["file"] if row else "absent")
def case(request) -> tuple[dict[str, str], Path]:
    folder = shared("corpora/security")
    return request.param, folder / request.param["file"]


def test_refused_within_a_second(case):
    row, path = case
    content = path.read_bytes()
    started = time.process_time()
    if row["verdict"] == "each line: reject":
        codes = {_refusal(line) for line in content.splitlines() if line.strip()}
        assert codes <= {"xml-doctype", "xml-malformed", "not-cda", "xml-encoding"}
    elif row["verdict"] == "accept":
        assert _refusal(content) == "not-cda"  # harmless XML, but not a document of ours
    elif path.suffix == ".xsl":
        assert _refusal(content) == "not-cda"  # a stylesheet is never run: it is only searched for a document
    else:
        assert _refusal(content) == "xml-doctype"
    assert time.process_time() - started < 1
