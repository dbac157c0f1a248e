"""Places of birth and of practice: communes of today and of yesterday, départements, countries.

A birth place is the code in force on the day of birth, which may be closed, or unknown here: it is accepted all the same.
Source: INSEE, code officiel géographique 2024; RNIV 2.0 EXI SI 18-20 and 31.
"""

from __future__ import annotations

import bisect
import functools
import re
from dataclasses import dataclass
from datetime import date

from socle.base.terminology.concepts import concept, parsed_day
from socle.base.terminology.reading import read, rows
from socle.formats.names import search_form

UNKNOWN_PLACE = "99999"
FRANCE = "99100"
_COG = re.compile(r"(?:[0-9]{2}|2[AB])[0-9]{3}")
_KINDS = {"C": "commune", "A": "arrondissement", "D": "commune-deleguee", "O": "ancienne-commune"}
_LONGEST_LIST = 50


@dataclass(frozen=True, slots=True)
class Departement:
    """`closed_on` is set for a département that no longer exists (Corse, 20)."""

    code: str
    name: str
    region_code: str
    closed_on: date | None


@dataclass(frozen=True, slots=True)
class Place:
    """A place of a five-character code. `name` is empty when the code has the right shape and is in no table.

    `kind` is commune, arrondissement, commune-deleguee, ancienne-commune, pays or inconnu. `replaced_by` is the code that
    took its place, or of the commune that holds it.
    """

    code: str
    name: str
    kind: str
    departement: str
    replaced_by: str = ""
    closed_on: date | None = None

    @property
    def is_abroad(self) -> bool:
        return self.code.startswith("99")

    @property
    def full_name(self) -> str:
        """What people read: « Aléria (2B) », « Danemark », « Lieu inconnu »."""
        if self.code == UNKNOWN_PLACE:
            return "Lieu inconnu"
        name = self.name or f"Lieu de code {self.code}"
        return f"{name} ({self.departement})" if self.departement else name


def cog_shape_is_right(code: str) -> bool:
    return _COG.fullmatch(code) is not None


def place(code: str) -> Place | None:
    """The place of any code of the right shape, known or not; None for another shape."""
    if not cog_shape_is_right(code):
        return None
    if code.startswith("99"):
        return _country(code)
    return commune(code) or Place(code, "", "inconnu", departement_of(code))


def _country(code: str) -> Place:
    country = concept("TRE_R20", code)
    if country is None:
        return Place(code, "", "inconnu", "")
    return Place(code, _country_names().get(code, country.label), "pays", "", closed_on=country.closed_on)


def commune(code: str) -> Place | None:
    """The commune, arrondissement or former commune of that code; None when it is not in the tables."""
    row = _communes().get(code)
    if row is None:
        return None
    name, kind, replaced_by, closed_on = row
    return Place(code, name, _KINDS[kind], departement_of(code), replaced_by, parsed_day(closed_on))


def departement_of(code: str) -> str:
    """The département or overseas collectivity of a commune's code, as it was written then (20 for old Corsican codes);
    empty for a country or another shape."""
    if not cog_shape_is_right(code) or code.startswith("99"):
        return ""
    return code[:3] if code.startswith(("97", "98")) else code[:2]


def departement(code: str) -> Departement | None:
    """The département or collectivity of that code (01, 2A, 974, 987); None when it is unknown."""
    return _departements().get(code)


def departements() -> tuple[Departement, ...]:
    """Those of today, in the order of their code."""
    return tuple(one for one in _departements().values() if one.closed_on is None)


def find_places(typed: str, *, limit: int = 20, former: bool = True) -> tuple[Place, ...]:
    """The communes (by a present or a former name) and countries whose name starts with what was typed, signs and accents
    aside, exact names first; at most `limit` (50 at most). Former communes are left out when `former` is False."""
    wanted = search_form(typed)
    if not wanted:
        return ()
    names, codes = _by_name()
    start = bisect.bisect_left(names, wanted)
    found: dict[str, Place] = {}
    for position in range(start, len(names)):
        if not names[position].startswith(wanted) or len(found) >= min(limit, _LONGEST_LIST):
            break
        one = place(codes[position])
        if one is not None and (former or one.closed_on is None):
            found.setdefault(one.code, one)
    return tuple(found.values())


@functools.lru_cache(maxsize=1)
def _communes() -> dict[str, tuple[str, str, str, str]]:
    return {row["code"]: (row["name"], row["kind"], row["replaced_by"], row["closed_on"]) for row in read("communes.csv.gz")}


@functools.lru_cache(maxsize=1)
def _country_names() -> dict[str, str]:
    return {row["code"]: row["name"] for row in rows("country-names.csv")}


@functools.lru_cache(maxsize=1)
def _departements() -> dict[str, Departement]:
    return {
        row["code"]: Departement(row["code"], row["name"], row["region_code"], parsed_day(row["closed_on"]))
        for row in rows("departements.csv")
    }


@functools.lru_cache(maxsize=1)
def _by_name() -> tuple[list[str], list[str]]:
    """Search forms in order, those of today first, and the code of each."""
    named = [(search_form(row[0]), row[3] != "", code) for code, row in _communes().items()]
    named += [(search_form(row["name"]), True, row["code"]) for row in read("former-names.csv.gz")]
    named += [(search_form(row["label"]), False, row["code"]) for row in rows("countries.csv") if not row["end_date"]]
    named += [(search_form(name), False, code) for code, name in _country_names().items()]
    named.sort()
    return [name for name, _, _ in named], [code for _, _, code in named]
