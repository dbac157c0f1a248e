"""An identity as a FHIR Patient of the French profiles, and what software tells in one.

provisoire and récupérée are PROV without matricule, validée is VALI without matricule, qualifiée is VALI with the INS as the one
official identifier (profile fr-core-patient-ins). Source: fr-core 2.2.0; fhir.md §3.1.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from socle.base import terminology
from socle.base.identity.actions.receptions import Received
from socle.base.identity.heading import Heading
from socle.base.identity.models import Patient
from socle.base.identity.queries.patients import Identity
from socle.base.identity.traits import Complementary, Strict
from socle.base.terminology.places import UNKNOWN_PLACE, cog_shape_is_right
from socle.errors import Invalid
from socle.formats.identifiers import INS_AUTHORITIES, system_of_oid, system_of_uri

Json = dict[str, Any]

FR = "https://hl7.fr/ig/fhir/core"
PROFILE = f"{FR}/StructureDefinition/fr-core-patient|2.2.0"
PROFILE_INS = f"{FR}/StructureDefinition/fr-core-patient-ins|2.2.0"
RELIABILITY = f"{FR}/StructureDefinition/fr-core-identity-reliability"
BIRTH_LIST = f"{FR}/StructureDefinition/fr-core-patient-birth-list-given-name"
INSEE_CODE = f"{FR}/StructureDefinition/fr-core-address-insee-code"
BIRTH_PLACE = "http://hl7.org/fhir/StructureDefinition/patient-birthPlace"
FINE_STATUS = "https://socle.example/fhir/StructureDefinition/identity-status"
"""The French status by its name, which the national codes do not tell apart."""
STATUS_CODES = f"{FR}/CodeSystem/fr-core-cs-v2-0445"
MODE_CODES = f"{FR}/CodeSystem/fr-core-cs-mode-validation-identity"
METHOD_CODES = f"{FR}/CodeSystem/fr-core-cs-method-collection"
V2_TYPES = "http://terminology.hl7.org/CodeSystem/v2-0203"
STATUSES = {"PROV": "Identité provisoire", "VALI": "Identité validée"}
ATTRIBUTES = {"homonym": "HOMA", "doubtful": "DOUT", "fictitious": "FICT"}
ATTRIBUTE_NAMES = {"HOMA": "Homonyme avéré", "DOUT": "Identité douteuse", "FICT": "Identité fictive"}
MODES_OF_INS = frozenset({"PA", "CN", "AN", "LE"})
"""Documents that fr-core-patient-ins knows; another one is left out there (required binding)."""
GENDERS = {"M": "male", "F": "female", "I": "unknown"}
SEXES = {gender: sex for sex, gender in GENDERS.items()}


def resource_of(identity: Identity) -> Json:
    """The Patient of an identity as this reader sees it: no matricule unless qualified, no contact detail they may not read."""
    heading = identity.heading
    qualified = bool(heading.matricule)
    resource: Json = {
        "resourceType": "Patient",
        "id": str(heading.patient_id),
        "meta": {
            "versionId": str(heading.version),
            "lastUpdated": _instant(identity.updated_at),
            "profile": [PROFILE_INS if qualified else PROFILE],
        },
        "extension": [*_reliability(identity, qualified), *_birth_place(heading)],
        "identifier": [*_ins(heading), *(_local(one.system, one.value) for one in identity.locals)],
        "active": identity.record_state == "open",
        "name": _names(heading),
        "telecom": _telecom(identity),
        "gender": GENDERS[heading.sex],
        "birthDate": heading.birth_date.isoformat(),
        "address": _addresses(identity),
    }
    if heading.died_on is not None:
        resource["deceasedDateTime"] = heading.died_on.isoformat()
    return {name: value for name, value in resource.items() if value not in ([], "", None)}


def _reliability(identity: Identity, qualified: bool) -> list[Json]:
    heading = identity.heading
    validated = heading.status in (Patient.Status.VALIDATED, Patient.Status.QUALIFIED)
    code = "VALI" if validated else "PROV"
    parts = [_part("identityStatus", STATUS_CODES, code, STATUSES[code])]
    if validated and identity.document_checked_on is not None:
        parts.append({"url": "validationDate", "valueDate": identity.document_checked_on.isoformat()})
    if validated and identity.document_kind and (not qualified or identity.document_kind in MODES_OF_INS):
        parts.append(_part("validationMode", MODE_CODES, identity.document_kind))
    if identity.ins_verified_at is not None:
        parts.append(_part("methodCollection", METHOD_CODES, "INSI", "Téléservice INSI"))
        parts.append({"url": "dateCollection", "valueDate": identity.ins_verified_at.date().isoformat()})
    found: list[Json] = [{"url": RELIABILITY, "extension": parts}]
    for name, attribute in ATTRIBUTES.items():
        if getattr(heading, name):
            part = _part("identityStatus", STATUS_CODES, attribute, ATTRIBUTE_NAMES[attribute])
            found.append({"url": RELIABILITY, "extension": [part]})
    return [*found, {"url": FINE_STATUS, "valueCode": heading.status}]


def _part(url: str, system: str, code: str, display: str = "") -> Json:
    return {"url": url, "valueCoding": {"system": system, "code": code, **({"display": display} if display else {})}}


def _birth_place(heading: Heading) -> list[Json]:
    code = heading.birthplace_cog
    if not cog_shape_is_right(code):
        return []
    address: Json = {"extension": [_insee(code)]}
    place = terminology.place(code)
    if place is not None and place.name and code != UNKNOWN_PLACE:
        address["country" if place.is_abroad else "city"] = place.name
    return [{"url": BIRTH_PLACE, "valueAddress": address}]


def _insee(code: str) -> Json:
    table = "TRE_R20" if code.startswith("99") else "TRE_R13"
    system = terminology.code_system(table)
    return {"url": INSEE_CODE, "valueCoding": {"system": system.uri if system else table, "code": code}}


def _ins(heading: Heading) -> list[Json]:
    if not heading.matricule:
        return []
    system = system_of_oid(heading.oid)
    assert system is not None
    return [
        {
            "use": "official",
            "type": {"coding": [{"system": system.type_system, "code": system.type_code}]},
            "system": system.uri,
            "value": heading.matricule,
        }
    ]


def _local(system: str, value: str) -> Json:
    coding = {"system": V2_TYPES, "code": "PI", "display": "Patient internal identifier"}
    return {"use": "usual", "type": {"coding": [coding]}, "system": system, "value": value}


def _names(heading: Heading) -> list[Json]:
    names: list[Json] = [
        {
            "extension": [{"url": BIRTH_LIST, "valueString": heading.given_names}],
            "use": "official",
            "family": heading.birth_name,
            "given": [heading.first_given],
        }
    ]
    if heading.used_name or heading.used_given:
        usual: Json = {"use": "usual"}
        if heading.used_name:
            usual["family"] = heading.used_name
        if heading.used_given:
            usual["given"] = [heading.used_given]
        names.append(usual)
    return names


def _telecom(identity: Identity) -> list[Json]:
    if identity.contact is None:
        return []
    told = (("phone", identity.contact.phone), ("email", identity.contact.email))
    return [{"system": system, "value": value} for system, value in told if value]


def _addresses(identity: Identity) -> list[Json]:
    contact = identity.contact
    if contact is None or not (contact.address_lines or contact.city or contact.postal_code):
        return []
    address: Json = {"line": list(contact.address_lines), "city": contact.city, "postalCode": contact.postal_code}
    address = {name: value for name, value in address.items() if value}
    if contact.commune_cog:
        address["extension"] = [_insee(contact.commune_cog)]
    return [address]


def _instant(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


# --- from a resource


def received_of(resource: Json) -> Received:
    """What a Patient that passed validation says of a person; the door decides what it becomes. Only national INS of use official
    (or of no use told) and numbers of the sender are taken; billing numbers and former ones are left. Invalid `ins-several`."""
    official = _name_of(resource)
    given = [str(one) for one in official.get("given", [])]
    listed = next((str(one.get("valueString", "")) for one in _extensions(official, BIRTH_LIST)), "")
    ins = _official_ins(resource)
    usual: Json = next((one for one in resource.get("name", []) if one.get("use") == "usual"), {})
    return Received(
        Strict(
            str(official.get("family", "")),
            given[0] if given else "",
            str(resource.get("birthDate", "")),
            SEXES.get(str(resource.get("gender", "")), ""),
            _birth_code(resource),
            listed or " ".join(given),
        ),
        _complementary(resource, usual),
        validated=_told(resource, "identityStatus") == "VALI",
        matricule=ins[0],
        oid=ins[1],
        document_kind=_told(resource, "validationMode"),
        locals=tuple(_locals(resource)),
    )


def _name_of(resource: Json) -> Json:
    """The official name, else the first that is not the usual one."""
    names = resource.get("name", [])
    official = next((one for one in names if one.get("use") == "official"), None)
    found: Json = official or next((one for one in names if one.get("use") not in ("usual", "old", "nickname")), {})
    return found


def _official_ins(resource: Json) -> tuple[str, str]:
    found = []
    for one in resource.get("identifier", []):
        system = system_of_uri(str(one.get("system", "")), str(one.get("value", "")))
        national = system is not None and system.oid in INS_AUTHORITIES and system.kind != "ins-c"
        if system is not None and national and one.get("use", "official") == "official":
            found.append((str(one.get("value", "")), system.oid))
    if len(set(found)) > 1:
        raise Invalid("ins-several", "Une identité porte un seul INS d’usage officiel.", where="Patient.identifier")
    return found[0] if found else ("", "")


def _locals(resource: Json) -> list[tuple[str, str]]:
    """Numbers of systems that are no national ones."""
    numbers = []
    for one in resource.get("identifier", []):
        system, value = str(one.get("system", "")), str(one.get("value", ""))
        if system and value and system_of_uri(system, value) is None and one.get("use") != "old":
            numbers.append((system, value))
    return numbers


def _birth_code(resource: Json) -> str:
    for place in _extensions(resource, BIRTH_PLACE):
        for code in _extensions(place.get("valueAddress", {}), INSEE_CODE):
            return str(code.get("valueCoding", {}).get("code", ""))
    return UNKNOWN_PLACE


def _told(resource: Json, name: str) -> str:
    """The code of a part of the identity reliability; of several ones, that which tells PROV or VALI."""
    codes = [
        str(part.get("valueCoding", {}).get("code", ""))
        for reliability in _extensions(resource, RELIABILITY)
        for part in _extensions(reliability, name)
    ]
    if name == "identityStatus":
        return "VALI" if "VALI" in codes and "PROV" not in codes else "PROV"
    return codes[0] if codes else ""


def _complementary(resource: Json, usual: Json) -> Complementary:
    address: Json = next(iter(resource.get("address", [])), {})
    telecom = {str(one.get("system", "")): str(one.get("value", "")) for one in reversed(resource.get("telecom", []))}
    code = next((str(one.get("valueCoding", {}).get("code", "")) for one in _extensions(address, INSEE_CODE)), "")
    return Complementary(
        used_name=str(usual.get("family", "")),
        used_given=" ".join(str(one) for one in usual.get("given", [])),
        phone=telecom.get("phone", ""),
        email=telecom.get("email", ""),
        address_lines=tuple(str(one) for one in address.get("line", [])),
        postal_code=str(address.get("postalCode", "")),
        city=str(address.get("city", "")),
        commune_cog=code,
    )


def _extensions(value: Json, url: str) -> list[Json]:
    return [one for one in value.get("extension", []) if str(one.get("url", "")).partition("|")[0] == url]
