"""Birth dates with unknown parts: what is stored, and which rule said so."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from socle.errors import Invalid
from socle.formats import birth_dates as dates
from socle.formats.birth_dates import BirthDateRule as Rule


@pytest.mark.parametrize(
    ("text", "value", "rule"),
    [
        ("31/12/1975", date(1975, 12, 31), Rule.COMPLETE),
        ("31.12.1975", date(1975, 12, 31), Rule.COMPLETE),
        ("1 2 1975", date(1975, 2, 1), Rule.COMPLETE),
        ("31121975", date(1975, 12, 31), Rule.COMPLETE),
        ("20012019", date(2019, 1, 20), Rule.COMPLETE),
        ("1975-12-31", date(1975, 12, 31), Rule.COMPLETE),
        ("19751231", date(1975, 12, 31), Rule.COMPLETE),
        ("19751231081500+0100", date(1975, 12, 31), Rule.COMPLETE),
        ("00/03/1979", date(1979, 3, 1), Rule.DAY_UNKNOWN),
        ("197903", date(1979, 3, 1), Rule.DAY_UNKNOWN),
        ("1979-03", date(1979, 3, 1), Rule.DAY_UNKNOWN),
        ("12/00/1979", date(1979, 1, 12), Rule.MONTH_UNKNOWN),
        ("00/00/1979", date(1979, 12, 31), Rule.DAY_AND_MONTH_UNKNOWN),
        ("1979", date(1979, 12, 31), Rule.DAY_AND_MONTH_UNKNOWN),
    ],
)
def test_forms_and_rules(text: str, value: date, rule: Rule) -> None:
    assert dates.parse_birth_date(text) == dates.BirthDate(value, rule)


def test_estimates_have_their_own_rule() -> None:
    assert dates.birth_date_of_decade(1957) == dates.BirthDate(date(1950, 12, 31), Rule.DECADE_ESTIMATED)
    assert dates.birth_date_of_infant(2026, 3) == dates.BirthDate(date(2026, 3, 1), Rule.INFANT_DAY_UNKNOWN)
    assert {dates.BirthDate(date(1950, 1, 1), rule).description for rule in Rule} == set(dates.DESCRIPTIONS.values())


@pytest.mark.parametrize(
    "text",
    [
        "",
        "31/02/1975",
        "32/01/1975",
        "01/13/1975",
        "01/01/1849",
        "00/00/0000",
        "1975-13-01",
        "197513",
        "75",
        "demain",
        "٣١/١٢/١٩٧٥",
        "1975-12-31T00:00:00Z",
        "1" * 10_000,
        "19751231 ; DROP",
    ],
)
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(Invalid) as refused:
        dates.parse_birth_date(text)
    assert refused.value.code == "birth-date"


@given(st.dates(date(1850, 1, 1), date(2099, 12, 31)))
def test_every_complete_form_gives_the_day_back(day: date) -> None:
    french = dates.french_date(day)
    for text in (french, french.replace("/", ""), day.isoformat(), day.strftime("%Y%m%d")):
        assert dates.parse_birth_date(text) == dates.BirthDate(day)
