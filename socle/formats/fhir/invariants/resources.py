"""Invariants of the resources. Source: FHIR R4 4.0.1, `constraint` of each StructureDefinition."""

from __future__ import annotations

from collections.abc import Iterable

from socle.formats.fhir.invariants.rules import Json, Rule, choice, either, needs, not_both, ordered, rule


def _has_code(concept: Json | None, codes: Iterable[str], system: str = "") -> bool:
    return any(c.get("code") in codes and (not system or c.get("system") == system) for c in (concept or {}).get("coding", ()))


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
    return ("part" in value) + choice(value, "value") + ("resource" in value) == 1


def _entered_in_error(value: Json) -> bool:
    return _has_code(value.get("verificationStatus"), ("entered-in-error",))


RESOURCES: dict[str, tuple[Rule, ...]] = {
    "AllergyIntolerance": (
        rule(
            "ait-1",
            "L’état clinique est obligatoire, sauf pour une allergie saisie par erreur.",
            lambda v: ("clinicalStatus" in v) or _entered_in_error(v),
        ),
        rule(
            "ait-2",
            "Une allergie saisie par erreur n’a pas d’état clinique.",
            lambda v: not (_entered_in_error(v) and "clinicalStatus" in v),
        ),
    ),
    "Appointment": (
        rule("app-2", "Le début et la fin vont ensemble.", lambda v: ("start" in v) == ("end" in v)),
        rule(
            "app-3",
            "Un rendez-vous a un début et une fin, sauf proposé, annulé ou en attente.",
            lambda v: ("start" in v and "end" in v) or v.get("status") in ("proposed", "cancelled", "waitlist"),
        ),
        rule(
            "app-4",
            "Un motif d’annulation demande un rendez-vous annulé ou manqué.",
            lambda v: "cancelationReason" not in v or v.get("status") in ("noshow", "cancelled"),
            ".cancelationReason",
        ),
    ),
    "Appointment.participant": (either("app-1", "type", "actor"),),
    "AppointmentResponse": (either("apr-1", "participantType", "actor"),),
    "AuditEvent.entity": (not_both("sev-1", "name", "query"),),
    "Bundle": (
        rule(
            "bdl-1",
            "Un total ne figure que dans un résultat de recherche ou un historique.",
            lambda v: "total" not in v or v.get("type") in ("searchset", "history"),
            ".total",
        ),
        rule(
            "bdl-2",
            "« search » ne figure que dans un résultat de recherche.",
            lambda v: v.get("type") == "searchset" or not any("search" in e for e in _entries(v)),
        ),
        rule(
            "bdl-3",
            "« request » figure dans chaque entrée d’un lot, d’une transaction ou d’un historique, et seulement là.",
            lambda v: all(("request" in e) == (v.get("type") in _EXCHANGES) for e in _entries(v)),
        ),
        rule(
            "bdl-4",
            "« response » figure dans chaque entrée d’une réponse de lot ou d’un historique, et seulement là.",
            lambda v: all(("response" in e) == (v.get("type") in _ANSWERS) for e in _entries(v)),
        ),
        rule("bdl-7", "Deux entrées ont la même adresse (fullUrl).", _distinct_urls),
        rule("bdl-9", "Un document a un identifiant complet.", lambda v: v.get("type") != "document" or _identified(v)),
        rule("bdl-10", "Un document a une date.", lambda v: v.get("type") != "document" or "timestamp" in v),
        rule(
            "bdl-11",
            "Un document commence par une Composition.",
            lambda v: v.get("type") != "document" or _first_is(v, "Composition"),
        ),
        rule(
            "bdl-12",
            "Un message commence par un MessageHeader.",
            lambda v: v.get("type") != "message" or _first_is(v, "MessageHeader"),
        ),
    ),
    "Bundle.entry": (
        either("bdl-5", "resource", "request", "response"),
        rule("bdl-8", "fullUrl ne désigne pas une version.", lambda v: "/_history/" not in v.get("fullUrl", ""), ".fullUrl"),
    ),
    "CarePlan.activity": (not_both("cpl-3", "detail", "reference"),),
    "Composition.section": (either("cmp-1", "text", "entry", "section"), not_both("cmp-2", "emptyReason", "entry")),
    "Condition": (
        rule(
            "con-4",
            "Un problème qui a une fin n’est plus actif.",
            lambda v: not choice(v, "abatement") or _has_code(v.get("clinicalStatus"), ("resolved", "remission", "inactive")),
        ),
        rule(
            "con-5",
            "Un problème saisi par erreur n’a pas d’état clinique.",
            lambda v: not (_entered_in_error(v) and "clinicalStatus" in v),
        ),
    ),
    "Condition.stage": (either("con-1", "summary", "assessment"),),
    "Condition.evidence": (either("con-2", "code", "detail"),),
    "Consent": (either("ppc-1", "policy", "policyRule"),),
    "FamilyMemberHistory": (
        rule("fhs-1", "L’âge et la naissance s’excluent.", lambda v: not (choice(v, "age") and choice(v, "born"))),
        rule("fhs-2", "« estimatedAge » demande un âge.", lambda v: "estimatedAge" not in v or choice(v, "age")),
    ),
    "Goal.target": (
        rule("gol-1", "Un objectif chiffré demande sa mesure.", lambda v: not choice(v, "detail") or "measure" in v),
    ),
    "Group": (rule("grp-1", "Seul un groupe réel a des membres.", lambda v: "member" not in v or v.get("actual") is True),),
    "Immunization.education": (either("imm-1", "documentType", "reference"),),
    "List": (
        not_both("lst-1", "emptyReason", "entry"),
        rule(
            "lst-2",
            "« deleted » ne figure que dans une liste de changements.",
            lambda v: v.get("mode") == "changes" or not any("deleted" in e for e in _entries(v)),
        ),
        rule(
            "lst-3",
            "La date d’une entrée ne figure que dans une liste de travail.",
            lambda v: v.get("mode") == "working" or not any("date" in e for e in _entries(v)),
        ),
    ),
    "Observation": (
        rule(
            "obs-6",
            "Une valeur et un motif d’absence s’excluent.",
            lambda v: not ("dataAbsentReason" in v and choice(v, "value")),
        ),
        rule(
            "obs-7",
            "Un composant répète le code de l’observation, qui a déjà une valeur.",
            lambda v: not (choice(v, "value") and _component_repeats(v)),
        ),
    ),
    "Observation.referenceRange": (either("obs-3", "low", "high", "text"),),
    "Organization": (
        either("org-1", "identifier", "name"),
        rule(
            "org-2",
            "Une structure n’a pas d’adresse personnelle.",
            lambda v: not any(a.get("use") == "home" for a in v.get("address", ())),
        ),
        rule(
            "org-3",
            "Une structure n’a pas de coordonnées personnelles.",
            lambda v: not any(t.get("use") == "home" for t in v.get("telecom", ())),
        ),
    ),
    "Parameters.parameter": (rule("inv-1", "Un paramètre a une valeur, une ressource ou des parties.", _parameter),),
    "Patient.contact": (either("pat-1", "name", "telecom", "address", "organization"),),
    "QuestionnaireResponse.item": (not_both("qrs-1", "answer", "item"),),
    "ServiceRequest": (needs("prr-1", "orderDetail", "code"),),
    "Task": (
        rule(
            "inv-1",
            "La dernière modification est avant la création.",
            lambda v: ordered(v.get("authoredOn"), v.get("lastModified")),
            ".lastModified",
        ),
    ),
}
