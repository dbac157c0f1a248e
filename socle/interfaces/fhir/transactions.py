"""`POST /fhir`: a batch is one call an entry; a transaction deposits a lot (ITI-65), all of it or nothing.

Source: FHIR R4 §3.1.0.11; fhir.md §2.3 (addresses that do not match), §19 lines 6 and 15.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Sequence
from http import HTTPStatus

from socle.errors import Invalid, Issue
from socle.interfaces.fhir import lot_deposits, refusals
from socle.interfaces.fhir.bundles import response, response_entry
from socle.interfaces.fhir.exchange import FHIR_JSON, Answer, Call, Json, base
from socle.interfaces.fhir.parameters import pairs_of

MAX_ENTRIES = 500
"""Entries of one Bundle (contract.md §4)."""
MAX_ANSWER = 32 * 1024 * 1024
"""Bytes of the answer to a batch."""
TOO_MUCH = "La réponse dépasse la taille acceptée : envoyez cette entrée dans un autre lot."
JSON_PATCH = "application/json-patch+json"
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"})
NOT_SUPPORTED = "Cette interaction n’est pas offerte."
Perform = Callable[[Call, Sequence[str]], Answer]
Offers = Callable[[str, Sequence[str]], bool]


def perform(call: Call, one: Perform, offers: Offers) -> Answer:
    """The answer to a Bundle. `one` performs a call as if it came alone; `offers` says whether a method is offered at a path."""
    call.kind = "Bundle"
    bundle = call.resource()
    kind = bundle.get("type")
    if kind not in ("batch", "transaction"):
        raise Invalid("bundle-type", "Un Bundle de type transaction ou batch est attendu ici.", where="Bundle.type")
    entries = _entries(bundle)
    calls = [_call(call, entry, f"Bundle.entry[{index}]") for index, entry in enumerate(entries)]
    if kind == "batch":
        return response(_each_alone(calls, one), "batch-response")
    _refuse_unknown(calls, offers)
    if _is_lot(calls):
        return lot_deposits.deposit(call, bundle)
    return _plain(calls, one)


def _each_alone(calls: Sequence[tuple[Call, list[str]]], one: Perform) -> list[bytes]:
    """The answer to each call; beyond MAX_ANSWER bytes in all, the calls that are left are refused without being done."""
    answered, size = [], 0
    for call, path in calls:
        answer = one(call, path) if size <= MAX_ANSWER else refusals.answer(Invalid("too-long", TOO_MUCH))
        answered.append(_answered(answer))
        size += len(answered[-1])
    return answered


def _entries(bundle: Json) -> list[Json]:
    entries = bundle.get("entry", [])
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise Invalid("structure", "Les entrées d’un Bundle sont une liste d’objets.", where="Bundle.entry")
    if len(entries) > MAX_ENTRIES:
        raise Invalid("too-long", f"Un Bundle a {MAX_ENTRIES} entrées au plus.", where="Bundle.entry")
    return entries


def _call(outer: Call, entry: Json, where: str) -> tuple[Call, list[str]]:
    """The call that an entry describes, and its path."""
    request, resource = entry.get("request"), entry.get("resource", {})
    if not isinstance(request, dict) or not isinstance(resource, dict):
        raise Invalid("structure", "Une entrée a une requête (request) et, s’il y a lieu, une ressource.", where=where)
    told = {name: request.get(name, "") for name in ("method", "url", "ifMatch", "ifNoneMatch", "ifNoneExist")}
    if not all(isinstance(value, str) for value in told.values()) or told["method"] not in METHODS:
        raise Invalid("structure", "La requête d’une entrée a une méthode et une adresse.", where=f"{where}.request")
    address, _, query = told["url"].removeprefix(base()).partition("?")
    path = [part for part in address.split("/") if part]
    kind = resource.get("resourceType")
    if told["method"] == "POST" and path[1:] != ["_search"]:
        # guides post to `Type/id`, or to an id alone: the type that counts is the resource's
        path = [kind] if isinstance(kind, str) and kind != "Parameters" else path[:1]
    body, content_type = _body(resource, where) if told["method"] == "PATCH" else (resource, FHIR_JSON)
    call = Call(
        told["method"],
        outer.actor,
        parameters=pairs_of(query, f"{where}.request.url") if query else (),
        accept=FHIR_JSON,
        content_type=content_type,
        if_match=told["ifMatch"],
        if_none_match=told["ifNoneMatch"],
        if_none_exist=told["ifNoneExist"],
        prefer=outer.prefer,
        body=body,
    )
    return call, path


def _body(resource: Json, where: str) -> tuple[bytes | Json, str]:
    """A patch inside a Bundle: Parameters, or JSON Patch in a Binary."""
    if resource.get("resourceType") != "Binary":
        return resource, FHIR_JSON
    data = resource.get("data", "")
    try:
        return base64.b64decode(data if isinstance(data, str) else "", validate=True), JSON_PATCH
    except (binascii.Error, ValueError):
        raise Invalid("value", "Ce contenu n’est pas du base64.", where=f"{where}.resource.data") from None


def _refuse_unknown(calls: Sequence[tuple[Call, list[str]]], offers: Offers) -> None:
    """A transaction with something that is not served is refused whole; each such entry is named."""
    issues = [
        Issue("not-supported", NOT_SUPPORTED, f"Bundle.entry[{index}]")
        for index, (call, path) in enumerate(calls)
        if not (offers(call.method, path) or (call.method == "POST" and path[:1] in (["List"], ["Binary"])))
    ]
    if issues:
        raise Invalid("not-supported", NOT_SUPPORTED, issues=issues)


def _is_lot(calls: Sequence[tuple[Call, list[str]]]) -> bool:
    return any(call.method == "POST" and path[:1] == ["List"] for call, path in calls)


def _plain(calls: Sequence[tuple[Call, list[str]]], one: Perform) -> Answer:
    """A transaction of reads, or of one call: the first refusal is that of the whole."""
    writes = [call for call, _ in calls if call.method not in ("GET", "HEAD")]
    if writes and len(calls) > 1:
        sentence = "Une transaction dépose un lot (List et ses documents) ; envoyez le reste appel par appel ou en batch."
        raise Invalid("not-supported", sentence, where="Bundle.entry")
    answered = []
    for each in calls:
        answer = one(*each)
        if answer.status >= HTTPStatus.BAD_REQUEST:
            return answer
        answered.append(_answered(answer))
    return response(answered, "transaction-response")


def _answered(answer: Answer) -> bytes:
    status = HTTPStatus(answer.status)
    return response_entry(answer, f"{status.value} {status.phrase}")
