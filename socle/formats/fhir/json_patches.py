"""JSON Patch on a resource.

Source: RFC 6902, RFC 6901; PDSm 3.1.1 flow 03, whose example has a pointer with a filter, which no RFC knows: refused.
"""

from __future__ import annotations

import re
from typing import Any

from socle.formats.fhir.patches import MAX_COPIED, MAX_OPERATIONS, Json, Patched, copied, finished, named, refused, same, size

Tokens = list[str]
_index = re.compile(r"0|[1-9][0-9]{0,8}").fullmatch
_filter = re.compile(r"[\[\]()=?'\"\s]").search


def apply_json_patch(resource: Json, operations: object) -> Patched:
    """`resource` after every operation, or none: raises Invalid `patch` for an operation that is not well formed, `patch-filter`
    for a pointer with a filter, `patch-path` for a place that does not exist, `patch-test` for a test that fails."""
    if not isinstance(operations, list) or not operations or len(operations) > MAX_OPERATIONS:
        raise refused("patch", f"Un JSON Patch est une liste de 1 à {MAX_OPERATIONS} opérations.")
    return _Patch(resource).run(operations)


class _Patch:
    def __init__(self, original: Json) -> None:
        self.original = original
        self.resource: Json = copied(original)
        self.touched: list[str] = []
        self.budget = MAX_COPIED

    def run(self, operations: list[object]) -> Patched:
        for index, operation in enumerate(operations):
            if not isinstance(operation, dict):
                raise refused("patch", "Une opération est un objet.", f"[{index}]")
            kind = operation.get("op")
            if kind not in ("add", "remove", "replace", "move", "copy", "test"):
                raise refused("patch", "L’opération (op) est inconnue.", f"[{index}].op")
            if kind in ("add", "replace", "test") and "value" not in operation:
                raise refused("patch", "Cette opération demande une valeur (value).", f"[{index}]")
            getattr(self, "_" + kind)(operation, _tokens(operation.get("path"), f"[{index}].path"))
        return finished(self.resource, self.original, self.touched)

    def _add(self, operation: Json, tokens: Tokens) -> None:
        self._put(tokens, copied(operation["value"]))

    def _put(self, tokens: Tokens, value: Any) -> None:
        parent, key = self._parent(tokens, adding=True)
        if isinstance(parent, list):
            parent.insert(key, value)
        else:
            parent[key] = value
        self.touched.append(self._name(tokens, key))

    def _remove(self, operation: Json, tokens: Tokens) -> Any:
        parent, key = self._parent(tokens)
        self.touched.append(self._name(tokens, key))
        return parent.pop(key)

    def _replace(self, operation: Json, tokens: Tokens) -> None:
        parent, key = self._parent(tokens)
        self.touched.append(self._name(tokens, key))
        parent[key] = copied(operation["value"])
        self.touched.append(self._name(tokens, key))

    def _move(self, operation: Json, tokens: Tokens) -> None:
        source = _tokens(operation.get("from"), "from")
        if tokens[: len(source)] == source and tokens != source:
            raise refused("patch-path", "Un élément ne se déplace pas dans lui-même.", named(self.resource, []))
        self._put(tokens, self._remove(operation, source))

    def _copy(self, operation: Json, tokens: Tokens) -> None:
        value = self._at(_tokens(operation.get("from"), "from"))
        self.budget -= size(value)
        if self.budget < 0:
            raise refused("patch", "Ces opérations copient trop de contenu.")
        self._put(tokens, copied(value))

    def _test(self, operation: Json, tokens: Tokens) -> None:
        if not same(self._at(tokens), operation["value"]):
            raise refused("patch-test", "La valeur n’est pas celle que le test attend.", self._name(tokens))

    def _at(self, tokens: Tokens) -> Any:
        if not tokens:
            return self.resource
        parent, key = self._parent(tokens)
        return parent[key]

    def _parent(self, tokens: Tokens, adding: bool = False) -> tuple[Any, Any]:
        """The container of a place and its key there; the place exists, unless `adding`."""
        if not tokens:
            raise refused("patch-path", "Un patch ne remplace pas la ressource entière.")
        value: Any = self.resource
        for position, token in enumerate(tokens):
            last = position == len(tokens) - 1
            key = _key(value, token, adding and last)
            if key is None:
                raise refused("patch-path", "Cet élément n’existe pas dans la ressource.", self._name(tokens[:position]))
            if last:
                return value, key
            value = value[key]
        raise AssertionError("unreachable")

    def _name(self, tokens: Tokens, last: Any = None) -> str:
        steps: list[str | int] = [int(t) if _index(t) else t for t in tokens]
        if isinstance(last, int):
            steps[-1] = last
        return named(self.resource, steps)


def _key(value: Any, token: str, adding: bool) -> str | int | None:
    if isinstance(value, dict):
        return token if adding or token in value else None
    if not isinstance(value, list):
        return None
    if token == "-":  # noqa: S105 (a place after the last, RFC 6901)
        return len(value) if adding else None
    position = int(token) if _index(token) else -1
    return position if 0 <= position < len(value) + adding else None


def _tokens(pointer: object, where: str) -> Tokens:
    if not isinstance(pointer, str) or (pointer and not pointer.startswith("/")):
        raise refused("patch", "Un chemin JSON Pointer commence par « / ».", where)
    if _filter(pointer):
        sentence = "Un chemin JSON Pointer n’a pas de filtre : donnez la position (« /identifier/0 ») ou employez FHIRPath Patch."
        raise refused("patch-filter", sentence, where)
    return [token.replace("~1", "/").replace("~0", "~") for token in pointer.split("/")[1:]]
