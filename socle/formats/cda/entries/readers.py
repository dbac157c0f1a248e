"""The pieces that mappings are made of: each makes a function (statement, source) -> value of one field."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from socle.formats.cda import datatypes
from socle.formats.cda.datatypes import XSI_TYPE, Element, attribute, child, children, descend
from socle.formats.cda.entries.facts import Assertion, Reaction, Value
from socle.formats.cda.header import Header, Party
from socle.formats.cda.header_reading import party
from socle.formats.cda.intake import HL7
from socle.formats.cda.narrative import Narrative
from socle.formats.cda.values import NO_CODE, NO_PERIOD, NO_RANGE, Code, Period, Range

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Source:
    """Where a statement stands: `enclosing` are the acts and organizers around it, the innermost first."""

    header: Header
    narrative: Narrative
    section: Element
    section_code: str
    enclosing: tuple[Element, ...] = ()


Reader = Callable[[Element, Source], T]


def has_template(statement: Element, *roots: str) -> bool:
    return any(template.get("root") in roots for template in children(statement, "templateId"))


def related(statement: Element, *types: str) -> Iterator[tuple[Element, Element]]:
    """Pairs (relationship, statement) of the `entryRelationship`s of these types (all of them when none is given)."""
    for relationship in children(statement, "entryRelationship"):
        if not types or relationship.get("typeCode") in types:
            for inner in relationship:
                if isinstance(inner.tag, str) and inner.tag != HL7 + "templateId":
                    yield relationship, inner


def coded(*path: str) -> Reader[Code]:
    """The first coded value at this path."""

    def read(statement: Element, source: Source) -> Code:
        return datatypes.code(descend(statement, *path), source.narrative.words)

    return read


def coded_all(*path: str) -> Reader[tuple[Code, ...]]:
    *before, last = path

    def read(statement: Element, source: Source) -> tuple[Code, ...]:
        parent = descend(statement, *before)
        found = () if parent is None else children(parent, last)
        return tuple(item for element in found if (item := datatypes.code(element, source.narrative.words)))

    return read


def worded(*path: str) -> Reader[str]:
    return lambda statement, source: datatypes.referenced_text(descend(statement, *path), source.narrative.words)


def when(statement: Element, source: Source) -> Period:
    """The first time of the statement, else that of what encloses it (a group of measures, a concern)."""
    for element in (statement, *source.enclosing):
        if found := datatypes.period(child(element, "effectiveTime")):
            return found
    return NO_PERIOD


def observed(code_or_template: str, *more: str) -> Reader[Code]:
    """The coded value of a related observation, told by its code or its template."""
    wanted = {code_or_template, *more}

    def read(statement: Element, source: Source) -> Code:
        for _relationship, inner in related(statement):
            if attribute(child(inner, "code"), "code") in wanted or has_template(inner, *wanted):
                return datatypes.code(child(inner, "value"), source.narrative.words)
        return NO_CODE

    return read


def observed_number(code_or_template: str, *more: str) -> Reader[int | None]:
    """The whole number of a related observation."""
    wanted = {code_or_template, *more}

    def read(statement: Element, _source: Source) -> int | None:
        for _relationship, inner in related(statement):
            if attribute(child(inner, "code"), "code") in wanted or has_template(inner, *wanted):
                found = datatypes.quantity(child(inner, "value"))
                return int(found.value) if found and abs(found.value) < 10_000 else None
        return None

    return read


def noted(code_or_template: str, *more: str) -> Reader[str]:
    """The words of a related act (comment, instruction)."""
    wanted = {code_or_template, *more}

    def read(statement: Element, source: Source) -> str:
        for _relationship, inner in related(statement):
            if attribute(child(inner, "code"), "code") in wanted or has_template(inner, *wanted):
                return datatypes.referenced_text(child(inner, "text"), source.narrative.words)
        return ""

    return read


def reasons(statement: Element, source: Source) -> tuple[Code, ...]:
    found = []
    for _relationship, inner in related(statement, "RSON"):
        value = datatypes.code(child(inner, "value"), source.narrative.words)
        reason = value or datatypes.code(child(inner, "code"), source.narrative.words)
        if reason:
            found.append(reason)
    return tuple(found)


def reactions(*types: str) -> Reader[tuple[Reaction, ...]]:
    severity = observed("SEV", "1.3.6.1.4.1.19376.1.5.3.1.4.1", "1.2.250.1.213.1.1.3.29")

    def read(statement: Element, source: Source) -> tuple[Reaction, ...]:
        found = []
        for _relationship, inner in related(statement, *types):
            code = datatypes.code(child(inner, "value"), source.narrative.words)
            if code:
                negated = inner.get("negationInd") == "true"
                assertion = Assertion.REFUTED if negated else Assertion.PRESENT
                found.append(Reaction(code, severity(inner, source), assertion))
        return tuple(found)

    return read


_manifestations = reactions("MFST")


def parties(tag: str) -> Reader[tuple[Party, ...]]:
    return lambda statement, _source: tuple(party(element) for element in children(statement, tag))


def authors(statement: Element, source: Source) -> tuple[Party, ...]:
    """Of the statement, of what encloses it, or of the section."""
    for element in (statement, *source.enclosing, source.section):
        if (found := tuple(party(author) for author in children(element, "author"))) != ():
            return found
    return ()


def concern_status(_statement: Element, source: Source) -> str:
    """Of the concern act around a problem or an allergy."""
    for act in source.enclosing:
        if has_template(act, "1.3.6.1.4.1.19376.1.5.3.1.4.5.1"):
            return attribute(child(act, "statusCode"), "code")
    return ""


def agent(statement: Element, source: Source) -> Code:
    """What the person reacts to: the consumed participant, with the name where there is no code."""
    for participant in children(statement, "participant"):
        if participant.get("typeCode") == "CSM":
            entity = descend(participant, "participantRole", "playingEntity")
            found = datatypes.code(descend(entity, "code"), source.narrative.words)
            return found or Code(text=datatypes.words(descend(entity, "name")))
    return NO_CODE


def allergen(statement: Element, source: Source) -> Code:
    """The agent; without one, what the value names."""
    return agent(statement, source) or datatypes.code(child(statement, "value"), source.narrative.words)


def allergic_reactions(statement: Element, source: Source) -> tuple[Reaction, ...]:
    """The manifestations; without one, the value when an agent stands beside it."""
    found = _manifestations(statement, source)
    if found or not agent(statement, source):
        return found
    value_code = datatypes.code(child(statement, "value"), source.narrative.words)
    return (Reaction(value_code),) if value_code.code or value_code.display else ()


def value(statement: Element, source: Source) -> Value:
    """By the type written; without one, by what is there."""
    return typed(child(statement, "value"), source)


def typed(element: Element | None, source: Source) -> Value:
    if element is None:
        return None
    match (element.get(XSI_TYPE) or "").rpartition(":")[2]:
        case "PQ" | "INT" | "REAL" | "MO":
            return datatypes.quantity(element)
        case "IVL_PQ" | "IVL_INT" | "IVL_REAL":
            return datatypes.quantity_range(element) or None
        case "CD" | "CE" | "CV" | "CO" | "CS":
            return datatypes.code(element, source.narrative.words) or None
        case "BL":
            return {"true": True, "false": False}.get(attribute(element, "value"))
        case "TS":
            return datatypes.moment(element)
        case "RTO" | "RTO_PQ_PQ":
            return datatypes.ratio(element)
        case "ST" | "ED":
            binary = element.get("representation") == "B64"  # an embedded file: an attachment, not words
            return None if binary else datatypes.referenced_text(element, source.narrative.words) or None
        case _:
            return datatypes.quantity(element) or datatypes.code(element, source.narrative.words) or None


def _reference_values(statement: Element) -> Iterator[Element]:
    """The normal ranges of an observation: those without interpretation, or with that of `normal`."""
    for range_of in children(statement, "referenceRange"):
        observation = child(range_of, "observationRange")
        if observation is not None and attribute(child(observation, "interpretationCode"), "code") in ("", "N"):
            yield observation


def reference(statement: Element, _source: Source) -> Range:
    found = (datatypes.quantity_range(child(element, "value")) for element in _reference_values(statement))
    return next((item for item in found if item), NO_RANGE)


def reference_text(statement: Element, source: Source) -> str:
    for element in _reference_values(statement):
        found = typed(child(element, "value"), source)
        text = datatypes.referenced_text(child(element, "text"), source.narrative.words)
        if text or isinstance(found, str):
            return text or str(found)
    return ""


def place(statement: Element, _source: Source) -> str:
    """The name of the location, else of the performer's organisation."""
    for participant in children(statement, "participant"):
        if participant.get("typeCode") == "LOC":
            name = datatypes.words(descend(participant, "participantRole", "playingEntity", "name"))
            if name:
                return name
    for performer in children(statement, "performer"):
        organization = party(performer).organization
        if organization and organization.name:
            return organization.name
    return ""
