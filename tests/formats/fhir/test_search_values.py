from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from socle.errors import Invalid
from socle.formats.fhir import parse_date, parse_quantity, parse_reference, parse_token, split_values
from socle.formats.fhir.search_values import PREFIXES, QuantityValue, ReferenceValue, Token


def test_tokens_say_their_system_any_or_none() -> None:
    assert parse_token("urn:oid:1.2.250.1.213.1.4.10|260026900000175") == Token("urn:oid:1.2.250.1.213.1.4.10", "260026900000175")
    assert parse_token("female") == Token(None, "female")
    assert parse_token("|x") == Token("", "x")
    assert parse_token("http://loinc.org|") == Token("http://loinc.org", "")
    assert parse_token(r"a\|b") == Token(None, "a|b")
    for text in ("", "|", "a|b|c"):
        with pytest.raises(Invalid):
            parse_token(text)


def test_alternatives_are_separated_by_commas_that_are_not_escaped() -> None:
    assert split_values(r"a,b\,c,d") == ["a", r"b\,c", "d"]
    assert parse_token(split_values(r"b\,c")[0]) == Token(None, "b,c")
    assert split_values(r"a\\,b") == [r"a\\", "b"]


@settings(deadline=None)
@given(st.lists(st.text(max_size=8), min_size=1, max_size=4))
def test_what_is_escaped_comes_back(codes: list[str]) -> None:
    escaped = [code.replace("\\", "\\\\").replace(",", "\\,") for code in codes]
    assert split_values(",".join(escaped)) == escaped


@pytest.mark.parametrize("prefix", PREFIXES)
def test_dates_carry_their_prefix_and_their_interval(prefix: str) -> None:
    value = parse_date(prefix + "2024-05")
    assert (value.prefix, value.first.isoformat(), value.last.isoformat()) == (
        prefix,
        "2024-04-30T22:00:00+00:00",
        "2024-05-31T22:00:00+00:00",
    )


def test_dates_accept_minutes_and_a_space_that_was_a_plus_sign() -> None:
    value = parse_date("ge2024-05-01T10:00 02:00")
    assert (value.prefix, value.first.isoformat(), value.last.isoformat()) == (
        "ge",
        "2024-05-01T08:00:00+00:00",
        "2024-05-01T08:01:00+00:00",
    )
    assert parse_date("2024").prefix == "eq"
    for text in ("", "hier", "2024-02-30", "xx2024", "ge", "2024-05-01T10:00:00", "2024-05-01 10:00"):
        with pytest.raises(Invalid) as refused:
            parse_date(text)
        assert refused.value.code == "search-value"


def test_quantities_cover_what_their_precision_says() -> None:
    assert parse_quantity("gt5.4|http://unitsofmeasure.org|mg") == QuantityValue(
        "gt", Decimal("5.4"), Decimal("5.35"), Decimal("5.45"), "http://unitsofmeasure.org", "mg"
    )
    assert parse_quantity("100||kg") == QuantityValue("eq", Decimal(100), Decimal("99.5"), Decimal("100.5"), None, "kg")
    approximate = parse_quantity("ap100")
    assert (approximate.low, approximate.high) == (Decimal(90), Decimal(110))
    for text in ("", "lourd", "5|kg", "1e9999", "NaN", "gt"):
        with pytest.raises(Invalid):
            parse_quantity(text)


def test_references_are_read_in_their_three_forms() -> None:
    assert parse_reference("p-1") == ReferenceValue("", "p-1")
    assert parse_reference("Patient/p-1") == ReferenceValue("Patient", "p-1")
    assert parse_reference("https://h.example/fhir/Patient/p-1") == ReferenceValue(
        "Patient", "p-1", "https://h.example/fhir/Patient/p-1"
    )
    assert parse_reference("urn:uuid:x") == ReferenceValue("", "", "urn:uuid:x")
    for text in ("", "un mot", "Patient?identifier=1", "Malade/1"):
        with pytest.raises(Invalid):
            parse_reference(text)


@settings(deadline=None)
@given(st.text(max_size=30))
def test_no_text_makes_a_parser_fail_otherwise_than_refused(text: str) -> None:
    for parse in (parse_token, parse_date, parse_quantity, parse_reference):
        try:
            parse(text)
        except Invalid as refused:
            assert refused.code == "search-value"  # noqa: PT017 (the other outcome is a value)
