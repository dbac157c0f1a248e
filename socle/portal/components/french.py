"""French wording of dates, hours, ages, numbers of identity and spaces. Pure functions; hours are those of Paris."""

from __future__ import annotations

import re
from datetime import date, datetime

from socle.clock import PARIS
from socle.errors import Invalid

NBSP = "\N{NO-BREAK SPACE}"
MONTHS = (
    *("janvier", "février", "mars", "avril", "mai", "juin"),
    *("juillet", "août", "septembre", "octobre", "novembre", "décembre"),
)
WEEKDAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")

type_of_day = date | datetime | str
_PARTIAL = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")
_SHORT_MONTHS = (
    *("janv.", "févr.", "mars", "avr.", "mai", "juin"),
    *("juil.", "août", "sept.", "oct.", "nov.", "déc."),
)


def local(value: date | datetime) -> date:
    """The day in Paris of an aware instant; a plain day is itself."""
    if isinstance(value, datetime):
        return value.astimezone(PARIS).date()
    return value


def _parts(value: type_of_day) -> tuple[int, int, int] | None:
    """(year, month, day) with 0 for what is not known, from a day, an instant or `2019`, `2019-03`, `2019-03-14`."""
    if not isinstance(value, str):
        day = local(value)
        return day.year, day.month, day.day
    found = _PARTIAL.match(value)
    if found is None:
        return None
    year, month, day_number = (int(part or 0) for part in found.groups())
    return (year, month, day_number) if month <= 12 else None


def day(value: type_of_day) -> str:
    """« 14 mars 2019 »; « mars 2019 » or « 2019 » when the date is partial; an unreadable text as it is."""
    parts = _parts(value)
    if parts is None:
        return str(value)
    year, month, number = parts
    if not month:
        return str(year)
    if not number:
        return f"{MONTHS[month - 1]}{NBSP}{year}"
    return f"{_ordinal(number)}{NBSP}{MONTHS[month - 1]}{NBSP}{year}"


def weekday(value: date | datetime) -> str:
    """« lundi 14 septembre 2026 »."""
    here = local(value)
    return f"{WEEKDAYS[here.weekday()]}{NBSP}{day(here)}"


def short_month(value: type_of_day) -> str:
    """« oct. 2026 »: the margin of a timeline."""
    parts = _parts(value)
    if parts is None:
        return str(value)
    year, month, _ = parts
    return f"{_SHORT_MONTHS[month - 1]}{NBSP}{year}" if month else str(year)


def numeric(value: type_of_day) -> str:
    """« 04/11/1987 », « 03/2019 » or « 2019 »: where dates are compared."""
    parts = _parts(value)
    if parts is None:
        return str(value)
    year, month, number = parts
    return "/".join([*([f"{number:02d}"] if number else []), *([f"{month:02d}"] if month else []), f"{year:04d}"])


def hour(value: datetime) -> str:
    """« 9 h 30 », « 17 h »."""
    here = value.astimezone(PARIS)
    return f"{here.hour}{NBSP}h" + (f"{NBSP}{here.minute:02d}" if here.minute else "")


def moment(value: datetime) -> str:
    """« lundi 14 septembre 2026, 9 h 30 »."""
    return f"{weekday(value)}, {hour(value)}"


