"""Which generation of the French header rules a document follows, read in its header alone.

The current generation ("3.0", minimal structure of 2021 and after) writes the identity as RNIV asks: every strict trait
is there as soon as an INS is sent, and names carry the qualifiers BR (birth certificate) and CL (used) only. The older
one ("2.41") wrote a spouse's name (qualifier SP) or left traits out. Each fault below is an assertion of the official
schematron; on the published examples they tell the two sets apart without exception.

Source: ASIP-STRUCT-MIN, templates 1.2.250.1.213.1.1.1.1 (SMDS_CDAClinicalDocument) and 1.2.250.1.213.1.1.1.1.10.10
(CI-SISRecordTarget); RNIV annexe III.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from socle.errors import Issue
from socle.formats.cda.header import Header, Patient

FRENCH_TEMPLATES = ("2.16.840.1.113883.2.8.2.1", "1.2.250.1.213.1.1.1.1")
"""HL7 France, and the minimal structure of CI-SIS."""

_ALLOWED_QUALIFIERS = frozenset({"", "BR", "CL"})


class Generation(StrEnum):
    CURRENT = "current"
    OLDER = "older"
    FOREIGN = "foreign"
    """Not a document of the French framework at all."""


@dataclass(frozen=True, slots=True)
class ModelSet:
    generation: Generation
    faults: tuple[Issue, ...] = ()
    """Why it is not of the current generation; `code` is always `model`, `where` a path in the header."""


def model_set(header: Header) -> ModelSet:
    roots = {template.root for template in header.template_ids}
    if header.realm != "FR" or not roots.issuperset(FRENCH_TEMPLATES):
        sentence = "Le document ne suit pas le cadre français des documents de santé (CI-SIS)."
        return ModelSet(Generation.FOREIGN, (Issue("model", sentence, "/ClinicalDocument/templateId"),))
    faults = tuple(_faults(header, roots))
    return ModelSet(Generation.OLDER if faults else Generation.CURRENT, faults)


def _faults(header: Header, roots: set[str]) -> list[Issue]:
    faults = []
    if roots.issubset(FRENCH_TEMPLATES):
        faults.append(Issue("model", "Le modèle du document n’est pas indiqué.", "/ClinicalDocument/templateId"))
    if header.patient_count != 1:
        faults.append(Issue("model", "Le document doit concerner une seule personne.", "/ClinicalDocument/recordTarget"))
    faults.extend(_missing_traits(header.patient))
    faults.extend(_wrong_qualifiers(header.patient))
    return faults


def _missing_traits(patient: Patient) -> list[Issue]:
    """With an INS, all six traits are required."""
    if patient.ins is None:
        return []
    traits = (
        (patient.birth_family_name, "le nom de naissance", "name/family[@qualifier='BR']"),
        (patient.first_given_name, "le premier prénom de naissance", "name/given[@qualifier='BR']"),
        (patient.given_names, "la liste des prénoms de naissance", "name/given[not(@qualifier)]"),
        (patient.birth_on, "la date de naissance", "birthTime"),
        (patient.birthplace_code, "le code du lieu de naissance", "birthplace/place/addr/county"),
        (patient.sex, "le sexe", "administrativeGenderCode"),
    )
    path = "/ClinicalDocument/recordTarget/patientRole/patient/"
    return [
        Issue("model", f"Avec un INS, {label} doit figurer dans l’en-tête du document.", path + where)
        for value, label, where in traits
        if not value
    ]


def _wrong_qualifiers(patient: Patient) -> list[Issue]:
    path = "/ClinicalDocument/recordTarget/patientRole/patient/name/"
    checked = (("family", "Un nom", patient.name.families), ("given", "Un prénom", patient.name.givens))
    return [
        Issue("model", f"{label} du patient porte un qualificatif autre que « BR » ou « CL ».", path + tag)
        for tag, label, parts in checked
        if any(part.qualifier not in _ALLOWED_QUALIFIERS for part in parts)
    ]
