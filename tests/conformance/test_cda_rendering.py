"""Every document of the shared corpora gives safe HTML that loses none of its words; so do the hostile HTML vectors."""

from __future__ import annotations

import json
import re
from contextlib import suppress
from html import escape
from pathlib import Path

import pytest

from socle.errors import Invalid
from socle.formats import cda
from socle.formats.cda.intake import HL7
from tests.corpora import SHARED, shared
from tests.formats.cda.page import page_of

DOCUMENTS = sorted(SHARED.glob("corpora/cda-f*/*/*.xml"))
VECTORS = SHARED / "corpora/security/html/sanitiser-vectors.json"
_WORD = re.compile(r"\w+")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")


def _vectors() -> list[dict[str, str]]:
    return json.loads(VECTORS.read_text(encoding="utf-8")) if VECTORS.exists() else []


def _narrative(inside: str) -> bytes:
    return (
        '<ClinicalDocument xmlns="urn:hl7-org:v3"><component><structuredBody><component><section>'
        f"<text>{inside}</text></section></component></structuredBody></component></ClinicalDocument>"
    ).encode()


def _parsed(payload: str) -> cda.Document | None:
    """The payload taken as markup of a narrative; None when it is not XML."""
    with suppress(Invalid):
        return cda.parse(_narrative(payload))
    return None


@pytest.fixture(params=DOCUMENTS or [None], ids=lambda path: path.name if path else "absent")
def document(request) -> cda.Document:
    shared("corpora/cda-fr")
    path: Path = request.param
    return cda.parse(path.read_bytes())


def test_safe_and_nothing_lost(document):
    page = page_of(cda.render(document))
    assert page.tags.count("section") == (document.section_count if document.level > 1 else 0)
    assert "figure" not in page.tags or page.media
    for narrative in document.root.iter(HL7 + "text"):
        if narrative.getparent().tag == HL7 + "section":
            for words in narrative.itertext():
                assert " ".join(words.split()) in page.text
    assert set(page.media) <= {found.id for found in document.attachments}


def test_plain_text_has_the_words_of_the_page(document):
    texts = cda.text(document)
    assert len(texts) == (document.section_count if document.level > 1 else 0)
    page = page_of(cda.render(document))
    found = _WORD.findall(" ".join(section.text for section in texts))
    assert set(found) <= set(_WORD.findall(page.text))
    assert [title for _, title in page.headings] == [section.title or "Section sans titre" for section in texts]


@pytest.mark.parametrize("vector", _vectors() or [None], ids=lambda vector: vector["title"] if vector else "absent")
def test_hostile_html(vector):
    shared("corpora/security")
    payload = vector["payload"]
    page = page_of(cda.render(cda.parse(_narrative(escape(_CONTROL.sub("", payload))))))
    assert page.tags == ["section", "h2", "div"]  # shown as the text it is
    if (as_markup := _parsed(payload)) is not None:
        page_of(cda.render(as_markup))


def test_some_vectors_are_well_formed_markup():
    shared("corpora/security")
    assert sum(_parsed(vector["payload"]) is not None for vector in _vectors()) >= 10
