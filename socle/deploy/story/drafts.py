"""One document of the story before it is written: who, when, what kind, and what it says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from socle.formats.cda.values import Code
from socle.formats.cda.writer import Chapter, Discharge, Immunisation, MedicalSummary, Report

LOINC = "2.16.840.1.113883.6.1"
_OWN = "1.2.250.1.213.1.1.4.12"

CONSULTATION = Code("11488-4", LOINC, "CR ou fiche de consultation ou de visite")
EMERGENCY = Code("15507-7", LOINC, "CR de passage aux urgences")
OPERATION = Code("34874-8", LOINC, "CR opératoire")
ANAESTHESIA = Code("34749-2", LOINC, "CR de consultation pré-anesthésique")
HOSPITAL_REPORT = Code("34112-3", LOINC, "CR hospitalier (séjour)")
FUNCTIONAL = Code("47420-5", LOINC, "CR de bilan fonctionnel")
CARE_FOLLOW_UP = Code("11506-3", LOINC, "CR ou fiche de suivi de soins par auxiliaire médical")
DENTAL = Code("28617-9", LOINC, "Bilan bucco-dentaire")
REFERRAL = Code("96349-6", LOINC, "Lettre d'adressage")
PRESCRIPTION = Code("57833-6", LOINC, "Prescription de produits de santé")
PRESCRIBED_TESTS = Code("PRESC-BIO", _OWN, "Prescription d'actes de biologie médicale")
PRESCRIBED_PHYSIOTHERAPY = Code("PRESC-KINE", _OWN, "Prescription d'actes de kinésithérapie")
PRESCRIBED_NURSING = Code("PRESC-INF", _OWN, "Prescription d'actes infirmiers")
SICK_LEAVE = Code("PRESC-AAT", _OWN, "Prescription arrêt de travail")
DISPENSING = Code("60593-1", LOINC, "Dispensation médicamenteuse")
IMAGING = Code("18748-4", LOINC, "CR d'imagerie médicale")
CERTIFICATE = Code("89601-9", LOINC, "Certificat médical")
CARE_PLAN = Code("18776-5", LOINC, "Plan personnalisé de soins")
SOCIAL = Code("28653-4", LOINC, "Document du secteur social / médico-social")
WISHES = Code("EXPPAT_1", _OWN, "Volontés et droits du patient")
DIRECTIVES = Code("EXPPAT_3", _OWN, "Directives anticipées")
SUMMARY = Code("SYNTH", _OWN, "Synthèse")
DISCHARGE = Code("11490-0", LOINC, "Lettre de liaison à la sortie d'un établissement de soins")
LABORATORY = Code("11502-2", LOINC, "CR d'examens biologiques")
VACCINATIONS = Code("11369-6", LOINC, "Historique des vaccinations")

HIDDEN_FROM_PATIENT = "INVISIBLE_PATIENT"
HIDDEN_FROM_REPRESENTATIVES = "INVISIBLE_REPRESENTANTS_LEGAUX"
HIDDEN_FROM_PROFESSIONALS = "MASQUE_PS"


@dataclass(frozen=True, slots=True)
class Paper:
    """A page as it was printed or scanned: paragraphs that only a reader can take in. Written as a PDF."""

    paragraphs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Note:
    """Plain text."""

    text: str


@dataclass(frozen=True, slots=True)
class Laboratory:
    chapters: tuple[Chapter, ...]
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Vaccinations:
    given: tuple[Immunisation, ...]


Body = Report | MedicalSummary | Discharge | Laboratory | Vaccinations | Paper | Note


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """`key` names the document in the story and gives its id; `author`, `depositor` are keys of the cast.

    `depositor` is the author where empty; `episode` ties the documents of one stay or one matter together; `replaces` is the
    key of the version before; `attending` is the médecin traitant of that time where it is not today's.
    """

    key: str
    patient: str
    author: str
    on: date
    kind: Code
    title: str
    body: Body
    at: tuple[int, int] = (10, 0)
    depositor: str = ""
    episode: str = ""
    encounter: str = "AMB"
    since: date | None = None
    """First day of the act or stay, when it is not that of the document."""
    replaces: str = ""
    version: int = 1
    attending: str = ""
    visibility: tuple[str, ...] = ()


def paper(*paragraphs: str) -> Paper:
    return Paper(tuple(paragraphs))


def ordered(drafts: Sequence[Draft]) -> list[Draft]:
    """By day and hour, then key: the order in which they were deposited."""
    return sorted(drafts, key=lambda draft: (draft.on, draft.at, draft.key))
