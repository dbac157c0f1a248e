"""The INS datamatrix: text and back, square and back through an independent reader."""

from __future__ import annotations

import re
import warnings
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from socle.errors import Invalid
from socle.formats import datamatrix
from socle.formats.identifiers import INS_AUTHORITIES, InsNature, ins_key, parse_ins
from socle.formats.names import insi_accepts

ADRUN = datamatrix.InsTraits(
    parse_ins("275126322074974", "1.2.250.1.213.1.4.10"), "ZOE", "ADRUN", "F", date(1975, 12, 31), "63220"
)

oids = st.sampled_from([oid for oid, one in INS_AUTHORITIES.items() if one.nature in (InsNature.NIR, InsNature.NIA)])
name = st.text("ABCXYZ' -", min_size=1, max_size=100).filter(insi_accepts)
matricule = st.integers(0, 10**8 - 1).map(lambda rest: f"27512{rest:08d}").map(lambda first: first + ins_key(first))
traits = st.builds(
    datamatrix.InsTraits,
    st.builds(parse_ins, matricule, oids),
    name,
    name,
    st.sampled_from("MF"),
    st.dates(date(1000, 1, 1)),
    st.sampled_from(["63220", "2B020", "99999", "97801"]),
)


def test_layout_of_a_published_test_identity() -> None:
    assert datamatrix.compose(ADRUN) == (
        "IS0100000000000000000000"
        "S1275126322074974"
        "S21.2.250.1.213.1.4.10"  # 20 characters, the longest: no separator
        "S3ZOE\x1d"
        "S4ADRUN\x1d"
        "S5F"
        "S631-12-1975"
        "S763220"
    )


def test_a_short_authority_ends_with_a_separator() -> None:
    real = datamatrix.InsTraits(
        parse_ins("275126322074974", "1.2.250.1.213.1.4.8"), "ZOE", "ADRUN", "F", date(1975, 12, 31), "63220"
    )
    assert "S21.2.250.1.213.1.4.8\x1dS3" in datamatrix.compose(real)


@given(traits)
def test_what_is_composed_is_parsed_back(value: datamatrix.InsTraits) -> None:
    assert datamatrix.parse(datamatrix.compose(value)) == value


def test_a_name_of_the_longest_length_needs_no_separator() -> None:
    long = datamatrix.InsTraits(ADRUN.ins, "A" * 100, "B" * 100, "F", ADRUN.birth_date, "63220")
    assert "\x1d" not in datamatrix.compose(long)
    assert datamatrix.parse(datamatrix.compose(long)) == long


def test_a_keyboard_scanner_and_another_order_are_read() -> None:
    text = datamatrix.compose(ADRUN)
    assert datamatrix.parse(text + "\r\n") == ADRUN
    moved = text.replace("S5F", "") + "S5F"
    assert datamatrix.parse(moved) == ADRUN


@pytest.mark.parametrize(
    ("damage", "code"),
    [
        (lambda text: "", "datamatrix-header"),
        (lambda text: "DC04" + text[4:], "datamatrix-header"),
        (lambda text: text + "X" * 400, "datamatrix-header"),
        (lambda text: text[:-5], "datamatrix-field"),
        (lambda text: text + "S5F", "datamatrix-field"),
        (lambda text: text.replace("S5F", "S5I"), "datamatrix-field"),
        (lambda text: text.replace("S5F", ""), "datamatrix-field"),
        (lambda text: text.replace("31-12-1975", "31-02-1975"), "datamatrix-field"),
        (lambda text: text.replace("S763220", "S7632A0"), "datamatrix-field"),
        (lambda text: text.replace("ZOE", "ZOÉ"), "datamatrix-field"),
        (lambda text: text.replace("S4ADRUN", "S4<b>"), "datamatrix-field"),
        (lambda text: text.replace("S3", "S9"), "datamatrix-field"),
        (lambda text: text.replace("\x1d", ""), "datamatrix-field"),
        (lambda text: text.replace("275126322074974", "275136322074974"), "ins-shape"),
        (lambda text: text.replace("213.1.4.10", "213.1.4.99"), "ins-oid"),
    ],
)
def test_a_damaged_code_is_refused(damage, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        datamatrix.parse(damage(datamatrix.compose(ADRUN)))
    assert refused.value.code == code


@given(st.text(max_size=200))
def test_hostile_text_is_a_value_or_invalid(text: str) -> None:
    for candidate in (text, datamatrix.HEADER + text, datamatrix.compose(ADRUN)[: len(text)] + text):
        try:
            found = datamatrix.parse(candidate)
        except Invalid:
            continue
        assert datamatrix.parse(datamatrix.compose(found)) == found


def test_no_trait_shows_in_repr() -> None:
    for trait in ("275126322074974", "ZOE", "ADRUN", "1975", "63220"):
        assert trait not in repr(ADRUN)


def test_the_image_has_a_title_and_nothing_that_acts() -> None:
    image = etree.fromstring(datamatrix.svg(datamatrix.compose(ADRUN), title="Identité <INS> & co"))
    assert image.get("role") == "img"
    title = image.find("{http://www.w3.org/2000/svg}title")
    assert title is not None
    assert title.text == "Identité <INS> & co"
    assert {etree.QName(element).localname for element in image.iter()} == {"svg", "title", "path"}
    assert not any(name == "style" or name.startswith("on") for element in image.iter() for name in element.attrib)


@pytest.mark.parametrize("text", ["é", "A" * 401])
def test_what_a_code_cannot_hold_is_refused(text: str) -> None:
    with pytest.raises(Invalid):
        datamatrix.svg(text)


def decoded(image: str) -> str:
    """The text an independent reader (libdmtx) sees in the image."""
    try:
        with warnings.catch_warnings(action="ignore", category=DeprecationWarning):  # its use of distutils
            from pylibdmtx import pylibdmtx
    except (ImportError, OSError) as absent:
        pytest.skip(f"libdmtx absent, install libdmtx0b: {absent}")
    path = etree.fromstring(image).findall("{http://www.w3.org/2000/svg}path")[1].get("d")
    side = int(etree.fromstring(image).get("viewBox").split()[2])
    scale = 5
    pixels = bytearray(b"\xff" * (side * scale) ** 2)
    for x, y, length in re.findall(r"M(\d+) (\d+)h(\d+)v1h-\d+z", path):
        for line in range(int(y) * scale, (int(y) + 1) * scale):
            first = line * side * scale + int(x) * scale
            pixels[first : first + int(length) * scale] = bytes(int(length) * scale)
    (found,) = pylibdmtx.decode((bytes(pixels), side * scale, side * scale), max_count=1, timeout=20_000)
    return found.data.decode("ascii")


def test_an_independent_reader_gives_a_published_identity_back() -> None:
    assert datamatrix.parse(decoded(datamatrix.svg(datamatrix.compose(ADRUN)))) == ADRUN


@settings(max_examples=8, deadline=None)
@given(traits)
def test_an_independent_reader_gives_any_identity_back(value: datamatrix.InsTraits) -> None:
    assert datamatrix.parse(decoded(datamatrix.svg(datamatrix.compose(value)))) == value
