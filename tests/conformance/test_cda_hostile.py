"""Hostile XML files of the shared corpora are refused, quickly, in little memory, without opening anything."""

from __future__ import annotations

import csv
import sys
import time
from pathlib import Path

import pytest

from socle.errors import Invalid
from socle.formats import cda
from tests.corpora import SHARED, shared

EXPECTED = SHARED / "corpora/security/EXPECTED.csv"
OPENING_EVENTS = ("open", "socket.", "subprocess.", "os.exec", "urllib.")


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


def test_nothing_is_opened(case):
    """The audit hook of the interpreter sees Python's own openings; the sentinel sees those of the XML library."""
    _row, path = case
    content = path.read_bytes()
    seen: list[str] = []
    watching = True

    def hook(event: str, _args: object) -> None:
        if watching and event.startswith(OPENING_EVENTS):
            seen.append(event)

    sys.addaudithook(hook)
    with pytest.raises(Invalid):
        cda.parse(content)
    watching = False
    assert seen == []
