"""Problems, history and allergies: concerns that hold observations. Source: CI-SIS entries 3.37, 3.39, 3.40, 3.41, 3.30."""

from __future__ import annotations

from collections.abc import Sequence

from socle.formats.cda.values import Code, Period
from socle.formats.cda.writer import elements as x
from socle.formats.cda.writer.elements import Element, IdSequence, add
from socle.formats.cda.writer.facts import NO_KNOWN_ALLERGY, Allergy, Problem
from socle.formats.cda.writer.narrative import day, table
from socle.formats.cda.writer.sections import ALLERGIES, Kind, open_section

_CONCERN = ("2.16.840.1.113883.10.20.1.27", "1.3.6.1.4.1.19376.1.5.3.1.4.5.1")
_PROBLEM_CONCERN = ("1.3.6.1.4.1.19376.1.5.3.1.4.5.2", "1.2.250.1.213.1.1.3.39")
_ALLERGY_CONCERN = ("1.3.6.1.4.1.19376.1.5.3.1.4.5.3", "1.2.250.1.213.1.1.3.40")
_PROBLEM = ("2.16.840.1.113883.10.20.1.28", "1.3.6.1.4.1.19376.1.5.3.1.4.5", "1.2.250.1.213.1.1.3.37")
_ALLERGY = (
    "2.16.840.1.113883.10.20.1.28",
    "2.16.840.1.113883.10.20.1.18",
    "1.3.6.1.4.1.19376.1.5.3.1.4.5",
    "1.3.6.1.4.1.19376.1.5.3.1.4.6",
    "1.2.250.1.213.1.1.3.41",
)
_STATUS = (
    "2.16.840.1.113883.10.20.1.57",
    "2.16.840.1.113883.10.20.1.50",
    "1.3.6.1.4.1.19376.1.5.3.1.4.1.1",
    "1.2.250.1.213.1.1.3.30",
)
_STATUS_CODE = Code("33999-4", "2.16.840.1.113883.6.1", "Statut")
_ALLERGY_STATUSES = "2.16.840.1.113883.4.642.4.1373"


def problems(parent: Element, kind: Kind, ids: IdSequence, facts: Sequence[Problem]) -> None:
    section = open_section(parent, kind, ids)
    anchored = [(fact, ids.anchor()) for fact in facts]
    rows = [(_span(fact.period), (fact.label, anchor), fact.remark) for fact, anchor in anchored]
    table(add(section, "text"), ("Date", "Problème", "Précisions"), rows)
    for fact, anchor in anchored:
        act = _concern(section, ids, _PROBLEM_CONCERN, active=fact.period.end is None, period=fact.period)
        observation = _observation(act, ids, _PROBLEM, fact.kind, anchor)
        x.period(observation, "effectiveTime", fact.period)
        x.coded(observation, "value", fact.code, anchor, "CD")


def _span(period: Period) -> str:
    if period.end:
        return f"{day(period.start)} – {day(period.end)}"
    return f"depuis {day(period.start)}" if period.start else "—"


def _concern(section: Element, ids: IdSequence, templates: Sequence[str], *, active: bool, period: Period) -> Element:
    act = add(add(section, "entry"), "act", classCode="ACT", moodCode="EVN")
    x.templates(act, *_CONCERN, *templates)
    x.identifier(act, ids.next())
    add(act, "code", nullFlavor="NA")
    add(act, "statusCode", code="active" if active else "completed")
    x.period(act, "effectiveTime", period, both=not active)
    return act


def _observation(act: Element, ids: IdSequence, templates: Sequence[str], kind: Code, anchor: str) -> Element:
    relation = add(act, "entryRelationship", typeCode="SUBJ", inversionInd="false")
    observation = add(relation, "observation", classCode="OBS", moodCode="EVN", negationInd="false")
    x.templates(observation, *templates)
    x.identifier(observation, ids.next())
    x.coded(observation, "code", kind)
    add(add(observation, "text"), "reference", value=f"#{anchor}")
    add(observation, "statusCode", code="completed")
    return observation


def allergies(parent: Element, ids: IdSequence, facts: Sequence[Allergy]) -> None:
    """The allergies; an empty list is the statement that none is known."""
    section = open_section(parent, ALLERGIES, ids)
    text = add(section, "text")
    if not facts:
        anchor = ids.anchor()
        add(text, "content", "Aucune allergie connue", ID=anchor)
        act = _concern(section, ids, _ALLERGY_CONCERN, active=True, period=Period())
        observation = _observation(act, ids, _ALLERGY, Allergy(agent="").kind, anchor)
        x.period(observation, "effectiveTime", Period())
        x.coded(observation, "value", NO_KNOWN_ALLERGY, anchor, "CD")
        return
    anchored = [(fact, ids.anchor(), ids.anchor(), ids.anchor()) for fact in facts]
    rows = [
        (day(fact.since), (fact.kind.display.capitalize(), kind), (fact.agent, agent), (fact.reaction or "—", reaction))
        for fact, kind, agent, reaction in anchored
    ]
    table(text, ("Depuis", "Type", "Agent responsable", "Manifestation"), rows)
    for fact, kind, agent, reaction in anchored:
        _allergy(section, ids, fact, (kind, agent, reaction))


def _allergy(section: Element, ids: IdSequence, fact: Allergy, anchors: tuple[str, str, str]) -> None:
    kind, agent, reaction = anchors
    since = Period(fact.since)
    act = _concern(section, ids, _ALLERGY_CONCERN, active=fact.active, period=since)
    observation = _observation(act, ids, _ALLERGY, fact.kind, kind)
    x.period(observation, "effectiveTime", since)
    x.coded(observation, "value", fact.reaction_code, reaction, "CD")
    participant = add(observation, "participant", typeCode="CSM")
    role = add(participant, "participantRole", classCode="MANU")
    playing = add(role, "playingEntity", classCode="MMAT")
    x.coded(playing, "code", fact.agent_code, agent)
    add(playing, "name", fact.agent)
    relation = add(observation, "entryRelationship", typeCode="REFR", inversionInd="false")
    status = add(relation, "observation", classCode="OBS", moodCode="EVN")
    x.templates(status, *_STATUS)
    x.coded(status, "code", _STATUS_CODE)
    add(add(status, "text"), "reference", value=f"#{kind}")
    add(status, "statusCode", code="completed")
    value = Code("active", _ALLERGY_STATUSES, "Actif") if fact.active else Code("inactive", _ALLERGY_STATUSES, "Inactif")
    x.coded(status, "value", value, kind="CE")
