"""Build the packaged French profiles that `socle.formats.fhir.profiles` checks.

    python tools/fhir_profiles.py DIFFERENTIALS TERMINOLOGY R4

DIFFERENTIALS holds the StructureDefinitions, ValueSets and CodeSystems of the guides, one folder a guide (fr-core, pdsm,
tracabilite: MIT); TERMINOLOGY the ANS nomenclatures as CSV (only tables under the MIT licence are read); R4 the official
definitions (see `fhir_definitions.py`). The output, `socle/formats/fhir/definitions/french.json.gz`, is committed.

A profile is the merge of its differential with those of its bases down to R4; the IHE MHD bases, which carry no open file here,
are restated in `fhir_guides.MHD` from the text of the guide. A node: `n` least, `x` most, `f` fixed, `p` pattern,
`b` [strength, set], `t` types of a choice, `g` targets, `a` must be contained, `u` profiles of the value, `c` children,
`s` slices [name, [[path, pattern]…], node].
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from fhir_definitions import HL7, Terminology, read_entries, write
from fhir_guides import ANY, COMPLEMENTS, FR, MHD, OIDS, PDSM, TDE, national_sets, system_key

PROFILES = [FR + "fr-core-patient", FR + "fr-core-patient-ins", TDE + "tde-auditevent"] + [
    PDSM + name
    for name in (
        "pdsm-comprehensive-document-reference",
        "pdsm-simplified-publish",
        "pdsm-submissionset-comprehensive",
        "pdsm-folder-comprehensive",
    )
]


class Guides:
    """The definitions of the guides by canonical address without version."""

    def __init__(self, folder: Path, r4: Path) -> None:
        self.definitions: dict[str, dict] = {}
        terms: list[dict] = []
        for path in sorted(folder.glob("*/*.json")):
            resource = json.loads(path.read_text(encoding="utf-8"))
            if resource.get("resourceType") == "StructureDefinition":
                self.definitions[resource["url"]] = resource
            elif resource.get("resourceType") in ("ValueSet", "CodeSystem") and path.parent.name != "terminology":
                terms.append(resource)
        official = read_entries(r4, "valuesets.json", "v3-codesystems.json", "v2-tables.json")
        self.terminology = Terminology(iter([*terms, *official]))

    def type_of(self, url: str) -> str:
        """The resource or data type behind a profile or a base definition."""
        if url.startswith(HL7):
            return url.removeprefix(HL7)
        return self.definitions[url]["type"]

    def merged(self, url: str) -> dict[str, dict]:
        """The elements of a profile by id, its bases' first."""
        if url in MHD:
            return {row["id"]: dict(row) for row in MHD[url]}
        if url not in self.definitions:
            return {}
        definition = self.definitions[url]
        found = self.merged(definition["baseDefinition"].split("|")[0])
        for element in definition["differential"]["element"]:
            found.setdefault(element["id"], {}).update(element)
        return found

    def expand(self, url: str) -> dict[str, list[str] | None]:
        """{system: codes} of a set; a system whose codes are not at hand takes any."""
        exact = self.terminology.expand(url)
        if exact is not None:
            return {system_key(system): sorted(codes) for system, codes in exact.items()}
        found = self.terminology.by_url.get(url)
        if found is None or any("system" not in include for include in found["compose"]["include"]):
            return {}
        return {
            system_key(include["system"]): sorted(c["code"] for c in include["concept"]) if "concept" in include else ANY
            for include in found["compose"]["include"]
        }


def plain(url: str) -> str:
    return url.split("|")[0]


