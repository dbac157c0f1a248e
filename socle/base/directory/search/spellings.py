"""What a typed name may mean, and names one or two slips away from it. Pure functions over stored forms (`keys.sort_key`)."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from zlib import crc32

from socle.formats.names import comparable

MOST_WORDS = 5
LONGEST = 40
"""Letters of a name that are compared; no name tells two people apart beyond."""
_CIVILITIES = frozenset(
    {"DR", "DOCTEUR", "DOCTEURE", "PR", "PROFESSEUR", "PROFESSEURE", "M", "MME", "MLLE", "MONSIEUR", "MADAME"}
)


@dataclass(frozen=True, slots=True)
class Reading:
    """One meaning of what was typed: the family name, whole when a given name follows, else its beginning."""

    family: str
    given: str = ""

    @property
    def span(self) -> tuple[str, str]:
        """The sort keys it matches: from the first, up to and without the second."""
        start = f"{self.family} {self.given}" if self.given else self.family
        return start, after(start)


def after(prefix: str) -> str:
    """The lowest text above all those that start with `prefix`, by code point."""
    return prefix[:-1] + chr(ord(prefix[-1]) + 1)


def readings(typed: str) -> tuple[Reading, ...]:
    """« claire novarel », « NOVAREL Claire », « d'artagnan », « dr de la tour marie »: every cut in family and given name, in
    either order. Empty when no letter was typed."""
    words = [word[:LONGEST] for word in comparable(typed[:200]).split()]
    if len(words) > 1 and words[0] in _CIVILITIES:
        words = words[1:]
    words = words[:MOST_WORDS]
    if not words:
        return ()
    found = [Reading("".join(words))]
    for cut in range(1, len(words)):
        left, right = "".join(words[:cut]), "".join(words[cut:])
        found += [Reading(left, right), Reading(right, left)]
    return tuple(dict.fromkeys(found))


def near(name: str) -> list[int]:
    """The numbers of a name and of the name without one letter, as 32-bit integers."""
    shorter = {name[:place] + name[place + 1 :] for place in range(len(name))}
    return [_number(form) for form in sorted({name, *shorter})]


def nearby(name: str) -> list[int]:
    """The numbers to look for when `name` may be misspelt: those of `near`, and of the name without two letters."""
    places = range(len(name))
    forms = {"".join(name[place] for place in places if place not in without) for without in combinations(places, 2)}
    return [*near(name), *(_number(form) for form in sorted(forms) if len(form) >= 2)]


def _number(form: str) -> int:
    unsigned = crc32(form.encode())
    return unsigned - (1 << 32) if unsigned >= 1 << 31 else unsigned


def slips(typed: str, name: str) -> int:
    """How many letters are wrong, missing, added or swapped with the next (optimal string alignment)."""
    before: list[int] = []
    row = list(range(len(name) + 1))
    for place, letter in enumerate(typed, 1):
        older, before, row = before, row, [place]
        for other, wanted in enumerate(name, 1):
            best = min(before[other] + 1, row[other - 1] + 1, before[other - 1] + (letter != wanted))
            if place > 1 and other > 1 and letter == name[other - 2] and typed[place - 2] == wanted:
                best = min(best, older[other - 2] + 1)
            row.append(best)
    return row[-1]


def allowed_slips(name: str) -> int:
    """One slip in a short name, two in a longer one: three would find anybody."""
    return 0 if len(name) < 3 else 1 if len(name) < 6 else 2


def same_start(one: str, other: str) -> int:
    """How many letters the two begin with in common."""
    return next((place for place, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
