"""INS: the national health identity number of a person, and the authorities that give it.

Shape and key are told apart on purpose: a wrong shape is never an INS, while a wrong key is a warning in the demo and
test profiles and an error in production, which the caller decides.

Source: RNIV 2.0 §4; CNAM nir-validation (shapes, key); IHE-FR data types 1.8.1 (authorities).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import StrEnum

from socle.errors import Invalid
from socle.formats.identifiers.cleaning import compact

# sex · year · month (01-12, or the pseudo months 20-99 of an unknown month) · department · commune · order
_NIR_13 = re.compile(r"[12][0-9]{2}(?:0[1-9]|1[0-2]|[2-9][0-9])(?:[0-9]{2}|2[AB])[0-9]{3}[0-9]{3}")
_NNP_13 = re.compile(r"[78][12][0-9]{3}[0-9]{8}")
_MIG_13 = re.compile(r"[56][12][0-9]{3}[0-9]{8}")
_KEY = re.compile(r"[0-9]{2}")


class NumberShape(StrEnum):
    """What the 13 first characters of a social security number look like."""

    NIR = "NIR"
    NNP = "NNP"  # number of a person who is not registered yet; the waiting numbers of a NIA have this shape too
    MIG = "MIG"  # migrant number


class InsNature(StrEnum):
    NIR = "NIR"
    NIA = "NIA"
    INS_C = "INS-C"
    INS_A = "INS-A"


class InsEnvironment(StrEnum):
    PRODUCTION = "production"
    TEST = "test"
    DEMONSTRATION = "demonstration"


@dataclass(frozen=True, slots=True)
class InsAuthority:
    """One assigning authority of an INS; `hl7v2_name` is what CX-4.1 carries."""

    oid: str
    nature: InsNature
    environment: InsEnvironment
    hl7v2_name: str


INS_AUTHORITIES: dict[str, InsAuthority] = {
    authority.oid: authority
    for authority in (
        InsAuthority("1.2.250.1.213.1.4.8", InsNature.NIR, InsEnvironment.PRODUCTION, "ASIP-SANTE-INS-NIR"),
        InsAuthority("1.2.250.1.213.1.4.9", InsNature.NIA, InsEnvironment.PRODUCTION, "ASIP-SANTE-INS-NIA"),
        InsAuthority("1.2.250.1.213.1.4.10", InsNature.NIR, InsEnvironment.TEST, "ASIP-SANTE-INS-NIR"),
        InsAuthority("1.2.250.1.213.1.4.11", InsNature.NIR, InsEnvironment.DEMONSTRATION, "ASIP-SANTE-INS-NIR"),
        InsAuthority("1.2.250.1.213.1.4.1", InsNature.INS_A, InsEnvironment.PRODUCTION, "ASIP-SANTE-INS-A"),
        InsAuthority("1.2.250.1.213.1.4.2", InsNature.INS_C, InsEnvironment.PRODUCTION, "ASIP-SANTE-INS-C"),
        InsAuthority("1.2.250.1.213.1.4.6", InsNature.INS_C, InsEnvironment.TEST, "ASIP-SANTE-INS-C"),
        InsAuthority("1.2.250.1.213.1.4.7", InsNature.INS_C, InsEnvironment.DEMONSTRATION, "ASIP-SANTE-INS-C"),
    )
}

INS_NIR_OID = "1.2.250.1.213.1.4.8"
INS_NIA_OID = "1.2.250.1.213.1.4.9"
INS_TEST_OID = "1.2.250.1.213.1.4.10"
INS_DEMONSTRATION_OID = "1.2.250.1.213.1.4.11"

_ALLOWED_OIDS = {
    "production": frozenset({INS_NIR_OID, INS_NIA_OID}),
    "demo": frozenset({INS_TEST_OID, INS_DEMONSTRATION_OID}),
    "test": frozenset({INS_TEST_OID, INS_DEMONSTRATION_OID}),
}


@dataclass(frozen=True, slots=True)
class Ins:
    """A matricule of 15 characters (13 and its key) and the OID of the authority that gave it.

    Made by `parse_ins`, the shape is right; the key may be wrong. The value stays out of `repr`, so out of logs.
    """

    value: str = field(repr=False)
    oid: str

    @property
    def authority(self) -> InsAuthority:
        return INS_AUTHORITIES[self.oid]

    @property
    def nature(self) -> InsNature:
        return self.authority.nature

    @property
    def environment(self) -> InsEnvironment:
        return self.authority.environment

    @property
    def key_is_right(self) -> bool:
        return ins_key_is_right(self.value)


def number_shape(value: str) -> NumberShape | None:
    """The shape of a number of 13 or 15 characters, or None when it has none of them."""
    if len(value) not in (13, 15) or (len(value) == 15 and not _KEY.fullmatch(value[13:])):
        return None
    first13 = value[:13]
    if _NIR_13.fullmatch(first13):
        return NumberShape.NIR
    if _NNP_13.fullmatch(first13):
        return NumberShape.NNP
    return NumberShape.MIG if _MIG_13.fullmatch(first13) else None


def ins_shape_is_right(value15: str) -> bool:
    """True when the 15 characters look like a NIR or a waiting number (NIA, NNP); says nothing of the key."""
    return len(value15) == 15 and number_shape(value15) in (NumberShape.NIR, NumberShape.NNP)


def ins_key(first13: str) -> str:
    """The two-digit key, `01` to `97`, of the 13 first characters; Invalid `ins-shape` when they are not a number."""
    if number_shape(first13[:13]) is None:
        raise Invalid("ins-shape", "Le matricule INS n’a pas la forme attendue.")
    number = first13[:13].replace("2A", "19").replace("2B", "18")  # the only letter a number can hold: Corsica
    return f"{97 - int(number) % 97:02d}"


def ins_key_is_right(value15: str) -> bool:
    """True when the shape is right and the two last digits are the key of the 13 first characters."""
    return ins_shape_is_right(value15) and ins_key(value15[:13]) == value15[13:]


def has_pseudo_month(value: str) -> bool:
    """True when the month part says nothing of the birth date (20 to 99): the date comes from the traits only."""
    return number_shape(value) is NumberShape.NIR and value[3:5] > "12"


def is_eligible_for_insi(value: str) -> bool:
    """True when the INSi teleservice may be called for this number: it starts with 1 or 2. Source: RNIV §4.1."""
    return number_shape(value) is NumberShape.NIR


def oid_allowed(oid: str, profile: str) -> bool:
    """True when an installation of this profile (`production`, `demo`, `test`) accepts an INS of this authority.

    Real numbers stay out of demonstrations, and test numbers out of production.
    """
    return oid in _ALLOWED_OIDS[profile]


def normalise_matricule(text: str) -> str:
    """The 15 characters, upper case, without the separators people type.

    Invalid: `ins-key-missing` (13 characters: the key must be typed too, RNIV EXI SI 03), `ins-shape`.
    """
    value = compact(text)
    if len(value) == 13 and number_shape(value) is not None:
        raise Invalid("ins-key-missing", "Saisissez aussi les deux chiffres de la clé du matricule INS.")
    if not ins_shape_is_right(value):
        raise Invalid("ins-shape", "Le matricule INS n’a pas la forme attendue : 15 caractères, clé comprise.")
    return value


def normalise_oid(text: str) -> str:
    """A bare OID from `1.2.3`, `urn:oid:1.2.3` or surrounding spaces; no check of its parts."""
    return text.strip().removeprefix("urn:oid:").strip()


def parse_ins(value: str, oid: str) -> Ins:
    """An INS of right shape given by a known authority. Invalid: `ins-shape`, `ins-key-missing`, `ins-oid`.

    Authorities of INS-A and INS-C are refused too: those numbers are never created again.
    """
    bare_oid = normalise_oid(oid)
    authority = INS_AUTHORITIES.get(bare_oid)
    if authority is None or authority.nature not in (InsNature.NIR, InsNature.NIA):
        raise Invalid("ins-oid", "L’autorité d’affectation de l’INS est inconnue.")
    return Ins(normalise_matricule(value), bare_oid)
