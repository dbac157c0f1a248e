"""Birth dates of identities: what is stored when a part is unknown, and which rule was applied.

Source: RNIV 2.0 EXI PP 19.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from socle.errors import Invalid

OLDEST_YEAR = 1850
_FRENCH = re.compile(r"([0-9]{1,2})[/. -]([0-9]{1,2})[/. -]([0-9]{4})")
_ISO = re.compile(r"([0-9]{4})-([0-9]{2})(?:-([0-9]{2}))?")
_HL7 = re.compile(r"([0-9]{4})(?:([0-9]{2})(?:([0-9]{2})(?:[0-9]{2,6}(?:\.[0-9]{1,4})?(?:[+-][0-9]{4})?)?)?)?")
_TYPED_WITHOUT_SIGN = re.compile(r"([0-9]{2})([0-9]{2})((?:18|19|20)[0-9]{2})")
_LONGEST = 32


class BirthDateRule(StrEnum):
    """Which parts of a stored birth date are conventional."""

    COMPLETE = "complete"
    DAY_UNKNOWN = "day-unknown"
    MONTH_UNKNOWN = "month-unknown"
    DAY_AND_MONTH_UNKNOWN = "day-and-month-unknown"
    DECADE_ESTIMATED = "decade-estimated"
    INFANT_DAY_UNKNOWN = "infant-day-unknown"


DESCRIPTIONS: dict[BirthDateRule, str] = {
    BirthDateRule.COMPLETE: "Date de naissance complète.",
    BirthDateRule.DAY_UNKNOWN: "Jour inconnu : le premier jour du mois est retenu.",
    BirthDateRule.MONTH_UNKNOWN: "Mois inconnu : le mois de janvier est retenu.",
    BirthDateRule.DAY_AND_MONTH_UNKNOWN: "Jour et mois inconnus : le 31 décembre de l’année est retenu.",
    BirthDateRule.DECADE_ESTIMATED: "Date inconnue : le 31 décembre et une décennie estimée sont retenus.",
    BirthDateRule.INFANT_DAY_UNKNOWN: "Enfant de moins d’un an : le premier jour du mois estimé est retenu.",
}


@dataclass(frozen=True, slots=True)
class BirthDate:
    """The date to store and compare, and the rule that made it."""

    value: date
    rule: BirthDateRule = BirthDateRule.COMPLETE

    @property
    def description(self) -> str:
        return DESCRIPTIONS[self.rule]


def birth_date(year: int, month: int | None = None, day: int | None = None) -> BirthDate:
    """The date stored for what is known. Invalid `birth-date` when the parts make no date or the year is before 1850."""
    if month is None and day is None:
        return BirthDate(_date(year, 12, 31), BirthDateRule.DAY_AND_MONTH_UNKNOWN)
    if month is None:
        return BirthDate(_date(year, 1, day or 0), BirthDateRule.MONTH_UNKNOWN)
    if day is None:
        return BirthDate(_date(year, month, 1), BirthDateRule.DAY_UNKNOWN)
    return BirthDate(_date(year, month, day))


def birth_date_of_decade(decade: int) -> BirthDate:
    """The date stored when only a decade can be estimated: 31 December of its first year (1950 for the fifties)."""
    return BirthDate(_date(decade - decade % 10, 12, 31), BirthDateRule.DECADE_ESTIMATED)


def birth_date_of_infant(year: int, month: int) -> BirthDate:
    """The date stored for a hospitalised child under one year whose birth day is unknown."""
    return BirthDate(_date(year, month, 1), BirthDateRule.INFANT_DAY_UNKNOWN)


def parse_birth_date(text: str) -> BirthDate:
    """A birth date as people type it or as systems send it; 00 stands for an unknown day or month.

    Forms: 31/12/1975 (also with . - or spaces), 31121975, 1975-12-31, 1975-12, 19751231, 197512, 1975; a time behind an
    HL7 date is set aside. Invalid: `birth-date`.
    """
    value = text.strip()
    if len(value) > _LONGEST:
        raise _wrong_date()
    if found := _FRENCH.fullmatch(value) or _TYPED_WITHOUT_SIGN.fullmatch(value):
        day, month, year = (int(part) for part in found.groups())
        return birth_date(year, month or None, day or None)
    found = _ISO.fullmatch(value) or _HL7.fullmatch(value)
    if found is None:
        raise _wrong_date()
    year, month, day = (int(part or 0) for part in found.groups())
    return birth_date(year, month or None, day or None)


def french_date(value: date) -> str:
    """The date as people read it: 31/12/1975."""
    return f"{value.day:02d}/{value.month:02d}/{value.year:04d}"


def _date(year: int, month: int, day: int) -> date:
    if year < OLDEST_YEAR:
        raise _wrong_date()
    try:
        return date(year, month, day)
    except ValueError:
        raise _wrong_date() from None


def _wrong_date() -> Invalid:
    return Invalid("birth-date", "La date de naissance doit être écrite jj/mm/aaaa, avec 00 pour une partie inconnue.")
