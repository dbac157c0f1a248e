"""AuditEvent: who did what with a record (ITI-81, TDE 2.0.0). The two bounds of the date are needed: fhir.md §12, §21 line 15."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import orjson

from socle.base.access.actor import Kind, Purpose
from socle.errors import Invalid, NotFound
from socle.formats.fhir import parse_date
from socle.formats.fhir.moments import EARLIEST, LATEST
from socle.interfaces.fhir import paging
from socle.interfaces.fhir.bundles import Entry, searchset
from socle.interfaces.fhir.exchange import Answer, Call, Json, uuid_of
from socle.interfaces.fhir.parameters import Query, reference, refused
from socle.record.mappings.document_reference import instant
from socle.record.queries import traces
from socle.record.queries.accesses import WHAT as SENTENCES
from socle.record.queries.asked import NOBODY
from socle.record.queries.traces import Asked, Trace, TracePage

PROFILE = "https://interop.esante.gouv.fr/ig/fhir/tde/StructureDefinition/tde-auditevent"
TYPE = {"system": "http://terminology.hl7.org/CodeSystem/audit-event-type", "code": "rest", "display": "RESTful Operation"}
INTERACTION = "http://hl7.org/fhir/restful-interaction"
REASONS = {
    Purpose.CARE: ("TREAT", "treatment"),
    Purpose.EMERGENCY: ("BTG", "break the glass"),
    Purpose.REGULATION: ("ETREAT", "Emergency Treatment"),
}
REASON_SYSTEM = "http://terminology.hl7.org/CodeSystem/v3-ActReason"
SUBTYPES: dict[str, tuple[str, str]] = {
    "synthese": ("read", "R"),
    "documents": ("search", "E"),
    "document": ("read", "R"),
    "espace": ("read", "R"),
    "journal": ("search", "E"),
    "identite": ("read", "R"),
    "depot": ("create", "C"),
    "etiquettes": ("patch", "U"),
    "archivage": ("patch", "U"),
    "suppression": ("delete", "D"),
}
OTHERWISE = ("update", "U")
AGENT_TYPES = {Kind.PROFESSIONAL: "Practitioner", Kind.PATIENT: "Patient", Kind.REPRESENTATIVE: "RelatedPerson"}


def read(call: Call) -> Answer:
    """One line that this reader may see."""
    return Answer(200, orjson.dumps(resource_of(traces.read(actor=call.actor, entry_id=call.uuid()))))


def search(call: Call, query: Query) -> Answer:
    """The lines about one person, or one's own, between two dates, newest first."""
    since, until = _bounds(query)
    asked = Asked(
        since,
        until,
        actor_id=_id(query, "agent", "Practitioner"),
        what=_what(query),
        refused=_refused(query),
        document_id=_id(query, "entity", "DocumentReference"),
        before=UUID(query.after[0]) if query.after else None,
        limit=query.count,
    )
    page = _page(call, query, asked) if asked.limit else TracePage()
    following = paging.seal(call.kind, call.actor, query.pairs, [str(page.following)]) if page.following else ""
    return searchset(call.kind, query.pairs, map(entry_of, page.traces), following=following)


def _page(call: Call, query: Query, asked: Asked) -> TracePage:
    patient_id = _id(query, "patient", "Patient")
    if patient_id is None and call.actor.kind in traces.PATIENT_KINDS:
        patient_id = call.actor.on_behalf_of or call.actor.person_id
    if patient_id is None:
        return traces.mine(actor=call.actor, asked=asked)
    try:
        return traces.of_record(actor=call.actor, patient_id=patient_id, asked=asked)
    except NotFound:
        return TracePage()


def _bounds(query: Query) -> tuple[datetime, datetime]:
    """From `ge` (or `gt`, a whole day or month by `eq`) to `le` (or `lt`). Raises Invalid `search-required` without both."""
    since, until = EARLIEST, LATEST
    for name, text in query.handled:
        if name not in ("date", "period-start"):
            continue
        try:
            value = parse_date(text)
        except Invalid as refusal:
            raise refused(name, refusal.sentence) from None
        if value.prefix in ("ge", "eq"):
            since = max(since, value.first)
        if value.prefix in ("gt", "sa"):
            since = max(since, value.last)
        if value.prefix in ("le", "eq"):
            until = min(until, value.last)
        if value.prefix in ("lt", "eb"):
            until = min(until, value.first)
    if since == EARLIEST or until == LATEST:
        sentence = "Donnez les deux bornes de la recherche : date=ge… et date=le…"
        raise refused("date", sentence, "search-required")
    return since, until


