"""Types and classes of documents: codes of the national sets, words of this product.

Each type has a label for professionals, an everyday one for the person it is about, an icon of the design's sheet and the
category it is filed under in Mon espace santé. Source: JDV_J07 (2024-09-27), JDV_J57 (2023-09-22), rules of the CI-SIS.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from datetime import date

from socle.base.terminology.code_systems import code_system
from socle.base.terminology.concepts import parsed_day
from socle.base.terminology.reading import rows

PATIENT_EXPRESSION = "90"
TECHNICAL = "99"

CATEGORIES: dict[str, str] = {
    "SYNTHESE": "Ma santé en résumé",
    "ORD_SOIN": "Ordonnances et soins",
    "RADIO_SC": "Radios, échographies, scanners, IRM",
    "BIOLOGIE": "Résultats de biologie",
    "CPT_REND": "Comptes rendus",
    "DEPISTAG": "Prévention et dépistages",
    "CERT_MED": "Certificats médicaux",
    "DOC_ADM": "Pièces administratives",
    "AUTR_DOC": "Autres documents",
    "SYNTH_PML": "Mon profil médical",
    "DIR_ANT": "Directives anticipées",
    "CAR_VAC": "Vaccinations",
    "VDP": "Mes volontés et mes droits",
    "REMB": "Remboursements",
    "QUEST_SANTE": "Questionnaires de santé",
}


@dataclass(frozen=True, slots=True)
class DocumentClass:
    """The class that gathers types: XDS classCode, FHIR category."""

    code: str
    system_oid: str
    label: str
    patient_label: str
    icon: str


@dataclass(frozen=True, slots=True)
class DocumentType:
    """One type: XDS typeCode, CDA document code, FHIR type. `closed_on` is the day the code was closed: read, never offer."""

    code: str
    system_oid: str
    class_code: str
    label: str
    patient_label: str
    icon: str
    category: str
    closed_on: date | None

    @property
    def category_label(self) -> str:
        return CATEGORIES[self.category]

    @property
    def is_patient_expression(self) -> bool:
        """True for what the person says or asks for: shown apart from what professionals write."""
        return self.class_code == PATIENT_EXPRESSION or self.code.startswith("DOCPAT")


def document_type(code: str, system: str | None = None) -> DocumentType | None:
    """The type of that code, closed ones included; None when it is unknown or of another system (OID or URI) than said."""
    found = _types().get(code)
    if found is None or not system:
        return found
    known = code_system(system)
    return found if known is not None and known.oid == found.system_oid else None


def document_types(*, closed: bool = False) -> tuple[DocumentType, ...]:
    """Every type in the order of its class, then of its label; closed ones left out unless asked for."""
    return tuple(one for one in _types().values() if closed or one.closed_on is None)


def document_class(code: str) -> DocumentClass | None:
    """The class of that code, None when it is unknown."""
    return _classes().get(code)


def document_classes() -> tuple[DocumentClass, ...]:
    """Every class, in the order of its code."""
    return tuple(_classes().values())


def format_of_template(template_oid: str) -> str:
    """The XDS formatCode of a structured body of that CDA document model; empty when it is not known. Source: ASS_A11."""
    return _formats("template-formats.csv", "template_oid").get(template_oid, "")


def format_of_media_type(media_type: str) -> str:
    """The XDS formatCode of a non-structured body of that media type; empty when it is not allowed. Source: ASS_A12."""
    return _formats("media-type-formats.csv", "media_type").get(media_type, "")


@functools.lru_cache(maxsize=1)
def _types() -> dict[str, DocumentType]:
    found = [
        DocumentType(
            row["code"],
            row["system_oid"],
            row["class_code"],
            row["label"],
            row["patient_label"],
            row["icon"],
            row["category"],
            parsed_day(row["end_date"]),
        )
        for row in rows("document-types.csv")
    ]
    return {one.code: one for one in sorted(found, key=lambda one: (one.class_code, one.label))}


@functools.lru_cache(maxsize=1)
def _classes() -> dict[str, DocumentClass]:
    return {
        row["code"]: DocumentClass(row["code"], row["system_oid"], row["label"], row["patient_label"], row["icon"])
        for row in rows("document-classes.csv")
    }


@functools.lru_cache(maxsize=2)
def _formats(file: str, key: str) -> dict[str, str]:
    return {row[key]: row["format_code"] for row in rows(file)}
