"""The stored forms that searches compare and lists are sorted by, and the natural keys that make imports repeatable.

PostgreSQL here has no ICU: order is by code point, so what is sorted is a key of A-Z, 0-9 and spaces.
"""

from __future__ import annotations

import functools
import hashlib
import re
from uuid import UUID

from socle.base.terminology import commune, departement_of
from socle.formats.names import comparable, search_form

_RANK = re.compile(r"([0-9]{1,2})(?:E|ER|EME)?")
_WITH_ARRONDISSEMENTS = frozenset({"PARIS", "LYON", "MARSEILLE"})
_SAINTS = {"ST": "SAINT", "STE": "SAINTE"}


@functools.lru_cache(maxsize=100_000)
def _form(name: str) -> str:
    return search_form(name)


def sort_key(family: str, given: str) -> str:
    """`DSAUVAGECOSTE SUZANNEDOMINIQUE`: the space sorts before letters, so an exact family name comes before longer ones."""
    return f"{_form(family)} {_form(given)}"


def given_key(given: str) -> str:
    return _form(given)


@functools.lru_cache(maxsize=100_000)
def words(name: str) -> str:
    """The words of a name between single spaces: each may start what a person types."""
    return comparable(name)


def town_words(typed: str) -> list[str]:
    """The words of a town as they are compared: Saint spelt out, no cedex, « 12e arrondissement » as 12."""
    kept: list[str] = []
    for word in comparable(typed).split():
        if word in ("CEDEX", "ARRONDISSEMENT"):
            break
        rank = _RANK.fullmatch(word) if kept and kept[0] in _WITH_ARRONDISSEMENTS else None
        kept.append(str(int(rank[1])) if rank else _SAINTS.get(word, word))
    return kept


@functools.lru_cache(maxsize=50_000)
def town_key(city: str, departement: str) -> str:
    """`SAINTDENIS 93`; empty without a city."""
    form = "".join(town_words(city))
    return f"{form} {departement}" if form else ""


def town_base(key: str) -> str:
    """The town without its arrondissement: `LYON` of `LYON3 69`."""
    name = key.partition(" ")[0]
    bare = name.rstrip("0123456789")
    return bare if bare in _WITH_ARRONDISSEMENTS else name


@functools.lru_cache(maxsize=50_000)
def located(commune_code: str, city: str, postal_code: str, departement: str) -> tuple[str, str, str]:
    """City, département and town key, each from the surest of what is known: the commune's code, then the postal code, then the
    département as written."""
    known = commune(commune_code) if commune_code else None
    city = city or (known.name if known else "")
    found = departement_of(commune_code) or departement_of_postal_code(postal_code) or departement.upper()
    return city, found, town_key(city, found)


def departement_of_postal_code(code: str) -> str:
    if len(code) != 5 or not code.isascii() or not code.isdigit():
        return ""
    if code.startswith(("97", "98")):
        return code[:3]
    if code.startswith("20"):
        return "2A" if code < "20200" else "2B"
    return code[:2]


def organisation_key(technical: str, finess: str, siret: str, siren: str) -> str:
    """What names an organisation in the national extractions: its technical identifier, else the same made of FINESS, SIRET or
    SIREN; empty when the situation is in no known organisation."""
    if technical:
        return technical
    for prefix, value in (("F", finess), ("C", siret), ("S", siren)):
        if value:
            return prefix + value
    return ""


_TECHNICAL_RANK = re.compile(r"R[0-9]{14}")


def organisation_national_id(technical: str, finess: str, siret: str) -> str:
    """The IDNST: 1 + FINESS, 3 + SIRET or 4 + RPPS-rang; empty when none is known. Source: rules.md §5.1."""
    if finess:
        return "1" + finess
    if siret:
        return "3" + siret
    return "4" + technical[1:] if _TECHNICAL_RANK.fullmatch(technical) else ""


def situation_key(*parts: str) -> UUID:
    """The natural key of a situation of practice: a digest of IDNPS, profession, category, know-how, mode, pharmacist section,
    role, genre and organisation key, in that order. What else changes is a change of that situation."""
    return UUID(bytes=hashlib.blake2b("|".join(parts).encode(), digest_size=16).digest())
