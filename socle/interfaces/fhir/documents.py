"""DocumentReference: read, search (ITI-67), simplified publication (ITI-105)."""

from __future__ import annotations

from uuid import UUID

import orjson

from socle.errors import Conflict, Invalid, NotFound
from socle.formats.fhir import split_values
from socle.formats.fhir.search_values import Token
from socle.interfaces.fhir import checking, paging, reading
from socle.interfaces.fhir.answering import shown, written
from socle.interfaces.fhir.bundles import Entry, searchset
from socle.interfaces.fhir.exchange import Answer, Call, Pairs, uuid_of
from socle.interfaces.fhir.parameters import (
    IDENTIFIER,
    MAX_ALTERNATIVES,
    Query,
    identifier,
    of_elements,
    pairs_of,
    reference,
    understand,
)
from socle.interfaces.fhir.parties import national_id_of
from socle.interfaces.fhir.patients import entry_of
from socle.record.actions import deposits
from socle.record.queries import wire
from socle.record.queries.asked import NOBODY, Place, Wanted, Whose
from socle.record.queries.conditions import Condition, document_uri
from socle.record.queries.served import Served

NO_MATCH = wire.Page()
LONGEST_VERSION = 9
READ = "record.read"


def read(call: Call) -> Answer:
    """The document, or the version of it that the address names; 304 when the client has it."""
    if call.version:
        served = wire.read_version(actor=call.actor, document_id=call.uuid(), version=_number(call.version))
    else:
        served = wire.read(actor=call.actor, document_id=call.uuid())
    return shown(call, served.text, served.version, served.updated_at)


def _number(version: str) -> int:
    """A version as we number them; any other name is of none."""
    if not (version.isascii() and version.isdigit()) or len(version) > LONGEST_VERSION or version.startswith("0"):
        raise NotFound()
    return int(version)


def search(call: Call, query: Query) -> Answer:
    """The documents of one person that this reader sees, by pages."""
    wanted = Wanted(
        (*query.conditions, *_authors(call, query)),
        after=place(query.after),
        newest_first=query.sort != "date",
        limit=query.count,
        counted=query.total in ("accurate", "estimate"),
        with_subject="DocumentReference:subject" in query.includes,
        with_others="List:item" in query.revincludes,
    )
    try:
        page = wire.search(actor=call.actor, whose=whose(query), wanted=wanted)
    except NotFound:
        page = NO_MATCH
    pairs = told(query.pairs, page.root)
    following = ""
    if page.following is not None:
        following = paging.seal(call.kind, call.actor, pairs, [page.following[0], str(page.following[1])])
    included: list[Entry] = [("List", str(lot.id), lot.text) for lot in page.lots]
    if page.subject is not None:
        included.append(entry_of(page.subject))
    matches = [(call.kind, str(one.id), subset(one.text, query.elements)) for one in page.documents]
    total = None if query.total == "none" else page.total
    return searchset(call.kind, pairs, matches, included=included, total=total, following=following)


def _authors(call: Call, query: Query) -> list[Condition]:
    """The author by reference to our directory: who is not there has written nothing here."""
    text = query.handled_value("author")
    if not text:
        return []
    named = [national_id_of(one, call.actor) for one in split_values(text)[:MAX_ALTERNATIVES]]
    return [Condition("author.identifier", tuple(Token(None, one) for one in named if one))]


def whose(query: Query) -> Whose:
    """The person that the search names."""
    by_id, by_identifier = query.handled_value("patient"), query.handled_value("patient.identifier")
    found = identifier("patient.identifier", by_identifier) if by_identifier else None
    return Whose(
        _id_of(by_id) if by_id else None,
        (found.system or "", found.code) if found else None,
    )


def _id_of(text: str) -> UUID:
    """An id that is none of ours names nobody."""
    try:
        return uuid_of(reference("patient", text, "Patient").id)
    except NotFound:
        return NOBODY


def told(pairs: Pairs, root: UUID | None) -> Pairs:
    """The search as the answer repeats it: by our id, so that no matricule stands in an address."""
    kept = [(name, value) for name, value in pairs if name not in ("patient", "patient.identifier")]
    return (("patient", f"Patient/{root}"), *kept) if root else tuple(kept)


def place(after: tuple[str, ...]) -> Place | None:
    return (after[0], UUID(after[1])) if after else None


def subset(text: str, elements: tuple[str, ...]) -> str | bytes:
    return orjson.dumps(of_elements(orjson.loads(text), elements)) if elements else text


def create(call: Call) -> Answer:
    """One document with its content inside: 201, or 200 when it was already there."""
    resource = call.resource()
    warnings = checking.published(resource)
    present = _already(call)
    if present is not None:
        return written(call, str(present.id), present.text, present.version, status=200, scope=READ)
    deposited = deposits.deposit(actor=call.actor, incoming=reading.incoming(resource, call.actor))
    return written(
        call,
        str(deposited.id),
        deposited.fhir_text,
        deposited.version,
        status=201 if deposited.created else 200,
        warnings=[*warnings, *deposited.warnings],
    )


def _already(call: Call) -> Served | None:
    """The document that `If-None-Exist` names, when this caller reaches it. Conflict `several` when it names two."""
    if not call.if_none_exist:
        return None
    found = named(call, pairs_of(call.if_none_exist, "http.if-none-exist"))
    return wire.changing(actor=call.actor, document_id=found) if found is not None else None


def named(call: Call, pairs: Pairs) -> UUID | None:
    """The one document of a search by identifier; None when there is none, Conflict `several` when there are two."""
    query = understand(pairs, IDENTIFIER)
    tokens = [value for condition in query.conditions for value in condition.values]
    if len(query.conditions) != 1 or len(tokens) != 1 or not isinstance(tokens[0], Token):
        raise Invalid("search-required", "Donnez un seul paramètre identifier=système|valeur.", where="http.identifier")
    uri = document_uri(tokens[0].system, tokens[0].code)
    found = wire.identified(actor=call.actor, identifier=uri) if uri else ()
    if len(found) > 1:
        raise Conflict("several", "Plusieurs documents portent cet identifiant.")
    return found[0] if found else None
