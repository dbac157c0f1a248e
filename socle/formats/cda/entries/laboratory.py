"""Readers of laboratory results: what is around them says the panel, the specimen and who analysed it."""

from __future__ import annotations

from collections.abc import Iterator

from socle.formats.cda import datatypes
from socle.formats.cda.datatypes import Element, child, children, descend
from socle.formats.cda.entries.readers import Source, has_template
from socle.formats.cda.header import Organization
from socle.formats.cda.header_reading import party
from socle.formats.cda.intake import HL7
from socle.formats.cda.values import NO_CODE, NO_PERIOD, Code, Period


def panels(_statement: Element, source: Source) -> tuple[Code, ...]:
    found = (datatypes.code(child(element, "code"), source.narrative.words) for element in source.enclosing)
    return tuple(code for code in found if code)


def _collections(source: Source) -> Iterator[Element]:
    """The specimen collections recorded beside or around a result."""
    for element in source.enclosing:
        for holder in (*children(element, "entryRelationship"), *children(element, "component")):
            procedure = child(holder, "procedure")
            if procedure is not None and has_template(procedure, "1.3.6.1.4.1.19376.1.3.1.2", "1.2.250.1.213.1.1.3.77"):
                yield procedure


def specimen(statement: Element, source: Source) -> Code:
    for element in (statement, *source.enclosing, *_collections(source)):
        for tag in ("specimen", "participant"):
            for holder in children(element, tag):
                for role in ("specimenRole", "participantRole"):
                    entity = next(holder.iterchildren(HL7 + role), None)
                    if entity is not None and (tag == "specimen" or entity.get("classCode") == "SPEC"):
                        return _specimen_code(entity, source)
    return NO_CODE


def _specimen_code(role: Element, source: Source) -> Code:
    for tag in ("specimenPlayingEntity", "playingEntity"):
        if found := datatypes.code(descend(role, tag, "code"), source.narrative.words):
            return found
    return NO_CODE


def collected(_statement: Element, source: Source) -> Period:
    for procedure in _collections(source):
        if found := datatypes.period(child(procedure, "effectiveTime")):
            return found
    return NO_PERIOD


def laboratory(statement: Element, source: Source) -> Organization | None:
    """Who did the analysis: the nearest performer, else the performer of the documented act."""
    for element in (statement, *source.enclosing):
        for performer in children(element, "performer"):
            if (found := party(performer).organization) is not None:
                return found
    for event in source.header.events:
        for done_by in event.performers:
            if done_by.organization is not None:
                return done_by.organization
    return None
