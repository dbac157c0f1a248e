"""How an invariant is written: a test of one object, and the finding when it fails."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from socle.formats.fhir.findings import Findings, one
from socle.formats.fhir.moments import interval

Json = dict[str, Any]
Rule = Callable[[Json], Findings]


def rule(key: str, sentence: str, holds: Callable[[Json], bool], where: str = "") -> Rule:
    return lambda value: None if holds(value) else one(key, sentence, where)


def needs(key: str, name: str, other: str) -> Rule:
    """`name` is given only with `other`."""
    return rule(key, f"« {name} » demande « {other} ».", lambda v: name not in v or other in v, "." + name)


def either(key: str, *names: str) -> Rule:
    quoted = " ou ".join(f"« {name} »" for name in names)
    return rule(key, f"Il faut {quoted}.", lambda v: any(name in v for name in names))


def not_both(key: str, name: str, other: str) -> Rule:
    return rule(key, f"« {name} » et « {other} » s’excluent.", lambda v: not (name in v and other in v), "." + name)


def choice(value: Json, name: str) -> bool:
    """Whether the choice element is present under any of its types."""
    return any(key.startswith(name) and key[len(name) : len(name) + 1].isupper() for key in value)


def ordered(start: str | None, end: str | None) -> bool:
    """False when every instant of `start` is after every instant of `end`."""
    return not start or not end or interval(start)[0] < interval(end)[1]
