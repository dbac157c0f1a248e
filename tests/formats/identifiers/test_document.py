"""One document, one identity, whatever the wire that names it."""

from __future__ import annotations

import csv

import pytest
from hypothesis import given
from hypothesis import strategies as st

from socle.errors import Invalid
from socle.formats import identifiers as ids
from tests.corpora import shared

oids = st.lists(st.integers(0, 10**12), min_size=1, max_size=8).map(lambda arcs: ".".join(["1", *map(str, arcs)]))
uuids = st.uuids().map(str)
extensions = st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E, exclude_characters="^"), max_size=64)


@given(st.one_of(oids, uuids), extensions)
def test_every_form_leads_back_to_the_same_identity(root: str, extension: str) -> None:
    identity = ids.document_id(root, extension)
    assert ids.parse_document_id(identity.urn()) == identity
    assert ids.parse_document_id(identity.xds()) == identity
    assert ids.document_id(root.upper(), extension) == identity
    assert "-" not in identity.xds().partition("^")[0]


@pytest.mark.parametrize(
    ("text", "urn"),
    [
        ("1.2.250.1.213.1.1.1.59.2024.4.1", "urn:oid:1.2.250.1.213.1.1.1.59.2024.4.1"),
        ("urn:oid:1.2.3.4", "urn:oid:1.2.3.4"),
        ("1.2.3.4^DOC-7", "urn:oid:1.2.3.4^DOC-7"),
        ("BA3F2834-36AB-45E9-9A7C-A93C62A2E639", "urn:uuid:ba3f2834-36ab-45e9-9a7c-a93c62a2e639"),
        ("URN:UUID:BA3F2834-36AB-45E9-9A7C-A93C62A2E639", "urn:uuid:ba3f2834-36ab-45e9-9a7c-a93c62a2e639"),
        ("2.25.247564337351249890307285428170851018297", "urn:uuid:ba3f2834-36ab-45e9-9a7c-a93c62a2e639"),
    ],
)
def test_forms(text: str, urn: str) -> None:
    assert ids.parse_document_id(text).urn() == urn


@pytest.mark.parametrize(
    "text",
    [
        "",
        "urn:uuid:abcd-efgh-ijkl-mnop",
        "urn:uuid:1.2.3",
        "urn:oid:ba3f2834-36ab-45e9-9a7c-a93c62a2e639",
        "1.2.3^",
        "1.2.3^a^b",
        "1.2.03",
        "3.1.2",
        "1..2",
        "1",
        "1.2.3^../../etc/passwd etc",
        "1." * 2000 + "1",
        "urn:oid:1.2.3\n1.2.4",
    ],
)
def test_what_is_no_identity_is_refused(text: str) -> None:
    with pytest.raises(Invalid) as refused:
        ids.parse_document_id(text)
    assert refused.value.code == "document-id-shape"


@given(st.text(max_size=200))
def test_hostile_text_is_a_value_or_invalid(text: str) -> None:
    try:
        identity = ids.parse_document_id(text)
    except Invalid:
        return
    assert ids.parse_document_id(identity.urn()) == identity


def test_every_document_of_the_french_corpus_has_an_identity() -> None:
    with shared("corpora/cda-fr/EXPECTED.csv").open(encoding="utf-8", newline="") as lines:
        names = [row["document_id"] for row in csv.DictReader(lines)]
    assert len({ids.parse_document_id(name) for name in names}) == len(names)
