"""Invariants of the data types. Source: FHIR R4 4.0.1, `constraint` of each StructureDefinition."""

from __future__ import annotations

from decimal import Decimal

from socle.formats.fhir.invariants.rules import Json, Rule, choice, either, needs, not_both, ordered, rule

UCUM = "http://unitsofmeasure.org"


def _number(value: Json | None) -> Decimal | None:
    found = (value or {}).get("value")
    return None if found is None else Decimal(found)


def _range_ordered(value: Json) -> bool:
    low, high = value.get("low", {}), value.get("high", {})
    if low.get("code") != high.get("code") or "value" not in low or "value" not in high:
        return True
    return Decimal(low["value"]) <= Decimal(high["value"])


def _ratio(value: Json) -> bool:
    return ("numerator" in value) == ("denominator" in value) and ("numerator" in value or "extension" in value)


def _positive(value: Json, *names: str) -> bool:
    return all(value[name] >= 0 for name in names if value.get(name) is not None)


def _in_ucum(value: Json) -> bool:
    return ("code" in value or "value" not in value) and value.get("system", UCUM) == UCUM


_QUANTITY = needs("qty-3", "code", "system")
DATA_TYPES: dict[str, tuple[Rule, ...]] = {
    "Extension": (
        rule(
            "ext-1",
            "Une extension a une valeur ou des extensions, pas les deux.",
            lambda v: ("extension" in v) != choice(v, "value"),
        ),
    ),
    "Period": (
        rule("per-1", "Le début de la période est après sa fin.", lambda v: ordered(v.get("start"), v.get("end")), ".start"),
    ),
    "Attachment": (needs("att-1", "data", "contentType"),),
    "ContactPoint": (needs("cpt-2", "value", "system"),),
    "Quantity": (_QUANTITY,),
    "SimpleQuantity": (_QUANTITY,),
    "MoneyQuantity": (_QUANTITY,),
    "Count": (
        _QUANTITY,
        rule("cnt-3", "Un nombre s’exprime sans unité UCUM autre que 1.", lambda v: _in_ucum(v) and v.get("code", "1") == "1"),
    ),
    "Distance": (_QUANTITY, rule("dis-1", "Une distance s’exprime en UCUM, avec son code.", _in_ucum)),
    "Age": (
        _QUANTITY,
        rule(
            "age-1",
            "Un âge est positif et s’exprime en UCUM, avec son code.",
            lambda v: _in_ucum(v) and (_number(v) is None or v["value"] > 0),
        ),
    ),
    "Duration": (
        _QUANTITY,
        rule("drt-1", "Une durée s’exprime en UCUM.", lambda v: "code" not in v or (v.get("system") == UCUM and "value" in v)),
    ),
    "Range": (rule("rng-2", "La borne basse dépasse la borne haute.", _range_ordered, ".low"),),
    "Ratio": (rule("rat-1", "Un rapport a un numérateur et un dénominateur.", _ratio),),
    "Expression": (either("exp-1", "expression", "reference"),),
    "Timing.repeat": (
        needs("tim-1", "duration", "durationUnit"),
        needs("tim-2", "period", "periodUnit"),
        rule("tim-4", "La durée ne peut pas être négative.", lambda v: _positive(v, "duration"), ".duration"),
        rule("tim-5", "La période ne peut pas être négative.", lambda v: _positive(v, "period"), ".period"),
        needs("tim-6", "periodMax", "period"),
        needs("tim-7", "durationMax", "duration"),
        needs("tim-8", "countMax", "count"),
        rule(
            "tim-9",
            "Un décalage demande un moment qui l’admet.",
            lambda v: "offset" not in v or ("when" in v and not {"C", "CM", "CD", "CV"} & set(v["when"])),
            ".offset",
        ),
        not_both("tim-10", "timeOfDay", "when"),
    ),
}
