"""One mapping a kind of fact: which templates announce it and where each field is read. The whole knowledge of the French
entries is here; what is not listed is skipped.

Source: CI-SIS Modèles de contenus CDA (entries 1.2.250.1.213.1.1.3.x), built on IHE PCC (1.3.6.1.4.1.19376.1.5.3.1.4.x) and
IHE PaLM (1.3.6.1.4.1.19376.1.3.1.x).
"""

from __future__ import annotations

from collections.abc import Mapping as MappingOf
from dataclasses import dataclass, field
from typing import Any

from socle.formats.cda.entries import laboratory, medication
from socle.formats.cda.entries import readers as read
from socle.formats.cda.entries.facts import (
    Allergy,
    Fact,
    Immunization,
    Measure,
    Problem,
    Procedure,
    Result,
    Stay,
    Treatment,
)
from socle.formats.cda.entries.readers import Reader

PCC = "1.3.6.1.4.1.19376.1.5.3.1.4."
PALM = "1.3.6.1.4.1.19376.1.3.1."
FR = "1.2.250.1.213.1.1.3."

_MATERIAL = ("consumable", "manufacturedProduct", "manufacturedMaterial")
_PRODUCT = ("product", "manufacturedProduct", "manufacturedMaterial")
_COMMENT = read.noted("48767-8", PCC + "2", FR + "32")
_SEVERITY = read.observed("SEV", PCC + "1", FR + "29")
_CLINICAL_STATUS = read.observed("33999-4", PCC + "1.1", FR + "30")


@dataclass(frozen=True, slots=True)
class Mapping:
    """`subject` names the fields that say what the entry is about: all empty, the entry names nothing in particular.
    `moods` are the moods it may have; another one is not this kind of fact (a goal is not a measure)."""

    kind: type[Fact]
    templates: frozenset[str]
    fields: MappingOf[str, Reader[Any]]
    subject: tuple[str, ...] = ("code",)
    answers: bool = True
    """True when a narrative that is just « Non » denies the entry (forms of the certificats de santé)."""
    moods: frozenset[str] = field(default=frozenset({"EVN"}))


_DONE_OR_PLANNED = frozenset({"EVN", "INT", "ARQ", "RQO", "PRP", "PRMS", "APT"})

PROBLEM = Mapping(
    kind=Problem,
    templates=frozenset({PCC + "5", FR + "37"}),
    fields={
        "code": read.coded("value"),
        "kind": read.coded("code"),
        "period": read.when,
        "clinical_status": _CLINICAL_STATUS,
        "concern_status": read.concern_status,
        "severity": _SEVERITY,
        "certainty": read.observed("66455-7", FR + "171"),
        "comment": _COMMENT,
    },
)

ALLERGY = Mapping(
    kind=Allergy,
    templates=frozenset({PCC + "6", FR + "41"}),
    fields={
        "code": read.allergen,
        "kind": read.coded("code"),
        "agent": read.agent,
        "period": read.when,
        "reactions": read.allergic_reactions,
        "severity": _SEVERITY,
        "criticality": read.observed("82606-5", FR + "172"),
        "clinical_status": _CLINICAL_STATUS,
        "concern_status": read.concern_status,
        "comment": _COMMENT,
    },
)

TREATMENT = Mapping(
    kind=Treatment,
    templates=frozenset({PCC + "7", FR + "42", FR + "13"}),
    fields={
        "code": read.coded(*_MATERIAL, "code"),
        "name": read.worded(*_MATERIAL, "name"),
        "lot": read.worded(*_MATERIAL, "lotNumberText"),
        "period": medication.first_period,
        "dose": medication.quantities("doseQuantity"),
        "rate": medication.quantities("rateQuantity"),
        "max_dose": medication.max_dose,
        "frequencies": medication.frequencies,
        "route": read.coded("routeCode"),
        "site": read.coded("approachSiteCode"),
        "reasons": read.reasons,
        "instructions": read.noted("PINSTRUCT", PCC + "3", FR + "33"),
        "dispensed": medication.dispensed,
        "dispensed_at": medication.dispensed_at,
        "dispenser": medication.dispenser,
        "quantity": medication.dispensed_quantity,
        "form": medication.form(*_MATERIAL),
        "comment": _COMMENT,
    },
    subject=("code", "name"),
    moods=_DONE_OR_PLANNED,
)

DISPENSING = Mapping(
    kind=Treatment,
    templates=frozenset({PCC + "7.3", FR + "204"}),
    fields={
        **TREATMENT.fields,
        "code": read.coded(*_PRODUCT, "code"),
        "name": read.worded(*_PRODUCT, "name"),
        "lot": read.worded(*_PRODUCT, "lotNumberText"),
        "form": medication.form(*_PRODUCT),
    },
    subject=("code", "name"),
    moods=frozenset({"EVN"}),
)

IMMUNIZATION = Mapping(
    kind=Immunization,
    templates=frozenset({PCC + "12", PCC + "12.2", FR + "45", FR + "47"}),
    fields={
        "code": read.coded(*_MATERIAL, "code"),
        "name": read.worded(*_MATERIAL, "name"),
        "kind": read.coded("code"),
        "lot": read.worded(*_MATERIAL, "lotNumberText"),
        "period": read.when,
        "dose_number": read.observed_number("30973-2", FR + "82"),
        "route": read.coded("routeCode"),
        "site": read.coded("approachSiteCode"),
        "performers": read.parties("performer"),
        "reactions": read.reactions("CAUS"),
        "reasons": read.reasons,
        "comment": _COMMENT,
    },
    subject=("code", "name"),
    moods=_DONE_OR_PLANNED,
)

MEASURE = Mapping(
    kind=Measure,
    templates=frozenset({PCC + "13.2", FR + "50"}),
    fields={
        "code": read.coded("code"),
        "value": read.value,
        "period": read.when,
        "interpretations": read.coded_all("interpretationCode"),
        "method": read.coded("methodCode"),
        "site": read.coded("targetSiteCode"),
        "reference": read.reference,
        "comment": _COMMENT,
    },
    answers=False,
)

RESULT = Mapping(
    kind=Result,
    templates=frozenset({PALM + "6", FR + "80"}),
    fields={
        "code": read.coded("code"),
        "value": read.value,
        "period": read.when,
        "interpretations": read.coded_all("interpretationCode"),
        "reference": read.reference,
        "reference_text": read.reference_text,
        "method": read.coded("methodCode"),
        "panels": laboratory.panels,
        "specimen": laboratory.specimen,
        "collected": laboratory.collected,
        "laboratory": laboratory.laboratory,
        "comment": _COMMENT,
    },
    answers=False,
)

PROCEDURE = Mapping(
    kind=Procedure,
    templates=frozenset({PCC + "19", FR + "62"}),
    fields={
        "code": read.coded("code"),
        "period": read.when,
        "performers": read.parties("performer"),
        "site": read.coded("targetSiteCode"),
        "reasons": read.reasons,
        "comment": _COMMENT,
    },
    moods=_DONE_OR_PLANNED,
)

STAY = Mapping(
    kind=Stay,
    templates=frozenset({PCC + "14", FR + "58"}),
    fields={
        "code": read.coded("code"),
        "period": read.when,
        "performers": read.parties("performer"),
        "place": read.place,
        "reasons": read.reasons,
        "comment": _COMMENT,
    },
    moods=_DONE_OR_PLANNED,
)

MAPPINGS = (ALLERGY, PROBLEM, IMMUNIZATION, TREATMENT, DISPENSING, MEASURE, RESULT, PROCEDURE, STAY)
"""An allergy carries the template of a problem too, so the order tells which one it is."""
