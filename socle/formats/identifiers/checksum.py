"""The two check computations of French identifiers: Luhn and the NIR key."""

from __future__ import annotations

import re

_ASCII_DIGITS = re.compile(r"[0-9]+")


def only_digits(text: str) -> bool:
    """True when the text is one or more ASCII digits (`str.isdigit` also accepts ², ٣ and others)."""
    return _ASCII_DIGITS.fullmatch(text) is not None


def luhn_sum(digits: str) -> int:
    """The Luhn sum of a text of ASCII digits, its last digit counted once."""
    total = 0
    for position, character in enumerate(reversed(digits)):
        value = int(character)
        if position % 2:
            value = value * 2 - 9 if value > 4 else value * 2
        total += value
    return total


def luhn_is_right(digits: str) -> bool:
    """True when the text is ASCII digits whose last one is the Luhn key of the others."""
    return only_digits(digits) and luhn_sum(digits) % 10 == 0


def luhn_key(digits_without_key: str) -> str:
    """The digit that makes `digits_without_key` + digit pass Luhn."""
    return str(-luhn_sum(digits_without_key + "0") % 10)
