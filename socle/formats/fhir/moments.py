"""FHIR dates and times as the interval of instants that their precision covers.

Source: FHIR R4 §2.24.0.1 (date, dateTime, instant), §3.1.1.4.7 (search on dates: a value is an interval).
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo

from socle.clock import PARIS
from socle.errors import Invalid
from socle.formats.fhir.primitives import is_date_time

EARLIEST = datetime.min.replace(tzinfo=UTC)
LATEST = datetime.max.replace(tzinfo=UTC)


def interval(text: str, zone: tzinfo = PARIS) -> tuple[datetime, datetime]:
    """The instants that `text` covers, from the first (included) to the last (excluded), in UTC: 2024-05 is a whole month.
    What has no time zone is read in `zone`. Raises Invalid `date` for what is not a FHIR date, dateTime or instant."""
    if not is_date_time(text):
        raise Invalid("date", "Cette date n’a pas la forme attendue (AAAA, AAAA-MM, AAAA-MM-JJ ou date et heure avec fuseau).")
    if len(text) > 10:
        return _moment(text)
    year, month, day = int(text[:4]), int(text[5:7] or 1), int(text[8:10] or 1)
    first = _in_utc(datetime(year, month, day, tzinfo=zone))
    if len(text) == 10:
        return first, _day_after(year, month, day, zone)
    if len(text) == 7:
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
    else:
        year += 1
    return first, (_in_utc(datetime(year, month, 1, tzinfo=zone)) if year <= 9999 else LATEST)


def _day_after(year: int, month: int, day: int, zone: tzinfo) -> datetime:
    try:
        return _in_utc((datetime(year, month, day) + timedelta(days=1)).replace(tzinfo=zone))  # noqa: DTZ001 (zone set at once)
    except OverflowError:
        return LATEST


def _moment(text: str) -> tuple[datetime, datetime]:
    """A date and time: as wide as its last digit. The second 60 is the one after 59."""
    clock, zone = (text[:-1], "+00:00") if text[-1] == "Z" else (text[:-6], text[-6:])
    whole, _, fraction = clock.partition(".")
    leap = whole[17:19] == "60"
    base = datetime.fromisoformat((whole[:17] + "59" if leap else whole) + zone)
    step = timedelta(microseconds=10 ** max(6 - len(fraction), 0))
    try:
        first = base + timedelta(seconds=int(leap), microseconds=int(fraction[:6].ljust(6, "0")) if fraction else 0)
        return _in_utc(first), _in_utc(first + step)
    except OverflowError:
        return LATEST, LATEST


def _in_utc(moment: datetime) -> datetime:
    """In UTC; the first and last hours of the calendar are clamped to it."""
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        return EARLIEST if moment.year == 1 else LATEST
