"""Validation of a resource: official FHIR R4 definitions first, then a profile.

Source: FHIR R4 4.0.1; `reference` guides of each profile in `profiles`.
"""

from __future__ import annotations

from typing import Any

from socle.errors import Issue
from socle.formats.fhir.findings import ERROR, MAX_FINDINGS, WARNING, Finding, Findings
from socle.formats.fhir.profiles import check_profile
from socle.formats.fhir.shapes import check_resource

# Defects met in the examples that the French guides publish: a reader lives with them, a writer never makes them.
TOLERATED = frozenset(["dom-3", "dom-4", "dom-5", "empty-value", "profile-reference", "rat-1", "ref-1", "tim-10"])
# What makes it useless to go on with a profile: elements have not the type that its constraints are about.
_UNREADABLE = frozenset(["structure", "resource-type", "value", "null", "unknown-element"])


def validate(resource: dict[str, Any], profile: str | None = None, *, tolerant: bool = False) -> list[Issue]:
    """What is wrong in a resource; an empty list when it is right. `where` is a FHIRPath expression. At most MAX_FINDINGS
    issues are given. With `tolerant`, known defects of published examples are warnings.
    A profile is looked up without its `|version`; one that is not known here is a warning.

    `resource` is what `parse_json` gives: nothing else bounds its depth."""
    found = check_resource(resource)
    if profile is not None and not any(finding.code in _UNREADABLE for finding in found or ()):
        found = (found or []) + (check_profile(resource, profile) or [])
    return issues_of(resource, found, tolerant)


def issues_of(resource: dict[str, Any], found: Findings, tolerant: bool = False) -> list[Issue]:
    """Findings of a whole resource as issues."""
    kind = resource.get("resourceType") if isinstance(resource, dict) else None
    root = kind if isinstance(kind, str) and kind.isalpha() and kind.isascii() else "Resource"
    return [Issue(f.code, f.sentence, root + f.where, _severity(f, tolerant)) for f in (found or [])[:MAX_FINDINGS]]


def _severity(finding: Finding, tolerant: bool) -> str:
    missing_custodian = finding.code == "required" and finding.where.endswith(".custodian")
    return WARNING if tolerant and (finding.code in TOLERATED or missing_custodian) else finding.severity


def is_valid(issues: list[Issue]) -> bool:
    """Whether no issue is an error."""
    return not any(issue.severity == ERROR for issue in issues)
