"""The primitive types of FHIR R4: which JSON values they allow.

`PRIMITIVES[type](value)` says whether a JSON value is a value of the type. Where HL7's expression says too little, the text of
the specification is held: dates exist in the calendar, strings are not empty and hold no control character but tab, line feed
and carriage return.

Source: FHIR R4 §2.24.0.1 (primitive types).
"""

from __future__ import annotations

import binascii
import re
from calendar import monthrange
from collections.abc import Callable
from decimal import Decimal

MAX_STRING = 1_048_576
_control = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]").search
_code = re.compile(r"[^\s]+(?:\s[^\s]+)*").fullmatch
_id = re.compile(r"[A-Za-z0-9\-.]{1,64}").fullmatch
_oid = re.compile(r"urn:oid:[0-2](?:\.(?:0|[1-9][0-9]*))+").fullmatch
_uuid = re.compile(r"urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}").fullmatch
_uri = re.compile(r"\S+").fullmatch
_CLOCK = r"(?:[01][0-9]|2[0-3]):[0-5][0-9]:(?:[0-5][0-9]|60)(?:\.[0-9]+)?"
_ZONE = r"(?:Z|[+-](?:(?:0[0-9]|1[0-3]):[0-5][0-9]|14:00))"
_YEAR = r"(?!0000)[0-9]{4}"
_DAY = r"(?:0[1-9]|[12][0-9]|3[01])"
_MONTH = r"(?:0[1-9]|1[0-2])"
_date = re.compile(rf"{_YEAR}(?:-{_MONTH}(?:-{_DAY})?)?").fullmatch
_date_time = re.compile(rf"{_YEAR}(?:-{_MONTH}(?:-{_DAY}(?:T{_CLOCK}{_ZONE})?)?)?").fullmatch
_instant = re.compile(rf"{_YEAR}-{_MONTH}-{_DAY}T{_CLOCK}{_ZONE}").fullmatch
_time = re.compile(_CLOCK).fullmatch


def _day_exists(text: str) -> bool:
    """Whether the day of a well-formed date is in its month; true for a date without day."""
    return text[8:10] <= "28" or int(text[8:10]) <= monthrange(int(text[:4]), int(text[5:7]))[1]


def is_string(value: object) -> bool:
    return isinstance(value, str) and 0 < len(value) <= MAX_STRING and (value.isprintable() or _control(value) is None)


def is_date(value: object) -> bool:
    return isinstance(value, str) and _date(value) is not None and _day_exists(value)


def is_date_time(value: object) -> bool:
    return isinstance(value, str) and _date_time(value) is not None and _day_exists(value)


def is_instant(value: object) -> bool:
    return isinstance(value, str) and _instant(value) is not None and _day_exists(value)


def is_base64(value: object) -> bool:
    if not isinstance(value, str) or not value:
        return False
    try:
        binascii.a2b_base64("".join(value.split()), strict_mode=True)
    except ValueError:
        return False
    return True


def is_decimal(value: object) -> bool:
    return type(value) is int or isinstance(value, Decimal) or type(value) is float


def _whole(lowest: int) -> Callable[[object], bool]:
    return lambda value: type(value) is int and lowest <= value <= 2_147_483_647


def _matching(match: Callable[[str], object]) -> Callable[[object], bool]:
    return lambda value: isinstance(value, str) and match(value) is not None


PRIMITIVES: dict[str, Callable[[object], bool]] = {
    "base64Binary": is_base64,
    "boolean": lambda value: value is True or value is False,
    "canonical": _matching(_uri),
    "code": _matching(_code),
    "date": is_date,
    "dateTime": is_date_time,
    "decimal": is_decimal,
    "id": _matching(_id),
    "instant": is_instant,
    "integer": _whole(-2_147_483_648),
    "markdown": is_string,
    "oid": _matching(_oid),
    "positiveInt": _whole(1),
    "string": is_string,
    "time": _matching(_time),
    "unsignedInt": _whole(0),
    "uri": _matching(_uri),
    "url": _matching(_uri),
    "uuid": _matching(_uuid),
    "xhtml": lambda value: isinstance(value, str),
}
