"""Which system an identifier belongs to: FHIR system URI, OID and French type code, three names of one thing.

Source: hl7.fhir.fr.core 2.2.0 and the ANS directory guide, as gathered in the French identifier systems table.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from socle.errors import Invalid
from socle.formats.identifiers.cleaning import compact
from socle.formats.identifiers.ins import normalise_matricule
from socle.formats.identifiers.professional import IDNPS_OID, normalise_rpps, parse_idnps
from socle.formats.identifiers.structure import (
    IDNST_OID,
    normalise_finess,
    normalise_siren,
    normalise_siret,
    parse_idnst,
)

FR_TYPES = "https://hl7.fr/ig/fhir/core/CodeSystem/fr-core-cs-v2-0203"
HL7_TYPES = "http://terminology.hl7.org/CodeSystem/v2-0203"
URN_SYSTEM = "urn:ietf:rfc:3986"
_OID = re.compile(r"[0-2](\.(0|[1-9][0-9]*))+")


@dataclass(frozen=True, slots=True)
class IdentifierSystem:
    """`uri` is what we emit, `aliases` are met on input only; `oid` is empty where France names the system by URI."""

    kind: str
    uri: str
    oid: str = ""
    type_code: str = ""
    type_system: str = FR_TYPES
    aliases: tuple[str, ...] = ()


def _by_oid(kind: str, oid: str, type_code: str = "", type_system: str = FR_TYPES) -> IdentifierSystem:
    return IdentifierSystem(kind, f"urn:oid:{oid}", oid, type_code, type_system)


SYSTEMS: tuple[IdentifierSystem, ...] = (
    _by_oid("ins-nir", "1.2.250.1.213.1.4.8", "INS-NIR"),
    _by_oid("ins-nia", "1.2.250.1.213.1.4.9", "INS-NIA"),
    _by_oid("ins-nir-test", "1.2.250.1.213.1.4.10", "INS-NIR-TEST"),
    _by_oid("ins-nir-demo", "1.2.250.1.213.1.4.11", "INS-NIR-DEMO"),
    _by_oid("ins-c", "1.2.250.1.213.1.4.2", "INS-C"),
    _by_oid("nir-billing", "1.2.250.1.213.1.4.13", "NH", HL7_TYPES),
    _by_oid("nia-billing", "1.2.250.1.213.1.4.14", "NH", HL7_TYPES),
    _by_oid("pharmacy-record", "1.2.250.1.176.1.2", "NDP"),
    _by_oid("idnps", IDNPS_OID, "IDNPS"),
    _by_oid("idnst", IDNST_OID, "IDNST"),
    IdentifierSystem("rpps", "https://rpps.esante.gouv.fr", "", "RPPS", aliases=("http://rpps.fr",)),
    IdentifierSystem("am", "https://www.ameli.fr"),
    IdentifierSystem("practice", "https://annuaire.sante.fr"),
    IdentifierSystem("finess", "https://finess.esante.gouv.fr", "", "FINEG"),
    IdentifierSystem("siren", "https://sirene.fr", "", "SIREN"),
    IdentifierSystem("siret", "https://sirene.fr", "", "SIRET"),
    IdentifierSystem("rpps-rang", "https://rppsrang.esante.gouv.fr", "", "RPPSRG"),
    IdentifierSystem("internal-organisation", "https://oi.esante.gouv.fr"),
    _by_oid("sas-regulator", "1.2.250.1.213.3.6"),
)

_BY_KIND = {system.kind: system for system in SYSTEMS}
_BY_OID = {system.oid: system for system in SYSTEMS if system.oid}
_BY_URI: dict[str, tuple[IdentifierSystem, ...]] = {}
for _system in SYSTEMS:
    for _uri in (_system.uri, *_system.aliases):
        _BY_URI[_uri] = (*_BY_URI.get(_uri, ()), _system)

_NORMALISERS: dict[str, Callable[[str], str]] = {
    "ins-nir": normalise_matricule,
    "ins-nia": normalise_matricule,
    "ins-nir-test": normalise_matricule,
    "ins-nir-demo": normalise_matricule,
    "rpps": normalise_rpps,
    "finess": normalise_finess,
    "siren": normalise_siren,
    "siret": normalise_siret,
    "idnps": lambda value: str(parse_idnps(value)),
    "idnst": lambda value: str(parse_idnst(value)),
}


def system_of_kind(kind: str) -> IdentifierSystem:
    """The system of a kind of the table above; KeyError for a kind that is not in it."""
    return _BY_KIND[kind]


def system_of_oid(oid: str) -> IdentifierSystem | None:
    """The system of a bare OID (or `urn:oid:` one), None when it is a local system."""
    return _BY_OID.get(oid.removeprefix("urn:oid:"))


def system_of_uri(uri: str, value: str = "") -> IdentifierSystem | None:
    """The system of a FHIR `identifier.system`, None when it is a local one.

    SIREN and SIRET share a URI: the length of `value` tells them apart. A trailing slash and a `|version` are set
    aside.
    """
    candidates = _BY_URI.get(canonical_system(uri.partition("|")[0]), ())
    if len(candidates) > 1:
        return _BY_KIND["siren" if len(compact(value)) == 9 else "siret"]
    return candidates[0] if candidates else None


def canonical_system(uri: str) -> str:
    """One form for the ways of writing one system: an OID, bare or a URN in any case, is `urn:oid:…`; a trailing slash goes."""
    plain = uri.strip().rstrip("/")
    oid = plain[8:] if plain[:8].lower() == "urn:oid:" else plain
    return f"urn:oid:{oid}" if _OID.fullmatch(oid) else plain


def uri_of_oid(oid: str) -> str:
    """The FHIR system URI of an OID, known or not."""
    known = system_of_oid(oid)
    return known.uri if known else f"urn:oid:{oid.removeprefix('urn:oid:')}"


def normalise_identifier(uri: str, value: str) -> tuple[str, str]:
    """The kind and the normalised value of an identifier given by system and value; kind is empty for a local system.

    A value of a known system that has not its shape is Invalid, with the code of that system (`rpps-shape`,
    `ins-shape`…). An INS keeps its authority in its kind; its key is not checked here.
    """
    system = system_of_uri(uri, value)
    if system is None:
        return "", value.strip()
    normalise = _NORMALISERS.get(system.kind)
    return system.kind, normalise(value) if normalise else value.strip()


def rpps_of(uri: str, value: str) -> str | None:
    """The RPPS number behind an identifier, written as RPPS or as IDNPS; None for any other identifier or shape."""
    system = system_of_uri(uri, value)
    if system is None or system.kind not in ("rpps", "idnps"):
        return None
    try:
        return normalise_rpps(value) if system.kind == "rpps" else parse_idnps(value).rpps
    except Invalid:
        return None