class Compiler:
    """Differentials to nodes; gathers the profiles and sets that they mention."""

    def __init__(self, guides: Guides, national: dict[str, dict[str, list[str] | None]]) -> None:
        self.guides = guides
        self.national = national
        self.profiles: dict[str, dict] = {}
        self.sets: dict[str, dict[str, list[str] | None]] = {}

    def profile(self, url: str) -> None:
        if url in self.profiles:
            return
        elements = self.guides.merged(url)
        kind = self.guides.type_of(url)
        self.profiles[url] = {"type": kind}
        root: dict = {}
        for identity, element in elements.items():
            node = root
            for part in identity.split(".")[1:]:
                name, _, piece = part.partition(":")
                node = node.setdefault("c", {}).setdefault(name, {})
                if piece:
                    node = node.setdefault("slices", {}).setdefault(piece, {})
            self._constrain(node, element)
        self.profiles[url]["node"] = self._finished(root, [])

    def _constrain(self, node: dict, element: dict) -> None:
        if element.get("min"):
            node["n"] = element["min"]
        if element.get("max", "*") != "*":
            node["x"] = int(element["max"])
        for key, value in element.items():
            if key.startswith("fixed"):
                node["f"] = value
            elif key.startswith("pattern") and key != "patternCanonical":
                node["p"] = value
        if "slicing" in element:
            node["by"] = [d["path"] for d in element["slicing"]["discriminator"]]
        if "binding" in element and (bound := self._bound(element["binding"])):
            node["b"] = bound
        self._type(node, element.get("type", []))

    def _bound(self, binding: dict) -> list[str] | None:
        """[strength, set]; None for a set that no open file enumerates."""
        url = plain(binding["valueSet"])
        name = system_key(url) if "esante" in url else url
        if name not in self.sets:
            codes = self.national.get(name) or self.guides.expand(url)
            if not codes:
                print(f"set without open table, left out: {name}", file=sys.stderr)
                return None
            self.sets[name] = codes
        return [binding["strength"], name]

    def _type(self, node: dict, types: list[dict]) -> None:
        codes = [kind["code"] for kind in types if "code" in kind]
        profiles = [plain(url) for kind in types for url in kind.get("profile", [])]
        targets = {self.guides.type_of(plain(url)) for kind in types for url in kind.get("targetProfile", [])}
        if codes and codes != ["Extension"]:
            node["t"] = codes
        if profiles:
            node["u"] = profiles
            for url in profiles:
                if url in self.guides.definitions:
                    self.profile(url)
        if targets:
            node["g"] = sorted(targets)
        if any(kind.get("aggregation") == ["contained"] for kind in types):
            node["a"] = 1

    def _finished(self, node: dict, bases: list[dict]) -> dict:
        """The node with its slices told apart and nothing empty left. `bases` are the finished nodes of the profiles that the
        value follows: a slice may be named here and told apart there."""
        bases = [self.profiles[url]["node"] for url in node.get("u", []) if url in self.profiles] + bases
        slices = []
        for name, piece in node.pop("slices", {}).items():
            inherited = [known for base in bases for known in base.get("s", []) if known[0] == name]
            match = self._match(node.get("by", ["url"]), piece) or next((known[1] for known in inherited), [])
            finished = self._finished(piece, [known[2] for known in inherited])
            if match and finished:
                slices.append([name, match, finished])
            elif finished:
                print(f"slice without discriminator, left out: {name}", file=sys.stderr)
        for one in slices:  # two slices that only their system tells apart (NSS-NIR and NSS-NIA share the type NH)
            twins = [other for other in slices if other is not one and other[1] == one[1]]
            if twins:
                one.append([*one[1], [["system"], one[2]["c"]["system"]["p"]]])
        slices = [[piece[0], piece[3] if len(piece) > 3 else piece[1], piece[2]] for piece in slices]
        node.pop("by", None)
        children = {
            name: self._finished(child, [base["c"][name] for base in bases if name in base.get("c", {})])
            for name, child in node.pop("c", {}).items()
        }
        children = {name: child for name, child in children.items() if child.keys() - {"t"} or (name.endswith("[x]") and child)}
        if children:
            node["c"] = children
        if slices:
            node["s"] = slices
        return node

    def _match(self, paths: list[str], piece: dict) -> list[list]:
        """[[path, pattern]…] that tell the members of a slice; a path is a list of names."""
        found = []
        for path in paths:
            if path == "url":
                url = piece.get("c", {}).get("url", {}).get("f") or piece.get("u", [""])[0]
                if url:
                    found.append([["url"], url])
            elif path.startswith("extension("):
                address = path.split("'")[1]
                value = next(iter(piece["c"]["extension"]["slices"].values()))["c"]["value[x]"]["p"]
                found.append([["extension=" + address, "value[x]"], value])
            else:
                child = piece.get("c", {}).get(path, {})
                if "p" in child or "f" in child:
                    found.append([[path], child.get("p", child.get("f"))])
        return found or self._patterns(piece, [])

    def _patterns(self, node: dict, path: list[str]) -> list[list]:
        """Every pattern below, for a slice whose stated discriminator is not constrained (PDSm referenceIdList)."""
        found = [[path, node["p"]]] if "p" in node and path else []
        for name, child in node.get("c", {}).items():
            found += self._patterns(child, [*path, name])
        return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("differentials", "terminology", "r4"):
        parser.add_argument(name, type=Path)
    options = parser.parse_args()
    compiler = Compiler(Guides(options.differentials, options.r4), national_sets(options.terminology))
    for url in PROFILES:
        compiler.profile(url)
    for url, codes in COMPLEMENTS.items():
        for system, more in codes.items():
            compiler.sets[url][system] = ANY if more is ANY else sorted({*more, *(compiler.sets[url].get(system) or [])})
    aliases = {f"urn:oid:{oid}": key for oid, key in OIDS.items()}
    write("french", {"profiles": compiler.profiles, "sets": compiler.sets, "aliases": aliases})


if __name__ == "__main__":
    main()
