"""JSON in and out: strict, and nothing lost."""

from __future__ import annotations

import copy
import json
import pickle
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from socle.errors import Invalid
from socle.formats.fhir.json_text import MAX_DEPTH, parse_json, parse_json_value, write_json


@pytest.mark.parametrize(
    "literal",
    ["1.00", "1e3", "1E3", "-0.0", "0.10e-7", "0.000000001", "123456789012345678901234567890", "72", "-5", "1.5E+2", "0.30"],
)
def test_a_number_is_written_as_it_was_read(literal: str) -> None:
    content = f'{{"value":{literal},"text":"un : deux"}}'.encode()
    value = parse_json(content)
    assert write_json(value) == content
    assert value["value"] == Decimal(literal)
    assert write_json(copy.deepcopy(value)) == content
    assert write_json(pickle.loads(pickle.dumps(value))) == content


@pytest.mark.parametrize(
    "content",
    [
        b'{"a":1,"a":1}',
        b'{"a":{"b":1,"c":2,"b":1}}',
        b'{"a":":","a":":"}',
        b'{"a":"\\u003a","b":1,"b":2}',
        b'{"a":NaN}',
        b'{"a":Infinity}',
        b'{"a":-Infinity}',
        b'{"a":"\xff"}',
        b'{"a":"\xed\xa0\x80"}',
        b'{"a":"\\ud800"}',
        b'{"a":"\\ud800 \\ud800"}',
        b'{"a":1e999999}',
        b'{"a":1.0e-9999}',
        b'{"a":01}',
        b'{"a":1,}',
        b"{\"a\":'b'}",
        b'{"a":1}}',
        b"",
        b"\xef\xbb\xbf{}",
        b"{",
        b"[1]",
        b'"texte"',
        b"null",
        b'{"a":' * 200 + b"1" + b"}" * 200,
        b'{"a":' + b"[" * 100_000,
        '{"a":1}'.encode("utf-16"),
    ],
)
def test_what_is_not_one_sound_object_is_refused(content: bytes) -> None:
    with pytest.raises(Invalid) as refused:
        parse_json(content)
    assert refused.value.code == "json"


def test_escaped_colons_and_repeated_names_in_different_objects_are_accepted() -> None:
    assert parse_json(b'{"a":{"a":"\\u003a:"},"b":{"a":":"}}') == {"a": {"a": "::"}, "b": {"a": ":"}}


def test_depth_and_size_have_a_limit() -> None:
    deepest = b"[" * MAX_DEPTH + b"]" * MAX_DEPTH
    assert write_json(parse_json_value(deepest)) == deepest
    with pytest.raises(Invalid):
        parse_json_value(b"[" + deepest + b"]")
    assert parse_json(b'{"a":1}', max_bytes=7) == {"a": 1}
    with pytest.raises(Invalid):
        parse_json(b'{"a":10}', max_bytes=7)


def test_a_number_that_json_cannot_say_is_never_written() -> None:
    assert write_json({"a": Decimal("1.50")}) == b'{"a":1.50}'
    with pytest.raises(TypeError):
        write_json({"a": Decimal("NaN")})


_text = st.text(st.characters(exclude_categories=["Cs"]))
_leaves = st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.decimals(-(10**6), 10**6, places=3) | _text
_values = st.recursive(
    _leaves, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_text, inner, max_size=4), max_leaves=20
)


@settings(deadline=None)
@given(st.dictionaries(_text, _values, max_size=5))
def test_whatever_is_written_reads_back_equal(value: dict[str, object]) -> None:
    content = write_json(value)
    again = parse_json(content)
    assert again == value
    assert write_json(again) == content


@settings(deadline=None)
@given(st.dictionaries(_text, _values, min_size=1, max_size=5), st.sampled_from([None, 2]), st.booleans())
def test_spacing_and_escapes_change_nothing(value: dict[str, object], indent: int | None, ascii_only: bool) -> None:
    content = json.dumps(value, indent=indent, ensure_ascii=ascii_only, default=float).encode()
    assert parse_json(content) == json.loads(content, parse_float=Decimal)


@settings(deadline=None)
@given(st.binary(max_size=60) | st.text(alphabet='{}[]",:\\u0123eE+-.tfn ', max_size=40).map(str.encode))
def test_no_bytes_raise_anything_but_invalid(content: bytes) -> None:
    try:
        value = parse_json_value(content)
    except Invalid:
        with pytest.raises(Invalid):
            parse_json(content)
    else:
        assert json.loads(content, parse_float=Decimal) == value
