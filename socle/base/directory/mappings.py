"""Directory values as FHIR R4 resources of the national directory: pure, strict on output.

Source: fhir.md §3.2 (fr-core), §4 (annuaire 1.1.0, public profiles `as-dp-*`). A profile of the national directory is claimed
only for what its extractions brought: people known otherwise may have no RPPS. Situations claim fr-core alone, since their
national identifier is in no public extraction.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from socle.base.directory.values import Organisation, Practitioner, Qualification, SecureAddress, Situation
from socle.base.terminology import code_system, concept, profession, uri_of_oid
from socle.formats.identifiers import system_of_kind

Json = dict[str, Any]

FR = "https://hl7.fr/ig/fhir/core/StructureDefinition/"
AS = "https://interop.esante.gouv.fr/ig/fhir/annuaire/StructureDefinition/"
SOURCE = "https://annuaire.esante.gouv.fr"
FR_TYPES = "https://hl7.fr/ig/fhir/core/CodeSystem/fr-core-cs-v2-0203"
FR_ORGANISATIONS = "https://hl7.fr/ig/fhir/core/CodeSystem/fr-core-cs-v2-3307"
COMMUNES = "https://mos.esante.gouv.fr/NOS/TRE_R13-Commune/FHIR/TRE-R13-Commune"
FRANCE = "99100"
_KNOW_HOW = ("TRE_R38", "TRE_R39", "TRE_R01")
_ROLES = ("TRE_R21", "TRE_R85", "TRE_A00")


def practitioner_resource(
    person: Practitioner, qualifications: Iterable[Qualification], boxes: Iterable[SecureAddress] = ()
) -> Json:
    """Practitioner. `boxes` are the ones that the person holds outside any organisation."""
    resource: Json = {
        "resourceType": "Practitioner",
        "id": str(person.id),
        "meta": _meta(person, "practitioner"),
        "language": "fr",
        "identifier": [_identifier("idnps", person.national_id)],
        "active": person.active,
    }
    if person.rpps:
        resource["identifier"].append(_identifier("rpps", person.rpps))
    if not person.active:
        return _tombstone(resource)
    resource["name"] = [
        _kept(
            use="usual",
            family=person.family,
            given=[person.given] if person.given else [],
            prefix=[person.civility] if person.civility else [],
            suffix=[person.title] if person.title else [],
        )
    ]
    resource["telecom"] = [_mailbox(box) for box in boxes]
    resource["qualification"] = [{"code": {"coding": coding}} for coding in _qualifications(person, qualifications)]
    return _kept(**resource)


def role_resource(situation: Situation, boxes: Iterable[SecureAddress] = ()) -> Json:
    """PractitionerRole. `boxes` are the personal ones that its practitioner holds in its organisation."""
    resource: Json = {
        "resourceType": "PractitionerRole",
        "id": str(situation.id),
        "meta": _meta(situation, ""),
        "language": "fr",
        "identifier": [{"system": "urn:ietf:rfc:3986", "value": f"urn:uuid:{situation.id}"}],
        "active": situation.active,
    }
    resource["meta"]["profile"] = [f"{FR}fr-core-practitioner-role"]
    if not situation.active:
        return _tombstone(resource)
    resource["practitioner"] = {"reference": f"Practitioner/{situation.practitioner_id}"}
    if situation.organisation_id is not None:
        resource["organization"] = _kept(
            reference=f"Organization/{situation.organisation_id}", display=situation.organisation_name
        )
    coded = (
        _coding(("TRE_R22",), situation.genre),
        _coding(("TRE_R23",), situation.mode),
        _coding(_ROLES, situation.role),
    )
    resource["code"] = [{"coding": [one]} for one in coded if one]
    resource["telecom"] = [*_phones(situation), *(_mailbox(box) for box in boxes)]
    return _kept(**resource)


def organisation_resource(place: Organisation, boxes: Iterable[SecureAddress] = ()) -> Json:
    """Organization. `boxes` are its organisational and application ones."""
    numbers = (("idnst", place.national_id), ("finess", place.finess), ("siren", place.siren), ("siret", place.siret))
    resource: Json = {
        "resourceType": "Organization",
        "id": str(place.id),
        "meta": _meta(place, "organization"),
        "language": "fr",
        "identifier": [_identifier(kind, value) for kind, value in (*numbers, ("rpps-rang", place.rank)) if value],
        "active": place.active,
    }
    if not place.active:
        return _tombstone(resource)
    types = [_organisation_type("organizationType", {"system": FR_ORGANISATIONS, "code": "GEOGRAPHICAL-ENTITY"})]
    if sector := _coding(("TRE_R02",), place.sector):
        types.append(_organisation_type("secteurActiviteRASS", sector))
    resource["type"] = types
    resource["name"] = place.name or place.trade_name
    resource["alias"] = [place.trade_name] if place.trade_name and place.name else []
    resource["telecom"] = [*_phones(place), *(_mailbox(box) for box in boxes)]
    resource["address"] = [_address(place)] if place.city or place.address or place.postal_code else []
    return _kept(**resource)


def _meta(row: Practitioner | Situation | Organisation, name: str) -> Json:
    meta: Json = {"versionId": str(row.version), "lastUpdated": row.updated_at.isoformat(timespec="milliseconds")}
    if name:
        meta["profile"] = [f"{FR}fr-core-{name}"]
    if name and not isinstance(row, Situation) and row.origin == "national":
        meta |= {"source": SOURCE, "profile": [f"{FR}fr-core-{name}", f"{AS}as-dp-{name}"]}
    return meta


def _tombstone(resource: Json) -> Json:
    """What consumers need to take the row away: id, identifiers, active. Source: fhir.md §4.1 (delta sync)."""
    return {name: resource[name] for name in ("resourceType", "id", "meta", "identifier", "active") if resource[name] != []}


def _identifier(kind: str, value: str) -> Json:
    system = system_of_kind(kind)
    return {
        "use": "official",
        "type": {"coding": [{"system": FR_TYPES, "code": system.type_code}]},
        "system": system.uri,
        "value": value,
    }


def _qualifications(person: Practitioner, held: Iterable[Qualification]) -> list[list[Json]]:
    """The main profession with its category, then each know-how with its kind."""
    found: list[list[Json]] = []
    job = profession(person.profession) if person.profession else None
    if person.profession:
        system = uri_of_oid(job.system_oid) if job else _system("TRE_G15")
        exercised = _kept(system=system, code=person.profession, display=job.label if job else "")
        found.append([exercised, *filter(None, [_coding(("TRE_R09",), person.category)])])
    known = dict.fromkeys((one.know_how_type, one.know_how) for one in held if one.know_how)
    for kind, code in known:
        codings = [_coding(_KNOW_HOW, code), _coding(("TRE_R04",), kind)]
        found.append([coding for coding in codings if coding])
    return found


def _coding(tables: tuple[str, ...], code: str) -> Json | None:
    """The code in the first table that holds it, else in the first table; None for no code."""
    if not code:
        return None
    for table in tables:
        if known := concept(table, code):
            return {"system": known.system.uri, "code": code, "display": known.label}
    return {"system": _system(tables[0]), "code": code}


def _system(table: str) -> str:
    system = code_system(table)
    return system.uri if system else ""


def _organisation_type(kind: str, coding: Json) -> Json:
    return {"extension": [{"url": f"{AS}as-ext-organization-types", "valueCode": kind}], "coding": [coding]}


def _phones(row: Situation | Organisation) -> list[Json]:
    numbers = [("phone", row.phone)]
    if isinstance(row, Situation):
        numbers.append(("phone", row.other_phone))
    numbers += [("fax", row.fax), ("email", row.email)]
    return [{"system": system, "value": value} for system, value in numbers if value]


def _mailbox(box: SecureAddress) -> Json:
    """Source: fhir.md §4.2; `digitization` is of 1.1.0 and still in national data."""
    details: list[Json] = [{"url": "type", "valueCodeableConcept": {"coding": [_coding(("TRE_R257",), box.kind)]}}]
    if box.description:
        details.append({"url": "description", "valueString": box.description})
    if box.service:
        details.append({"url": "service", "valueString": box.service})
    if box.dematerialisation:
        details.append({"url": "digitization", "valueBoolean": True})
    return {
        "extension": [
            {
                "url": f"{FR}fr-core-contact-point-email-type",
                "valueCoding": {"system": _system("TRE_R256"), "code": "MSSANTE"},
            },
            {"url": f"{AS}as-ext-mailbox-mss-metadata", "extension": details},
        ],
        "system": "email",
        "value": box.address,
    }


def _address(place: Organisation) -> Json:
    commune = {"system": COMMUNES, "code": place.commune}
    insee = [{"url": f"{FR}fr-core-address-insee-code", "valueCoding": commune}] if place.commune else []
    return _kept(
        extension=insee,
        line=list(place.address),
        city=place.city,
        district=place.departement,
        postalCode=place.postal_code,
        country=FRANCE,
    )


def _kept(**elements: Any) -> Json:
    """Without what is empty: FHIR has no empty element."""
    return {name: value for name, value in elements.items() if value not in ("", [], {}, None)}
