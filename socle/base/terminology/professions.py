"""Professions, specialties and sectors, as the national directory and documents name them.

Source: ANS nomenclatures TRE_G15, R94, R95, R291 (professions), R01, R38, R39 (know-how), R02 (sectors), A00, A02 (authors).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from socle.base.terminology.code_systems import code_system
from socle.base.terminology.concepts import Concept, concept

_KIND_OF_KNOW_HOW = re.compile(r"\s*\((SM|SCD|SCH|SI|SST|CEX|C|CAPA|DNQ|DEC|PAC)\)$")
# some software writes a hyphen for the slash
_AUTHOR = re.compile(r"(?:G15_|G16_)?([0-9]{2,3})(?:[/-]([A-Z]{1,4}[0-9]{0,3}))?")


class ProfessionGroup(StrEnum):
    HEALTH = "health"
    TITLE = "title"
    SOCIAL = "social"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Profession:
    """A profession; `closed` says that its code is no longer given."""

    code: str
    label: str
    system_oid: str
    group: ProfessionGroup
    closed: bool


@dataclass(frozen=True, slots=True)
class Specialty:
    """A specialty or competence; `kind` is SM, SCD, SI, C, CAPA… as the official label ends with it."""

    code: str
    label: str
    kind: str
    closed: bool


@dataclass(frozen=True, slots=True)
class AuthorSpecialty:
    """Who wrote, as XDS authorSpecialty codes say in one code such as `G15_10/SM26`."""

    profession: Profession
    specialty: Specialty | None
    in_training: bool

    @property
    def label(self) -> str:
        training = " en formation" if self.in_training else ""
        return f"{self.profession.label}{training}" + (f" - {self.specialty.label}" if self.specialty else "")


_GROUPS = (
    ("TRE_G15", ProfessionGroup.HEALTH),
    ("TRE_R95", ProfessionGroup.TITLE),
    ("TRE_R94", ProfessionGroup.SOCIAL),
    ("TRE_R291", ProfessionGroup.OTHER),
    ("TRE_R85", ProfessionGroup.OTHER),
)


def profession(code: str, system: str | None = None) -> Profession | None:
    """The profession of that code in any of the national sets, or in the one said (OID or URI); an open code wins over a
    closed one of another set. None when it is unknown."""
    only = code_system(system) if system else None
    if system and only is None:
        return None
    closed: Profession | None = None
    for table, group in _GROUPS:
        found = concept(table, code)
        if found is None or (only is not None and found.system != only):
            continue
        one = Profession(code, found.label, found.system.oid, group, found.closed_on is not None)
        if not one.closed:
            return one
        closed = closed or one
    return closed


def specialty(code: str) -> Specialty | None:
    """The specialty, competence or pharmacist section of that code; None when it is unknown."""
    for table in ("TRE_R01", "TRE_R38", "TRE_R39", "TRE_R06"):
        found = concept(table, code)
        if found is not None:
            kind = _KIND_OF_KNOW_HOW.search(found.label)
            return Specialty(code, _KIND_OF_KNOW_HOW.sub("", found.label), kind[1] if kind else "", found.closed_on is not None)
    return None


def sector(code: str) -> Concept | None:
    """The activity sector (SA01…), or the producer that is no professional (EXP_PATIENT…); None when it is unknown."""
    return concept("TRE_R02", code) or concept("TRE_A00", code)


def author_specialty(code: str) -> AuthorSpecialty | None:
    """A combined code taken apart; None when its profession is unknown. An unknown specialty is left out."""
    found = _AUTHOR.fullmatch(code)
    if found is None:
        return None
    known = profession(found[1])
    if known is None:
        return None
    return AuthorSpecialty(known, specialty(found[2]) if found[2] else None, code.startswith("G16_"))
