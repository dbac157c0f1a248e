"""What the identity providers tell <-> values. Every text is theirs: hostile input gives Invalid, never a crash.

Source: rules.md §6.2 (Pro Santé Connect), §6.3 (FranceConnect).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from socle.base.directory.stated import StatedPractice
from socle.base.terminology import professions
from socle.errors import Forbidden, Invalid
from socle.formats.names import comparable

NO_PRACTICE = (
    "sans-exercice",
    "Pro Santé Connect ne nous transmet aucun exercice pour vous : nous ne pouvons pas ouvrir votre session.",
    "votre ordre ou votre autorité d’enregistrement, qui met à jour vos exercices au RPPS",
)
_NATIONAL_ID = re.compile(r"[0-9A-Za-z/]{5,41}")
_CODE = re.compile(r"[0-9A-Za-z_/-]{0,40}")
_LONGEST = 200
_GENERAL = frozenset({"SM26", "SM53", "SM54"})
"""Know-how codes of general practice."""
STUDENT = "E"
"""Category of professionals in training."""
_DOCTOR = {"DR": "Dr", "PR": "Pr"}


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
    practices: tuple[StatedPractice, ...]

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
    practices = tuple(_practice(one, place) for one in practised for place in (_objects(one, "activities") or [{}]))
    if not practices:
        raise Forbidden(*NO_PRACTICE)
    first = practised[0]
    return ProfessionalClaims(
        national_id=national_id,
        family=_text(claims, "family_name") or _text(first, "nomDexercice"),
        given=_text(claims, "given_name") or _text(first, "prenomDexercice"),
        civility=_text(reference, "codeCivilite") if isinstance(reference, Mapping) else "",
        title=_code(first, "codeCiviliteDexercice"),
        regulation=_text(claims, "Acces_Regulation_Medicale") == "VRAI",
        practices=tuple(dict.fromkeys(practices)),
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


def title_of(practice: StatedPractice) -> str:
    """What people read beside the name of whoever practises so."""
    known, skill = professions.profession(practice.profession), professions.specialty(practice.know_how)
    job = known.label if known else "Professionnel"
    if practice.category == STUDENT:
        return f"{job} en formation"
    if practice.know_how in _GENERAL and practice.profession == "10":
        return "Médecin généraliste"
    return f"{job}, {skill.label.lower()}" if skill and skill.label else job


def idnst_of(practice: StatedPractice) -> str:
    """National identifier of the place: 1 and FINESS, 3 and SIRET, else 4 and RPPS-rang; empty without place. Source: TRE_G07."""
    if practice.finess:
        return f"1{practice.finess}"
    if practice.siret:
        return f"3{practice.siret}"
    return f"4{practice.technical.removeprefix('R')}" if practice.technical else ""


def _practice(practised: Mapping[str, Any], place: Mapping[str, Any]) -> StatedPractice:
    street = [_text(place, name) for name in ("numeroVoie", "indiceRepetitionVoie", "codeTypeDeVoie", "libelleVoie")]
    lines = [_text(place, "complementDestinataire"), _text(place, "complementPointGeographique")]
    lines += [" ".join(part for part in street if part), _text(place, "mentionDistribution")]
    return StatedPractice(
        profession=_code(practised, "codeProfession"),
        category=_code(practised, "codeCategorieProfessionnelle") or "C",
        know_how_type=_code(practised, "codeTypeSavoirFaire"),
        know_how=_code(practised, "codeSavoirFaire"),
        mode=_code(place, "codeModeExercice"),
        sector=_code(place, "codeSecteurDactivite"),
        section=_code(place, "codeSectionPharmacien"),
        role=_code(place, "codeRole"),
        genre=_code(place, "codeGenreActivite"),
        technical=_code(place, "identifiantTechniqueDeLaStructure"),
        finess=_code(place, "numeroFinessSite"),
        finess_legal=_code(place, "numeroFinessetablissementJuridique"),
        siret=_code(place, "numeroSiretSite"),
        siren=_code(place, "numeroSirenSite"),
        name=_text(place, "raisonSocialeSite"),
        trade_name=_text(place, "enseigneCommercialeSite"),
        phone=_text(place, "telephone"),
        email=_text(place, "adresseEMail"),
        address=tuple(line for line in lines if line),
        postal_code=_code(place, "codePostal"),
        commune=_code(place, "codeCommune"),
        city=_text(place, "libelleCommune"),
        departement=_code(place, "codeDepartement"),
    )


def _objects(value: Any, name: str) -> list[Mapping[str, Any]]:
    found = value.get(name) if isinstance(value, Mapping) else None
    return [one for one in found if isinstance(one, Mapping)] if isinstance(found, list) else []


def _text(value: Mapping[str, Any], name: str) -> str:
    found = value.get(name)
    return " ".join(found.split())[:_LONGEST] if isinstance(found, str) else ""


def _code(value: Mapping[str, Any], name: str) -> str:
    found = _text(value, name)
    return found if _CODE.fullmatch(found) else ""
