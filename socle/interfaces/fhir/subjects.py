"""Whom a resource is about: from every form in which software names a patient to an INS or our id.

Source: fhir.md §2.1 (systems), §2.3 (conditional references, contained source patient).
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import unquote
from uuid import UUID

from django.conf import settings

from socle.base.access.actor import Actor
from socle.base.identity.queries import patients
from socle.errors import Invalid, NotFound
from socle.formats.identifiers import INS_AUTHORITIES, ins_key_is_right, normalise_matricule, oid_allowed, system_of_uri
from socle.interfaces.fhir.exchange import Json, base, uuid_of

CONFLICT = "La demande désigne deux personnes différentes."


@dataclass(frozen=True, slots=True)
class Subject:
    """`ins` is (matricule, OID); `patient_id` our id. Both when the request says both: the door compares them."""

    ins: tuple[str, str] | None = None
    patient_id: UUID | None = None


def subject_of(resource: Json, actor: Actor, where: str) -> Subject:
    """The person of `subject`. Raises Invalid `ins-missing`, `ins-oid`, `ins-key`, `ins-shape`, `reference` or
    `identity-conflict`."""
    named = resource.get("subject", {})
    subject = _referred(named, resource, actor, f"{where}.subject")
    if subject.ins is None and subject.patient_id is None:
        raise Invalid("ins-missing", "La demande ne dit pas de quelle personne il s’agit.", where=f"{where}.subject")
    source = _source(resource)
    if source is not None and subject.ins is not None and source != subject.ins:
        raise Invalid("identity-conflict", CONFLICT, where=f"{where}.context.sourcePatientInfo")
    return subject


def agreed(first: Subject, second: Subject, where: str) -> Subject:
    """Both namings of one person together. Raises Invalid `identity-conflict` when they cannot be."""
    for name in ("ins", "patient_id"):
        one, other = getattr(first, name), getattr(second, name)
        if one is not None and other is not None and one != other:
            raise Invalid("identity-conflict", CONFLICT, where=where)
    return Subject(first.ins or second.ins, first.patient_id or second.patient_id)


def _referred(named: Json, resource: Json, actor: Actor, where: str) -> Subject:
    reference = named.get("reference", "")
    logical = _identified(named["identifier"], actor, where) if "identifier" in named else Subject()
    if not reference:
        return logical
    if reference.startswith("#"):
        contained = _contained(resource, reference[1:])
        return agreed(logical, _among(contained.get("identifier", ()), actor, where), where)
    local = reference.removeprefix(base() + "/")
    if local.startswith("Patient?identifier="):
        system, _, value = unquote(local.removeprefix("Patient?identifier=")).partition("|")
        return agreed(logical, _identified({"system": system, "value": value}, actor, where), where)
    if local.startswith("Patient/"):
        return agreed(logical, Subject(patient_id=_ours(local, where)), where)
    raise Invalid(
        "reference", "Nommez la personne par « Patient/identifiant » ou « Patient?identifier=système|valeur ».", where=where
    )


def _ours(reference: str, where: str) -> UUID:
    try:
        return uuid_of(reference.removeprefix("Patient/").partition("/")[0])
    except NotFound:
        raise Invalid("identity-conflict", "Cette personne n’est pas connue ici.", where=where) from None


def _contained(resource: Json, id_: str) -> Json:
    return next((c for c in resource.get("contained", ()) if c.get("id") == id_ and c.get("resourceType") == "Patient"), {})


def _source(resource: Json) -> tuple[str, str] | None:
    """The INS of the patient as the source knows them, when it is told."""
    reference = resource.get("context", {}).get("sourcePatientInfo", {}).get("reference", "")
    contained = _contained(resource, reference[1:]) if reference.startswith("#") else {}
    return next((found for found in map(_ins, contained.get("identifier", ())) if found), None)


def _among(identifiers: list[Json], actor: Actor, where: str) -> Subject:
    """Of several identifiers the INS decides, else the first that is known here."""
    for identifier in identifiers:
        if _ins(identifier):
            return _identified(identifier, actor, where)
    return _identified(identifiers[0], actor, where) if identifiers else Subject()


def _ins(identifier: Json) -> tuple[str, str] | None:
    system = system_of_uri(identifier.get("system", ""), identifier.get("value", ""))
    if system is None or system.oid not in INS_AUTHORITIES:
        return None
    return identifier.get("value", ""), system.oid


def _identified(identifier: Json, actor: Actor, where: str) -> Subject:
    found = _ins(identifier)
    if found is not None:
        return Subject(ins=sound(*found, where))
    system, value = identifier.get("system", ""), identifier.get("value", "")
    known = patients.bearer(actor=actor, system=system, value=value) if system and value else None
    if known is None:
        raise Invalid("identity-conflict", "Cet identifiant ne désigne personne ici.", where=where)
    return Subject(patient_id=known)


def sound(matricule: str, oid: str, where: str) -> tuple[str, str]:
    """The same INS, when its authority is admitted on this installation and its key is right. Invalid as the record's gate."""
    if not oid_allowed(oid, settings.SOCLE_PROFILE):
        raise Invalid("ins-oid", "L’INS relève d’une autorité qui n’est pas admise sur cette installation.", where=where)
    try:
        value = normalise_matricule(matricule)
    except Invalid as refusal:
        raise Invalid(refusal.code, refusal.sentence, where=where) from None
    if not ins_key_is_right(value):
        raise Invalid("ins-key", "La clé de l’INS est fausse.", where=where)
    return value, oid
