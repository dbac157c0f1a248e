"""What the identity providers tell <-> values. Every text is theirs: hostile input gives Invalid, never a crash.

Source: rules.md §6.2 (Pro Santé Connect), §6.3 (FranceConnect).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from socle.base.terminology import professions
from socle.errors import Forbidden, Invalid
from socle.formats.names import comparable

NO_PRACTICE = (
    "sans-exercice",
    "Pro Santé Connect ne nous transmet aucun exercice pour vous : nous ne pouvons pas ouvrir votre session.",
    "votre ordre ou votre autorité d’enregistrement, qui met à jour vos exercices au RPPS",
)
_NATIONAL_ID = re.compile(r"[0-9][0-9A-Za-z/]{4,40}")
_CODE = re.compile(r"[0-9A-Za-z_/-]{0,40}")
_LONGEST = 200
_GENERAL = frozenset({"SM26", "SM53", "SM54"})
"""Know-how codes of general practice."""
_STUDENT = "E"
_DOCTOR = {"DR": "Dr", "PR": "Pr"}


@dataclass(frozen=True, slots=True)
class Activity:
    """One situation of practice as Pro Santé Connect tells it. `structure_national_id` is the IDNST; empty without structure."""

    profession: str
    category: str
    specialty: str
    role: str
    sector: str
    mode: str
    genre: str
    structure_national_id: str
    structure_key: str
    structure_name: str
    finess: str
    siret: str

    @property
    def title(self) -> str:
        """What people read beside the name."""
        known, skill = professions.profession(self.profession), professions.specialty(self.specialty)
        job = known.label if known else "Professionnel"
        if self.category == _STUDENT:
            return f"{job} en formation"
        if self.specialty in _GENERAL and self.profession == "10":
            return "Médecin généraliste"
        return f"{job}, {skill.label.lower()}" if skill and skill.label else job


@dataclass(frozen=True, slots=True)
class ProfessionalClaims:
    """Who signed in with Pro Santé Connect."""

    national_id: str
    family: str
    given: str
    civility: str
    title: str
    """Civility of practice: DR, PR…"""
    regulation: bool
    activities: tuple[Activity, ...]

    @property
    def name(self) -> str:
        return " ".join(part for part in (_DOCTOR.get(self.title, ""), self.given, self.family.upper()) if part)


@dataclass(frozen=True, slots=True)
class PivotIdentity:
    """The « identité pivot » of FranceConnect. `birthplace` is a COG code, a country's when born abroad."""

    birth_name: str
    given_names: str
    birth_date: date
    sex: str
    birthplace: str

    @property
    def name(self) -> str:
        return f"{self.given_names.split(' ')[0]} {self.birth_name.upper()}"


def professional(claims: Mapping[str, Any]) -> ProfessionalClaims:
    """Invalid `psc-claims` when the national id is absent or not one. Forbidden `sans-exercice` when nothing is practised."""
    national_id = _text(claims, "SubjectNameID")
    if not _NATIONAL_ID.fullmatch(national_id):
        raise Invalid("psc-claims", "Pro Santé Connect n’a pas transmis votre identifiant national.")
    reference = claims.get("SubjectRefPro")
    practised = _objects(reference, "exercices")
    activities = tuple(_activity(one, place) for one in practised for place in (_objects(one, "activities") or [{}]))
    if not activities:
        raise Forbidden(*NO_PRACTICE)
    first = practised[0]
    return ProfessionalClaims(
        national_id=national_id,
        family=_text(claims, "family_name") or _text(first, "nomDexercice"),
        given=_text(claims, "given_name") or _text(first, "prenomDexercice"),
        civility=_text(reference, "codeCivilite") if isinstance(reference, Mapping) else "",
        title=_code(first, "codeCiviliteDexercice"),
        regulation=_text(claims, "Acces_Regulation_Medicale") == "VRAI",
        activities=tuple(dict.fromkeys(activities)),
    )


def pivot(claims: Mapping[str, Any]) -> PivotIdentity:
    """Invalid `pivot` when a trait is missing or cannot be read."""
    country, place = _text(claims, "birthcountry"), _text(claims, "birthplace")
    try:
        born = date.fromisoformat(_text(claims, "birthdate"))
    except ValueError as error:
        raise _incomplete() from error
    sex = {"female": "F", "male": "M"}.get(_text(claims, "gender"), "")
    names = _text(claims, "given_name"), _text(claims, "family_name")
    if not sex or not all(comparable(name) for name in names):
        raise _incomplete()
    return PivotIdentity(names[1], names[0], born, sex, place or country)


def _incomplete() -> Invalid:
    return Invalid("pivot", "FranceConnect n’a pas transmis toute votre identité.")


def _activity(practised: Mapping[str, Any], place: Mapping[str, Any]) -> Activity:
    finess, siret = _code(place, "numeroFinessSite"), _code(place, "numeroSiretSite")
    key = _code(place, "identifiantTechniqueDeLaStructure")
    return Activity(
        profession=_code(practised, "codeProfession"),
        category=_code(practised, "codeCategorieProfessionnelle"),
        specialty=_code(practised, "codeSavoirFaire"),
        role=_code(place, "codeRole"),
        sector=_code(place, "codeSecteurDactivite"),
        mode=_code(place, "codeModeExercice"),
        genre=_code(place, "codeGenreActivite"),
        structure_national_id=_idnst(finess, siret, key),
        structure_key=key or (f"F{finess}" if finess else "") or (f"S{siret}" if siret else ""),
        structure_name=_text(place, "enseigneCommercialeSite") or _text(place, "raisonSocialeSite"),
        finess=finess,
        siret=siret,
    )


def _idnst(finess: str, siret: str, key: str) -> str:
    """1 and FINESS, 3 and SIRET, else 4 and RPPS-rang. Source: TRE_G07."""
    if finess:
        return f"1{finess}"
    if siret:
        return f"3{siret}"
    return f"4{key.removeprefix('R')}" if key else ""


def _objects(value: Any, name: str) -> list[Mapping[str, Any]]:
    found = value.get(name) if isinstance(value, Mapping) else None
    return [one for one in found if isinstance(one, Mapping)] if isinstance(found, list) else []


def _text(value: Mapping[str, Any], name: str) -> str:
    found = value.get(name)
    return " ".join(found.split())[:_LONGEST] if isinstance(found, str) else ""


def _code(value: Mapping[str, Any], name: str) -> str:
    found = _text(value, name)
    return found if _CODE.fullmatch(found) else ""
