"""Laboratory results and vital signs. Source: CI-SIS entries 3.21, 3.80 (laboratory), 3.49, 3.50 (vital signs); IHE PALM."""

from __future__ import annotations

from collections.abc import Sequence

from socle.formats.cda.values import Code, Moment
from socle.formats.cda.writer import elements as x
from socle.formats.cda.writer.elements import Element, IdSequence, add, typed
from socle.formats.cda.writer.facts import NORMAL_RESULT, Chapter, Measure, Panel, Result
from socle.formats.cda.writer.narrative import amount, interval, paragraphs, table
from socle.formats.cda.writer.sections import LOINC, VITAL_SIGNS, open_section

_CHAPTER = ("1.3.6.1.4.1.19376.1.3.3.2.1", "1.2.250.1.213.1.1.2.70")
_PANEL = ("1.3.6.1.4.1.19376.1.3.3.2.2", "1.2.250.1.213.1.1.2.71")
_REPORT_ENTRY = ("1.3.6.1.4.1.19376.1.3.1", "1.2.250.1.213.1.1.3.21")
_RESULT = ("1.3.6.1.4.1.19376.1.3.1.6", "1.2.250.1.213.1.1.3.80")
_SIGNS = (
    "2.16.840.1.113883.10.20.1.32",
    "2.16.840.1.113883.10.20.1.35",
    "1.3.6.1.4.1.19376.1.5.3.1.4.13.1",
    "1.2.250.1.213.1.1.3.49",
)
_SIGN = (
    "2.16.840.1.113883.10.20.1.31",
    "1.3.6.1.4.1.19376.1.5.3.1.4.13",
    "1.3.6.1.4.1.19376.1.5.3.1.4.13.2",
    "1.2.250.1.213.1.1.3.50",
)


def chapters(parent: Element, ids: IdSequence, facts: Sequence[Chapter], at: Moment) -> None:
    """The chapters of a laboratory report; every result was obtained at `at`."""
    for chapter in facts:
        section = add(add(parent, "component"), "section")
        x.templates(section, *_CHAPTER)
        x.coded(section, "code", chapter.code)
        add(section, "title", chapter.title)
        for panel in chapter.panels:
            _panel(section, ids, panel, at)


def _panel(chapter: Element, ids: IdSequence, panel: Panel, at: Moment) -> None:
    section = add(add(chapter, "component"), "section")
    x.templates(section, *_PANEL)
    x.coded(section, "code", panel.code)
    add(section, "title", panel.title)
    text = add(section, "text")
    anchored = [(result, ids.anchor()) for result in panel.results]
    rows = [
        ((result.label, anchor), amount(result.value), interval(result.normal), result.previous or "—")
        for result, anchor in anchored
    ]
    table(text, ("Examen", "Résultat", "Valeurs de référence", "Antériorité"), rows)
    paragraphs(text, panel.remark)
    entry = add(section, "entry", typeCode="DRIV")
    x.templates(entry, *_REPORT_ENTRY)
    act = add(entry, "act", classCode="ACT", moodCode="EVN")
    x.coded(act, "code", panel.code)
    add(act, "statusCode", code="completed")
    for result, anchor in anchored:
        _result(add(act, "entryRelationship", typeCode="COMP"), ids, result, anchor, at)


def _result(relation: Element, ids: IdSequence, result: Result, anchor: str, at: Moment) -> None:
    observation = add(relation, "observation", classCode="OBS", moodCode="EVN")
    x.templates(observation, *_RESULT)
    x.identifier(observation, ids.next())
    x.coded(observation, "code", result.code, anchor)
    add(observation, "statusCode", code="completed")
    x.moment(observation, "effectiveTime", at)
    if isinstance(result.value, str):
        typed(observation, "value", "ST").text = x.clean(result.value)
    else:
        x.quantity(observation, "value", result.value, "PQ")
    if result.interpretation:
        x.coded(observation, "interpretationCode", result.interpretation)
    if result.normal:
        reference = add(observation, "referenceRange", typeCode="REFV")
        observed = add(reference, "observationRange", classCode="OBS", moodCode="EVN.CRT")
        x.quantity_range(observed, "value", result.normal)
        x.coded(observed, "interpretationCode", NORMAL_RESULT)


def measures(parent: Element, ids: IdSequence, facts: Sequence[Measure], at: Moment) -> None:
    """Vital signs taken together."""
    section = open_section(parent, VITAL_SIGNS, ids)
    anchored = [(fact, ids.anchor()) for fact in facts]
    rows = [((fact.label, anchor), amount(fact.value)) for fact, anchor in anchored]
    table(add(section, "text"), ("Mesure", "Valeur"), rows)
    organizer = add(add(section, "entry"), "organizer", classCode="CLUSTER", moodCode="EVN")
    x.templates(organizer, *_SIGNS)
    x.identifier(organizer, ids.next())
    x.coded(organizer, "code", Code("85353-1", LOINC, "Signes vitaux"))
    add(organizer, "statusCode", code="completed")
    x.moment(organizer, "effectiveTime", at)
    for fact, anchor in anchored:
        observation = add(add(organizer, "component", typeCode="COMP"), "observation", classCode="OBS", moodCode="EVN")
        x.templates(observation, *_SIGN)
        x.identifier(observation, ids.next())
        x.coded(observation, "code", fact.code)
        add(add(observation, "text"), "reference", value=f"#{anchor}")
        add(observation, "statusCode", code="completed")
        x.moment(observation, "effectiveTime", at)
        x.quantity(observation, "value", fact.value, "PQ")
