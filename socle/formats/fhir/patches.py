"""What both patch languages share: the result, the places touched, and the limits.

A patch never changes the resource it is given. `touched` names each element that was changed, added or removed, as FHIRPath; an
extension is named by its address (`DocumentReference.extension('https://…')`), so that a rule can say which changes it allows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from socle.errors import Invalid
from socle.formats.fhir.json_text import check_depth

Json = dict[str, Any]
MAX_OPERATIONS = 100
MAX_COPIED = 20_000


@dataclass(frozen=True, slots=True)
class Patched:
    """The new resource and the FHIRPath of what changed, in the order of the operations."""

    resource: Json
    touched: tuple[str, ...]


def refused(code: str, sentence: str, where: str = "") -> Invalid:
    return Invalid(code, sentence, where=where)


def copied(value: Any) -> Any:
    """A value that shares no container with the first."""
    if value.__class__ is dict:
        return {key: copied(child) for key, child in value.items()}
    if value.__class__ is list:
        return [copied(child) for child in value]
    return value


def size(value: Any) -> int:
    """How many values it is made of."""
    if isinstance(value, dict):
        return 1 + sum(size(child) for child in value.values())
    return 1 + sum(size(child) for child in value) if isinstance(value, list) else 1


def same(first: Any, second: Any) -> bool:
    """Equality of JSON values: true is not 1, 1.0 is 1."""
    if isinstance(first, bool) or isinstance(second, bool):
        return first is second
    if isinstance(first, dict) and isinstance(second, dict):
        return first.keys() == second.keys() and all(same(first[key], second[key]) for key in first)
    if isinstance(first, list) and isinstance(second, list):
        return len(first) == len(second) and all(same(a, b) for a, b in zip(first, second, strict=True))
    return bool(first == second)


def named(resource: Json, tokens: Sequence[str | int]) -> str:
    """The FHIRPath of a place given by its names and positions; stops where nothing is there."""
    path = str(resource.get("resourceType", "Resource"))
    value: Any = resource
    for token in tokens:
        child = None
        if isinstance(value, dict):
            child = value.get(str(token))
            path += f".{token}"
        elif isinstance(value, list):
            child = value[token] if isinstance(token, int) and token < len(value) else None
            address = child.get("url") if isinstance(child, dict) and path.endswith("xtension") else None
            path += f"('{address}')" if address else f"[{token}]"
        value = child
    return path


def finished(resource: Json, original: Json, touched: Sequence[str]) -> Patched:
    """The result, without what the patch left empty. Refused: another type, another id, more levels than a resource may have."""
    for name in ("resourceType", "id"):
        if resource.get(name) != original.get(name):
            raise refused("patch-path", "Le type et l’identifiant d’une ressource ne se modifient pas.", named(original, [name]))
    check_depth(resource)
    return Patched(_pruned(resource), tuple(dict.fromkeys(touched)))


def _pruned(value: Any) -> Any:
    if isinstance(value, dict):
        kept = {key: _pruned(child) for key, child in value.items()}
        return {key: child for key, child in kept.items() if child not in ({}, [])}
    if isinstance(value, list):
        return [child for child in map(_pruned, value) if child not in ({}, [])]
    return value