def since(value: datetime, now: datetime) -> str:
    """How long ago: « à l’instant », « il y a 40 min », « il y a 2 h », « il y a 3 j », then the day."""
    minutes = int((now - value).total_seconds() // 60)
    if minutes < 1:
        return "à l’instant"
    for limit, unit_minutes, word in ((60, 1, "min"), (24 * 60, 60, "h"), (7 * 24 * 60, 24 * 60, "j")):
        if minutes < limit:
            return f"il y a {minutes // unit_minutes}{NBSP}{word}"
    return f"le {day(value)}"


def age(birth: type_of_day, today: date) -> str:
    """« 39 ans », « 5 mois » below two years, « 12 jours » below one month; empty when the day of birth is not whole."""
    parts = _parts(birth)
    if parts is None or not all(parts):
        return ""
    try:
        born = date(*parts)
    except ValueError:
        return ""
    months = (today.year - born.year) * 12 + today.month - born.month - (today.day < born.day)
    if months < 0:
        return ""
    if months >= 24:
        return f"{months // 12}{NBSP}ans"
    if months >= 1:
        return f"{months}{NBSP}mois"
    days = (today - born).days
    return f"{days}{NBSP}jour{'s' if days > 1 else ''}"


def matricule(value: str) -> str:
    """A 15-character INS as people read it: `187114410900038` gives « 1 87 11 44 109 000 38 »; other text as it is."""
    compact = re.sub(r"\s", "", value)
    if len(compact) != 15:
        return value
    ends = (1, 3, 5, 7, 10, 13, 15)
    return NBSP.join(compact[start:end] for start, end in zip((0, *ends), ends, strict=False))


def phone(value: str) -> str:
    """`+33199009300` gives « 01 99 00 93 00 »; short numbers in pairs (« 36 08 »); other numbers as they are."""
    digits = re.sub(r"[\s.()-]", "", value)
    national = f"0{digits[3:]}" if digits.startswith("+33") else digits
    if not national.isdecimal() or len(national) not in (4, 10):
        return value
    return NBSP.join(national[start : start + 2] for start in range(0, len(national), 2))


def spaced(text: str) -> str:
    """The same text with the non-breaking spaces of French typography."""
    text = re.sub(r"[ \u00a0\u202f]+([:;!?»%])", NBSP + r"\1", text)
    text = re.sub(r"«[ \u00a0\u202f]+", "«" + NBSP, text)
    return re.sub(r"(?<=\d) (?=(?:ans?|mois|jours?|h|min|kg|g|mg|mL|cm|mmHg|pages?)\b)", NBSP, text)


def read_day(text: str, *, where: str = "") -> date:
    """The day that a person typed: `04/11/1987`, `4-11-1987`, `04111987`, `1987-11-04` or `4 novembre 1987`.

    A year of two digits is refused: it would open the record of someone a century apart. Invalid names the field `where`.
    """
    absent = False
    cleaned = re.sub(r"[\s\u00a0\u202f]+", " ", text.strip().lower()).replace("1er ", "1 ")
    for pattern in _TYPED:
        found = pattern.fullmatch(cleaned)
        if found is None:
            continue
        parts = found.groupdict()
        month = _month_number(parts["month"])
        try:
            return date(int(parts["year"]), month, int(parts["day"]))
        except ValueError:
            absent = month > 0
            break
    sentence = "Indiquez la date en entier, sous la forme 04/11/1987."
    if absent:
        sentence = f"Cette date n’existe pas. {sentence}"
    raise Invalid("date", sentence, where=where)


_TYPED = (
    re.compile(r"(?P<day>\d{1,2}) ?[/.\- ] ?(?P<month>\d{1,2}) ?[/.\- ] ?(?P<year>\d{4})", re.ASCII),
    re.compile(r"(?P<day>\d{2})(?P<month>\d{2})(?P<year>\d{4})", re.ASCII),
    re.compile(r"(?P<year>\d{4})-(?P<month>\d{2})-(?P<day>\d{2})", re.ASCII),
    re.compile(r"(?P<day>\d{1,2}) (?P<month>[a-zéû]+\.?) (?P<year>\d{4})", re.ASCII),
)


def _month_number(word: str) -> int:
    """1 to 12 from figures or from a month's name, whole or begun; 0 when it is none."""
    if word.isdecimal():
        return int(word)
    stem = word.rstrip(".")
    named = [rank for rank, month in enumerate(MONTHS, start=1) if len(stem) >= 3 and month.startswith(stem)]
    return named[0] if len(named) == 1 else 0


def _ordinal(number: int) -> str:
    return "1er" if number == 1 else str(number)
