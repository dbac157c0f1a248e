"""Treatments and vaccinations: substances given. Source: CI-SIS entries 3.42 (treatment), 3.43 (product), 3.45, 3.82, 3.36."""

from __future__ import annotations

from collections.abc import Sequence

from socle.formats.cda.header import Party
from socle.formats.cda.values import Code
from socle.formats.cda.writer import elements as x
from socle.formats.cda.writer.elements import Element, IdSequence, add, typed
from socle.formats.cda.writer.facts import Immunisation, Treatment
from socle.formats.cda.writer.header import assigned_entity
from socle.formats.cda.writer.narrative import day, table
from socle.formats.cda.writer.sections import IMMUNISATIONS, Kind, open_section

_TREATMENT = (
    "2.16.840.1.113883.10.20.1.24",
    "1.3.6.1.4.1.19376.1.5.3.1.4.7",
    "1.3.6.1.4.1.19376.1.5.3.1.4.7.1",
    "1.2.250.1.213.1.1.3.42",
)
_PRODUCT = ("2.16.840.1.113883.10.20.1.53", "1.3.6.1.4.1.19376.1.5.3.1.4.7.2", "1.2.250.1.213.1.1.3.43")
_IMMUNISATION = ("2.16.840.1.113883.10.20.1.24", "1.3.6.1.4.1.19376.1.5.3.1.4.12", "1.2.250.1.213.1.1.3.45")
_RANK = ("2.16.840.1.113883.10.20.1.46", "1.2.250.1.213.1.1.3.82")
_INTERNAL_REFERENCE = ("1.3.6.1.4.1.19376.1.5.3.1.4.4.1", "1.2.250.1.213.1.1.3.36")
_ACTS = "2.16.840.1.113883.5.4"
_KINDS = {
    "INITIMMUNIZ": Code("INITIMMUNIZ", _ACTS, "1ère série vaccinante"),
    "BOOSTER": Code("BOOSTER", _ACTS, "Rappel de vaccin"),
    "IMMUNIZ": Code("IMMUNIZ", _ACTS, "Vaccination sans autre précision"),
}


def treatments(parent: Element, kind: Kind, ids: IdSequence, facts: Sequence[Treatment]) -> None:
    """The medicines; an empty list is said in words."""
    section = open_section(parent, kind, ids)
    text = add(section, "text")
    if not facts:
        anchor = ids.anchor()
        add(text, "content", "Aucun traitement en cours", ID=anchor)
        _treatment(section, ids, Treatment(label="Aucun traitement en cours"), (anchor, ""), known=False)
        return
    anchored = [(fact, ids.anchor(), ids.anchor()) for fact in facts]
    rows = [
        (day(fact.period.start), day(fact.period.end), (fact.label, label), fact.dosage, (fact.reason or "—", reason))
        for fact, label, reason in anchored
    ]
    table(text, ("Début", "Fin", "Médicament", "Posologie", "Motif"), rows)
    for fact, label, reason in anchored:
        _treatment(section, ids, fact, (label, reason))


def _treatment(section: Element, ids: IdSequence, fact: Treatment, anchors: tuple[str, str], *, known: bool = True) -> None:
    administration = add(add(section, "entry"), "substanceAdministration", classCode="SBADM", moodCode="EVN")
    x.templates(administration, *_TREATMENT)
    x.identifier(administration, ids.next())
    add(
        administration,
        "code",
        code="DRUG" if known else "NODRG",
        displayName="Médicament" if known else "Aucun médicament",
        codeSystem=_ACTS,
        codeSystemName="HL7:ActCode",
    )
    add(add(administration, "text"), "reference", value=f"#{anchors[0]}")
    add(administration, "statusCode", code="completed")
    x.period(administration, "effectiveTime", fact.period, both=True, kind="IVL_TS")
    if fact.every:
        frequency = typed(administration, "effectiveTime", "PIVL_TS", operator="A")
        x.quantity(frequency, "period", fact.every)
    if fact.dose:
        dose = add(administration, "doseQuantity")
        x.quantity(dose, "low", fact.dose)
        x.quantity(dose, "high", fact.dose)
    _product(add(administration, "consumable"), fact.label, fact.codes, anchors[0])
    if fact.reason_code:
        act = add(add(administration, "entryRelationship", typeCode="RSON"), "act", classCode="ACT", moodCode="EVN")
        x.templates(act, *_INTERNAL_REFERENCE)
        x.identifier(act, ids.next())
        x.coded(act, "code", fact.reason_code, anchors[1])


def _product(consumable: Element, label: str, codes: tuple[Code, ...], anchor: str, lot: str = "") -> None:
    """The product by its substance: no national product code is carried, so the code itself is null."""
    product = add(consumable, "manufacturedProduct")
    x.templates(product, *_PRODUCT)
    material = add(product, "manufacturedMaterial")
    x.coded(material, "code", Code(null_flavor="UNK", translations=codes), anchor)
    add(material, "name", label)
    if lot:
        add(material, "lotNumberText", lot)


def immunisations(parent: Element, ids: IdSequence, facts: Sequence[Immunisation]) -> None:
    section = open_section(parent, IMMUNISATIONS, ids)
    anchored = [(fact, ids.anchor()) for fact in facts]
    rows = [
        (
            day(fact.on),
            (fact.label, anchor),
            fact.lot or "—",
            str(fact.rank or "—"),
            fact.performer.name.shown if fact.performer else "—",
        )
        for fact, anchor in anchored
    ]
    table(add(section, "text"), ("Date", "Vaccin", "Lot", "Rang", "Vaccinateur"), rows)
    for fact, anchor in anchored:
        _immunisation(section, ids, fact, anchor)


def _immunisation(section: Element, ids: IdSequence, fact: Immunisation, anchor: str) -> None:
    administration = add(add(section, "entry"), "substanceAdministration", classCode="SBADM", moodCode="EVN", negationInd="false")
    x.templates(administration, *_IMMUNISATION)
    x.identifier(administration, ids.next())
    x.coded(administration, "code", _KINDS[fact.kind])
    add(add(administration, "text"), "reference", value=f"#{anchor}")
    add(administration, "statusCode", code="completed")
    x.moment(administration, "effectiveTime", fact.on)
    _product(add(administration, "consumable", typeCode="CSM"), fact.label, fact.codes, anchor, fact.lot)
    if fact.performer:
        _performer(administration, fact.performer)
    if fact.rank:
        relation = add(administration, "entryRelationship", typeCode="SUBJ")
        rank = add(relation, "observation", classCode="OBS", moodCode="EVN")
        x.templates(rank, *_RANK)
        x.coded(rank, "code", Code("30973-2", "2.16.840.1.113883.6.1", "Rang de la vaccination"))
        add(rank, "statusCode", code="completed")
        typed(rank, "value", "INT", value=str(fact.rank))


def _performer(administration: Element, performer: Party) -> None:
    assigned_entity(add(administration, "performer", typeCode="PRF"), performer)
