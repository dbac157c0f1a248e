"""Practitioner, PractitionerRole, Organization: the national directory's interface (fhir.md §4.1), over the directory's doors."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

import orjson

from socle.base.directory.queries import fhir
from socle.base.directory.queries.fhir import Served, ServedPage
from socle.base.directory.search.conditions import Code, OrganisationCriteria, PractitionerCriteria, RoleCriteria, TextMatch
from socle.errors import Invalid, NotFound
from socle.formats.fhir import parse_token, split_values
from socle.formats.fhir.search_values import unescaped
from socle.formats.names import search_form
from socle.interfaces.fhir import paging
from socle.interfaces.fhir.answering import shown
from socle.interfaces.fhir.bundles import Entry, searchset
from socle.interfaces.fhir.exchange import Answer, Call, uuid_of
from socle.interfaces.fhir.parameters import MAX_ALTERNATIVES, Query, of_elements, reference, refused

NOBODY = UUID(int=0)
BOX = {"mailbox-mss": "starts", "mailbox-mss:exact": "exact", "mailbox-mss:contains": "contains"}


def read(call: Call) -> Answer:
    """One resource; an inactive one is a tombstone."""
    found = fhir.read(actor=call.actor, kind=call.kind, id_=call.uuid())
    return shown(call, orjson.dumps(found.resource), found.version, found.updated_at)


def practitioners(call: Call, query: Query) -> Answer:
    """Professionals; their situations with `_revinclude`."""
    criteria = PractitionerCriteria(
        ids=_ids(query),
        identifiers=_codes(query, "identifier"),
        family=_texts(query, "family"),
        given=_texts(query, "given"),
        name=_texts(query, "name"),
        active=_active(query),
        qualifications=_codes(query, "qualification-code"),
        mailbox=_mailbox(query),
    )
    page = fhir.practitioners(actor=call.actor, criteria=criteria, after=_after(query), limit=_limit(query))
    included: tuple[Served, ...] = ()
    if "PractitionerRole:practitioner" in query.revincludes and page.served:
        held = RoleCriteria(practitioners=tuple(one.id for one in page.served), active=True)
        included = fhir.roles(actor=call.actor, criteria=held, limit=fhir.MOST).served
    return _answer(call, query, page, included)


def roles(call: Call, query: Query) -> Answer:
    """Situations of practice; whose and where with `_include`."""
    criteria = RoleCriteria(
        ids=_ids(query),
        practitioners=_references(query, "practitioner", "Practitioner"),
        organisations=_references(query, "organization", "Organization"),
        active=_active(query),
        roles=_codes(query, "role"),
        specialties=_codes(query, "specialty"),
        mailbox=_mailbox(query),
    )
    page = fhir.roles(actor=call.actor, criteria=criteria, after=_after(query), limit=_limit(query))
    included: list[Served] = []
    for name, kind in (("practitioner", "Practitioner"), ("organization", "Organization")):
        if query.includes & {f"PractitionerRole:{name}", "*"}:
            included += fhir.included(actor=call.actor, kind=kind, ids=_named(page.served, name))
    return _answer(call, query, page, included)


def organisations(call: Call, query: Query) -> Answer:
    """Places of work."""
    criteria = OrganisationCriteria(
        ids=_ids(query),
        identifiers=_codes(query, "identifier"),
        name=_texts(query, "name"),
        city=_texts(query, "address-city"),
        postal_code=_texts(query, "address-postalcode"),
        types=_codes(query, "type"),
        active=_active(query),
        mailbox=_mailbox(query),
    )
    page = fhir.organisations(actor=call.actor, criteria=criteria, after=_after(query), limit=_limit(query))
    return _answer(call, query, page, ())


def _answer(call: Call, query: Query, page: ServedPage, included: Iterable[Served]) -> Answer:
    following = paging.seal(call.kind, call.actor, query.pairs, [page.after]) if page.after else ""
    matches = [_entry(one, query.elements) for one in page.served]
    return searchset(call.kind, query.pairs, matches, included=map(_entry, included), following=following)


def _entry(one: Served, elements: tuple[str, ...] = ()) -> Entry:
    resource = of_elements(one.resource, elements) if elements else one.resource
    return one.resource["resourceType"], str(one.id), orjson.dumps(resource)


def _after(query: Query) -> str:
    return query.after[0] if query.after else ""


def _limit(query: Query) -> int:
    """The doors give one line at least: a search for a total alone has no total here."""
    return max(query.count, 1)


def _named(roles: Iterable[Served], name: str) -> list[UUID]:
    found = (one.resource.get(name, {}).get("reference", "") for one in roles)
    return [UUID(text.rpartition("/")[2]) for text in found if text]


def _values(query: Query, name: str) -> list[str]:
    text = query.handled_value(name)
    values = split_values(text) if text else []
    if len(values) > MAX_ALTERNATIVES:
        raise refused(name, f"Ce paramètre accepte {MAX_ALTERNATIVES} valeurs au plus.")
    return values


def _texts(query: Query, name: str) -> tuple[str, ...]:
    """What a name starts with: at least a letter or a digit."""
    texts = tuple(unescaped(value) for value in _values(query, name))
    if not all(search_form(text) for text in texts):
        raise refused(name, "Donnez au moins une lettre ou un chiffre.")
    return texts


def _codes(query: Query, name: str) -> tuple[Code, ...]:
    try:
        tokens = [parse_token(value) for value in _values(query, name)]
    except Invalid as refusal:
        raise refused(name, refusal.sentence) from None
    return tuple((token.system, token.code) for token in tokens)


def _ids(query: Query) -> tuple[UUID, ...]:
    return tuple(_uuid(value) for value in _values(query, "_id"))


def _references(query: Query, name: str, kind: str) -> tuple[UUID, ...]:
    return tuple(_uuid(reference(name, value, kind).id) for value in _values(query, name))


def _uuid(text: str) -> UUID:
    """An id that is none of ours names nobody."""
    try:
        return uuid_of(text)
    except NotFound:
        return NOBODY


def _active(query: Query) -> bool | None:
    value = query.handled_value("active").rpartition("|")[2]
    if value not in ("", "true", "false"):
        raise refused("active", "Valeurs admises : true, false.")
    return None if not value else value == "true"


def _mailbox(query: Query) -> TextMatch | None:
    asked = [(name, query.handled_value(name)) for name in BOX if query.handled_value(name)]
    if len(asked) > 1:
        raise refused("mailbox-mss", "Ce paramètre ne peut être donné qu’une fois.")
    return TextMatch(unescaped(asked[0][1]), BOX[asked[0][0]]) if asked else None
