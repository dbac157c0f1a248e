"""The elements of a type, as the base definitions state them: what a patch needs to know of a place before it writes there."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from socle.formats.fhir.definitions import table


@dataclass(frozen=True, slots=True)
class Element:
    """`name` is without `[x]`; `kind` the type behind it ("" for a choice named without its type)."""

    name: str
    choice: bool
    many: bool
    kind: str


@cache
def elements_of(kind: str) -> dict[str, Element]:
    """The elements of a type by name in FHIRPath and by key in JSON (`value` and `valueBoolean` for value[x])."""
    found = {}
    for row in table("r4")["types"].get(kind, []):
        name, choice, many = row[0].removesuffix("[x]"), row[0].endswith("[x]"), bool(row[2])
        if not choice:
            found[name] = Element(name, False, many, row[3][0].removeprefix("@"))
            continue
        found[name] = Element(name, True, many, "")
        for each in row[3]:
            key = "Quantity" if each in ("SimpleQuantity", "MoneyQuantity") else each[0].upper() + each[1:]
            found[name + key] = Element(name, True, many, each)
    return found
