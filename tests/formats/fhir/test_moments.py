from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from socle.errors import Invalid
from socle.formats.fhir import interval


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2024", "2023-12-31T23:00:00+00:00", "2024-12-31T23:00:00+00:00"),
        ("2024-12", "2024-11-30T23:00:00+00:00", "2024-12-31T23:00:00+00:00"),
        ("2024-02", "2024-01-31T23:00:00+00:00", "2024-02-29T23:00:00+00:00"),
        ("2024-03-31", "2024-03-30T23:00:00+00:00", "2024-03-31T22:00:00+00:00"),  # the day of 23 hours
        ("2024-05-01T10:00:00Z", "2024-05-01T10:00:00+00:00", "2024-05-01T10:00:01+00:00"),
        ("2024-05-01T10:00:00.25+02:00", "2024-05-01T08:00:00.250000+00:00", "2024-05-01T08:00:00.260000+00:00"),
        ("2024-05-01T10:00:00.1234567Z", "2024-05-01T10:00:00.123456+00:00", "2024-05-01T10:00:00.123457+00:00"),
        ("2016-12-31T23:59:60Z", "2017-01-01T00:00:00+00:00", "2017-01-01T00:00:01+00:00"),
    ],
)
def test_a_date_covers_what_its_precision_says(text: str, first: str, last: str) -> None:
    assert [moment.isoformat() for moment in interval(text)] == [first, last]


@pytest.mark.parametrize(
    "text", ["0001", "0001-01-01", "9999", "9999-12-31", "9999-12-31T23:59:60Z", "0001-01-01T00:00:00+14:00"]
)
def test_the_ends_of_the_calendar_are_clamped(text: str) -> None:
    first, last = interval(text)
    assert first <= last
    assert first.tzinfo is not None


@pytest.mark.parametrize("text", ["", "24", "2024-13", "2023-02-29", "2024-05-01T10:00", "2024-05-01T10:00:00", "demain", "0000"])
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(Invalid) as refused:
        interval(text)
    assert refused.value.code == "date"


@settings(deadline=None)
@given(st.integers(-5 * 10**15, 7 * 10**15), st.integers(-12 * 60, 14 * 60))
def test_a_moment_is_inside_its_own_interval(microseconds: int, offset: int) -> None:
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=microseconds)
    aware = moment.astimezone(timezone(timedelta(minutes=offset)))
    first, last = interval(aware.isoformat(timespec="milliseconds"))
    assert first <= aware < last
    assert last - first == timedelta(milliseconds=1)
    in_paris = aware.astimezone(UTC).date().isoformat()
    assert interval(in_paris)[1] - interval(in_paris)[0] >= timedelta(hours=23)
