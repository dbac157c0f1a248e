"""What a document states in coded form, as plain values: one class a kind of entry.

`label` is always the words that a reader sees; a code that is not known is left out and the words stay. Every code is the
caller's: nothing is looked up here.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from socle.formats.cda.header import Party
from socle.formats.cda.values import NO_CODE, NO_PERIOD, NO_RANGE, Code, Moment, Period, Quantity, Range

_SNOMED = "2.16.840.1.113883.6.96"
_INTERPRETATIONS = "2.16.840.1.113883.5.83"

DISEASE = Code("64572001", _SNOMED, "maladie")
SYMPTOM = Code("418799008", _SNOMED, "symptôme rapporté par le patient ou le répondant")
DRUG_ALLERGY = Code("416098002", _SNOMED, "allergie médicamenteuse")
FOOD_ALLERGY = Code("414285001", _SNOMED, "allergie alimentaire")
SUBSTANCE_ALLERGY = Code("419199007", _SNOMED, "allergie à une substance")
NO_KNOWN_ALLERGY = Code("716186003", _SNOMED, "aucune allergie connue")
NORMAL_RESULT = Code("N", _INTERPRETATIONS, "Normal")
HIGH_RESULT = Code("H", _INTERPRETATIONS, "Anormalement haut")
LOW_RESULT = Code("L", _INTERPRETATIONS, "Anormalement bas")


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """A disease, a symptom or a history; one with an end is over."""

    label: str
    code: Code = NO_CODE
    kind: Code = DISEASE
    period: Period = NO_PERIOD
    remark: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Allergy:
    agent: str
    agent_code: Code = NO_CODE
    kind: Code = DRUG_ALLERGY
    reaction: str = ""
    reaction_code: Code = NO_CODE
    since: Moment | None = None
    active: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Treatment:
    """A medicine taken or prescribed. `every` is the time between two takings; `codes` say the substance (ATC)."""

    label: str
    codes: tuple[Code, ...] = ()
    period: Period = NO_PERIOD
    dosage: str = ""
    dose: Quantity | None = None
    every: Quantity | None = None
    reason: str = ""
    reason_code: Code = NO_CODE


@dataclass(frozen=True, slots=True, kw_only=True)
class Immunisation:
    """A vaccine given. `kind` is INITIMMUNIZ (first series), BOOSTER or IMMUNIZ (not said); `rank` 0 is not said."""

    label: str
    on: Moment
    codes: tuple[Code, ...] = ()
    kind: str = "IMMUNIZ"
    lot: str = ""
    rank: int = 0
    performer: Party | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """A laboratory result: a quantity with its normal range, or words."""

    label: str
    code: Code
    value: Quantity | str
    normal: Range = NO_RANGE
    previous: str = ""

    @property
    def interpretation(self) -> Code:
        """Empty when there is no quantity or no normal range."""
        if isinstance(self.value, str) or not self.normal:
            return NO_CODE
        if self.normal.low and self.value.value < self.normal.low.value:
            return LOW_RESULT
        if self.normal.high and self.value.value > self.normal.high.value:
            return HIGH_RESULT
        return NORMAL_RESULT


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """Results that are read together; `code` is a LOINC code of the panel or of its chapter."""

    title: str
    code: Code
    results: tuple[Result, ...]
    remark: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chapter:
    """A discipline of the laboratory (biochemistry, haematology…)."""

    title: str
    code: Code
    panels: tuple[Panel, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """A vital sign; `code` is of the French value set of vital signs."""

    label: str
    code: Code
    value: Quantity


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """A procedure done to the person."""

    label: str
    code: Code = NO_CODE
    on: Moment | None = None
    place: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Habit:
    """A way of life that matters to health; `code` is of the French value set of social history."""

    label: str
    code: Code
    value: Quantity | str


@dataclass(frozen=True, slots=True, kw_only=True)
class FamilyHistory:
    """A disease in the family; `kinship` is a code of RoleCode (MTH, FTH…), `sex` that of the relative."""

    kinship: Code
    sex: str
    label: str
    code: Code = NO_CODE


def measured(value: str, unit: str) -> Quantity:
    """A quantity from its decimal writing and its UCUM unit."""
    return Quantity(Decimal(value), unit)
