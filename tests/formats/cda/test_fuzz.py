"""Mutated documents: whatever the bytes, a document whose every part can be read, or `Invalid`; nothing else."""

from __future__ import annotations

import copy
import dataclasses
from collections.abc import Iterator

from hypothesis import example, given, settings
from hypothesis import strategies as st
from lxml import etree

from socle.errors import Invalid
from socle.formats import cda
from tests.formats.cda.page import page_of
from tests.formats.cda.sample import COURRIER, SYNTHESE

_WORDS = (b"", b"<", b">", b"&", b'"', b"\x00", b"\xff", b"<!DOCTYPE a>", b"&x;", b"<a>" * 200, b"9" * 400, b'nullFlavor="NI"')
_SWAPS = tuple(
    (before.encode(), after.encode())
    for before, after in (
        ("value=", "vaIue="),
        ('xsi:type="PQ"', 'xsi:type="IVL_PQ"'),
        ('xsi:type="CD"', 'xsi:type="PQ"'),
        ('xsi:type="', 'xsi:type="x:y:'),
        ("<code ", "<kode "),
        ("effectiveTime", "value"),
        ("observation", "act"),
        ("<text>", "<text><text>"),
        ("</text>", "</text></text>"),
        ("content ID", "content id"),
        ("61.5", "1e999999999"),
        ("61.5", "1e999"),
        ("4.89", "NaN"),
        ("0.5", "-Infinity"),
        ("2026", "9999"),
        ("2019", "0000"),
        ("entryRelationship", "component"),
        ("patient", "person"),
        ("urn:hl7-org:v3", "urn:hl7-org:v4"),
        ("+0100", "+9999"),
        ("section", "entry"),
        ('reference value="#', 'reference value="'),
        ("table", "list"),
        ("<td>", "<td colspan='99999999999'>"),
        ('encoding="UTF-8"', 'encoding="utf-16"'),
    )
)


def facts_of(document: cda.Document) -> list[cda.Fact]:
    lists = (getattr(document.entries, field.name) for field in dataclasses.fields(cda.Entries))
    return [fact for facts in lists if isinstance(facts, tuple) for fact in facts]


def words_of(value: object) -> Iterator[str]:
    """Every text for a reader that a value or what is inside it can give."""
    if dataclasses.is_dataclass(value):
        for name in ("label", "shown", "uri"):
            if hasattr(type(value), name):
                yield getattr(value, name)
        for field in dataclasses.fields(value):
            yield from words_of(getattr(value, field.name))
    elif isinstance(value, tuple):
        for item in value:
            yield from words_of(item)


def read_whole(content: bytes) -> str:
    """The refusal's code, or `document` once everything that can be asked of the document was asked."""
    try:
        document = cda.parse(content)
    except Invalid as refusal:
        return refusal.code
    page_of(cda.render(document))
    assert all(isinstance(section.text, str) for section in cda.text(document))
    assert document.entries.read + document.entries.skipped <= document.entry_count
    assert all(found.label for found in facts_of(document))
    assert all(isinstance(shown, str) for found in facts_of(document) for shown in words_of(found))
    assert all(found.complete or found.content == b"" for found in document.attachments)
    assert document.model_set.generation in cda.Generation
    assert isinstance(document.incomplete, bool)
    assert isinstance(document.header.unique_id, str)
    return "document"


def mutations() -> st.SearchStrategy[bytes]:
    cut = st.tuples(st.integers(0, len(SYNTHESE)), st.integers(0, 400), st.sampled_from(_WORDS) | st.binary(max_size=8))
    swaps = st.lists(st.tuples(st.sampled_from(_SWAPS), st.integers(1, 30)), max_size=4)
    return st.builds(_mutated, st.sampled_from((SYNTHESE, SYNTHESE, COURRIER)), st.lists(cut, max_size=3), swaps)


def _mutated(content: bytes, cuts: list[tuple[int, int, bytes]], swaps: list[tuple[tuple[bytes, bytes], int]]) -> bytes:
    for (before, after), times in swaps:
        content = content.replace(before, after, times)
    for at, length, put in cuts:
        content = content[:at] + put + content[at + length :]
    return content


@settings(max_examples=500, deadline=None)
@given(mutations())
@example(SYNTHESE)
@example(COURRIER)
def test_mutated(content):
    outcome = read_whole(content)
    assert outcome in {"document", "not-cda"} or outcome.startswith("xml-")


def _restructured(choices: list[tuple[int, int, int]]) -> bytes:
    """The synthèse, still well formed, with elements removed, doubled, emptied, renamed or moved into others."""
    root = etree.fromstring(SYNTHESE)
    for what, at, to in choices:
        elements = [element for element in root.iter() if isinstance(element.tag, str) and element is not root]
        element, other = elements[at % len(elements)], elements[to % len(elements)]
        parent = element.getparent()
        match what:
            case 0:
                parent.remove(element)
            case 1:
                parent.append(copy.deepcopy(element))
            case 2:
                element.clear()
            case 3:
                element.tag = other.tag
            case 4:
                other.append(copy.deepcopy(element))
            case _:
                element.attrib.update(dict(other.attrib))
    return etree.tostring(root)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5000), st.integers(0, 5000)), min_size=1, max_size=12))
def test_restructured(choices):
    assert read_whole(_restructured(choices)) in {"document", "not-cda", "xml-depth"}


def test_every_swap_alone_is_survived():
    outcomes = {read_whole(SYNTHESE.replace(before, after)) for before, after in _SWAPS}
    assert "document" in outcomes
    assert outcomes <= {"document", "not-cda", "xml-malformed", "xml-encoding"}


def test_the_same_bytes_give_the_same_facts():
    assert cda.parse(SYNTHESE) == cda.parse(SYNTHESE)
    assert cda.parse(SYNTHESE).entries == cda.parse(SYNTHESE).entries
    assert cda.render(cda.parse(SYNTHESE)) == cda.render(cda.parse(SYNTHESE))
    assert cda.parse(SYNTHESE) != cda.parse(COURRIER)
