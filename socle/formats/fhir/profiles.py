"""French profiles: what they ask of a resource beyond the base definitions.

The compiled form is that of `tools/fhir_profiles.py`. Required bindings are errors; extensible and preferred ones, and references
that a guide wants contained, are warnings. Profiles are matched without their `|version`, code systems by their national short
name whatever the spelling of the address (mos.esante.gouv.fr, smt.esante.gouv.fr, OID).

Source: fr-core 2.2.0, PDSm 3.1.1, TDE 2.0.0; `profile_rules` holds what their tables cannot say.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from socle.formats.fhir.definitions import table
from socle.formats.fhir.findings import WARNING, Finding, Findings, one
from socle.formats.fhir.profile_rules import RULES
from socle.formats.fhir.references import target_type

Json = dict[str, Any]
Node = dict[str, Any]
_nos = re.compile(r"https://(?:mos|smt)\.esante\.gouv\.fr/\S*?\b(tre|jdv)[_-]([a-z][0-9]{2,3})[_-]", re.IGNORECASE)


def canonical(address: str) -> str:
    """The address of a profile without its version."""
    return address.partition("|")[0]


def known_profiles() -> frozenset[str]:
    """Canonical addresses of the resource profiles that can be checked."""
    kinds = table("r4")["kinds"]
    declared = {url for url, profile in table("french")["profiles"].items() if kinds.get(profile["type"]) == "resource"}
    return frozenset(declared | RULES.keys())


def system_key(system: str) -> str:
    """The short national name of a code system (`TRE_A07`), else its address."""
    found = _nos.match(system)
    if found:
        return f"{found[1]}_{found[2]}".upper()
    return str(table("french")["aliases"].get(system, system))


def check_profile(resource: Json, profile: str) -> Findings:
    """What a profile finds wrong in a resource whose form is right; None for nothing."""
    url = canonical(profile)
    definition = table("french")["profiles"].get(url)
    if definition is None and url not in RULES:
        return one("profile-unknown", "Ce profil n’est pas connu ici ; il n’a pas été vérifié.", ".meta.profile", WARNING)
    if definition is not None and resource.get("resourceType") != definition["type"]:
        return one("profile-type", f"Ce profil décrit une ressource « {definition['type']} ».")
    found: list[Finding] = []
    if definition is not None:
        contained = {"#" + str(c.get("id")): str(c.get("resourceType")) for c in resource.get("contained", ())}
        _Visit(contained, found).children(definition["node"], resource, "")
    for rule in RULES.get(url, ()):
        found.extend(rule(resource, check_profile))
    distinct = {(finding.code, finding.where): finding for finding in found}  # slices and profiles say the same thing twice
    return list(distinct.values()) or None


class _Visit:
    """One walk of a profile over a resource."""

    def __init__(self, contained: dict[str, str], found: list[Finding]) -> None:
        self.contained = contained
        self.found = found

    def add(self, code: str, sentence: str, where: str, severity: str = "error") -> None:
        self.found.append(Finding(code, sentence, where, severity))

    def children(self, node: Node, value: Json, where: str) -> None:
        """The elements of an object against the children of its node."""
        for name, child in node.get("c", {}).items():
            stem = name.removesuffix("[x]")
            members = list(_members(value, name, f"{where}.{stem}"))
            self.count(child, len(members), stem, where)
            for key, member, place in members:
                self.value(child, key, member, place)
            for label, match, piece in child.get("s", ()):
                inside = [m for m in members if all(_found(m[1], path, pattern) for path, pattern in match)]
                self.count(piece, len(inside), f"{stem} ({label})", where)
                for key, member, place in inside:
                    self.value(piece, key, member, place)

    def count(self, node: Node, number: int, name: str, where: str) -> None:
        if number < node.get("n", 0):
            self.add("required", f"L’élément « {name} » est exigé par ce profil.", f"{where}.{name.partition(' ')[0]}")
        most = node.get("x")
        if most is not None and number > most:
            times = "n’est pas permis" if most == 0 else f"ne peut pas figurer plus de {most} fois"
            self.add("cardinality", f"L’élément « {name} » {times} dans ce profil.", f"{where}.{name.partition(' ')[0]}")

    def value(self, node: Node, key: str, value: Any, where: str) -> None:
        if "t" in node and key != where.rpartition(".")[2].partition("[")[0] and not _type_allowed(key, node["t"]):
            self.add("value", "Ce type de valeur n’est pas permis par ce profil.", where)
            return
        if ("f" in node and value != node["f"]) or ("p" in node and not _matches(value, node["p"])):
            self.add("fixed", "Cette valeur n’est pas celle que le profil fixe.", where)
        if "b" in node:
            self.binding(node["b"][0], node["b"][1], value, where)
        if "g" in node and isinstance(value, dict):
            self.target(node, value, where)
        if isinstance(value, dict):
            self.children(node, value, where)
            for url in node.get("u", ()):
                profile = table("french")["profiles"].get(url)
                if profile is not None:
                    self.children(profile["node"], value, where)

    def target(self, node: Node, value: Json, where: str) -> None:
        reference = value.get("reference", "")
        kind = self.contained.get(reference) or target_type(reference) or value.get("type", "")
        if kind and kind not in node["g"]:
            self.add("profile-reference", f"Ce profil ne permet pas ici une référence vers « {kind} ».", where + ".reference")
        elif "a" in node and reference and not reference.startswith("#"):
            self.add("contained-expected", "Ce profil attend ici une ressource contenue.", where + ".reference", WARNING)

    def binding(self, strength: str, name: str, value: Any, where: str) -> None:
        systems = table("french")["sets"][name]
        if isinstance(value, str):
            allowed = any(codes is None or value in codes for codes in systems.values())
        else:
            codings = value.get("coding", []) if "coding" in value or "system" not in value else [value]
            if not codings and strength != "required":
                return
            allowed = any(_in_set(systems, coding) for coding in codings)
        if allowed:
            return
        if strength == "required":
            self.add("code-invalid", "Ce code n’est pas dans le jeu de valeurs exigé par ce profil.", where)
        else:
            self.add("code-preferred", "Ce code n’est pas dans le jeu de valeurs recommandé par ce profil.", where, WARNING)


def _in_set(systems: dict[str, list[str] | None], coding: Json) -> bool:
    key = system_key(coding.get("system", ""))
    return key in systems and (systems[key] is None or coding.get("code") in systems[key])  # type: ignore[operator]


def _members(value: Json, name: str, where: str) -> Iterator[tuple[str, Any, str]]:
    """(name in JSON, value, place) of each repetition of an element."""
    if name.endswith("[x]"):
        stem = name.removesuffix("[x]")
        for key, member in value.items():
            if key.startswith(stem) and key[len(stem) : len(stem) + 1].isupper():
                yield key, member, where
        return
    members = value.get(name)
    if isinstance(members, list):
        for index, member in enumerate(members):
            yield name, member, f"{where}[{index}]"
    elif members is not None:
        yield name, members, where


def _type_allowed(key: str, types: list[str]) -> bool:
    return any(key.endswith(kind[0].upper() + kind[1:]) for kind in types)


def _found(value: Any, path: list[str], pattern: Any) -> bool:
    """Whether something at `path` under a value matches the pattern."""
    if not path:
        return _matches(value, pattern)
    if not isinstance(value, dict):
        return False
    step, rest = path[0], path[1:]
    if step.startswith("extension="):
        address = step.removeprefix("extension=")
        return any(_found(e, rest, pattern) for e in value.get("extension", ()) if e.get("url") == address)
    return any(_found(member, rest, pattern) for _, member, _ in _members(value, step, ""))


def _matches(value: Any, pattern: Any) -> bool:
    """Whether a value holds all that a pattern shows; displays, which are translated, do not count."""
    if isinstance(pattern, dict):
        return isinstance(value, dict) and all(
            name == "display" or (name in value and _matches(value[name], wanted)) for name, wanted in pattern.items()
        )
    if isinstance(pattern, list):
        return isinstance(value, list) and all(any(_matches(item, wanted) for item in value) for wanted in pattern)
    return bool(value == pattern)
