"""Checks of single elements and lists that need no shape: primitive values, codes, narratives, lists of anything.

Source: FHIR R4 §2.6 (JSON), §2.24 (data types).
"""

from __future__ import annotations

from typing import Any

from socle.formats.fhir import narrative
from socle.formats.fhir.findings import ERROR, WARNING, Check, Findings, has_error, one, placed
from socle.formats.fhir.primitives import PRIMITIVES

_NARRATIVE = {
    "malformed": "Ce texte n’est pas un fragment XHTML bien formé (élément div).",
    "empty": "Ce texte est vide.",
    "forbidden": "Ce texte contient des éléments XHTML qui ne sont pas acceptés et ne seront pas affichés.",
}


def list_check(check: Check) -> Check:
    def check_all(values: Any) -> Findings:
        if values.__class__ is not list:
            return one("structure", "Une liste est attendue ici.")
        if not values:
            return one("empty", "Une liste ne peut pas être vide.")
        found: Findings = None
        for index, value in enumerate(values):
            issues = check(value)
            if issues is not None:
                found = placed(f"[{index}]", issues, found)
        return found

    return check_all


def _wrong_type(value: Any, kind: str) -> Findings:
    if value is None:
        return one("null", "Une valeur absente doit porter une extension.")
    if value == "":
        return one("empty-value", "Une valeur ne peut pas être vide.")
    return one("value", f"Cette valeur n’est pas du type « {kind} ».")


def primitive_check(kind: str) -> Check:
    allows = PRIMITIVES[kind]
    return lambda value: None if allows(value) else _wrong_type(value, kind)


def code_check(codes: frozenset[str]) -> Check:
    def check(value: Any) -> Findings:
        if value.__class__ is str:
            return None if value in codes else one("code-invalid", "Ce code n’est pas dans le jeu de valeurs exigé.")
        return _wrong_type(value, "code")

    return check


def concept_check(concept: Check, systems: dict[str, list[str]]) -> Check:
    allowed = {(system, code) for system, codes in systems.items() for code in codes}

    def check(value: Any) -> Findings:
        found = concept(value)
        if has_error(found) or any((c.get("system"), c.get("code")) in allowed for c in value.get("coding", ())):
            return found
        return placed("", one("code-invalid", "Aucun code n’est dans le jeu de valeurs exigé."), found)

    return check


def narrative_check(value: Any) -> Findings:
    if not isinstance(value, str):
        return _wrong_type(value, "xhtml")
    verdict = narrative.judge(value)
    return (
        one(f"narrative-{verdict}", _NARRATIVE[verdict], severity=ERROR if verdict == "malformed" else WARNING)
        if verdict
        else None
    )
