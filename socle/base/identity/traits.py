"""The traits of a person as they arrive, and as they are stored: forms of names, partial dates, coherence of first names.

Pure. Source: RNIV 2.0 EXI PP 02, PP 17-19, EXI SI 18-19, 21, 29, annexe III.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import TypeVar

from socle import clock
from socle.base.terminology import places
from socle.errors import Invalid, Issue
from socle.formats.birth_dates import BirthDate, BirthDateRule, parse_birth_date
from socle.formats.names import comparable, first_name_is_coherent, stored_name

T = TypeVar("T")
SEXES = ("F", "M", "I")
LONGEST_TEXT = 200
LINES = 6
KNOWN = {
    BirthDateRule.COMPLETE: "day",
    BirthDateRule.DAY_UNKNOWN: "month",
    BirthDateRule.INFANT_DAY_UNKNOWN: "month",
    BirthDateRule.MONTH_UNKNOWN: "year",
    BirthDateRule.DAY_AND_MONTH_UNKNOWN: "year",
    BirthDateRule.DECADE_ESTIMATED: "none",
}
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_PHONE = re.compile(r"\+?[0-9][0-9 .()-]{3,24}")
_POSTAL = re.compile(r"[0-9A-Za-z -]{2,12}")


@dataclass(frozen=True, slots=True)
class Strict:
    """The five strict traits that make an identity, and the list of first names, as typed or as received. A name that does not
    exist is written SANSNOM or SANSPRENOM by whoever types it; an unknown place is 99999. Nothing of it shows in `repr`."""

    birth_name: str = field(repr=False)
    first_given: str = field(repr=False)
    birth_date: str | date | BirthDate = field(repr=False)
    sex: str = field(repr=False)
    birthplace_cog: str = field(repr=False)
    given_names: str = field(default="", repr=False)
    """All first names; empty: `first_given` alone is known."""


@dataclass(frozen=True, slots=True)
class Complementary:
    """What is used beside the strict traits. Names in use are never filled from others (EXI SI 21)."""

    used_name: str = field(default="", repr=False)
    used_given: str = field(default="", repr=False)
    phone: str = field(default="", repr=False)
    email: str = field(default="", repr=False)
    address_lines: tuple[str, ...] = field(default=(), repr=False)
    postal_code: str = field(default="", repr=False)
    city: str = field(default="", repr=False)
    commune_cog: str = field(default="", repr=False)


NOTHING_ELSE = Complementary()
Columns = dict[str, object]
"""Columns of `Patient`, by name."""


def strict_columns(traits: Strict) -> Columns:
    """Storage forms and keys. Raises Invalid with one issue a trait that is wrong, `where` the name of the field."""
    found = _Found()
    birth_name = found.take("birth_name", lambda: _name(traits.birth_name, "Indiquez le nom de naissance."))
    first = found.take("first_given", lambda: _name(traits.first_given, "Indiquez le premier prénom de naissance."))
    given = found.take("given_names", lambda: stored_name(traits.given_names)) if traits.given_names.strip() else first
    if first and given and not first_name_is_coherent(first, given):
        found.add("first-given", "Le premier prénom doit être le début de la liste des prénoms de naissance.", "first_given")
    born = found.take("birth_date", lambda: _born(traits.birth_date))
    if traits.sex not in SEXES:
        found.add("sex", "Indiquez le sexe : féminin, masculin ou indéterminé.", "sex")
    if not places.cog_shape_is_right(traits.birthplace_cog):
        found.add("birthplace", "Indiquez le lieu de naissance : une commune, un pays ou « inconnu ».", "birthplace_cog")
    found.enforce()
    assert born is not None
    return {
        "birth_name": birth_name,
        "birth_name_key": comparable(birth_name or ""),
        "first_given": first,
        "first_given_key": comparable(first or ""),
        "given_names": given,
        "birth_date": born.value,
        "birth_date_known": KNOWN[born.rule],
        "sex": traits.sex,
        "birthplace_cog": traits.birthplace_cog,
    }


def complementary_columns(traits: Complementary) -> Columns:
    """Storage forms of names, everything else trimmed. Raises Invalid as `strict_columns` does; empty is always right."""
    found = _Found()
    columns: Columns = {}
    for name in ("used_name", "used_given"):
        used = found.take(name, partial(_used, getattr(traits, name)))
        columns |= {name: used or "", f"{name}_key": comparable(used or "")}
    columns["email"] = found.text(traits.email, "email", _EMAIL, "L’adresse de courriel n’a pas la forme attendue.")
    columns["phone"] = found.text(traits.phone, "phone", _PHONE, "Le numéro de téléphone n’a pas la forme attendue.")
    columns["postal_code"] = found.text(traits.postal_code, "postal_code", _POSTAL, "Le code postal n’a pas la forme attendue.")
    columns["city"] = found.text(traits.city, "city")
    columns["commune_cog"] = found.text(traits.commune_cog, "commune_cog")
    if columns["commune_cog"] and not places.cog_shape_is_right(str(columns["commune_cog"])):
        found.add("commune", "Le code de la commune n’a pas la forme attendue.", "commune_cog")
    lines = [found.text(line, "address_lines") for line in traits.address_lines[:LINES]]
    columns["address_lines"] = [line for line in lines if line]
    found.enforce()
    return columns


def coherent_first_given(typed: str, given_names: str) -> str:
    """The storage form of a first given name that begins `given_names` (EXI SI 29 and 30). Invalid `first-given` otherwise."""
    first = stored_name(typed)
    if not first_name_is_coherent(first, given_names):
        sentence = "Le premier prénom doit être le début de la liste des prénoms de naissance."
        raise Invalid("first-given", sentence, where="first_given")
    return first


class _Found:
    """The issues met so far; one pass tells all of them."""

    def __init__(self) -> None:
        self._issues: list[Issue] = []

    def add(self, code: str, sentence: str, where: str) -> None:
        self._issues.append(Issue(code, sentence, where))

    def take(self, where: str, make: Callable[[], T]) -> T | None:
        try:
            return make()
        except Invalid as refusal:
            self.add(refusal.code, refusal.sentence, where)
            return None

    def text(self, typed: str, where: str, form: re.Pattern[str] | None = None, sentence: str = "") -> str:
        value = typed.strip()
        if len(value) > LONGEST_TEXT or not value.isprintable():
            self.add("text", "Ce texte est trop long ou contient un signe qui ne s’écrit pas.", where)
        elif value and form is not None and not form.fullmatch(value):
            self.add("text", sentence, where)
        return value

    def enforce(self) -> None:
        if self._issues:
            first = self._issues[0]
            raise Invalid("traits", first.sentence, issues=self._issues)


def _name(typed: str, missing: str) -> str:
    if not typed.strip():
        raise Invalid("name-empty", missing)
    return stored_name(typed)


def _used(typed: str) -> str:
    return stored_name(typed) if typed.strip() else ""


def _born(given: str | date | BirthDate) -> BirthDate:
    """Never after today; of a partial date, never after this year."""
    born = parse_birth_date(given) if isinstance(given, str) else given if isinstance(given, BirthDate) else BirthDate(given)
    today = clock.today()
    latest = today if born.rule is BirthDateRule.COMPLETE else date(today.year, 12, 31)
    if born.value > latest:
        raise Invalid("birth-date", "La date de naissance est dans le futur.")
    return born
