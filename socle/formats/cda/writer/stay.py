"""What a discharge letter says of a stay. Source: CI-SIS LDL-SES 2022.01, section 2.163.1 and entries 3.48.x."""

from __future__ import annotations

from dataclasses import dataclass

from socle.formats.cda.values import Code, Moment
from socle.formats.cda.writer import elements as x
from socle.formats.cda.writer.elements import Element, IdSequence, add, typed
from socle.formats.cda.writer.narrative import day, table
from socle.formats.cda.writer.sections import DOCUMENT_STATUS, STAY_EVENTS, open_section

_SIMPLE = ("1.3.6.1.4.1.19376.1.5.3.1.4.13", "1.2.250.1.213.1.1.3.48")
_TERMS = "1.2.250.1.213.1.1.4.322"
_SNOMED = "2.16.840.1.113883.6.96"

URGENT_ADMISSION = Code("183452005", _SNOMED, "hospitalisation en urgence")
PLANNED_ADMISSION = Code("8715000", _SNOMED, "hospitalisation programmée")
RETURN_HOME = Code("GEN-092.06.02", _TERMS, "Retour à domicile")
OTHER_FACILITY = Code("GEN-092.06.01", _TERMS, "Autre établissement de santé")
FINAL = Code("445665009", _SNOMED, "validé")


@dataclass(frozen=True, slots=True, kw_only=True)
class Stay:
    """How the person came and left, and what happened; the three safety questions are always answered."""

    admitted: Moment
    discharged: Moment
    admission: Code
    discharge: Code
    summary: str
    resistant_germs_sought: bool = False
    transfused: bool = False
    blood_derivatives: bool = False


def document_status(parent: Element, ids: IdSequence, at: Moment) -> None:
    section = open_section(parent, DOCUMENT_STATUS, ids)
    anchor = ids.anchor()
    table(add(section, "text"), (), [("Statut du document", ("Validé", anchor))])
    observation = add(add(section, "entry"), "observation", classCode="OBS", moodCode="EVN")
    x.templates(observation, *_SIMPLE, "1.2.250.1.213.1.1.3.48.16", "1.2.250.1.213.1.1.3.48.16.1")
    x.identifier(observation, ids.next())
    x.coded(observation, "code", Code("GEN-065", _TERMS, "Statut du document"))
    add(add(observation, "text"), "reference", value=f"#{anchor}")
    add(observation, "statusCode", code="completed")
    x.moment(observation, "effectiveTime", at)
    x.coded(observation, "value", FINAL, kind="CD")


def stay_events(parent: Element, ids: IdSequence, stay: Stay) -> None:
    section = open_section(parent, STAY_EVENTS, ids)
    text = add(section, "text")
    admitted, discharged = stay.admitted, stay.discharged
    facts: tuple[tuple[str, str, str, Moment, Code | str | bool, str], ...] = (
        ("ORG-070", "Modalité d'entrée", "6", admitted, stay.admission, day(admitted)),
        ("ORG-074", "Modalité de sortie", "7", discharged, stay.discharge, day(discharged)),
        ("MED-142", "Synthèse médicale", "9", discharged, stay.summary, ""),
        (
            "MED-309",
            "Recherche de microorganismes multi-résistants ou émergents effectuée",
            "8",
            discharged,
            stay.resistant_germs_sought,
            "",
        ),
        ("MED-145", "Transfusion de produits sanguins", "10", discharged, stay.transfused, ""),
        ("MED-147", "Administration de dérivés du sang", "2", discharged, stay.blood_derivatives, ""),
    )
    anchored = [(fact, ids.anchor()) for fact in facts]
    table(text, (), [(fact[1], (_words(fact[4], fact[5]), anchor)) for fact, anchor in anchored])
    for (code, label, template, at, value, _), anchor in anchored:
        observation = add(add(section, "entry"), "observation", classCode="OBS", moodCode="EVN")
        x.templates(observation, *_SIMPLE, f"1.2.250.1.213.1.1.3.48.{template}")
        x.identifier(observation, ids.next())
        x.coded(observation, "code", Code(code, _TERMS, label))
        add(add(observation, "text"), "reference", value=f"#{anchor}")
        add(observation, "statusCode", code="completed")
        x.moment(observation, "effectiveTime", at)
        _value(observation, value)


def _words(value: Code | str | bool, prefix: str) -> str:
    if isinstance(value, bool):
        return "Oui" if value else "Non"
    return f"{prefix}, {value.display}" if isinstance(value, Code) else value


def _value(observation: Element, value: Code | str | bool) -> None:
    if isinstance(value, bool):
        typed(observation, "value", "BL", value="true" if value else "false")
    elif isinstance(value, Code):
        x.coded(observation, "value", value, kind="CE")
    else:
        typed(observation, "value", "ST").text = x.clean(value)
