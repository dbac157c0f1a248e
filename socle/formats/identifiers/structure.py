"""Identifiers of structures: FINESS, SIREN, SIRET, and the national form IDNST that prefixes them.

Source: ANS MOS (EntiteJuridique, EntiteGeographique), TRE_G07 (prefixes of IDNST); INSEE for the exception of La Poste.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from socle.errors import Invalid
from socle.formats.identifiers.checksum import luhn_is_right, only_digits
from socle.formats.identifiers.cleaning import compact

_FINESS = re.compile(r"(?:[0-9]{2}|2[AB])[0-9]{7}")
_PRINTABLE = re.compile(r"[\x21-\x7e]{1,64}")
_LA_POSTE_SIREN = "356000000"

IDNST_OID = "1.2.250.1.71.4.2.2"


class StructureIdKind(StrEnum):
    """What the prefix of an IDNST announces."""

    ADELI_PRACTICE = "ADELI-CAB"
    FINESS = "FINESS"
    SIREN = "SIREN"
    SIRET = "SIRET"
    RPPS_PRACTICE = "RPPS-RANG"


_PREFIXES: dict[StructureIdKind, str] = {
    StructureIdKind.ADELI_PRACTICE: "0",
    StructureIdKind.FINESS: "1",
    StructureIdKind.SIREN: "2",
    StructureIdKind.SIRET: "3",
    StructureIdKind.RPPS_PRACTICE: "4",
}
_KINDS = {prefix: kind for kind, prefix in _PREFIXES.items()}


@dataclass(frozen=True, slots=True)
class Idnst:
    """The national identifier of a structure, taken apart; `str()` gives it back."""

    kind: StructureIdKind
    value: str

    def __str__(self) -> str:
        return _PREFIXES[self.kind] + self.value


def finess_shape_is_right(value: str) -> bool:
    return _FINESS.fullmatch(value) is not None


def finess_key_is_right(value: str) -> bool:
    """True when the 9 characters pass Luhn, the letter of Corsica read as A = 1, B = 2."""
    return finess_shape_is_right(value) and luhn_is_right(value.replace("A", "1").replace("B", "2"))


def siren_shape_is_right(value: str) -> bool:
    return len(value) == 9 and only_digits(value)


def siren_key_is_right(value: str) -> bool:
    return siren_shape_is_right(value) and luhn_is_right(value)


def siret_shape_is_right(value: str) -> bool:
    return len(value) == 14 and only_digits(value)


def siret_key_is_right(value: str) -> bool:
    """True when the 14 digits pass Luhn; the offices of La Poste have a plain sum that five divides instead."""
    if not siret_shape_is_right(value):
        return False
    if value.startswith(_LA_POSTE_SIREN) and sum(int(digit) for digit in value) % 5 == 0:
        return True
    return luhn_is_right(value)


def normalise_finess(text: str) -> str:
    """The 9 characters. Invalid: `finess-shape`."""
    value = compact(text)
    if not finess_shape_is_right(value):
        raise Invalid("finess-shape", "Le numéro FINESS doit comporter 9 caractères.")
    return value


def normalise_siren(text: str) -> str:
    """The 9 digits. Invalid: `siren-shape`."""
    value = compact(text)
    if not siren_shape_is_right(value):
        raise Invalid("siren-shape", "Le numéro SIREN doit comporter 9 chiffres.")
    return value


def normalise_siret(text: str) -> str:
    """The 14 digits. Invalid: `siret-shape`."""
    value = compact(text)
    if not siret_shape_is_right(value):
        raise Invalid("siret-shape", "Le numéro SIRET doit comporter 14 chiffres.")
    return value


def parse_idnst(text: str) -> Idnst:
    """The kind and the number of a national identifier of structure. Invalid: `idnst-shape`, `idnst-kind`.

    The number behind the prefix is not checked: official examples carry numbers of a wrong length.
    """
    value = text.strip()
    if not _PRINTABLE.fullmatch(value) or len(value) < 2:
        raise Invalid("idnst-shape", "L’identifiant national de la structure n’a pas la forme attendue.")
    kind = _KINDS.get(value[0])
    if kind is None:
        raise Invalid("idnst-kind", "Le type de cet identifiant national de structure est inconnu.")
    return Idnst(kind, value[1:])