def _id(query: Query, name: str, kind: str) -> UUID | None:
    """The id of a reference; one that is none of ours finds nothing."""
    text = query.handled_value(name)
    if not text:
        return None
    try:
        return uuid_of(reference(name, text, kind).id)
    except NotFound:
        return NOBODY


def _what(query: Query) -> tuple[str, ...] | None:
    """The journal's codes of a subtype or an action; all without these."""
    subtype, action = query.handled_value("subtype").rpartition("|")[2], query.handled_value("action").rpartition("|")[2]
    kind = query.handled_value("type").rpartition("|")[2]
    if kind not in ("", TYPE["code"]):
        return ()
    if not subtype and not action:
        return None
    told = {what: SUBTYPES.get(what, OTHERWISE) for what in SENTENCES.values()}
    return tuple(what for what, (code, letter) in told.items() if subtype in ("", code) and action in ("", letter))


def _refused(query: Query) -> bool | None:
    outcome = query.handled_value("outcome").rpartition("|")[2]
    if not outcome:
        return None
    if outcome not in ("0", "4", "8", "12"):
        raise refused("outcome", "Valeurs admises : 0, 4, 8, 12.")
    return outcome != "0"


def entry_of(trace: Trace) -> Entry:
    return "AuditEvent", str(trace.id), orjson.dumps(resource_of(trace))


def resource_of(trace: Trace) -> Json:
    """A line as an AuditEvent of the TDE profile."""
    code, action = SUBTYPES.get(trace.what, OTHERWISE)
    at = instant(trace.at)
    return {
        "resourceType": "AuditEvent",
        "id": str(trace.id),
        "meta": {"profile": [PROFILE]},
        "type": TYPE,
        "subtype": [{"system": INTERACTION, "code": code, "display": trace.what}],
        "action": action,
        "period": {"start": at, "end": at},
        "recorded": at,
        "outcome": "4" if trace.refused else "0",
        "purposeOfEvent": [_purpose(trace)],
        "agent": _agents(trace),
        "source": {"observer": {"type": "Device", "display": "socle"}},
        "entity": _entities(trace),
    }


def _purpose(trace: Trace) -> Json:
    code, display = REASONS.get(Purpose(trace.purpose or Purpose.CARE), REASONS[Purpose.CARE])
    purpose: Json = {"coding": [{"system": REASON_SYSTEM, "code": code, "display": display}]}
    return purpose | ({"text": trace.reason} if trace.reason else {})


def _agents(trace: Trace) -> list[Json]:
    """Who did it, and the structure they did it for."""
    who: dict[str, Any] = {"display": trace.actor_name or "socle"}
    kind = AGENT_TYPES.get(Kind(trace.actor_kind)) if trace.actor_kind else None
    if kind in ("Practitioner", "Patient") and trace.actor_id is not None:
        who["reference"] = f"{kind}/{trace.actor_id}"
    agent: Json = {"who": who, "requestor": True}
    if trace.actor_role:
        agent["role"] = [{"text": trace.actor_role}]
    if trace.actor_name:
        agent["name"] = trace.actor_name
    if not trace.structure_name:
        return [agent]
    return [agent, {"who": {"type": "Organization", "display": trace.structure_name}, "requestor": False}]


def _entities(trace: Trace) -> list[Json]:
    roles = "http://terminology.hl7.org/CodeSystem/object-role"
    patient = {"what": {"reference": f"Patient/{trace.patient_id}"}, "role": {"system": roles, "code": "1", "display": "Patient"}}
    report = {"system": roles, "code": "3", "display": "Report"}
    return [
        patient,
        *({"what": {"reference": f"DocumentReference/{id_}"}, "role": report, "name": title} for id_, title in trace.documents),
    ]
