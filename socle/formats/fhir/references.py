"""References: their form, the types they may point to, and those that stay inside the resource.

Source: FHIR R4 §2.3 (Reference; ref-1), StructureDefinitions (targetProfile).
"""

from __future__ import annotations

import re
from typing import Any, Protocol

from socle.formats.fhir.definitions import table
from socle.formats.fhir.findings import LOCAL, WARNING, Check, Finding, Findings, has_error, one, placed

_typed = re.compile(
    r"(?:(?:https?://\S*/)?([A-Z][A-Za-z]+)/[A-Za-z0-9\-.]{1,64}(?:/_history/[A-Za-z0-9\-.]{1,64})?)|([A-Z][A-Za-z]+)\?\S+"
)
_absolute = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:\S+")


class Checks(Protocol):
    check: Check


def resource_types() -> frozenset[str]:
    return frozenset(name for name, kind in table("r4")["kinds"].items() if kind == "resource")


def target_type(reference: str) -> str:
    """The resource type that a literal reference names; "" when it names none (fragment, urn, other address)."""
    match = _typed.fullmatch(reference)
    found = (match[1] or match[2]) if match else ""
    return found if found in _TYPES else ""


_TYPES = resource_types()


def reference_check(shape: Checks, targets: frozenset[str]) -> Check:
    """Check of a Reference to one of `targets` (any type when empty)."""

    def check(value: Any) -> Findings:
        found = shape.check(value)
        if has_error(found):
            return found
        reference = value.get("reference")
        if reference is None:
            named = value.get("type", "")
        elif reference[0] == "#":
            return placed("", [Finding(LOCAL, reference[1:], ".reference", targets=targets)], found)
        elif reference.partition("/")[0] in targets:
            return found
        else:
            named = target_type(reference)
            if not named and not _absolute.fullmatch(reference):
                issue = one(
                    "reference",
                    "Cette référence n’a pas la forme « Type/identifiant » ni celle d’une adresse.",
                    ".reference",
                    WARNING,
                )
                return placed("", issue, found)
        if targets and named in _TYPES and named not in targets:
            issue = one("reference", f"Une référence vers « {named} » n’est pas permise ici.", ".reference")
            return placed("", issue, found)
        return found

    return check


def settle(found: Findings, contained: dict[str, str]) -> Findings:
    """`found` without the local references that `contained` (id: type) answers; the others become errors (ref-1). "#" alone
    is the enclosing resource itself."""
    if found is None:
        return None
    kept = []
    for finding in found:
        if finding.code != LOCAL:
            kept.append(finding)
        elif finding.sentence and finding.sentence not in contained:
            kept.append(Finding("ref-1", "Cette référence interne ne désigne aucune ressource contenue.", finding.where))
        elif finding.sentence and finding.targets and contained[finding.sentence] not in finding.targets:
            kept.append(
                Finding(
                    "reference",
                    "Cette référence désigne une ressource contenue d’un type qui n’est pas permis ici.",
                    finding.where,
                )
            )
    return kept or None
