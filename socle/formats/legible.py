"""What people see of a text that somebody else wrote: without the signs that nobody sees and that make it read as another one.

Source: Unicode UAX #9 (directional formatting), UTS #39 (mixed scripts, invisible characters), UTR #36 §2.
"""

from __future__ import annotations

import unicodedata

DIRECTIONS = dict.fromkeys([0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)])
"""For `str.translate`: signs that change the order in which a text is shown."""
_BLANKS = dict.fromkeys([0x115F, 0x1160, 0x2800, 0x3164, 0xFFA0], " ")
"""Letters and symbols without ink."""
_DROPPED = frozenset({"Cf", "Cs", "Co", "Cn"})
_SPACED = frozenset({"Cc", "Zl", "Zp"})
_MARKS = frozenset({"Mn", "Me"})
MARKS_KEPT = 2
"""Accents of one letter: more of them cover the lines around."""
_LETTERS = frozenset({"Lu", "Ll", "Lt", "Lo"})


def legible(text: str) -> str:
    """The text of one line as it is kept to be shown: no invisible sign, no sign of direction, no blank letter, two accents a
    letter at most, ends trimmed. A text without such signs is the same text. Idempotent."""
    if text.isascii() and text.isprintable():
        return text.strip()
    kept: list[str] = []
    marks = 0
    for character in text.translate(_BLANKS):
        category = unicodedata.category(character)
        marks = marks + 1 if category in _MARKS else 0 if category not in _DROPPED else marks
        if category in _SPACED:
            kept.append(" ")
        elif category not in _DROPPED and marks <= MARKS_KEPT:
            kept.append(character)
    return "".join(kept).strip()


def mixes_alphabets(text: str) -> bool:
    """Whether one word has Latin letters beside letters of another alphabet: a name written so imitates another one."""
    words = ([sign for sign in word if unicodedata.category(sign) in _LETTERS] for word in text.split())
    return any(len({_is_latin(letter) for letter in word}) > 1 for word in words)


def _is_latin(letter: str) -> bool:
    return letter in "ªº" or unicodedata.name(unicodedata.normalize("NFKD", letter)[0], "").startswith("LATIN")
