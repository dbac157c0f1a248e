"""What the data types of CDA say, as plain values. Source: HL7 CDA R2 (2005), data types release 1."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum


class Precision(StrEnum):
    """How much of a time was written; what is below is not known, not zero."""

    YEAR = "year"
    MONTH = "month"
    DAY = "day"
    HOUR = "hour"
    MINUTE = "minute"
    SECOND = "second"


@dataclass(frozen=True, slots=True)
class Code:
    """A coded value. `system` is an OID. `code` may be empty: an element with only `text` says its meaning in words."""

    code: str = ""
    system: str = ""
    display: str = ""
    text: str = ""
    """The original text, its reference to the narrative resolved."""
    null_flavor: str = ""
    translations: tuple[Code, ...] = ()

    @property
    def label(self) -> str:
        """Words for a reader: display name, else original text, else a translation's display, else the code."""
        return self.display or self.text or next((t.display for t in self.translations if t.display), "") or self.code

    def __bool__(self) -> bool:
        return bool(self.code or self.display or self.text or self.translations)


@dataclass(frozen=True, slots=True)
class Identifier:
    """An `II`: `root` is an OID or a UUID, `extension` may be empty."""

    root: str
    extension: str = ""

    @property
    def uri(self) -> str:
        """`urn:uuid:…` or `urn:oid:…` of the root, then `^extension` when there is one (IHE XDS, id of a document)."""
        prefix = "urn:uuid:" + self.root.lower() if "-" in self.root else "urn:oid:" + self.root
        return f"{prefix}^{self.extension}" if self.extension else prefix


@dataclass(frozen=True, slots=True)
class Moment:
    """A `TS`. `at` is aware; a time written without zone is taken in Paris. `raw` is what was written."""

    at: datetime
    precision: Precision
    raw: str

    @property
    def on(self) -> date:
        """The day as written (the first of the month or year when the day is not known)."""
        return self.at.date()


@dataclass(frozen=True, slots=True)
class Period:
    """An interval; a bound that is absent is not known (or still running: the kind of entry tells)."""

    start: Moment | None = None
    end: Moment | None = None

    def __bool__(self) -> bool:
        return self.start is not None or self.end is not None


@dataclass(frozen=True, slots=True)
class Quantity:
    """A `PQ`: `unit` is UCUM, `1` or empty when there is none; `translations` are the same quantity in other units."""

    value: Decimal
    unit: str = ""
    translations: tuple[Quantity, ...] = ()

    @property
    def shown(self) -> str:
        """For a French reader: `4,89 mmol/L`, `2 comprimé(s)`; a unit that is only an annotation loses its braces."""
        unit = _UNITS_SHOWN.get(self.unit.lower(), self.unit)
        if unit.isdigit():  # a code of packaging, which says nothing to a reader
            unit = ""
        elif unit.startswith("{") and unit.endswith("}"):
            unit = unit[1:-1]
        return f"{self.value:f} {unit}".strip().replace(".", ",", 1)


_UNITS_SHOWN = {
    "1": "",
    "count": "",
    "10*9/l": "G/L",
    "10*12/l": "T/L",
    "ml/min/{1.73_m2}": "mL/min/1,73 m²",
    "[ph]": "",
    "{ratio}": "",
    "mm[hg]": "mmHg",
    "{tbl}": "comprimé(s)",
    "{tablet}": "comprimé(s)",
    "{capsule}": "gélule(s)",
    "{caps}": "gélule(s)",
    "{drop}": "goutte(s)",
    "[drp]": "goutte(s)",
    "{puff}": "bouffée(s)",
    "{inhalation}": "inhalation(s)",
    "{sachet}": "sachet(s)",
    "{dose}": "dose(s)",
}


@dataclass(frozen=True, slots=True)
class Range:
    """An interval of quantities; a bound that is absent is open, one that is not `closed` is itself outside."""

    low: Quantity | None = None
    high: Quantity | None = None
    low_closed: bool = True
    high_closed: bool = True

    def __bool__(self) -> bool:
        return self.low is not None or self.high is not None

    @property
    def shown(self) -> str:
        """For a French reader: `2 comprimé(s)`, `3,89 à 6 mmol/L`, `< 0,5 mg/L`, `≥ 90 %`."""
        low, high = self.low, self.high
        if low is None:
            return "" if high is None else f"{'≤' if self.high_closed else '<'} {high.shown}"
        if high is None:
            return f"{'≥' if self.low_closed else '>'} {low.shown}"
        if low.value == high.value and low.unit == high.unit:
            return low.shown
        first = Quantity(low.value) if low.unit == high.unit else low
        return f"{first.shown} à {high.shown}"


@dataclass(frozen=True, slots=True)
class Ratio:
    numerator: Quantity
    denominator: Quantity

    @property
    def shown(self) -> str:
        """`200 mg / 1 d`, `1 / 128`."""
        return f"{self.numerator.shown} / {self.denominator.shown}"


@dataclass(frozen=True, slots=True)
class NamePart:
    value: str
    qualifier: str = ""


@dataclass(frozen=True, slots=True)
class Name:
    """A person's name as written, part by part and in order."""

    families: tuple[NamePart, ...] = ()
    givens: tuple[NamePart, ...] = ()
    prefix: str = ""
    suffix: str = ""
    text: str = ""
    """The whole name when it was written without parts."""

    def family(self, qualifier: str) -> str:
        return next((part.value for part in self.families if part.qualifier == qualifier), "")

    def given(self, qualifier: str) -> str:
        return next((part.value for part in self.givens if part.qualifier == qualifier), "")

    @property
    def shown(self) -> str:
        """Given then family name, the used ones before the others, for a reader."""
        given = self.given("CL") or self.given("BR") or self.given("") or (self.givens[0].value if self.givens else "")
        family = self.family("CL") or self.family("") or self.family("BR") or (self.families[0].value if self.families else "")
        return " ".join(part for part in (self.prefix, self.suffix, given, family) if part) or self.text


@dataclass(frozen=True, slots=True)
class Address:
    lines: tuple[str, ...] = ()
    postal_code: str = ""
    city: str = ""
    country: str = ""
    commune_code: str = ""
    """Official geographic code (COG) of a birthplace, from `county`."""

    def __bool__(self) -> bool:
        return bool(self.lines or self.postal_code or self.city or self.country or self.commune_code)


NO_CODE = Code()
NO_PERIOD = Period()
NO_RANGE = Range()
NO_NAME = Name()
NO_ADDRESS = Address()
