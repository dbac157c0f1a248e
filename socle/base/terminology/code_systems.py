"""The names of a code system: NOS name, OID, URI of the French guides, URI of the terminology server.

CDA and the shared record speak OIDs, FHIR speaks URIs, and both names of the French URIs are met. Every function here takes
any of them. Source: ANS, URI patterns of mos.esante.gouv.fr and smt.esante.gouv.fr; HL7 for its own systems.
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass

from socle.base.terminology.reading import rows

_NOS = re.compile(r"\b((?:TRE|JDV|ASS))[_-]([A-Z][0-9]{2,3})(?![0-9])", re.IGNORECASE)
_WORD = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z0-9]+|[A-Z0-9]+")


@dataclass(frozen=True, slots=True)
class CodeSystem:
    """`nos` is the national name (`TRE_R02-SecteurActivite`), empty for a system France does not name; `table` is the name of
    the table shipped here, empty when there is none; `uri` is what FHIR carries."""

    nos: str
    oid: str
    uri: str
    table: str = ""
    alias_uri: str = ""

    @property
    def short(self) -> str:
        """`TRE_R02`, which survives the misspellings met in the rest of the name."""
        return self.nos.partition("-")[0]

    @property
    def mos_uri(self) -> str:
        """The URI of the NOS pattern, empty for a system France does not name."""
        return f"https://mos.esante.gouv.fr/NOS/{self.nos}/FHIR/{self.nos.replace('_', '-')}" if self.nos else ""

    @property
    def smt_uri(self) -> str:
        """The URI of the terminology server's pattern: lower case, words apart."""
        if not self.nos:
            return ""
        prefix, _, name = self.nos.replace("_", "-").partition("-")
        number, _, words = name.partition("-")
        spelt = "-".join(_WORD.findall(words)).lower()
        return f"https://smt.esante.gouv.fr/fhir/CodeSystem/{prefix.lower()}-{number.lower()}-{spelt}"


def code_system(reference: str) -> CodeSystem | None:
    """The code system behind an OID (bare or `urn:oid:`), a URI of any of the patterns or a NOS name; None if unknown."""
    index = _index()
    bare = reference.strip().partition("|")[0].removeprefix("urn:oid:").rstrip("/")
    found = index.get(bare)
    return found or index.get(nos_short(bare))


def uri_of_oid(oid: str) -> str:
    """What FHIR carries for a code system given by its OID; `urn:oid:…` when it has no URI."""
    known = code_system(oid)
    return known.uri if known else f"urn:oid:{oid.strip().removeprefix('urn:oid:')}"


def oid_of_uri(uri: str) -> str:
    """The OID that CDA carries for a code system given by its URI; empty when it is not known."""
    known = code_system(uri)
    if known:
        return known.oid
    return uri.removeprefix("urn:oid:") if uri.startswith("urn:oid:") else ""


def nos_short(reference: str) -> str:
    """`TRE_R02` or `JDV_J07` from any spelling of a national name or URI; empty when there is none."""
    found = _NOS.search(reference)
    return f"{found[1]}_{found[2]}".upper() if found else ""


@functools.lru_cache(maxsize=1)
def _index() -> dict[str, CodeSystem]:
    by_oid: dict[str, CodeSystem] = {}
    for row in rows("SOURCES.csv"):
        if row["oid"]:
            by_oid[row["oid"]] = _named(row["nos"], row["oid"], "", row["file"].removesuffix(".csv"), "")
    for row in rows("code-systems.csv"):
        known = by_oid.get(row["oid"])
        table = row["table"] or (known.table if known else "")
        by_oid[row["oid"]] = _named(row["nos"], row["oid"], row["uri"], table, row["alias_uri"])
    index: dict[str, CodeSystem] = {}
    for system in by_oid.values():
        names = (system.oid, system.uri, system.mos_uri, system.smt_uri, system.alias_uri, system.short)
        index.update({name: system for name in names if name})
    return index


def _named(nos: str, oid: str, uri: str, table: str, alias_uri: str) -> CodeSystem:
    system = CodeSystem(nos, oid, uri, table, alias_uri)
    return CodeSystem(nos, oid, uri or system.mos_uri or f"urn:oid:{oid}", table, alias_uri)
