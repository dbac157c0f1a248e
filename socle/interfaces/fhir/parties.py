"""Authors and custodians of a document: from contained resources, logical identifiers or our own directory to plain claims.

Source: fhir.md §2.1 (identifier systems), §2.3 (contained authors), §19 lines 5 and 14.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from socle.base import terminology
from socle.base.access.actor import Actor
from socle.base.directory.queries import fhir
from socle.errors import NotFound
from socle.formats.identifiers import idnps_of_rpps, rpps_of, system_of_uri
from socle.interfaces.fhir.exchange import Json, base, uuid_of

AGENTS = frozenset({"Practitioner", "PractitionerRole", "Organization", "Patient", "RelatedPerson", "Device"})
DIRECTORY = frozenset({"Practitioner", "PractitionerRole", "Organization"})
_STRUCTURE_PREFIX = {"finess": "1", "siren": "2", "siret": "3"}
"""IDNST: the kind of number, then the number. Source: TRE_G07."""


@dataclass(frozen=True, slots=True)
class Author:
    """Who wrote a document, as far as the request says."""

    name: str = ""
    title: str = ""
    national_id: str = ""
    profession: str = ""
    structure_id: str = ""
    structure_name: str = ""
    family: str = ""
    given: str = ""


@dataclass(frozen=True, slots=True)
class Custodian:
    """Who keeps the document. `id` is the IDNST."""

    name: str = ""
    id: str = ""


def author_of(resource: Json, actor: Actor) -> Author:
    """The first author; an organisation among the authors is the place of the person before it."""
    people = [_author(one, resource, actor) for one in resource.get("author", ())]
    if not people:
        return Author()
    first = next((one for one in people if one.name or one.national_id), people[0])
    place = next((one for one in people if one.structure_name or one.structure_id), first)
    return Author(
        first.name,
        first.title,
        first.national_id,
        first.profession,
        first.structure_id or place.structure_id,
        first.structure_name or place.structure_name,
        first.family,
        first.given,
    )


def custodian_of(resource: Json, actor: Actor) -> Custodian:
    """The custodian; empty when the request names none that can be read."""
    named = resource.get("custodian", {})
    found = _resolved(named, resource, actor)
    identifiers = [*found.get("identifier", ()), *([named["identifier"]] if "identifier" in named else ())]
    return Custodian(found.get("name") or named.get("display", ""), _first(map(structure_id, identifiers)))


def _author(named: Json, resource: Json, actor: Actor) -> Author:
    found = _resolved(named, resource, actor)
    kind = found.get("resourceType") or named.get("type", "") or named.get("reference", "").partition("/")[0]
    told = [named["identifier"]] if "identifier" in named else []
    display = named.get("display", "")
    if kind == "Organization":
        identifiers = [*found.get("identifier", ()), *told]
        return Author(structure_id=_first(map(structure_id, identifiers)), structure_name=found.get("name") or display)
    person: Json = found
    place: Json = {}
    titles: list[Json] = list(found.get("qualification", ()))
    if kind == "PractitionerRole":
        person = _resolved(found.get("practitioner", {}), resource, actor)
        place = _resolved(found.get("organization", {}), resource, actor)
        titles = [*({"code": one} for one in found.get("code", ())), *person.get("qualification", ())]
        display = display or found.get("practitioner", {}).get("display", "")
    if kind == "Device":
        name = next((one.get("name", "") for one in person.get("deviceName", ())), "") or display
        return Author(name=name)
    identifiers = [*person.get("identifier", ()), *told]
    chosen = _chosen(person)
    return Author(
        name=name_of(person) or display,
        family=str(chosen.get("family", "")),
        given=next(iter(chosen.get("given", ())), "") if chosen.get("family") else "",
        title=_first(map(_title, titles)),
        national_id=_first(map(person_id, identifiers)),
        profession=_first(map(_profession, titles)),
        structure_id=_first(map(structure_id, place.get("identifier", ()))),
        structure_name=place.get("name", "") or found.get("organization", {}).get("display", ""),
    )


def _resolved(named: Json, resource: Json, actor: Actor) -> Json:
    """The resource that a reference points to, contained or of our directory; empty for any other reference."""
    reference = named.get("reference", "")
    if reference.startswith("#"):
        id_ = reference[1:]
        return next((c for c in resource.get("contained", ()) if c.get("id") == id_ and c.get("resourceType") in AGENTS), {})
    kind, _, id_ = reference.removeprefix(base() + "/").partition("/")
    if kind not in DIRECTORY:
        return {}
    try:
        return fhir.read(actor=actor, kind=kind, id_=uuid_of(id_)).resource
    except NotFound:
        return {}


def national_id_of(reference: str, actor: Actor) -> str:
    """The IDNPS of a person of our directory, or of the person of a situation; empty for any other reference."""
    return _author({"reference": reference}, {}, actor).national_id


def name_of(person: Json) -> str:
    """The name as it is read: prefix, first given names, family; else the text."""
    chosen = _chosen(person)
    parts = [*chosen.get("prefix", ()), *chosen.get("given", ())[:1], chosen.get("family", "")]
    return " ".join(part for part in parts if part) if chosen.get("family") else chosen.get("text", "")


def _chosen(person: Json) -> Json:
    """The name that is read, of several; empty when there is none."""
    names: Sequence[Json] = person.get("name", ())
    if not names or not isinstance(names, list):
        return {}
    return next((one for one in names if one.get("use") in ("official", "usual")), names[0])


def person_id(identifier: Json) -> str:
    """The IDNPS behind an identifier (an RPPS becomes one); empty for any other."""
    system, value = str(identifier.get("system", "")), str(identifier.get("value", ""))
    rpps = rpps_of(system, value[1:] if len(value) == 12 and value[0] == "8" and "rpps" in system else value)
    if rpps:
        return str(idnps_of_rpps(rpps))
    known = system_of_uri(system, value)
    return value if known is not None and known.kind == "idnps" else ""


def structure_id(identifier: Json) -> str:
    """The IDNST behind an identifier (FINESS, SIREN and SIRET become one); empty for any other."""
    system, value = str(identifier.get("system", "")), str(identifier.get("value", ""))
    known = system_of_uri(system, value)
    if known is None or not value:
        return ""
    if known.kind == "idnst":
        return value
    prefix = _STRUCTURE_PREFIX.get(known.kind, "")
    return prefix + value if prefix else ""


def _codings(titled: Json) -> Iterator[Json]:
    yield from titled.get("code", {}).get("coding", ())


def _title(titled: Json) -> str:
    text: str = titled.get("code", {}).get("text", "")
    return text or _first(coding.get("display", "") for coding in _codings(titled))


def _profession(titled: Json) -> str:
    """A code of the professions' tables (TRE_G15 and its like)."""
    for coding in _codings(titled):
        known = terminology.code_system(coding.get("system", ""))
        if known is not None and known.short in ("TRE_G15", "TRE_R94", "TRE_R95"):
            return str(coding.get("code", ""))
    return ""


def _first(values: Iterator[str] | map[str]) -> str:
    return next((value for value in values if value), "")
