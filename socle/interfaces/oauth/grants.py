"""The grants: a software alone (RFC 6749 §4.4), or a person whom Pro Santé Connect or FranceConnect vouches for (RFC 8693)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from socle import clock
from socle.base.access.actor import Actor, Channel, Kind, Purpose, system
from socle.base.signin import mappings, session
from socle.base.signin.actions import accounts
from socle.base.signin.actions.tokens import grant
from socle.base.signin.gateways import exchange
from socle.base.signin.gateways.exchange import Vouched
from socle.base.signin.gateways.issuers import PSC
from socle.base.signin.queries.software import Software
from socle.base.signin.situations import Recognised, Situation
from socle.errors import Forbidden
from socle.interfaces.oauth.refusals import TokenRefusal, invalid_request
from socle.record.actions.openings import open_urgently

CLIENT_CREDENTIALS = "client_credentials"
TOKEN_EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange"  # noqa: S105 - a grant type, not a password
ACCESS_TOKEN = "urn:ietf:params:oauth:token-type:access_token"  # noqa: S105
ID_TOKEN = "urn:ietf:params:oauth:token-type:id_token"  # noqa: S105
JWT = "urn:ietf:params:oauth:token-type:jwt"
_SCOPE = re.compile(r"[!#-\[\]-~]+( [!#-\[\]-~]+)*")
_NOT_KNOWN = ("identite-non-trouvee", "Cette personne n’a pas d’accès à la plateforme, ou son compte est suspendu.")


def for_software(software: Software, form: Mapping[str, str]) -> dict[str, Any]:
    """A token of the software alone: it deposits and never reads."""
    scopes = _scopes(software, form.get("scope", ""))
    return _granted(software.actor(scopes), software, scopes)


def for_person(software: Software, form: Mapping[str, str]) -> dict[str, Any]:
    """A token of a person in one situation, carried by the software; `purpose` opens an urgent access to one patient."""
    if not form.get("scope"):
        raise TokenRefusal("invalid_scope", "scope is mandatory in a token exchange")
    scopes = _scopes(software, form["scope"])
    purpose = _purpose(form)
    vouched = _vouched(software, form)
    who = _recognised(vouched)
    chosen = _situation(who, form.get("activity", ""))
    actor = replace(
        session.newcomer_in(who, chosen, vouched.level),
        software_id=software.id,
        trust_contract=software.trust_contract,
        rights=scopes,
        channel=Channel.FHIR,
    )
    if purpose is not Purpose.CARE:
        patient_id = _uuid(form.get("patient", ""), "patient")
        access = open_urgently(actor=actor, patient_id=patient_id, purpose=purpose, reason=form.get("reason", ""))
        actor = replace(actor, purpose=purpose, emergency_id=access.id, emergency_patient_id=access.patient_id)
    return _granted(actor, software, scopes, who.account_id) | {"issued_token_type": ACCESS_TOKEN}


def _granted(actor: Actor, software: Software, scopes: frozenset[str], account_id: UUID | None = None) -> dict[str, Any]:
    token = session.new_secret()
    expires_at = grant(actor=actor, token=token, software_id=software.id, scopes=scopes, account_id=account_id)
    return {
        "access_token": token,
        "token_type": "Bearer",
        "expires_in": int((expires_at - clock.now()).total_seconds()),
        "scope": " ".join(sorted(scopes)),
    }


def _scopes(software: Software, asked: str) -> frozenset[str]:
    """Those asked for, all of them the software's; without any asked for, all that it has."""
    if not asked:
        return software.scopes
    if not _SCOPE.fullmatch(asked) or not set(asked.split(" ")) <= software.scopes:
        raise TokenRefusal("invalid_scope", "The client may not ask for this scope")
    return frozenset(asked.split(" "))


def _vouched(software: Software, form: Mapping[str, str]) -> Vouched:
    token, kind = form.get("subject_token", ""), form.get("subject_token_type", "")
    if not token:
        raise invalid_request("subject_token is missing")
    if kind in (ACCESS_TOKEN, JWT):
        return exchange.of_professional(token, software.psc_client_id)
    if kind == ID_TOKEN:
        return exchange.of_patient(token, form.get("subject_access_token", ""), software.franceconnect_client_id)
    raise invalid_request("subject_token_type must be an access token of Pro Sante Connect or an id_token of FranceConnect")


def _recognised(vouched: Vouched) -> Recognised:
    wire = system("oauth")
    if vouched.provider == PSC:
        who = accounts.recognise_professional(actor=wire, claims=mappings.professional(vouched.claims))
    else:
        who = accounts.recognise_patient(actor=wire, subject=vouched.subject, pivot=mappings.pivot(vouched.claims))
    if who is None:
        raise Forbidden(*_NOT_KNOWN)
    return who


def _situation(who: Recognised, asked: str) -> Situation:
    """The situation of practice (or space) named by `activity`; needed when there are several."""
    choices = [one for one in who.situations if one.kind is not Kind.ADMINISTRATOR]
    found = [one for one in choices if str(one.id) == asked] if asked else choices
    if len(found) == 1:
        return found[0]
    offered = [{"activity": str(one.id), "label": one.label} for one in choices]
    raise invalid_request("activity must name one of the situations of this person", activities=offered)


def _purpose(form: Mapping[str, str]) -> Purpose:
    try:
        return Purpose(form.get("purpose") or Purpose.CARE)
    except ValueError as error:
        raise invalid_request("purpose must be normal, emergency or regulation") from error


def _uuid(text: str, name: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise invalid_request(f"{name} must be an identifier of this platform") from error
