"""Identifiers of professionals: RPPS, ADELI, practices (rang), and the national form IDNPS that prefixes them all.

Source: ANS MOS (Professionnel), TRE_G08 (prefixes of IDNPS); the keys are Luhn's.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from socle.errors import Invalid
from socle.formats.identifiers.checksum import luhn_is_right
from socle.formats.identifiers.cleaning import compact

_RPPS = re.compile(r"[0-9]{11}")
_RPPS_RANG = re.compile(r"[0-9]{14}")
_ADELI = re.compile(r"(?:[0-9]{2}|2[AB])[0-9A-Z][0-9]{5}[0-9A-Z]")
_ADELI_RANG = re.compile(_ADELI.pattern + r"[0-9]{2}")
_PRINTABLE = re.compile(r"[\x21-\x7e]{1,64}")

IDNPS_OID = "1.2.250.1.71.4.2.1"


class PersonIdKind(StrEnum):
    """What the prefix of an IDNPS announces; an internal register number may follow a structure's after a slash."""

    ADELI = "ADELI"
    ADELI_PRACTICE = "ADELI-CAB"
    DRASS = "DRASS"
    FINESS = "FINESS"
    SIREN = "SIREN"
    SIRET = "SIRET"
    RPPS_PRACTICE = "RPPS-RANG"
    RPPS = "RPPS"
    STUDENT = "ETUDIANT"
    MSS = "MSS"


_PREFIXES: dict[PersonIdKind, str] = {
    PersonIdKind.ADELI: "0",
    PersonIdKind.ADELI_PRACTICE: "1",
    PersonIdKind.DRASS: "2",
    PersonIdKind.FINESS: "3",
    PersonIdKind.SIREN: "4",
    PersonIdKind.SIRET: "5",
    PersonIdKind.RPPS_PRACTICE: "6",
    PersonIdKind.RPPS: "8",
    PersonIdKind.STUDENT: "9",
    PersonIdKind.MSS: "10",
}
_KINDS = {prefix: kind for kind, prefix in _PREFIXES.items()}


@dataclass(frozen=True, slots=True)
class Idnps:
    """The national identifier of a person, taken apart; `str()` gives it back."""

    kind: PersonIdKind
    value: str

    def __str__(self) -> str:
        return _PREFIXES[self.kind] + self.value

    @property
    def rpps(self) -> str | None:
        """The RPPS number, when this identifier is one."""
        return self.value if self.kind is PersonIdKind.RPPS else None


def rpps_shape_is_right(value: str) -> bool:
    return _RPPS.fullmatch(value) is not None


def rpps_key_is_right(value: str) -> bool:
    """True when the 11 digits pass Luhn. Many published examples do not: a warning outside production."""
    return rpps_shape_is_right(value) and luhn_is_right(value)


def rpps_rang_shape_is_right(value: str) -> bool:
    return _RPPS_RANG.fullmatch(value) is not None


def rpps_rang_key_is_right(value: str) -> bool:
    """True when the 14 characters are an RPPS (11), a rank (2) and a Luhn key."""
    return rpps_rang_shape_is_right(value) and luhn_is_right(value)


def adeli_shape_is_right(value: str) -> bool:
    """True for 9 characters that start with a department. The register closed in 2024: history, no key is checked."""
    return _ADELI.fullmatch(value) is not None


def adeli_rang_shape_is_right(value: str) -> bool:
    """True for an ADELI number and its two-digit rank (a practice)."""
    return _ADELI_RANG.fullmatch(value) is not None


def normalise_rpps(text: str) -> str:
    """The 11 digits, from an RPPS or from its national form (`8` + RPPS, 12 digits). Invalid: `rpps-shape`."""
    value = compact(text)
    if len(value) == 12 and value.startswith("8"):
        value = value[1:]
    if not rpps_shape_is_right(value):
        raise Invalid("rpps-shape", "Le numéro RPPS doit comporter 11 chiffres.")
    return value


def parse_idnps(text: str) -> Idnps:
    """The kind and the number of a national identifier. Invalid: `idnps-shape`, `idnps-kind`.

    `10` announces a secure address only when an @ follows: an ADELI practice can start with 0 too. The number behind
    the prefix is checked for RPPS only; registers of structures write theirs freely.
    """
    value = text.strip()
    if not _PRINTABLE.fullmatch(value) or len(value) < 2:
        raise Invalid("idnps-shape", "L’identifiant national du professionnel n’a pas la forme attendue.")
    if value.startswith("10") and "@" in value:
        return Idnps(PersonIdKind.MSS, value[2:])
    kind = _KINDS.get(value[0])
    if kind is None:
        raise Invalid("idnps-kind", "Le type de cet identifiant national de professionnel est inconnu.")
    if kind is PersonIdKind.RPPS and not rpps_shape_is_right(value[1:]):
        raise Invalid("rpps-shape", "Le numéro RPPS doit comporter 11 chiffres.")
    return Idnps(kind, value[1:])


def idnps_of_rpps(rpps: str) -> str:
    """The national identifier (12 digits) of an RPPS number. Invalid: `rpps-shape`."""
    return str(Idnps(PersonIdKind.RPPS, normalise_rpps(rpps)))
