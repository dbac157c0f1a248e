"""Validation of a resource: official FHIR R4 definitions first, then a profile.

Source: FHIR R4 4.0.1; `reference` guides of each profile in `profiles`.
"""

from __future__ import annotations

from typing import Any

from socle.errors import Issue
from socle.formats.fhir.findings import ERROR, MAX_FINDINGS, WARNING, Finding, Findings
from socle.formats.fhir.shapes import check_resource

# Defects met in the examples that the French guides publish: a reader lives with them, a writer never makes them.
TOLERATED = frozenset(["dom-3", "dom-4", "dom-5", "empty-value", "rat-1", "ref-1", "tim-10"])


def validate(resource: dict[str, Any], profile: str | None = None, *, tolerant: bool = False) -> list[Issue]:
    """What is wrong in a resource; an empty list when it is right. `where` is a FHIRPath expression. At most MAX_FINDINGS
    issues are given. With `tolerant`, known defects of published examples are warnings.

    `resource` is what `parse_json` gives: nothing else bounds its depth."""
    return issues_of(resource, check_resource(resource), tolerant)


def issues_of(resource: dict[str, Any], found: Findings, tolerant: bool = False) -> list[Issue]:
    """Findings of a whole resource as issues."""
    kind = resource.get("resourceType") if isinstance(resource, dict) else None
    root = kind if isinstance(kind, str) and kind.isalpha() and kind.isascii() else "Resource"
    return [Issue(f.code, f.sentence, root + f.where, _severity(f, tolerant)) for f in (found or [])[:MAX_FINDINGS]]


def _severity(finding: Finding, tolerant: bool) -> str:
    return WARNING if tolerant and finding.code in TOLERATED else finding.severity


def is_valid(issues: list[Issue]) -> bool:
    """Whether no issue is an error."""
    return not any(issue.severity == ERROR for issue in issues)
