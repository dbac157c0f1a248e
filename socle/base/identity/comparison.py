"""Two sets of traits side by side, trait by trait. Pure.

Source: RNIV 2.0 EXI SI 28 (a screen when any of five traits differ) and EXI PP 20 (what blocks a retrieval; hyphens and
apostrophes do not count; other first names and the place may be accepted by a person).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from socle.base.identity.models import Patient
from socle.base.terminology import places
from socle.formats.birth_dates import french_date
from socle.formats.names import first_name_is_coherent, names_agree

SEXES = {"F": "Féminin", "M": "Masculin", "I": "Indéterminé"}


class Trait(StrEnum):
    """The value is what people read."""

    BIRTH_NAME = "Nom de naissance"
    FIRST_GIVEN = "Premier prénom de naissance"
    GIVEN_NAMES = "Prénoms de naissance"
    BIRTH_DATE = "Date de naissance"
    SEX = "Sexe"
    BIRTHPLACE = "Lieu de naissance"


KEY = frozenset({Trait.BIRTH_NAME, Trait.FIRST_GIVEN, Trait.BIRTH_DATE, Trait.SEX})
"""Traits whose difference blocks retrieval and qualification (EXI PP 20)."""


@dataclass(frozen=True, slots=True)
class Traits:
    """Strict traits to compare. `first_given` empty: only the list is known (an answer of INSi)."""

    birth_name: str = field(repr=False)
    given_names: str = field(repr=False)
    birth_date: date = field(repr=False)
    sex: str = field(repr=False)
    birthplace_cog: str = field(repr=False)
    first_given: str = field(default="", repr=False)

    def shown(self, trait: Trait) -> str:
        """As people read it."""
        if trait is Trait.BIRTH_DATE:
            return french_date(self.birth_date)
        if trait is Trait.SEX:
            return SEXES.get(self.sex, "")
        if trait is Trait.BIRTHPLACE:
            place = places.place(self.birthplace_cog)
            return f"{place.full_name} · {self.birthplace_cog}" if place else ""
        if trait is Trait.FIRST_GIVEN:
            return self.first_given or self.given_names.split(" ")[0]
        return self.birth_name if trait is Trait.BIRTH_NAME else self.given_names


@dataclass(frozen=True, slots=True)
class Line:
    """One trait on both sides, as people read it."""

    trait: Trait
    left: str
    right: str
    same: bool

    @property
    def key(self) -> bool:
        return self.trait in KEY


@dataclass(frozen=True, slots=True)
class Comparison:
    """All traits, in the order of the screen."""

    lines: tuple[Line, ...]

    @property
    def differing(self) -> tuple[Trait, ...]:
        return tuple(line.trait for line in self.lines if not line.same)

    @property
    def blocks(self) -> bool:
        """A key trait differs, or one of the right side is missing: nothing may be retrieved nor qualified."""
        return any((line.key and not line.same) or not line.right for line in self.lines)

    @property
    def to_accept(self) -> tuple[Trait, ...]:
        """Differences that a person may accept."""
        return tuple(trait for trait in self.differing if trait not in KEY)


def of_row(row: Patient) -> Traits:
    """The traits of an identity."""
    return Traits(row.birth_name, row.given_names, row.birth_date, row.sex, row.birthplace_cog, row.first_given)


def compare(left: Traits, right: Traits) -> Comparison:
    """`left` is what we hold, `right` what it is compared with."""
    same = {
        Trait.BIRTH_NAME: names_agree(left.birth_name, right.birth_name),
        Trait.FIRST_GIVEN: _same_first(left, right),
        Trait.GIVEN_NAMES: names_agree(left.given_names, right.given_names),
        Trait.BIRTH_DATE: left.birth_date == right.birth_date,
        Trait.SEX: left.sex == right.sex,
        Trait.BIRTHPLACE: left.birthplace_cog == right.birthplace_cog,
    }
    return Comparison(tuple(Line(trait, left.shown(trait), right.shown(trait), same[trait]) for trait in Trait))


def _same_first(left: Traits, right: Traits) -> bool:
    if right.first_given:
        return names_agree(left.first_given, right.first_given)
    return first_name_is_coherent(left.first_given, right.given_names)
