"""Sections: their templates, codes and titles as a table, and the ones that hold words only.

Source: CI-SIS Volet Modèles de contenus CDA (sections), IHE PCC and PALM templates that it profiles.
"""

from __future__ import annotations

from dataclasses import dataclass

from socle.formats.cda.values import Code
from socle.formats.cda.writer import elements as x
from socle.formats.cda.writer.elements import Element, IdSequence, add
from socle.formats.cda.writer.narrative import paragraphs

LOINC = "2.16.840.1.113883.6.1"


@dataclass(frozen=True, slots=True)
class Kind:
    """A section of the French models."""

    templates: tuple[str, ...]
    code: Code
    title: str


def _kind(code: str, display: str, title: str, *templates: str) -> Kind:
    return Kind(templates, Code(code, LOINC, display), title)


REASON = _kind(
    "42349-1",
    "Raison de la recommandation",
    "Motif",
    "1.3.6.1.4.1.19376.1.5.3.1.3.1",
    "1.2.250.1.213.1.1.2.127",
)
HISTORY = _kind(
    "10164-2",
    "Histoire de la maladie",
    "Histoire de la maladie",
    "1.3.6.1.4.1.19376.1.5.3.1.3.4",
    "1.2.250.1.213.1.1.2.130",
)
EXAMINATION = _kind(
    "29545-1",
    "Examen physique",
    "Examen clinique",
    "1.3.6.1.4.1.19376.1.5.3.1.3.24",
    "1.2.250.1.213.1.1.2.148",
)
RESULTS = _kind(
    "30954-2",
    "Résultats d'examens",
    "Résultats d’examens",
    "1.3.6.1.4.1.19376.1.5.3.1.3.27",
    "1.2.250.1.213.1.1.2.150",
)
ASSESSMENT = _kind(
    "51847-2",
    "Évaluation et plan",
    "Conclusion et conduite à tenir",
    "1.3.6.1.4.1.19376.1.5.3.1.1.13.2.5",
    "1.2.250.1.213.1.1.2.116",
)
CARE_PLAN = _kind(
    "18776-5",
    "Plan de soins",
    "Plan de soins",
    "2.16.840.1.113883.10.20.1.10",
    "1.3.6.1.4.1.19376.1.5.3.1.3.36",
    "1.2.250.1.213.1.1.2.158",
)
REMARK = _kind(
    "55112-7",
    "Commentaire",
    "Commentaire",
    "2.16.840.1.113883.10.12.201",
    "1.3.6.1.4.1.19376.1.4.1.2.16",
    "1.2.250.1.213.1.1.2.73",
)
ACTIVE_PROBLEMS = _kind(
    "11450-4",
    "Liste des problèmes actifs",
    "Pathologies en cours",
    "2.16.840.1.113883.10.20.1.11",
    "1.3.6.1.4.1.19376.1.5.3.1.3.6",
    "1.2.250.1.213.1.1.2.132",
)
PAST_PROBLEMS = _kind(
    "11348-0",
    "Antécédents médicaux",
    "Antécédents médicaux",
    "1.3.6.1.4.1.19376.1.5.3.1.3.8",
    "1.2.250.1.213.1.1.2.134",
)
ACTS = _kind(
    "47519-4",
    "Historique des actes",
    "Antécédents chirurgicaux",
    "2.16.840.1.113883.10.20.1.12",
    "1.3.6.1.4.1.19376.1.5.3.1.3.11",
    "1.3.6.1.4.1.19376.1.5.3.1.3.12",
    "1.2.250.1.213.1.1.2.136",
)
ALLERGIES = _kind(
    "48765-2",
    "Allergies et hypersensibilités",
    "Allergies et hypersensibilités",
    "2.16.840.1.113883.10.20.1.2",
    "1.3.6.1.4.1.19376.1.5.3.1.3.13",
    "1.2.250.1.213.1.1.2.137",
)
HABITS = _kind(
    "29762-2",
    "Habitus, Mode de vie",
    "Mode de vie",
    "2.16.840.1.113883.10.20.1.15",
    "1.3.6.1.4.1.19376.1.5.3.1.3.16",
    "1.3.6.1.4.1.19376.1.5.3.1.3.16.1",
    "1.2.250.1.213.1.1.2.141",
)
OCCUPATIONAL_RISKS = _kind(
    "10161-8",
    "Facteurs de risques professionnels",
    "Facteurs de risque professionnels",
    "1.3.6.1.4.1.19376.1.5.3.1.1.5.3.1",
    "1.2.250.1.213.1.1.2.74",
)
FAMILY = _kind(
    "10157-6",
    "Historique des pathologies familiales",
    "Antécédents familiaux",
    "2.16.840.1.113883.10.20.1.4",
    "1.3.6.1.4.1.19376.1.5.3.1.3.14",
    "1.3.6.1.4.1.19376.1.5.3.1.3.15",
    "1.2.250.1.213.1.1.2.139",
)
TREATMENTS = _kind(
    "10160-0",
    "Traitements",
    "Traitements",
    "2.16.840.1.113883.10.20.1.8",
    "1.3.6.1.4.1.19376.1.5.3.1.3.19",
    "1.2.250.1.213.1.1.2.143",
)
DISCHARGE_TREATMENTS = _kind(
    "10183-2",
    "Traitements à la sortie",
    "Traitements à la sortie",
    "1.3.6.1.4.1.19376.1.5.3.1.3.22",
    "1.2.250.1.213.1.1.2.146",
)
IMMUNISATIONS = _kind(
    "11369-6",
    "Historique des vaccinations",
    "Vaccinations",
    "2.16.840.1.113883.10.20.1.6",
    "1.3.6.1.4.1.19376.1.5.3.1.3.23",
    "1.2.250.1.213.1.1.2.147",
)
VITAL_SIGNS = _kind(
    "8716-3",
    "Signes vitaux",
    "Signes vitaux",
    "2.16.840.1.113883.10.20.1.16",
    "1.3.6.1.4.1.19376.1.5.3.1.3.25",
    "1.3.6.1.4.1.19376.1.5.3.1.1.5.3.2",
    "1.2.250.1.213.1.1.2.75",
)
DOCUMENT_STATUS = _kind(
    "33557-0",
    "Etat d'achèvement",
    "Statut du document",
    "1.2.250.1.213.1.1.2.35",
    "1.2.250.1.213.1.1.2.35.1",
)
STAY_EVENTS = _kind(
    "42545-4",
    "Evènements observés",
    "Synthèse médicale du séjour",
    "1.3.6.1.4.1.19376.1.5.3.1.1.21.2.9",
    "1.3.6.1.4.1.19376.1.7.3.1.1.13.7",
    "1.2.250.1.213.1.1.2.163",
    "1.2.250.1.213.1.1.2.163.1",
)
COPY = _kind("55108-5", "Copie du document", "Copie du document", "1.2.250.1.213.1.1.2.243")
SUMMARY = _kind(
    "46612-8",
    "Conclusions de synthèse",
    "Pathologies en cours, antécédents, allergies et facteurs de risque",
    "1.2.250.1.213.1.1.2.29",
)
SUMMARY_HISTORY = _kind(
    "34117-2",
    "Historique et clinique",
    "Pathologies en cours, antécédents et allergies",
    "1.2.250.1.213.1.1.2.30",
)
SUMMARY_RISKS = _kind(
    "57207-3",
    "Facteurs de risque présents ou passés affectant l'état de santé et/ou une circonstance",
    "Facteurs de risque",
    "1.2.250.1.213.1.1.2.31",
)
SUMMARY_TREATMENT = _kind("18776-5", "Plan de traitement", "Traitement au long cours", "1.2.250.1.213.1.1.2.32")


def open_section(parent: Element, kind: Kind, ids: IdSequence, title: str = "") -> Element:
    """A section with its head; narrative, entries and sub-sections are added by the caller, in this order."""
    section = add(add(parent, "component"), "section")
    x.templates(section, *kind.templates)
    x.identifier(section, ids.next())
    x.coded(section, "code", kind.code)
    add(section, "title", title or kind.title)
    return section


def words(parent: Element, kind: Kind, ids: IdSequence, text: str, title: str = "") -> Element:
    """A section without coded entry: one paragraph a line."""
    section = open_section(parent, kind, ids, title)
    paragraphs(add(section, "text"), text)
    return section
