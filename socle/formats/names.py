"""The forms of a person's name: as stored, as compared, as searched, and where a search matched.

Source: RNIV 2.0 annexe III (storage form), EXI SI 03, 17 and 29; INSi client tests (characters).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from socle.errors import Invalid

NO_FAMILY_NAME = "SANSNOM"
NO_FIRST_NAME = "SANSPRENOM"
LONGEST_NAME = 100  # characters, the bound of the INS datamatrix

# letters that Unicode does not decompose
_SPELT_OUT = str.maketrans(
    {
        "Œ": "OE",
        "œ": "OE",
        "Æ": "AE",
        "æ": "AE",
        "ß": "SS",
        "ẞ": "SS",
        "Ø": "O",
        "ø": "O",
        "Ł": "L",
        "ł": "L",
        "Đ": "D",
        "đ": "D",
        "Ð": "D",
        "ð": "D",
        "Þ": "TH",
        "þ": "TH",
        "Ħ": "H",
        "ħ": "H",
        "ı": "I",
        "ŋ": "N",
        "Ŋ": "N",
    }
)
_HYPHENS = frozenset("-\u00ad\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d")
_APOSTROPHES = frozenset("'`\u00b4\u2018\u2019\u201b\u02b9\u02bb\u02bc\u02c8\u2032\uff07")
_INVISIBLE = frozenset({"Mn", "Me", "Cf"})  # combining accents, format characters
_INSI = re.compile(r"[A-Z](?:[A-Z' -]*[A-Z'])?")
_SPACES = re.compile(r" {2,}")
_TITLES = frozenset({"dr", "pr", "docteur", "professeur", "m", "mme", "mlle", "mg", "me"})


def stored_name(text: str) -> str:
    """The storage form: upper case, no diacritic, Œ written OE, hyphen and apostrophe kept, any other sign a space.

    Idempotent. Invalid: `name-empty`, `name-length` (more than 100 characters), `name-characters` (a letter that is not
    Latin, which cannot be written in A-Z without a transliteration that people must choose).
    """
    if len(text) > 4 * LONGEST_NAME:
        raise Invalid("name-length", "Ce nom est trop long.")
    stored = _SPACES.sub(" ", "".join(_stored(character) for character in _decomposed(text))).strip(" ")
    if not stored.strip("-' "):
        raise Invalid("name-empty", "Ce nom ne contient aucune lettre.")
    if len(stored) > LONGEST_NAME:
        raise Invalid("name-length", "Ce nom est trop long.")
    return stored


def comparable(name: str) -> str:
    """What is compared of a name: words of A-Z and 0-9 between single spaces; case, accents, hyphens and apostrophes aside.

    Never fails: letters of other alphabets are kept as they are, so that two different names stay different.
    """
    return " ".join(_folded_words(name))


def names_agree(one: str, other: str) -> bool:
    """True when two names are the same, case, accents, hyphens and apostrophes aside."""
    return comparable(one) == comparable(other)


def search_form(name: str) -> str:
    """What a prefix search compares: `comparable` without its spaces, so that D'ARTAGNAN is found by `dart` and `d art`.

    Empty when nothing but signs was typed.
    """
    return "".join(_folded_words(name))


def first_name_is_coherent(first_name: str, first_names: str) -> bool:
    """True when the first given name starts the list of given names, word for word, hyphen and apostrophe as spaces.

    For the list MAX PATRICK: MAX and MAX-PATRICK are coherent, PATRICK and MA are not. Source: RNIV EXI SI 29.
    """
    words, listed = _folded_words(first_name), _folded_words(first_names)
    return bool(words) and listed[: len(words)] == words


def insi_accepts(name: str) -> bool:
    """True when the INSi teleservice takes the name: A-Z, space, hyphen and apostrophe only (Œ is refused there)."""
    return len(name) <= LONGEST_NAME and _INSI.fullmatch(name) is not None


def insi_form(name: str) -> str:
    """The name as a call to INSi carries it. Invalid: `insi-characters`, and those of `stored_name`."""
    stored = stored_name(name)
    if not insi_accepts(stored):
        raise Invalid("insi-characters", "Le téléservice INSi n’accepte que les lettres, l’espace, le tiret et l’apostrophe.")
    return stored


def matched_spans(shown: str, typed: str) -> tuple[tuple[int, int], ...]:
    """The (start, end) places of `shown` that start a word and match what was typed; empty when nothing does.

    Case, accents, hyphens, apostrophes and spaces aside, as in `search_form`; a letter such as Œ is taken whole.
    Source: RNIV EXI SI 17 (show what matched).
    """
    wanted = search_form(typed)
    if not wanted:
        return ()
    letters, origins, starts = _traced(shown)
    spans: list[tuple[int, int]] = []
    for start in starts:
        if letters.startswith(wanted, start):
            first, last = origins[start], origins[start + len(wanted) - 1]
            if not spans or first >= spans[-1][1]:
                spans.append((first, _end_of_letter(shown, last)))
    return tuple(spans)


def name_parts(shown: str) -> tuple[str, str]:
    """The first name and the family name of « Dr Claire NOVAREL »: the family name is the capitals at the end. Both empty when
    nothing tells them apart."""
    words = shown.split()
    while words and words[0].rstrip(".").lower() in _TITLES:
        words.pop(0)
    first = next((place for place in range(len(words)) if all(one.isupper() for one in words[place:])), len(words))
    given, family = " ".join(words[:first]), " ".join(words[first:])
    return (given, family) if given and family else ("", "")


def _decomposed(text: str) -> str:
    return unicodedata.normalize("NFKD", text.translate(_SPELT_OUT)).translate(_SPELT_OUT).upper()


def _stored(character: str) -> str:
    if "A" <= character <= "Z" or "0" <= character <= "9":
        return character
    if character in _HYPHENS:
        return "-"
    if character in _APOSTROPHES:
        return "'"
    if unicodedata.category(character) in _INVISIBLE:
        return ""
    if character.isalpha():
        raise Invalid("name-characters", "Ce nom contient une lettre qui n’appartient pas à l’alphabet latin.")
    return " "


def _folded(text: str) -> Iterator[str]:
    for character in _decomposed(text):
        if character in _HYPHENS or character in _APOSTROPHES:
            yield " "
        elif character.isalpha() or "0" <= character <= "9":
            yield character
        elif unicodedata.category(character) not in _INVISIBLE:
            yield " "


def _folded_words(text: str) -> list[str]:
    return "".join(_folded(text)).split()


def _traced(shown: str) -> tuple[str, list[int], list[int]]:
    """The search letters of `shown`, where each comes from, and which of them start a word."""
    letters: list[str] = []
    origins: list[int] = []
    starts: list[int] = []
    at_start = True
    for place, character in enumerate(shown):
        for letter in _folded(character):
            if letter == " ":
                at_start = True
                continue
            if at_start:
                starts.append(len(letters))
                at_start = False
            letters.append(letter)
            origins.append(place)
    return "".join(letters), origins, starts


def _end_of_letter(shown: str, place: int) -> int:
    """The index after the letter at `place`, its combining accents included."""
    end = place + 1
    while end < len(shown) and unicodedata.category(shown[end]) in ("Mn", "Me"):
        end += 1
    return end
