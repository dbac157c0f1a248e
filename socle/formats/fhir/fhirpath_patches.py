"""FHIRPath Patch on a resource, for the paths that the French guides write.

A path is a type followed by elements, positions `[0]`, `where(name = 'text' and …)` and `extension('address')`; anything else is
refused. A choice element is named without its type (`value`).

Source: FHIR R4 §3.1.0.11 (fhirpatch); PDSm 3.1.1 flow 03; ANS mailbox write API 0.1.0; PDSm4DMP (TD2.1).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from socle.formats.fhir.model import Element, elements_of
from socle.formats.fhir.patches import MAX_OPERATIONS, Json, Patched, copied, finished, named, refused

_CONDITION = r"[a-zA-Z.]+\s*=\s*(?:'[^'\\]*'|true|false)"
_step = re.compile(
    rf"\.where\(\s*(?P<where>{_CONDITION}(?:\s+and\s+{_CONDITION})*)\s*\)"
    r"|\.extension\(\s*'(?P<extension>[^'\\]+)'\s*\)"
    r"|\.(?P<name>[a-z][A-Za-z0-9]*)(?![A-Za-z0-9(])"
    r"|\[(?P<index>[0-9]{1,6})\]"
)
_condition = re.compile(r"([a-zA-Z.]+)\s*=\s*(?:'([^'\\]*)'|(true|false))")
MAX_PATH = 1000
Steps = list[re.Match[str]]
Parts = dict[Any, Json]


@dataclass(frozen=True, slots=True)
class _Place:
    """A value inside the resource, how it is reached, and the element that it is."""

    tokens: tuple[str | int, ...]
    value: Any
    element: Element


def apply_fhirpath_patch(resource: Json, parameters: Json) -> Patched:
    """`resource` after every operation of a `Parameters`, or none. Raises Invalid `patch` for an operation that is not well
    formed, `patch-filter` for a path outside the language above, `patch-path` for a path that meets no element or several (a
    delete may meet none)."""
    is_parameters = isinstance(parameters, dict) and parameters.get("resourceType") == "Parameters"
    operations = parameters.get("parameter") if is_parameters else None
    if not isinstance(operations, list) or not 0 < len(operations) <= MAX_OPERATIONS:
        raise refused("patch", f"Un FHIRPath Patch est un Parameters de 1 à {MAX_OPERATIONS} opérations.")
    patch = _Patch(resource)
    for index, operation in enumerate(operations):
        patch.apply(operation, f"Parameters.parameter[{index}]")
    return finished(patch.resource, resource, patch.touched)


class _Patch:
    def __init__(self, original: Json) -> None:
        self.resource: Json = copied(original)
        self.touched: list[str] = []

    def apply(self, operation: Any, where: str) -> None:
        listed = operation.get("part") if isinstance(operation, dict) else None
        if not isinstance(listed, list):
            raise refused("patch", "Une opération est décrite par des parties (part).", where)
        parts = {str(p.get("name")): p for p in listed if isinstance(p, dict)}
        kind = _text(parts, "type")
        if operation.get("name") != "operation" or kind not in ("add", "insert", "delete", "replace", "move"):
            raise refused("patch", "Une opération a un type : add, insert, delete, replace ou move.", where)
        path = _text(parts, "path")
        if not path:
            raise refused("patch", "Une opération a un chemin (path).", where)
        if kind in ("add", "insert", "replace") and "value" not in parts:
            raise refused("patch", "Cette opération demande une valeur (value).", where)
        steps = _steps(path, str(self.resource.get("resourceType")), where)
        getattr(self, "_" + kind)(steps, parts, where)

    def _add(self, steps: Steps, parts: Parts, where: str) -> None:
        place = self._one(steps, where)
        element = elements_of(place.element.kind).get(_text(parts, "name"))
        if not isinstance(place.value, dict) or element is None:
            raise refused("patch-path", "Cet élément ne peut pas être ajouté ici.", where)
        key, value = _written(element, parts["value"], where)
        if element.many:
            place.value.setdefault(key, []).append(value)
            self._touch((*place.tokens, key, len(place.value[key]) - 1))
        elif _children(place, element.name):
            raise refused("patch-path", "Cet élément existe déjà : remplacez-le.", where)
        else:
            place.value[key] = value
            self._touch((*place.tokens, key))

    def _insert(self, steps: Steps, parts: Parts, where: str) -> None:
        members, holder, element = self._list(steps, where)
        index = _whole(parts, "index", where)
        if index > len(members):
            raise refused("patch-path", "La position est après la fin de la liste.", where)
        members.insert(index, _written(element, parts["value"], where)[1])
        holder.value[element.name] = members
        self._touch((*holder.tokens, element.name, index))

    def _move(self, steps: Steps, parts: Parts, where: str) -> None:
        members, holder, element = self._list(steps, where)
        source, destination = _whole(parts, "source", where), _whole(parts, "destination", where)
        if max(source, destination) >= len(members):
            raise refused("patch-path", "La position est après la fin de la liste.", where)
        members.insert(destination, members.pop(source))
        self._touch((*holder.tokens, element.name))

    def _delete(self, steps: Steps, parts: Parts, where: str) -> None:
        places = self._select(steps)
        if len(places) > 1:
            raise refused("patch-path", "Le chemin désigne plusieurs éléments.", where)
        for place in places:
            container, key = self._container(place, where)
            self._touch(place.tokens)
            container.pop(key)

    def _replace(self, steps: Steps, parts: Parts, where: str) -> None:
        place = self._one(steps, where)
        container, key = self._container(place, where)
        self._touch(place.tokens)
        written, value = _written(place.element, parts["value"], where)
        if isinstance(key, int):
            written = key
        else:
            container.pop(key)
        container[written] = value
        self._touch((*place.tokens[:-1], written))

    def _touch(self, tokens: tuple[str | int, ...]) -> None:
        self.touched.append(named(self.resource, tokens))

    def _one(self, steps: Steps, where: str) -> _Place:
        places = self._select(steps)
        if len(places) != 1:
            raise refused("patch-path", "Le chemin ne désigne pas un seul élément de la ressource.", where)
        return places[0]

    def _list(self, steps: Steps, where: str) -> tuple[list[Any], _Place, Element]:
        """The list that a path names (empty when it is absent), what holds it, and its definition."""
        name = steps[-1]["name"] if steps else None
        holder = self._one(steps[:-1], where)
        element = elements_of(holder.element.kind).get(name) if name else None
        if element is None or not element.many or not isinstance(holder.value, dict):
            raise refused("patch-path", "Le chemin ne désigne pas une liste.", where)
        return holder.value.get(element.name, []), holder, element

    def _container(self, place: _Place, where: str) -> tuple[Any, Any]:
        if not place.tokens:
            raise refused("patch-path", "Un patch ne remplace pas la ressource entière.", where)
        value: Any = self.resource
        for token in place.tokens[:-1]:
            value = value[token]
        return value, place.tokens[-1]

    def _select(self, steps: Steps) -> list[_Place]:
        kind = str(self.resource.get("resourceType"))
        places = [_Place((), self.resource, Element("", False, False, kind))]
        for step in steps:
            if step["name"]:
                places = [child for place in places for child in _children(place, step["name"])]
            elif step["extension"]:
                children = [child for place in places for child in _children(place, "extension")]
                places = [c for c in children if isinstance(c.value, dict) and c.value.get("url") == step["extension"]]
            elif step["where"]:
                conditions = _condition.findall(step["where"])
                places = [place for place in places if all(_holds(place, *condition) for condition in conditions)]
            else:
                places = places[int(step["index"]) : int(step["index"]) + 1]
        return places


def _steps(path: str, kind: str, where: str) -> Steps:
    root = re.match(r"[A-Z][A-Za-z]*", path)
    if len(path) > MAX_PATH or root is None or root[0] != kind:
        raise refused("patch-path", "Le chemin commence par le type de la ressource.", where)
    steps, position = [], root.end()
    while position < len(path):
        step = _step.match(path, position)
        if step is None:
            sentence = "Le chemin n’emploie que des éléments, des positions, where(… = '…') et extension('…')."
            raise refused("patch-filter", sentence, where)
        steps.append(step)
        position = step.end()
    return steps


def _children(place: _Place, name: str) -> list[_Place]:
    """The repetitions of an element, a choice being named without its type."""
    if not isinstance(place.value, dict):
        return []
    elements = elements_of(place.element.kind)
    found = []
    for key, value in place.value.items():
        element = elements.get(key)
        if element is None or name != element.name:
            continue
        if isinstance(value, list):
            found += [_Place((*place.tokens, key, index), member, element) for index, member in enumerate(value)]
        else:
            found.append(_Place((*place.tokens, key), value, element))
    return found


def _holds(place: _Place, path: str, text: str, word: str) -> bool:
    places = [place]
    for name in path.split("."):
        places = [child for parent in places for child in _children(parent, name)]
    wanted: Any = (word == "true") if word else text
    return any(found.value is wanted if word else found.value == wanted for found in places)


def _text(parts: Parts, name: str) -> str:
    part = parts.get(name, {})
    found = part.get("valueCode", part.get("valueString", ""))
    return found if isinstance(found, str) else ""


def _whole(parts: Parts, name: str, where: str) -> int:
    part = parts.get(name, {})
    found = part.get("valueInteger", part.get("valueUnsignedInt"))
    if type(found) is not int or found < 0:
        raise refused("patch", f"Cette opération demande une position ({name}).", where)
    return found


def _written(element: Element, part: Json, where: str) -> tuple[Any, Any]:
    """The key and the value that a part gives to an element: by value[x], or by parts of its own for a structure."""
    keys = [key for key in part if key.startswith("value") and len(key) > 5]
    if len(keys) == 1 and "part" not in part:
        return element.name + (keys[0][5:] if element.choice else ""), copied(part[keys[0]])
    if isinstance(part.get("part"), list) and not keys and not element.choice:
        return element.name, _built(element.kind, part["part"], where)
    raise refused("patch", "La valeur est donnée par un seul élément value[x] ou par des parties (part).", where)


def _built(kind: str, parts: list[Any], where: str) -> Json:
    """A structure from parts named after its elements; a choice is named with or without its type."""
    built: Json = {}
    for part in parts:
        element = elements_of(kind).get(str(part.get("name"))) if isinstance(part, dict) else None
        if element is None:
            raise refused("patch", "Une partie de la valeur ne correspond à aucun élément.", where)
        key, value = _written(element, part, where)
        if element.many:
            built.setdefault(key, []).append(value)
        else:
            built[key] = value
    return built
