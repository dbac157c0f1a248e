"""Acts done before, way of life, family. Source: CI-SIS entries 3.62 (act), 3.52 (habit), 3.59, 3.60, 3.51 (family)."""

from __future__ import annotations

from collections.abc import Sequence

from socle.formats.cda.values import Code
from socle.formats.cda.writer import elements as x
from socle.formats.cda.writer.elements import Element, IdSequence, add, typed
from socle.formats.cda.writer.facts import DISEASE, Act, FamilyHistory, Habit
from socle.formats.cda.writer.narrative import amount, day, table
from socle.formats.cda.writer.sections import ACTS, FAMILY, HABITS, open_section

_ACT = ("2.16.840.1.113883.10.20.1.29", "1.3.6.1.4.1.19376.1.5.3.1.4.19", "1.2.250.1.213.1.1.3.62")
_HABIT = (
    "2.16.840.1.113883.10.20.1.33",
    "1.3.6.1.4.1.19376.1.5.3.1.4.13",
    "1.3.6.1.4.1.19376.1.5.3.1.4.13.4",
    "1.2.250.1.213.1.1.3.52",
)
_FAMILY = ("2.16.840.1.113883.10.20.1.23", "1.3.6.1.4.1.19376.1.5.3.1.4.15", "1.2.250.1.213.1.1.3.59")
_RELATIVE = ("1.3.6.1.4.1.19376.1.5.3.1.4.15.2", "1.2.250.1.213.1.1.3.60")
_FAMILY_OBSERVATION = (
    "2.16.840.1.113883.10.20.1.22",
    "1.3.6.1.4.1.19376.1.5.3.1.4.13",
    "1.3.6.1.4.1.19376.1.5.3.1.4.13.3",
    "1.2.250.1.213.1.1.3.51",
)
_SEXES = {"M": "Masculin", "F": "Féminin"}


def acts(parent: Element, ids: IdSequence, facts: Sequence[Act]) -> None:
    section = open_section(parent, ACTS, ids)
    anchored = [(fact, ids.anchor()) for fact in facts]
    table(
        add(section, "text"),
        ("Date", "Acte", "Lieu"),
        [(day(fact.on), (fact.label, anchor), fact.place or "—") for fact, anchor in anchored],
    )
    for fact, anchor in anchored:
        procedure = add(add(section, "entry"), "procedure", classCode="PROC", moodCode="EVN")
        x.templates(procedure, *_ACT)
        x.identifier(procedure, ids.next())
        x.coded(procedure, "code", fact.code, anchor)
        add(add(procedure, "text"), "reference", value=f"#{anchor}")
        add(procedure, "statusCode", code="completed")
        x.moment(procedure, "effectiveTime", fact.on)


def habits(parent: Element, ids: IdSequence, facts: Sequence[Habit]) -> None:
    section = open_section(parent, HABITS, ids)
    anchored = [(fact, ids.anchor()) for fact in facts]
    table(
        add(section, "text"),
        ("Élément", "Observation"),
        [((fact.label, anchor), amount(fact.value)) for fact, anchor in anchored],
    )
    for fact, anchor in anchored:
        observation = add(add(section, "entry"), "observation", classCode="OBS", moodCode="EVN")
        x.templates(observation, *_HABIT)
        x.identifier(observation, ids.next())
        x.coded(observation, "code", fact.code)
        add(add(observation, "text"), "reference", value=f"#{anchor}")
        add(observation, "statusCode", code="completed")
        add(observation, "effectiveTime", nullFlavor="NA")
        if isinstance(fact.value, str):
            typed(observation, "value", "ST").text = x.clean(fact.value)
        else:
            x.quantity(observation, "value", fact.value, "PQ")


def family(parent: Element, ids: IdSequence, facts: Sequence[FamilyHistory]) -> None:
    section = open_section(parent, FAMILY, ids)
    anchored = [(fact, ids.anchor(), ids.anchor()) for fact in facts]
    table(
        add(section, "text"),
        ("Lien de parenté", "Antécédent"),
        [((fact.kinship.display, kin), (fact.label, label)) for fact, kin, label in anchored],
    )
    for fact, kin, label in anchored:
        _relative(section, ids, fact, kin, label)


def _relative(section: Element, ids: IdSequence, fact: FamilyHistory, kin: str, label: str) -> None:
    organizer = add(add(section, "entry"), "organizer", classCode="CLUSTER", moodCode="EVN")
    x.templates(organizer, *_FAMILY)
    add(organizer, "statusCode", code="completed")
    subject = add(organizer, "subject", typeCode="SBJ")
    x.templates(subject, *_RELATIVE)
    related = add(subject, "relatedSubject", classCode="PRS")
    x.coded(related, "code", fact.kinship, kin)
    x.coded(
        add(related, "subject"),
        "administrativeGenderCode",
        Code(fact.sex, "2.16.840.1.113883.5.1", _SEXES.get(fact.sex, "")),
    )
    observation = add(add(organizer, "component", typeCode="COMP"), "observation", classCode="OBS", moodCode="EVN")
    x.templates(observation, *_FAMILY_OBSERVATION)
    x.identifier(observation, ids.next())
    x.coded(observation, "code", DISEASE)
    add(add(observation, "text"), "reference", value=f"#{label}")
    add(observation, "statusCode", code="completed")
    add(observation, "effectiveTime", nullFlavor="UNK")
    x.coded(observation, "value", fact.code, label, "CD")
