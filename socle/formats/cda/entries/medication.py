"""Readers of administrations and dispensings: doses, rhythms, who handed what over and when."""

from __future__ import annotations

from collections.abc import Iterator

from socle.formats.cda import datatypes
from socle.formats.cda.datatypes import Element, attribute, child, children, descend
from socle.formats.cda.entries.facts import Frequency
from socle.formats.cda.entries.readers import Reader, Source, related
from socle.formats.cda.header import Party
from socle.formats.cda.header_reading import party
from socle.formats.cda.intake import HL7
from socle.formats.cda.values import NO_PERIOD, NO_RANGE, Code, Moment, Period, Quantity, Range, Ratio

_FORM = "{urn:ihe:pharm:medication}formCode"


def form(*path: str) -> Reader[Code]:
    """The pharmaceutical form of a product, from the IHE Pharmacy extension."""

    def read(statement: Element, source: Source) -> Code:
        material = descend(statement, *path)
        found = None if material is None else next(material.iterchildren(_FORM), None)
        return datatypes.code(found, source.narrative.words)

    return read


def quantities(*path: str) -> Reader[Range]:
    def read(statement: Element, _source: Source) -> Range:
        for element in _with_parts(statement):
            if found := datatypes.quantity_range(descend(element, *path)):
                return found
        return NO_RANGE

    return read


def max_dose(statement: Element, _source: Source) -> Ratio | None:
    return datatypes.ratio(child(statement, "maxDoseQuantity"))


def frequencies(statement: Element, source: Source) -> tuple[Frequency, ...]:
    """The rhythms among the times of an administration, or of the administrations that it is made of."""
    for element in _with_parts(statement):
        found: list[Frequency] = []
        for time in children(element, "effectiveTime"):
            _rhythms(time, source, found)
        if found:
            return tuple(found)
    return ()


def _with_parts(statement: Element) -> Iterator[Element]:
    """The statement, then the administrations it is made of (tapered or split doses, dosage of a dispensing)."""
    yield statement
    for _relationship, inner in related(statement, "COMP"):
        if inner.tag == HL7 + "substanceAdministration":
            yield inner


def _rhythms(time: Element, source: Source, found: list[Frequency]) -> None:
    for part in children(time, "comp"):
        _rhythms(part, source, found)
    repeated = child(time, "period")
    event = attribute(child(time, "event"), "code")
    if repeated is None and not event:
        return
    text = datatypes.referenced_text(descend(repeated, "translation", "originalText"), source.narrative.words)
    every = datatypes.quantity(repeated)
    if text or every or event:
        found.append(Frequency(Quantity(every.value, every.unit) if every else None, event, text))


def first_period(statement: Element, _source: Source) -> Period:
    """The interval among the times of an administration, or of the administrations that it is made of."""
    for element in _with_parts(statement):
        for time in children(element, "effectiveTime"):
            if child(time, "period") is None and (found := datatypes.period(time)):
                return found
    return NO_PERIOD


def _dispensing(statement: Element) -> Element | None:
    """The `supply` that records a dispensing: the statement itself, or one that it refers to."""
    if statement.tag == HL7 + "supply":
        return statement
    for _relationship, inner in related(statement, "REFR"):
        if inner.tag == HL7 + "supply" and (inner.get("moodCode") or "EVN") == "EVN":
            return inner
    return None


def dispensed(statement: Element, _source: Source) -> bool:
    return _dispensing(statement) is not None


def dispensed_quantity(statement: Element, _source: Source) -> Quantity | None:
    supply = _dispensing(statement)
    return None if supply is None else datatypes.quantity(child(supply, "quantity"))


def dispenser(statement: Element, source: Source) -> Party | None:
    """Who handed the drug over: performer of the supply, its author, or the author of the section."""
    supply = _dispensing(statement)
    if supply is None:
        return None
    for element, tag in ((supply, "performer"), (supply, "author"), (source.section, "author")):
        if (found := child(element, tag)) is not None:
            return party(found)
    return None


def dispensed_at(statement: Element, source: Source) -> Moment | None:
    supply = _dispensing(statement)
    if supply is None:
        return None
    found = datatypes.period(child(supply, "effectiveTime")).start
    by = dispenser(statement, source)
    return found or (by.time or by.period.start if by else None)
