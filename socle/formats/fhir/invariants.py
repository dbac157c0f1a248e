"""The invariants of the base definitions, by shape: each is a test of one object whose elements already have the right form.

Held: those of the data types and of the resources that an e-health platform stores. Left out: best-practice warnings (dom-6,
con-3), rules about definitions (ElementDefinition, Questionnaire), and rules that need another resource (ctm-1). What the
structure already forbids has no rule here (ele-1, ref-1, sqty-1, dom-2 to dom-5).

Source: FHIR R4 4.0.1, `constraint` of each StructureDefinition; the key is kept as the code of the issue.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any

from socle.formats.fhir.findings import Findings, one
from socle.formats.fhir.moments import interval

Json = dict[str, Any]
UCUM = "http://unitsofmeasure.org"


def _rule(key: str, sentence: str, holds: Callable[[Json], bool], where: str = "") -> Callable[[Json], Findings]:
    return lambda value: None if holds(value) else one(key, sentence, where)


def _needs(key: str, name: str, other: str) -> Callable[[Json], Findings]:
    """`name` is given only with `other`."""
    return _rule(key, f"« {name} » demande « {other} ».", lambda v: name not in v or other in v, "." + name)


def _either(key: str, *names: str) -> Callable[[Json], Findings]:
    quoted = " ou ".join(f"« {name} »" for name in names)
    return _rule(key, f"Il faut {quoted}.", lambda v: any(name in v for name in names))


def _not_both(key: str, name: str, other: str) -> Callable[[Json], Findings]:
    return _rule(key, f"« {name} » et « {other} » s’excluent.", lambda v: not (name in v and other in v), "." + name)


def _choice(value: Json, name: str) -> bool:
    """Whether the choice element is present under any of its types."""
    return any(key.startswith(name) and key[len(name) : len(name) + 1].isupper() for key in value)


def _has_code(concept: Json | None, codes: Iterable[str], system: str = "") -> bool:
    return any(c.get("code") in codes and (not system or c.get("system") == system) for c in (concept or {}).get("coding", ()))


def _number(value: Json | None) -> Decimal | None:
    found = (value or {}).get("value")
    return None if found is None else Decimal(found)


def _ordered(start: str | None, end: str | None) -> bool:
    """False when every instant of `start` is after every instant of `end`."""
    return not start or not end or interval(start)[0] < interval(end)[1]


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


def _typed_in(*types: str) -> Callable[[Json], bool]:
    return lambda bundle: bundle["type"] in types


_EXCHANGES = frozenset(["batch", "transaction", "history"])
_ANSWERS = frozenset(["batch-response", "transaction-response", "history"])


def _entries(bundle: Json) -> list[Json]:
    found: list[Json] = bundle.get("entry", [])
    return found


def _distinct_urls(bundle: Json) -> bool:
    if bundle.get("type") == "history":
        return True
    urls = [(e["fullUrl"], e.get("resource", {}).get("meta", {}).get("versionId")) for e in _entries(bundle) if e.get("fullUrl")]
    return len(urls) == len(set(urls))


def _first_is(bundle: Json, kind: str) -> bool:
    entries = _entries(bundle)
    return bool(entries) and entries[0].get("resource", {}).get("resourceType") == kind


def _identified(bundle: Json) -> bool:
    identifier = bundle.get("identifier", {})
    return "system" in identifier and "value" in identifier


def _component_repeats(observation: Json) -> bool:
    own = {(c.get("system"), c.get("code")) for c in observation.get("code", {}).get("coding", ())}
    return any(
        (c.get("system"), c.get("code")) in own
        for component in observation.get("component", ())
        for c in component.get("code", {}).get("coding", ())
    )


def _parameter(value: Json) -> bool:
    return ("part" in value) + _choice(value, "value") + ("resource" in value) == 1


def _entered_in_error(value: Json) -> bool:
    return _has_code(value.get("verificationStatus"), ("entered-in-error",))


_QUANTITY = _needs("qty-3", "code", "system")
_DATA_TYPES: dict[str, tuple[Callable[[Json], Findings], ...]] = {
    "Extension": (
        _rule(
            "ext-1",
            "Une extension a une valeur ou des extensions, pas les deux.",
            lambda v: ("extension" in v) != _choice(v, "value"),
        ),
    ),
    "Period": (
        _rule("per-1", "Le début de la période est après sa fin.", lambda v: _ordered(v.get("start"), v.get("end")), ".start"),
    ),
    "Attachment": (_needs("att-1", "data", "contentType"),),
    "ContactPoint": (_needs("cpt-2", "value", "system"),),
    "Quantity": (_QUANTITY,),
    "SimpleQuantity": (_QUANTITY,),
    "MoneyQuantity": (_QUANTITY,),
    "Count": (
        _QUANTITY,
        _rule("cnt-3", "Un nombre s’exprime sans unité UCUM autre que 1.", lambda v: _in_ucum(v) and v.get("code", "1") == "1"),
    ),
    "Distance": (_QUANTITY, _rule("dis-1", "Une distance s’exprime en UCUM, avec son code.", _in_ucum)),
    "Age": (
        _QUANTITY,
        _rule(
            "age-1",
            "Un âge est positif et s’exprime en UCUM, avec son code.",
            lambda v: _in_ucum(v) and (_number(v) is None or v["value"] > 0),
        ),
    ),
    "Duration": (
        _QUANTITY,
        _rule("drt-1", "Une durée s’exprime en UCUM.", lambda v: "code" not in v or (v.get("system") == UCUM and "value" in v)),
    ),
    "Range": (_rule("rng-2", "La borne basse dépasse la borne haute.", _range_ordered, ".low"),),
    "Ratio": (_rule("rat-1", "Un rapport a un numérateur et un dénominateur.", _ratio),),
    "Expression": (_either("exp-1", "expression", "reference"),),
    "Timing.repeat": (
        _needs("tim-1", "duration", "durationUnit"),
        _needs("tim-2", "period", "periodUnit"),
        _rule("tim-4", "La durée ne peut pas être négative.", lambda v: _positive(v, "duration"), ".duration"),
        _rule("tim-5", "La période ne peut pas être négative.", lambda v: _positive(v, "period"), ".period"),
        _needs("tim-6", "periodMax", "period"),
        _needs("tim-7", "durationMax", "duration"),
        _needs("tim-8", "countMax", "count"),
        _rule(
            "tim-9",
            "Un décalage demande un moment qui l’admet.",
            lambda v: "offset" not in v or ("when" in v and not {"C", "CM", "CD", "CV"} & set(v["when"])),
            ".offset",
        ),
        _not_both("tim-10", "timeOfDay", "when"),
    ),
}
_RESOURCES: dict[str, tuple[Callable[[Json], Findings], ...]] = {
    "AllergyIntolerance": (
        _rule(
            "ait-1",
            "L’état clinique est obligatoire, sauf pour une allergie saisie par erreur.",
            lambda v: ("clinicalStatus" in v) or _entered_in_error(v),
        ),
        _rule(
            "ait-2",
            "Une allergie saisie par erreur n’a pas d’état clinique.",
            lambda v: not (_entered_in_error(v) and "clinicalStatus" in v),
        ),
    ),
    "Appointment": (
        _rule("app-2", "Le début et la fin vont ensemble.", lambda v: ("start" in v) == ("end" in v)),
        _rule(
            "app-3",
            "Un rendez-vous a un début et une fin, sauf proposé, annulé ou en attente.",
            lambda v: ("start" in v and "end" in v) or v.get("status") in ("proposed", "cancelled", "waitlist"),
        ),
        _rule(
            "app-4",
            "Un motif d’annulation demande un rendez-vous annulé ou manqué.",
            lambda v: "cancelationReason" not in v or v.get("status") in ("noshow", "cancelled"),
            ".cancelationReason",
        ),
    ),
    "Appointment.participant": (_either("app-1", "type", "actor"),),
    "AppointmentResponse": (_either("apr-1", "participantType", "actor"),),
    "AuditEvent.entity": (_not_both("sev-1", "name", "query"),),
    "Bundle": (
        _rule(
            "bdl-1",
            "Un total ne figure que dans un résultat de recherche ou un historique.",
            lambda v: "total" not in v or v.get("type") in ("searchset", "history"),
            ".total",
        ),
        _rule(
            "bdl-2",
            "« search » ne figure que dans un résultat de recherche.",
            lambda v: v.get("type") == "searchset" or not any("search" in e for e in _entries(v)),
        ),
        _rule(
            "bdl-3",
            "« request » figure dans chaque entrée d’un lot, d’une transaction ou d’un historique, et seulement là.",
            lambda v: all(("request" in e) == (v.get("type") in _EXCHANGES) for e in _entries(v)),
        ),
        _rule(
            "bdl-4",
            "« response » figure dans chaque entrée d’une réponse de lot ou d’un historique, et seulement là.",
            lambda v: all(("response" in e) == (v.get("type") in _ANSWERS) for e in _entries(v)),
        ),
        _rule("bdl-7", "Deux entrées ont la même adresse (fullUrl).", _distinct_urls),
        _rule("bdl-9", "Un document a un identifiant complet.", lambda v: v.get("type") != "document" or _identified(v)),
        _rule("bdl-10", "Un document a une date.", lambda v: v.get("type") != "document" or "timestamp" in v),
        _rule(
            "bdl-11",
            "Un document commence par une Composition.",
            lambda v: v.get("type") != "document" or _first_is(v, "Composition"),
        ),
        _rule(
            "bdl-12",
            "Un message commence par un MessageHeader.",
            lambda v: v.get("type") != "message" or _first_is(v, "MessageHeader"),
        ),
    ),
    "Bundle.entry": (
        _either("bdl-5", "resource", "request", "response"),
        _rule("bdl-8", "fullUrl ne désigne pas une version.", lambda v: "/_history/" not in v.get("fullUrl", ""), ".fullUrl"),
    ),
    "CarePlan.activity": (_not_both("cpl-3", "detail", "reference"),),
    "Composition.section": (_either("cmp-1", "text", "entry", "section"), _not_both("cmp-2", "emptyReason", "entry")),
    "Condition": (
        _rule(
            "con-4",
            "Un problème qui a une fin n’est plus actif.",
            lambda v: not _choice(v, "abatement") or _has_code(v.get("clinicalStatus"), ("resolved", "remission", "inactive")),
        ),
        _rule(
            "con-5",
            "Un problème saisi par erreur n’a pas d’état clinique.",
            lambda v: not (_entered_in_error(v) and "clinicalStatus" in v),
        ),
    ),
    "Condition.stage": (_either("con-1", "summary", "assessment"),),
    "Condition.evidence": (_either("con-2", "code", "detail"),),
    "Consent": (_either("ppc-1", "policy", "policyRule"),),
    "FamilyMemberHistory": (
        _rule("fhs-1", "L’âge et la naissance s’excluent.", lambda v: not (_choice(v, "age") and _choice(v, "born"))),
        _rule("fhs-2", "« estimatedAge » demande un âge.", lambda v: "estimatedAge" not in v or _choice(v, "age")),
    ),
    "Goal.target": (
        _rule("gol-1", "Un objectif chiffré demande sa mesure.", lambda v: not _choice(v, "detail") or "measure" in v),
    ),
    "Group": (_rule("grp-1", "Seul un groupe réel a des membres.", lambda v: "member" not in v or v.get("actual") is True),),
    "Immunization.education": (_either("imm-1", "documentType", "reference"),),
    "List": (
        _not_both("lst-1", "emptyReason", "entry"),
        _rule(
            "lst-2",
            "« deleted » ne figure que dans une liste de changements.",
            lambda v: v.get("mode") == "changes" or not any("deleted" in e for e in _entries(v)),
        ),
        _rule(
            "lst-3",
            "La date d’une entrée ne figure que dans une liste de travail.",
            lambda v: v.get("mode") == "working" or not any("date" in e for e in _entries(v)),
        ),
    ),
    "Observation": (
        _rule(
            "obs-6",
            "Une valeur et un motif d’absence s’excluent.",
            lambda v: not ("dataAbsentReason" in v and _choice(v, "value")),
        ),
        _rule(
            "obs-7",
            "Un composant répète le code de l’observation, qui a déjà une valeur.",
            lambda v: not (_choice(v, "value") and _component_repeats(v)),
        ),
    ),
    "Observation.referenceRange": (_either("obs-3", "low", "high", "text"),),
    "Organization": (
        _either("org-1", "identifier", "name"),
        _rule(
            "org-2",
            "Une structure n’a pas d’adresse personnelle.",
            lambda v: not any(a.get("use") == "home" for a in v.get("address", ())),
        ),
        _rule(
            "org-3",
            "Une structure n’a pas de coordonnées personnelles.",
            lambda v: not any(t.get("use") == "home" for t in v.get("telecom", ())),
        ),
    ),
    "Parameters.parameter": (_rule("inv-1", "Un paramètre a une valeur, une ressource ou des parties.", _parameter),),
    "Patient.contact": (_either("pat-1", "name", "telecom", "address", "organization"),),
    "QuestionnaireResponse.item": (_not_both("qrs-1", "answer", "item"),),
    "ServiceRequest": (_needs("prr-1", "orderDetail", "code"),),
    "Task": (
        _rule(
            "inv-1",
            "La dernière modification est avant la création.",
            lambda v: _ordered(v.get("authoredOn"), v.get("lastModified")),
            ".lastModified",
        ),
    ),
}
INVARIANTS = _DATA_TYPES | _RESOURCES
