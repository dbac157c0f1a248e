"""What the coded entries of a document say, as frozen values. Whatever is not said is empty.

`code` is always the thing itself: the problem, the drug, the vaccine, the analyte, the act, the kind of stay; for an allergy
it is what the person reacts to (`agent`), or the reaction alone when no agent was named.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from socle.formats.cda.header import Organization, Party
from socle.formats.cda.values import (
    NO_CODE,
    NO_PERIOD,
    NO_RANGE,
    Code,
    Identifier,
    Moment,
    Period,
    Quantity,
    Range,
    Ratio,
)

Value = Quantity | Range | Ratio | Code | Moment | str | bool | None
"""A measured value; `str` is free text. Which one follows the type written, and None is a value that was not given."""


YES_AND_NO = frozenset({"oui", "non"})
"""Answers of a form: they name nothing."""


class Assertion(StrEnum):
    """Four different things that must never be mixed up."""

    PRESENT = "present"
    REFUTED = "refuted"
    """This very thing is not there, or was not done."""
    NONE_KNOWN = "none-known"
    """Nothing of this kind is known: a statement, dated and signed."""
    NO_INFORMATION = "no-information"
    """The author says that he does not know."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    ids: tuple[Identifier, ...] = ()
    section: str = ""
    """LOINC code of the section it stands in."""
    assertion: Assertion = Assertion.PRESENT
    mood: str = "EVN"
    """`EVN` happened or is; `INT`, `ARQ`, `RQO`, `PRP`, `PRMS`: planned, asked for or proposed."""
    status: str = ""
    """`statusCode` as written (`completed`, `active`, `aborted`…)."""
    code: Code = NO_CODE
    period: Period = NO_PERIOD
    """When it was so or was done; both bounds are the same for an instant."""
    anchor: str = ""
    """`ID` of the narrative that the entry points to."""
    narrative: str = ""
    """The words there."""
    comment: str = ""
    authors: tuple[Party, ...] = ()
    """Of the entry itself, or else of the section; empty: the document's."""

    @property
    def label(self) -> str:
        """Words for a reader: those of the code, else a name or the narrative, else the bare kind; empty when the entry
        does not say what it is about."""
        name: str = getattr(self, "name", "")
        kind: Code = getattr(self, "kind", NO_CODE)
        form: Code = getattr(self, "form", NO_CODE)
        words = (self.code.display, name, self.code.label, self.narrative, kind.label, form.label)
        return next((found for found in words if found and found.casefold() not in YES_AND_NO), "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem(Fact):
    kind: Code = NO_CODE
    """Diagnosis, symptom, finding…"""
    clinical_status: Code = NO_CODE
    """Active, inactive, remission…"""
    concern_status: str = ""
    """`active` or `completed`: whether somebody still follows it."""
    severity: Code = NO_CODE
    certainty: Code = NO_CODE


@dataclass(frozen=True, slots=True)
class Reaction:
    code: Code
    severity: Code = NO_CODE
    assertion: Assertion = Assertion.PRESENT


@dataclass(frozen=True, slots=True, kw_only=True)
class Allergy(Fact):
    kind: Code = NO_CODE
    """Drug allergy, food intolerance…"""
    agent: Code = NO_CODE
    reactions: tuple[Reaction, ...] = ()
    severity: Code = NO_CODE
    criticality: Code = NO_CODE
    clinical_status: Code = NO_CODE
    concern_status: str = ""


@dataclass(frozen=True, slots=True)
class Frequency:
    """One rhythm: every so long, or at an event of the day; `text` is what the narrative says of it."""

    every: Quantity | None = None
    event: str = ""
    """Code of HL7 TimingEvent: `AC`, `HS`…"""
    text: str = ""

    @property
    def label(self) -> str:
        """In French; empty when nothing is known."""
        if self.text:
            return self.text
        if self.event:
            return _EVENTS.get(self.event, self.event)
        return _every(self.every) if self.every else ""


def _every(every: Quantity) -> str:
    words = _UNITS.get(every.unit)
    if words is None:
        return f"tous les {every.shown}"
    once, many = words
    return once if every.value == 1 else f"{many} {every.value:f}".replace(".", ",", 1) + _UNIT_NAMES[every.unit]


_UNITS = {
    "min": ("chaque minute", "toutes les"),
    "h": ("toutes les heures", "toutes les"),
    "d": ("1 fois par jour", "tous les"),
    "wk": ("1 fois par semaine", "toutes les"),
    "mo": ("1 fois par mois", "tous les"),
    "a": ("1 fois par an", "tous les"),
}
_UNIT_NAMES = {"min": " min", "h": " h", "d": " jours", "wk": " semaines", "mo": " mois", "a": " ans"}
_EVENTS = {
    "AC": "avant les repas",
    "ACM": "avant le petit-déjeuner",
    "ACD": "avant le déjeuner",
    "ACV": "avant le dîner",
    "C": "aux repas",
    "CM": "au petit-déjeuner",
    "CD": "au déjeuner",
    "CV": "au dîner",
    "PC": "après les repas",
    "PCM": "après le petit-déjeuner",
    "PCD": "après le déjeuner",
    "PCV": "après le dîner",
    "IC": "entre les repas",
    "HS": "au coucher",
    "WAKE": "au réveil",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Treatment(Fact):
    name: str = ""
    """Brand name as written."""
    dose: Range = NO_RANGE
    rate: Range = NO_RANGE
    max_dose: Ratio | None = None
    frequencies: tuple[Frequency, ...] = ()
    route: Code = NO_CODE
    site: Code = NO_CODE
    reasons: tuple[Code, ...] = ()
    instructions: str = ""
    """For the patient."""
    dispensed: bool = False
    """True when a dispensing is recorded: `dispenser`, `dispensed_at` and `quantity` are then those of the pharmacy."""
    dispensed_at: Moment | None = None
    dispenser: Party | None = None
    quantity: Quantity | None = None
    lot: str = ""
    form: Code = NO_CODE
    """Pharmaceutical form."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Immunization(Fact):
    name: str = ""
    kind: Code = NO_CODE
    """First series, booster…"""
    lot: str = ""
    dose_number: int | None = None
    route: Code = NO_CODE
    site: Code = NO_CODE
    performers: tuple[Party, ...] = ()
    reactions: tuple[Reaction, ...] = ()
    reasons: tuple[Code, ...] = ()
    """Of a refusal, when there is one."""

    @property
    def refused(self) -> bool:
        """True when the entry says that it was not given."""
        return self.assertion is Assertion.REFUTED


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure(Fact):
    """A vital sign."""

    value: Value = None
    interpretations: tuple[Code, ...] = ()
    method: Code = NO_CODE
    site: Code = NO_CODE
    reference: Range = NO_RANGE


@dataclass(frozen=True, slots=True, kw_only=True)
class Result(Fact):
    """A laboratory result."""

    value: Value = None
    interpretations: tuple[Code, ...] = ()
    reference: Range = NO_RANGE
    reference_text: str = ""
    method: Code = NO_CODE
    panels: tuple[Code, ...] = ()
    """From the innermost: battery, specialty."""
    specimen: Code = NO_CODE
    collected: Period = NO_PERIOD
    laboratory: Organization | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Procedure(Fact):
    performers: tuple[Party, ...] = ()
    site: Code = NO_CODE
    reasons: tuple[Code, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Stay(Fact):
    """A hospital stay, a consultation or another contact."""

    performers: tuple[Party, ...] = ()
    place: str = ""
    reasons: tuple[Code, ...] = ()
