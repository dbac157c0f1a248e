"""Patient: read, search by a whole identifier or by birth date first, creation by software (fhir.md §3.1, §7 TD0.2)."""

from __future__ import annotations

import hashlib
from datetime import date

import orjson

from socle.base.identity import mappings
from socle.base.identity.actions import receptions
from socle.base.identity.queries import fhir as searches
from socle.base.identity.queries import patients
from socle.base.identity.queries.patients import Identity
from socle.errors import Forbidden, Invalid, Issue
from socle.formats.fhir import canonical
from socle.formats.fhir.profile_rules import FR, INS_SYSTEMS, PATIENT_INS, is_validated
from socle.interfaces.fhir import checking, refusals
from socle.interfaces.fhir.answering import shown, written
from socle.interfaces.fhir.bundles import searchset
from socle.interfaces.fhir.exchange import Answer, Call, Json
from socle.interfaces.fhir.parameters import IDENTIFIER, Query, identifier, pairs_of, refused, understand

PATIENT = FR + "fr-core-patient"
READ = "identity.read"
UNREAD = f"Chercher une personne avant de la créer (If-None-Exist) demande la portée « {READ} »."
SEXES = mappings.SEXES
MORE = "Plus de vingt personnes correspondent : précisez le nom et le prénom."


def entry_of(identity: Identity) -> tuple[str, str, bytes]:
    """The identity as an entry of a Bundle."""
    return "Patient", str(identity.heading.patient_id), orjson.dumps(mappings.resource_of(identity))


def read(call: Call) -> Answer:
    """The identity that stands for the person today, as this reader may see it."""
    return _shown(call, patients.read(actor=call.actor, patient_id=call.uuid()))


def _shown(call: Call, identity: Identity) -> Answer:
    """The tag tells the readers' views apart: what shows of a person depends on who asks."""
    text = orjson.dumps(mappings.resource_of(identity))
    tag = f"{identity.heading.version}-{hashlib.sha256(text).hexdigest()[:12]}"
    return shown(call, text, tag, identity.updated_at)


def search(call: Call, query: Query) -> Answer:
    """One person by identifier, or those born that day (twenty at most)."""
    number = query.handled_value("identifier")
    others = {name: query.handled_value(name) for name in ("birthdate", "family", "given", "gender")}
    if number:
        if any(others.values()):
            raise refused("identifier", "Cherchez par identifiant, ou par date de naissance, pas les deux.")
        token = identifier("identifier", number)
        found = patients.by_identifier(actor=call.actor, system=token.system or "", value=token.code)
        listed, more = [found] if found is not None else [], False
    else:
        page = searches.search(
            actor=call.actor,
            birth_date=_day(others["birthdate"]),
            family=others["family"],
            given=others["given"],
            sex=_sex(others["gender"]),
        )
        listed, more = list(page.identities), page.more
    told = refusals.outcome([Issue("trop-de-resultats", MORE, "http.family", "warning")]) if more else b""
    pairs = tuple((name, value) for name, value in query.pairs if name == "_count")
    return searchset("Patient", pairs, map(entry_of, listed), total=None if more else len(listed), outcome=told)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text.removeprefix("eq"))
    except ValueError:
        raise refused("birthdate", "Une date de naissance entière est attendue (AAAA-MM-JJ).") from None


def _sex(gender: str) -> str:
    if gender and gender not in SEXES:
        raise refused("gender", "Valeurs admises : male, female, unknown.")
    return SEXES.get(gender, "")


def create(call: Call) -> Answer:
    """The identity, received from software: 201, or 200 when an identifier of it was known."""
    resource = call.resource()
    warnings = checking.conforming(resource, _profile(resource))
    present = _already(call)
    if present is not None:
        return _written(call, present, 200, [])
    reception = receptions.receive(actor=call.actor, received=mappings.received_of(resource))
    identity = patients.read(actor=call.actor, patient_id=reception.id)
    return _written(call, identity, 201 if reception.created else 200, [*warnings, *reception.warnings])


def _written(call: Call, identity: Identity, status: int, warnings: list[Issue]) -> Answer:
    text = orjson.dumps(mappings.resource_of(identity)).decode()
    id_ = str(identity.heading.patient_id)
    return written(call, id_, text, identity.heading.version, status=status, warnings=warnings)


def _profile(resource: Json) -> str:
    """A validated identity with a national number, or one that claims it, follows the profile of qualified identities."""
    profiles = resource.get("meta", {}).get("profile", ()) if isinstance(resource.get("meta"), dict) else ()
    if isinstance(profiles, list) and any(isinstance(one, str) and canonical(one) == PATIENT_INS for one in profiles):
        return PATIENT_INS
    if not checking.readable(resource):
        return PATIENT
    national = any(one.get("system") in INS_SYSTEMS for one in resource.get("identifier", ()))
    return PATIENT_INS if national and is_validated(resource) else PATIENT


def _already(call: Call) -> Identity | None:
    """The person that `If-None-Exist` names. Forbidden `portee` for a token that reads no identity."""
    if not call.if_none_exist:
        return None
    if READ not in call.actor.rights:
        raise Forbidden("portee", UNREAD, "L’administrateur de la plateforme, pour ce logiciel.")
    query = understand(pairs_of(call.if_none_exist, "http.if-none-exist"), IDENTIFIER)
    values = [value for name, value in query.pairs if name == "identifier"]
    if len(values) != 1:
        raise Invalid("search-required", "Donnez un seul paramètre identifier=système|valeur.", where="http.identifier")
    token = identifier("identifier", values[0])
    return patients.by_identifier(actor=call.actor, system=token.system or "", value=token.code)
