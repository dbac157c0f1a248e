"""What a search on the wires asks of documents and lots, as SQL on their columns: one builder a search parameter.

A builder takes the alternatives of one parameter (any of them) and the reader's Sight, and gives a clause with its values. What
cannot match is FALSE, never an error. Source: PDSm 3.1.1 §6.1 of the guide's parameters, FHIR R4 §3.1.1.4.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from socle import clock
from socle.base import terminology
from socle.base.access.sight import Sight
from socle.errors import Invalid
from socle.formats.fhir.moments import EARLIEST, LATEST
from socle.formats.fhir.search_values import DateValue, ReferenceValue, Token
from socle.formats.identifiers import URN_SYSTEM, parse_document_id
from socle.record.incoming import HIDDEN_FROM_PATIENT, HIDDEN_FROM_REPRESENTATIVES, MASKED
from socle.record.queries import words

Value = Token | DateValue | ReferenceValue | str
Clause = tuple[str, list[Any]]
Builder = Callable[[Sequence[Any], Sight], Clause]
NEVER: Clause = ("FALSE", [])
ALWAYS: Clause = ("TRUE", [])


@dataclass(frozen=True, slots=True)
class Condition:
    """One parameter of a search: its name in the tables below, and its alternatives."""

    name: str
    values: tuple[Value, ...]


def clause(table: dict[str, Builder], conditions: Sequence[Condition], seen: Sight) -> Clause:
    """All conditions together, as ` AND …`; empty without condition."""
    text, values = "", []
    for condition in conditions:
        part, parameters = table[condition.name](condition.values, seen)
        text += f" AND {part}"
        values += parameters
    return text, values


def _any(parts: Sequence[Clause]) -> Clause:
    if not parts:
        return NEVER
    return "(" + " OR ".join(text for text, _ in parts) + ")", [value for _, values in parts for value in values]


def _coded(column: str, *systems: str) -> Builder:
    """Codes of a column whose code systems are these (national short names)."""

    def build(tokens: Sequence[Token], seen: Sight) -> Clause:
        fitting = [token for token in tokens if _of(token.system, systems)]
        if any(not token.code for token in fitting):
            return f"{column} <> ''", []
        return (f"{column} = ANY(%s)", [[token.code for token in fitting]]) if fitting else NEVER

    return build


def _of(system: str | None, names: Sequence[str]) -> bool:
    if system is None:
        return True
    known = terminology.code_system(system) if system else None
    return known is not None and known.short in names


def _type(tokens: Sequence[Token], seen: Sight) -> Clause:
    """A type is a code of its own system: `TRE_A05|11488-4` names none."""
    codes = []
    for token in tokens:
        if token.code and token.system != "" and terminology.document_type(token.code, token.system or None):
            codes.append(token.code)
    return ("d.type_code = ANY(%s)", [codes]) if codes else NEVER


def _state(states: frozenset[str], column: str = "") -> Builder:
    def build(tokens: Sequence[Token], seen: Sight) -> Clause:
        asked = sorted({token.code for token in tokens} & states)
        if not asked:
            return NEVER
        return (f"{column} = ANY(%s)", [asked]) if column else ALWAYS

    return build


def _event(tokens: Sequence[Token], seen: Sight) -> Clause:
    """`event_codes` holds `system|code|label`, the system as an OID or as it was sent."""
    parts: list[Clause] = []
    for token in tokens:
        inner = "split_part(e, '|', 2) = %s" if token.code else "TRUE"
        values: list[Any] = [token.code] if token.code else []
        if token.system is not None:
            inner += " AND split_part(e, '|', 1) = ANY(%s)"
            values.append([token.system, terminology.oid_of_uri(token.system) or token.system])
        parts.append((f"EXISTS (SELECT 1 FROM unnest(d.event_codes) e WHERE {inner})", values))  # noqa: S608
    return _any(parts)


def document_uri(system: str | None, value: str) -> str:
    """The id of a document as the record keeps it: a URN; an OID and a value beside it as `urn:oid:…^…`."""
    value = value.strip()
    if system and system != URN_SYSTEM:
        return f"{system}^{value}" if system.startswith("urn:oid:") else ""
    if value[:8].lower() == "urn:oid:":
        return "urn:oid:" + value[8:]
    if value[:9].lower() == "urn:uuid:":
        return value.lower()
    try:
        return parse_document_id(value).urn()
    except Invalid:
        return value


def identifiers(tokens: Sequence[Token]) -> list[str]:
    """The document ids that tokens name."""
    return [found for token in tokens if token.code and (found := document_uri(token.system, token.code))]


def _identifier(*columns: str) -> Builder:
    def build(tokens: Sequence[Token], seen: Sight) -> Clause:
        asked = identifiers(tokens)
        return _any([(f"{column} = ANY(%s)", [asked]) for column in columns]) if asked else NEVER

    return build


def _related(tokens: Sequence[Token], seen: Sight) -> Clause:
    asked = [token.code for token in tokens if token.code]
    return ("d.reference_ids && %s", [asked]) if asked else NEVER


def _replaces(references: Sequence[ReferenceValue], seen: Sight) -> Clause:
    """The document replaced; one that this reader does not see is not there to be named."""
    where, values = seen.where("r")
    ids = _uuids([reference.id for reference in references if reference.kind in ("", "DocumentReference")])
    inner = f"SELECT 1 FROM record_document r WHERE r.id = d.replaces_id AND r.id = ANY(%s) AND {where}"  # noqa: S608
    return (f"EXISTS ({inner})", [ids, *values]) if ids else NEVER


def _labels(tokens: Sequence[Token], seen: Sight) -> Clause:
    """Every document carries N; R and V are not taken into the record."""
    columns = {
        "N": "TRUE",
        MASKED: "d.masked",
        HIDDEN_FROM_PATIENT: "d.hidden_from_patient",
        HIDDEN_FROM_REPRESENTATIVES: "d.hidden_from_representatives",
    }
    asked = [
        token for token in tokens if token.system is None or "Confidentiality" in token.system or _of(token.system, ["TRE_A07"])
    ]
    return _any([(columns[token.code], []) for token in asked if token.code in columns])


def _archived(column: str) -> Builder:
    def build(tokens: Sequence[Token], seen: Sight) -> Clause:
        asked = {token.code for token in tokens}
        return _any([(text, []) for code, text in (("true", column), ("false", f"NOT {column}")) if code in asked])

    return build


def _ids(column: str) -> Builder:
    def build(tokens: Sequence[Token], seen: Sight) -> Clause:
        ids = _uuids([token.code for token in tokens])
        return (f"{column} = ANY(%s)", [ids]) if ids else NEVER

    return build


def _uuids(texts: Sequence[str]) -> list[UUID]:
    found = []
    for text in texts:
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return found


def _text(column: str) -> Builder:
    """A column that is exactly one of the codes."""

    def build(tokens: Sequence[Token], seen: Sight) -> Clause:
        return f"{column} = ANY(%s)", [[token.code for token in tokens]]

    return build


def _word(expression: str) -> Builder:
    """A text one of whose words starts so."""

    def build(texts: Sequence[str], seen: Sight) -> Clause:
        return _any([found for text in texts if (found := words.clause(expression, text))])

    return build


def _moment(column: str) -> Builder:
    """An instant against an interval. Source: FHIR R4 §3.1.1.4.7 (table of prefixes)."""

    def one(value: DateValue) -> Clause:
        first, last = value.first, value.last
        if value.prefix == "ap":
            return f"({column} >= %s AND {column} < %s)", _near(first, last)
        if value.prefix in _POINT:
            comparison, bound = _POINT[value.prefix]
            return f"{column} {comparison} %s", [getattr(value, bound)]
        inside = f"({column} >= %s AND {column} < %s)"
        return (inside if value.prefix == "eq" else f"NOT {inside}"), [first, last]

    return lambda values, seen: _any([one(value) for value in values])


def _near(first: datetime, last: datetime) -> list[datetime]:
    """A tenth of the time from now on each side, within the calendar."""
    slack = abs(clock.now() - first) / 10
    return [first - min(slack, first - EARLIEST), last + min(slack, LATEST - last)]


_POINT = {
    "ge": (">=", "first"),
    "gt": (">=", "last"),
    "sa": (">=", "last"),
    "le": ("<", "last"),
    "lt": ("<", "first"),
    "eb": ("<", "first"),
}


def _span(start: str, end: str) -> Builder:
    """A period against an interval; without end it goes on."""
    open_end = f"coalesce({end}, 'infinity')"

    def one(value: DateValue) -> Clause:
        first, last = value.first, value.last
        inside = f"({start} >= %s AND {open_end} < %s)"
        return {
            "eq": (inside, [first, last]),
            "ne": (f"NOT {inside}", [first, last]),
            "ge": (f"{open_end} >= %s", [first]),
            "gt": (f"{open_end} >= %s", [last]),
            "le": (f"{start} < %s", [last]),
            "lt": (f"{start} < %s", [first]),
            "sa": (f"{start} >= %s", [last]),
            "eb": (f"{open_end} < %s", [first]),
            "ap": (f"({start} < %s AND {open_end} >= %s)", [last, first]),
        }[value.prefix]

    return lambda values, seen: _any([one(value) for value in values])


DOCUMENTS: dict[str, Builder] = {
    "_id": _ids("d.id"),
    "_lastUpdated": _moment("d.updated_at"),
    "status": _state(frozenset({"current", "superseded"}), "d.state"),
    "type": _type,
    "category": _coded("d.class_code", "TRE_A03"),
    "facility": _coded("d.facility_type", "TRE_R02", "TRE_A00"),
    "setting": _coded("d.practice_setting", "TRE_A01"),
    "format": _coded("d.format_code", "TRE_A11", "TRE_A06"),
    "event": _event,
    "identifier": _identifier("d.unique_id", "d.set_id"),
    "creation": _moment("d.created_at"),
    "date": _moment("d.created_at"),
    "period": _span("d.started_at", "d.ended_at"),
    "period-start": _moment("d.started_at"),
    "period-end": _moment("d.ended_at"),
    "author.identifier": _text("d.author_national_id"),
    "author.family": _word(words.author("d.author_family")),
    "author.given": _word(words.author("d.author_given")),
    "related": _related,
    "relatesto": _replaces,
    "security-label": _labels,
    "isArchived": _archived("d.archived"),
}

LOTS: dict[str, Builder] = {
    "_id": _ids("s.id"),
    "_lastUpdated": _moment("s.updated_at"),
    "code": _state(frozenset({"submissionset"})),
    "status": _state(frozenset({"current"})),
    "date": _moment("s.submitted_at"),
    "title": _word("s.title"),
    "identifier": _identifier("s.unique_id"),
    "designationType": _text("s.designation_code"),
    "sourceId": _text("s.source_id"),
    "source.identifier": _text("(s.fhir_text::jsonb #>> '{source,identifier,value}')"),
    "source.family": _word(words.source("family")),
    "source.given": _word(words.source("given[0]")),
    "authorOrg": _ids("s.depositor_structure_id"),
    "isArchived": _archived("s.archived"),
}
