"""OperationOutcome from issues.

Source: FHIR R4 §4.6 (OperationOutcome), value set issue-type.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

import orjson

from socle.errors import Issue

_TYPES = {
    "json": "structure",
    "structure": "structure",
    "unknown-element": "structure",
    "resource-type": "structure",
    "null": "structure",
    "empty": "structure",
    "empty-value": "structure",
    "choice": "structure",
    "cardinality": "structure",
    "slice": "structure",
    "required": "required",
    "value": "value",
    "fixed": "value",
    "date": "value",
    "reference": "value",
    "code-invalid": "code-invalid",
    "not-supported": "not-supported",
    "introuvable": "not-found",
    "interdit": "forbidden",
    "conflit": "conflict",
    "indisponible": "transient",
    "invalide": "invalid",
    "erreur": "exception",
}
_invariant = re.compile(r"[a-z]{2,12}-[0-9]{1,2}").fullmatch


def issue_type(code: str) -> str:
    """The code of the FHIR value set issue-type that says it best."""
    found = _TYPES.get(code)
    if found is not None:
        return found
    return "invariant" if _invariant(code) else "business-rule"


def operation_outcome(issues: Iterable[Issue]) -> bytes:
    """The JSON of an OperationOutcome that carries each issue: its stable code in `details.coding.code`, its sentence in
    `details.text`, its place in `expression`. Without issue it says that all went well."""
    written = [_written(issue) for issue in issues] or [
        {"severity": "information", "code": "informational", "details": {"text": "Aucun défaut trouvé."}}
    ]
    return orjson.dumps({"resourceType": "OperationOutcome", "issue": written})


def _written(issue: Issue) -> dict[str, object]:
    written: dict[str, object] = {
        "severity": issue.severity,
        "code": issue_type(issue.code),
        "details": {"coding": [{"code": issue.code}], "text": issue.sentence},
    }
    if issue.where:
        written["expression"] = [issue.where]
    return written
