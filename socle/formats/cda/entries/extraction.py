"""Sections -> facts: finds the statements that a mapping knows, wherever the models nest them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from socle.formats.cda.datatypes import Element, attribute, child, children, code, descend, identifiers, referenced_text
from socle.formats.cda.datatypes import reference as reference_of
from socle.formats.cda.entries.facts import (
    Allergy,
    Assertion,
    Fact,
    Immunization,
    Measure,
    Problem,
    Procedure,
    Result,
    Stay,
    Treatment,
)
from socle.formats.cda.entries.mappings import MAPPINGS, Mapping
from socle.formats.cda.entries.readers import Source, authors
from socle.formats.cda.header import Header
from socle.formats.cda.intake import HL7
from socle.formats.cda.narrative import Narrative, plain, sections_of
from socle.formats.cda.values import Code

_RANKS = {template: rank for rank, mapping in enumerate(MAPPINGS) for template in mapping.templates}
_STATEMENTS = frozenset(
    HL7 + tag
    for tag in (
        "act",
        "encounter",
        "observation",
        "organizer",
        "procedure",
        "substanceAdministration",
        "supply",
    )
)
_GROUPS = frozenset({HL7 + "act", HL7 + "organizer"})
_INSIDE = frozenset({"COMP", "SUBJ", ""})
"""Relationships of a group to what it is made of; a cause, a reason or a mere reference is not a fact of its own."""

_ABSENT_OR_UNKNOWN = "2.16.840.1.113883.5.1150.1"
"""IPS Absent and Unknown Data: `no-known-allergies`, `no-medication-info`…"""
_NOTHING = frozenset({"02276797", "160244002", "160245001", "409137002", "428607008", "429625007", "716186003"})
"""Codes that say `none` by themselves: ANS `Aucun`, SNOMED CT situations (no known allergy, no current problems)."""
_NONE_IN_WORDS = re.compile(r"(?:aucune?\b|n[ée]ant\b|pas d(?:['’]|e ))(?!.*\b(?:sauf|hormis|excepté)\b)", re.IGNORECASE)


_POINTERS = (
    ("text",),
    ("value", "originalText"),
    ("code", "originalText"),
    ("consumable", "manufacturedProduct", "manufacturedMaterial", "code", "originalText"),
    ("product", "manufacturedProduct", "manufacturedMaterial", "code", "originalText"),
)


@dataclass(frozen=True, slots=True)
class Entries:
    """The facts of one document, each kind in reading order. `read` entries gave at least one fact, `skipped` gave none
    (a kind that no mapping knows, a nullified statement)."""

    problems: tuple[Problem, ...] = ()
    allergies: tuple[Allergy, ...] = ()
    treatments: tuple[Treatment, ...] = ()
    immunizations: tuple[Immunization, ...] = ()
    measures: tuple[Measure, ...] = ()
    results: tuple[Result, ...] = ()
    procedures: tuple[Procedure, ...] = ()
    stays: tuple[Stay, ...] = ()
    read: int = 0
    skipped: int = 0


_SLOTS: dict[type[Fact], str] = {
    Problem: "problems",
    Allergy: "allergies",
    Treatment: "treatments",
    Immunization: "immunizations",
    Measure: "measures",
    Result: "results",
    Procedure: "procedures",
    Stay: "stays",
}


def read_entries(document: Element, header: Header, narrative: Narrative) -> Entries:
    """Every fact that the mappings know. Never fails: what is not understood is skipped and counted."""
    found: dict[str, list[Any]] = {slot: [] for slot in _SLOTS.values()}
    read = skipped = 0
    body = descend(document, "component", "structuredBody")
    for section in () if body is None else _sections(body):
        source = Source(header, narrative, section, attribute(child(section, "code"), "code"))
        for entry in children(section, "entry"):
            facts = [fact for statement in _statements(entry) for fact in _facts(statement, source)]
            for fact in facts:
                found[_SLOTS[type(fact)]].append(fact)
            read += bool(facts)
            skipped += not facts
    return Entries(**{slot: tuple(facts) for slot, facts in found.items()}, read=read, skipped=skipped)


def _sections(parent: Element) -> Iterator[Element]:
    for section in sections_of(parent):
        yield section
        yield from _sections(section)


def _statements(holder: Element) -> Iterator[Element]:
    return (inner for inner in holder if isinstance(inner.tag, str) and inner.tag in _STATEMENTS)


def _facts(statement: Element, source: Source) -> Iterator[Fact]:
    """The fact of the statement, or those of the statements that a group of them holds."""
    if child(statement, "subject") is not None:
        return  # about a relative, a fœtus or a thing: not about the patient
    if attribute(child(statement, "statusCode"), "code") == "nullified":
        return
    mapping = _mapping(statement)
    if mapping is not None:
        if (statement.get("moodCode") or "EVN") in mapping.moods:
            fact = _fact(statement, source, mapping)
            if fact is not None:
                yield fact
        return
    if statement.tag not in _GROUPS:
        return
    inside = Source(source.header, source.narrative, source.section, source.section_code, (statement, *source.enclosing))
    for holder in statement:
        if holder.tag in (HL7 + "entryRelationship", HL7 + "component") and (holder.get("typeCode") or "") in _INSIDE:
            for inner in _statements(holder):
                yield from _facts(inner, inside)


def _mapping(statement: Element) -> Mapping | None:
    ranks = (_RANKS.get(template.get("root") or "") for template in children(statement, "templateId"))
    best = min((rank for rank in ranks if rank is not None), default=None)
    return None if best is None else MAPPINGS[best]


def _fact(statement: Element, source: Source, mapping: Mapping) -> Fact | None:
    """None when the entry gives neither a code nor a word to say what it is about."""
    values = {name: read(statement, source) for name, read in mapping.fields.items()}
    anchor, words = _narrative(statement, source)
    fact = mapping.kind(
        ids=identifiers(statement),
        section=source.section_code,
        assertion=_assertion(statement, values, mapping, words, source),
        mood=statement.get("moodCode") or "EVN",
        status=attribute(child(statement, "statusCode"), "code"),
        anchor=anchor,
        narrative=words,
        authors=authors(statement, source),
        **values,
    )
    return fact if fact.label else None


def _assertion(statement: Element, values: dict[str, Any], mapping: Mapping, words: str, source: Source) -> Assertion:
    """The code wins, then the negation, then what was signed: the words of the narrative, or those of the whole section
    when the entry names nothing and points nowhere."""
    said = [code(child(statement, "code")), *(found for found in map(values.get, ("code", "kind")) if found)]
    for found in said:
        if found.system == _ABSENT_OR_UNKNOWN:
            return Assertion.NONE_KNOWN if found.code.startswith("no-known") else Assertion.NO_INFORMATION
        if found.code in _NOTHING:
            return Assertion.NONE_KNOWN
    named = any(_names(values[name]) for name in mapping.subject)
    denied = mapping.answers and words.casefold() == "non"
    if denied or statement.get("negationInd") == "true":
        return Assertion.REFUTED if named else Assertion.NONE_KNOWN
    if not named and _NONE_IN_WORDS.match(words or _short_section(source)):
        return Assertion.NONE_KNOWN
    return Assertion.PRESENT


def _short_section(source: Source) -> str:
    """The words of the section when they are one sentence; a longer text says more than `none`."""
    narrative = child(source.section, "text")
    words = "" if narrative is None else plain(narrative)
    return words if len(words) <= 200 else ""


def _names(subject: Code | str) -> bool:
    """True when it names a thing by a code or a name; words of the narrative alone do not."""
    if isinstance(subject, str):
        return subject != ""
    return bool(subject.code or subject.display or subject.translations)


def _narrative(statement: Element, source: Source) -> tuple[str, str]:
    """Where the entry points to in the narrative (an `ID` or empty), and the words there or in the entry itself."""
    for path in _POINTERS:
        element = descend(statement, *path)
        if element is not None and (anchor := source.narrative.anchor(reference_of(element))):
            return anchor, source.narrative.words(anchor)
    return "", referenced_text(child(statement, "text"), source.narrative.words)
