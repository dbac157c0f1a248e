"""Checks compiled from the packaged definitions: one a type, made when it is first met.

Source: FHIR R4 §2.6 (JSON: no empty object, array or string; null only beside an extension), StructureDefinitions 4.0.1.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from socle.formats.fhir.definitions import table
from socle.formats.fhir.elements import code_check, concept_check, list_check, narrative_check, primitive_check
from socle.formats.fhir.findings import LOCAL, WARNING, Check, Findings, has_error, one, placed
from socle.formats.fhir.invariants import INVARIANTS
from socle.formats.fhir.primitives import PRIMITIVES
from socle.formats.fhir.references import reference_check, resource_types, settle

Invariant = Callable[[dict[str, Any]], Findings]
_TYPES = resource_types()
_QUANTITIES = ("SimpleQuantity", "MoneyQuantity")  # profiles of Quantity: their choice keys are those of Quantity


class Shape:
    """A type or a backbone element. `check` compiles the shape the first time it is called and replaces itself."""

    __slots__ = ("check", "choices", "name", "primitives", "required", "tests")

    def __init__(self, name: str) -> None:
        self.name = name
        self.check: Check = self._compile_and_check

    def _compile_and_check(self, value: Any) -> Findings:
        self._compile()
        return self.check(value)

    def _compile(self) -> None:
        self.tests: dict[str, Check] = {}
        self.primitives: dict[str, bool] = {}  # name of a primitive element: is it a list
        self.required: list[tuple[str, frozenset[str]]] = []
        self.choices: dict[str, str] = {}  # name in JSON: name of the choice
        for row in table("r4")["types"][self.name]:
            self._add(*row)
        if table("r4")["kinds"].get(self.name) == "resource":
            self.tests["resourceType"] = _nothing_wrong
            self.tests["id"] = primitive_check("id")
            if "contained" in self.tests:
                self.tests["contained"] = list_check(check_contained)
        self.check = _object_check(self, INVARIANTS.get(self.name, ()))

    def _add(self, name: str, least: int, many: int, types: list[str], bound: str = "", targets: Iterable[str] = ()) -> None:
        keys = []
        for kind in types:
            written = "Quantity" if kind in _QUANTITIES else kind[0].upper() + kind[1:]
            key = name.removesuffix("[x]") + written if name.endswith("[x]") else name
            keys.append(key)
            test = _type_check(kind, bound, frozenset(targets))
            self.tests[key] = list_check(test) if many else test
            if kind in PRIMITIVES and kind != "xhtml":
                self.primitives[key] = bool(many)
            if name.endswith("[x]"):
                self.choices[key] = name
        if least:
            self.required.append((name.removesuffix("[x]"), frozenset(keys)))


_shapes: dict[str, Shape] = {}


def shape(name: str) -> Shape:
    """The shape of that name, the same one each time."""
    found = _shapes.get(name)
    if found is None:
        found = _shapes.setdefault(name, Shape(name))
    return found


def _nothing_wrong(value: Any) -> Findings:
    return None


def _object_check(of: Shape, invariants: Iterable[Invariant]) -> Check:
    tests = of.tests
    test_of = tests.get
    single_required = frozenset(key for _, keys in of.required for key in keys if len(keys) == 1)
    choice_required = [keys for _, keys in of.required if len(keys) > 1]
    choice_keys = of.choices.keys()
    rules = tuple(invariants)

    def check(value: Any) -> Findings:
        if value.__class__ is not dict:
            return one("structure", "Un objet est attendu ici.")
        if not value:
            return one("empty", "Un objet ne peut pas être vide.")
        found: Findings = None
        for key, child in value.items():
            test = test_of(key)
            issues = test(child) if test is not None else _strange(of, value, key, child)
            if issues is not None:
                issues = _primitive_again(of, value, key, issues)
                if issues is not None:
                    found = placed("." + key if test is not None else "", issues, found)
        names = value.keys()
        if choice_required or not single_required <= names:
            found = _missing(of, value, found)
        if choice_keys and len(choice_keys & names) > 1:
            found = _two_choices(of, value, found)
        if rules and not has_error(found):
            for rule in rules:
                issues = rule(value)
                if issues is not None:
                    found = placed("", issues, found)
        return found

    return check


def _strange(of: Shape, value: dict[str, Any], key: str, child: Any) -> Findings:
    """A name that is not an element: the `_name` of a primitive, or unknown."""
    name = key[1:]
    if key[:1] != "_" or name not in of.primitives:
        shown = "." + key if key.isascii() and key.isidentifier() and len(key) <= 64 else ""
        return one("unknown-element", "Cet élément n’existe pas ici en FHIR R4.", shown)
    if of.primitives[name]:
        return _primitive_extensions(value.get(name), child, "." + name)
    found = _element(child)
    if name in of.choices and any(k != name and of.choices[k] == of.choices[name] for k in of.choices.keys() & value.keys()):
        found = placed("", one("choice", "Un seul type de valeur est permis pour cet élément."), found)
    return found and placed("." + name, found, None)


def _element(value: Any) -> Findings:
    return shape("Element").check(value)


def _primitive_extensions(values: Any, extensions: Any, where: str) -> Findings:
    if extensions.__class__ is not list or not extensions:
        return one("structure", "Une liste non vide est attendue ici.", where)
    if values is not None and values.__class__ is list and len(values) != len(extensions):
        return one("structure", "Les valeurs et leurs extensions doivent être aussi nombreuses.", where)
    found: Findings = None
    for index, extension in enumerate(extensions):
        alone = values is None or values.__class__ is not list or values[index] is None
        issues = (
            _element(extension)
            if extension is not None
            else one("empty", "Une valeur absente doit porter une extension.")
            if alone
            else None
        )
        if issues is not None:
            found = placed(f"{where}[{index}]", issues, found)
    return found


def _primitive_again(of: Shape, value: dict[str, Any], key: str, issues: Findings) -> Findings:
    """Findings of a list of primitives without those about a null that has its extension beside it."""
    if issues is None or not of.primitives.get(key) or "_" + key not in value:
        return issues
    return [issue for issue in issues if issue.code != "null"] or None


def _missing(of: Shape, value: dict[str, Any], found: Findings) -> Findings:
    for name, keys in of.required:
        if not (keys & value.keys()) and not any("_" + key in value for key in keys):
            found = placed("", one("required", f"L’élément « {name} » est obligatoire.", "." + name), found)
    return found


def _two_choices(of: Shape, value: dict[str, Any], found: Findings) -> Findings:
    seen: set[str] = set()
    for key in value:
        choice = of.choices.get(key)
        if choice is not None and choice in seen:
            found = placed("", one("choice", "Un seul type de valeur est permis pour cet élément.", "." + key), found)
        elif choice is not None:
            seen.add(choice)
    return found


def _type_check(kind: str, bound: str, targets: frozenset[str]) -> Check:
    if kind == "xhtml":
        return narrative_check
    if kind in PRIMITIVES:
        codes = _codes(bound)
        return code_check(codes) if codes else primitive_check(kind)
    if kind == "Resource":
        return check_resource
    found = shape(kind.removeprefix("@"))
    if kind == "Reference":
        return reference_check(found, targets)
    if kind == "CodeableConcept" and table("r4")["sets"].get(bound):
        return concept_check(lambda value: found.check(value), table("r4")["sets"][bound])
    return lambda value: found.check(value)


def _codes(bound: str) -> frozenset[str]:
    return frozenset(code for codes in table("r4")["sets"].get(bound, {}).values() for code in codes)


def check_resource(value: Any) -> Findings:
    """All that is wrong in a resource, its local references settled."""
    if value.__class__ is not dict:
        return one("structure", "Une ressource est attendue ici.")
    kind = value.get("resourceType")
    if kind.__class__ is not str or kind not in _TYPES:
        return one("resource-type", "Le type de ressource (resourceType) est absent ou inconnu en FHIR R4.")
    found = shape(kind).check(value)
    contained = value.get("contained")
    if contained.__class__ is list:
        resources = [c for c in contained if isinstance(c, dict)]
        found = _unused(value, resources, found)
        return settle(found, {str(c.get("id", "")): str(c.get("resourceType", "")) for c in resources})
    return settle(found, {}) if found is not None else None


def check_contained(value: Any) -> Findings:
    """What is wrong in a contained resource; its local references are left to the enclosing one (dom-2, dom-4, dom-5)."""
    kind = value.get("resourceType") if value.__class__ is dict else None
    if kind.__class__ is not str or kind not in _TYPES:
        return check_resource(value)
    found = shape(kind).check(value)
    if "contained" in value:
        found = placed("", one("dom-2", "Une ressource contenue ne peut pas en contenir d’autres.", ".contained"), found)
    meta = value.get("meta")
    if meta.__class__ is dict and meta.keys() & {"versionId", "lastUpdated"}:
        found = placed("", one("dom-4", "Une ressource contenue n’a ni version ni date de mise à jour.", ".meta"), found)
    if meta.__class__ is dict and "security" in meta:
        found = placed("", one("dom-5", "Une ressource contenue ne porte pas d’étiquette de sécurité.", ".meta.security"), found)
    return found


def _unused(value: dict[str, Any], resources: list[dict[str, Any]], found: Findings) -> Findings:
    """dom-3: a contained resource is referred to, or refers to the one that contains it."""
    used = {finding.sentence for finding in found or () if finding.code == LOCAL}
    if used.issuperset(str(contained.get("id", "")) for contained in resources):
        return found
    used |= {text[1:] for text in _fragments(value)}
    for index, contained in enumerate(resources):
        name = str(contained.get("id", ""))
        if name not in used and "#" not in _fragments(contained):
            issue = one("dom-3", "Cette ressource contenue n’est désignée par aucune référence.", f".contained[{index}]", WARNING)
            found = placed("", issue, found)
    return found


def _fragments(value: Any) -> Iterator[str]:
    """Every text that points inside the resource, canonical addresses included."""
    if isinstance(value, dict):
        for child in value.values():
            yield from _fragments(child)
    elif isinstance(value, list):
        for child in value:
            yield from _fragments(child)
    elif isinstance(value, str) and value.startswith("#"):
        yield value
