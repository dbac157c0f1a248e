"""What a check finds wrong, before its place in the whole resource is known.

A check answers None when all is well, so that a good resource costs no allocation; else a list of findings whose `where` starts
at the value checked. Whoever called it puts the name of the element in front.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

ERROR = "error"
WARNING = "warning"
LOCAL = "local-reference"
MAX_FINDINGS = 200


@dataclass(slots=True)
class Finding:
    """`where` is a FHIRPath suffix (`.name[0].given[1]`). A `LOCAL` one is no defect yet: its `sentence` is the id that the
    enclosing resource must contain, `targets` the types that are allowed there."""

    code: str
    sentence: str
    where: str = ""
    severity: str = ERROR
    targets: frozenset[str] = frozenset()


Findings = list[Finding] | None
Check = Callable[[Any], Findings]


def one(code: str, sentence: str, where: str = "", severity: str = ERROR) -> list[Finding]:
    return [Finding(code, sentence, where, severity)]


def placed(prefix: str, found: list[Finding], into: Findings) -> list[Finding]:
    """`found` at `prefix`, added to `into`; no more than MAX_FINDINGS are kept, so that a hostile input cannot buy memory."""
    for finding in found:
        finding.where = prefix + finding.where
    if into is None:
        return found
    if len(into) < MAX_FINDINGS:
        into.extend(found)
    return into


def has_error(found: Findings) -> bool:
    return found is not None and any(f.severity == ERROR and f.code != LOCAL for f in found)
