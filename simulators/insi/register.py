"""Who the teleservice knows: the people of the installation that have an INS, and the published test identities."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from simulators.people import Ins, People, Person, load

_PUBLISHED = Path(__file__).parent / "test_identities.json"


@dataclass(frozen=True, slots=True)
class Registered:
    """One identity as the teleservice gives it: names in storage form (RNIV annexe III)."""

    birth_name: str
    given_names: tuple[str, ...]
    sex: str
    birth_date: date
    birthplace: str
    ins: Ins

    def is_named(self, given: Sequence[str]) -> bool:
        """`given` begins the list of first names, or is one of them (RNIV 4.4.3: first names are tried one by one)."""
        asked = " ".join(given)
        whole = " ".join(self.given_names)
        return whole == asked or whole.startswith(asked + " ") or asked in self.given_names


@dataclass(frozen=True, slots=True)
class Traits:
    """What a call asks for; empty `birthplace`: not told."""

    birth_name: str
    given: tuple[str, ...]
    sex: str
    birth_date: date
    birthplace: str


class Register:
    """Comparison is strict: a hyphen is not a space."""

    def __init__(self, people: People) -> None:
        everyone = (*people.everyone, *_published().everyone)
        self._identities = [identity for person in everyone if (identity := _registered(person)) is not None]

    def by_traits(self, traits: Traits) -> list[Registered]:
        return [identity for identity in self._identities if _matches(identity, traits)]

    def by_number(self, number: str, birth_date: date) -> list[Registered]:
        """By the 13 first signs of a number in use, as a Vitale card carries it, and the birth date beside it."""
        return [
            identity
            for identity in self._identities
            if identity.ins.value[:13] == number[:13] and identity.birth_date == birth_date
        ]

    def verifies(self, value: str, oid: str, traits: Traits) -> bool:
        """The INS is in use today and its traits are these."""
        return any((identity.ins.value, identity.ins.oid) == (value, oid) for identity in self.by_traits(traits))


@cache
def _published() -> People:
    return load(_PUBLISHED)


def _matches(identity: Registered, traits: Traits) -> bool:
    return (
        (identity.birth_name, identity.sex, identity.birth_date) == (traits.birth_name, traits.sex, traits.birth_date)
        and identity.is_named(traits.given)
        and traits.birthplace in ("", identity.birthplace)
    )


def _registered(person: Person) -> Registered | None:
    if person.identity is None or person.ins is None:
        return None
    identity = person.identity
    return Registered(
        stored(identity.birth_name),
        tuple(stored(name) for name in identity.given_names),
        identity.sex,
        identity.birth_date,
        identity.birthplace,
        person.ins,
    )


def stored(name: str) -> str:
    """Upper case, no diacritics, ligatures opened; hyphen and apostrophe stay."""
    opened = name.upper().replace("Œ", "OE").replace("Æ", "AE").replace("’", "'")
    return "".join(sign for sign in unicodedata.normalize("NFKD", opened) if not unicodedata.combining(sign))
