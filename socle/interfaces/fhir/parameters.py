"""Search parameters: from the pairs of an address to conditions, by the table of the route. What the table does not know is an
error, unless the client prefers to go on without it. Source: FHIR R4 §3.1.1."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl

from socle.errors import Invalid
from socle.formats.fhir import parse_date, parse_reference, parse_token, split_values
from socle.formats.fhir.search_values import ReferenceValue, Token, unescaped
from socle.interfaces.fhir.exchange import Json, Pairs
from socle.record.queries.conditions import Condition, Value

DEFAULT_COUNT = 20
MAX_COUNT = 100
MAX_PAIRS = 60
MAX_ALTERNATIVES = 50
MAX_VALUE = 2_000
RESULT = frozenset(
    {"_count", "_sort", "_total", "_elements", "_include", "_revinclude", "_summary", "_page", "_format", "_pretty"}
)


@dataclass(frozen=True, slots=True)
class Parameter:
    """One search parameter of a route. `condition` is its name in the record's table, when it is not its own.

    `handled` ones are read by the handler itself (whose record, which dates): they make no condition.
    """

    name: str
    kind: str
    """Type of FHIR: token, reference, date, string; a chain has the type of its end."""
    says: str
    condition: str = ""
    handled: bool = False

    @property
    def chained(self) -> bool:
        return "." in self.name or ":" in self.name


IDENTIFIER = (Parameter("identifier", "token", "Identifiant unique du document ou de ses versions"),)


@dataclass(frozen=True, slots=True)
class Query:
    """A search as understood. `pairs` is what was understood of it, to be told back and kept for the next page."""

    conditions: tuple[Condition, ...]
    handled: tuple[tuple[str, str], ...]
    pairs: Pairs
    count: int = DEFAULT_COUNT
    sort: str = ""
    total: str = ""
    elements: tuple[str, ...] = ()
    includes: frozenset[str] = frozenset()
    revincludes: frozenset[str] = frozenset()
    after: tuple[str, ...] = ()
    """Where the page before ended, from a `next` link."""

    def handled_value(self, name: str) -> str:
        """The value of a parameter that may stand once; empty when absent. Raises Invalid when it stands twice."""
        values = [value for found, value in self.handled if found == name]
        if len(values) > 1:
            raise refused(name, "Ce paramètre ne peut être donné qu’une fois.")
        return values[0] if values else ""


def pairs_of(text: str, where: str) -> Pairs:
    """The pairs of an address or a form. Raises Invalid `search-value` for bytes that are no UTF-8 text."""
    try:
        found = parse_qsl(text.removeprefix("?"), keep_blank_values=True, errors="strict", max_num_fields=MAX_PAIRS)
    except ValueError:
        raise Invalid("search-value", "Ces paramètres ne peuvent pas être lus.", where=where) from None
    return tuple(found)


def refused(name: str, sentence: str, code: str = "search-value") -> Invalid:
    return Invalid(code, sentence, where=f"http.{name[:80]}")


def understand(
    pairs: Sequence[tuple[str, str]],
    table: Sequence[Parameter],
    *,
    sorts: frozenset[str] = frozenset(),
    includes: frozenset[str] = frozenset(),
    revincludes: frozenset[str] = frozenset(),
    lenient: bool = False,
) -> Query:
    """The query that these pairs make. Raises Invalid `search-parameter` or `search-value` (400)."""
    if len(pairs) > MAX_PAIRS:
        raise refused("_", "Cette recherche a trop de paramètres.")
    known = {parameter.name: parameter for parameter in table}
    conditions, handled, kept = [], [], []
    result: dict[str, list[str]] = {}
    for name, value in pairs:
        if len(value) > MAX_VALUE or not (name + value).isprintable():
            raise refused(name, "La valeur est trop longue ou contient un caractère de contrôle.")
        parameter = known.get(name)
        if name in RESULT:
            result.setdefault(name, []).append(value)
        elif parameter is None:
            if not lenient:
                raise refused(name, f"Le paramètre « {name[:80]} » n’existe pas dans cette recherche.", "search-parameter")
            continue
        elif parameter.handled:
            handled.append((name, value))
        elif value:
            conditions.append(Condition(parameter.condition or name, _values(parameter, value)))
        kept.append((name, value))
    return _with_results(Query(tuple(conditions), tuple(handled), tuple(kept)), result, sorts, includes, revincludes, lenient)


def _values(parameter: Parameter, text: str) -> tuple[Value, ...]:
    alternatives = split_values(text)
    if len(alternatives) > MAX_ALTERNATIVES:
        raise refused(parameter.name, f"Ce paramètre accepte {MAX_ALTERNATIVES} valeurs au plus.")
    try:
        return tuple(_value(parameter.kind, alternative) for alternative in alternatives)
    except Invalid as refusal:
        raise refused(parameter.name, refusal.sentence) from None


def _value(kind: str, text: str) -> Value:
    if kind == "token":
        return parse_token(text)
    if kind == "date":
        return parse_date(text)
    if kind == "reference":
        return parse_reference(text)
    if not text:
        raise Invalid("search-value", "La valeur est vide.")
    return unescaped(text)


def _with_results(
    query: Query,
    result: dict[str, list[str]],
    sorts: frozenset[str],
    includes: frozenset[str],
    revincludes: frozenset[str],
    lenient: bool,
) -> Query:
    """The parameters that shape the result."""
    wanted = {
        "_include": frozenset(result.get("_include", ())),
        "_revinclude": frozenset(result.get("_revinclude", ())),
    }
    for name, offered in (("_include", includes), ("_revinclude", revincludes)):
        unknown = wanted[name] - offered
        if unknown and not lenient:
            raise refused(name, "Cette inclusion n’est pas offerte.", "search-parameter")
        wanted[name] &= offered
    summary = _last(result, "_summary", ("", "false", "count"))
    return Query(
        query.conditions,
        query.handled,
        query.pairs,
        count=0 if summary == "count" else _count(result.get("_count", [])),
        sort=_last(result, "_sort", ("", *sorts)),
        total=_last(result, "_total", ("", "none", "estimate", "accurate")),
        elements=tuple(name for text in result.get("_elements", ()) for name in text.split(",") if name),
        includes=wanted["_include"],
        revincludes=wanted["_revinclude"],
    )


def _last(result: dict[str, list[str]], name: str, allowed: Sequence[str]) -> str:
    value = result.get(name, [""])[-1]
    if value not in allowed:
        raise refused(name, f"Valeurs admises : {', '.join(one for one in allowed if one) or 'aucune'}.")
    return value


def _count(values: list[str]) -> int:
    if not values:
        return DEFAULT_COUNT
    if not (values[-1].isascii() and values[-1].isdigit()):
        raise refused("_count", "Un nombre entier est attendu.")
    return min(int(values[-1][:6]), MAX_COUNT)


def reference(name: str, text: str, kind: str) -> ReferenceValue:
    """A reference to a resource of one type. Raises Invalid `search-value`."""
    try:
        found = parse_reference(text)
    except Invalid as refusal:
        raise refused(name, refusal.sentence) from None
    if found.kind not in ("", kind) or not found.id:
        raise refused(name, f"Une référence « {kind}/identifiant » est attendue.")
    return found


def identifier(name: str, text: str) -> Token:
    """`system|value`, both given. Raises Invalid `search-value`."""
    try:
        token = parse_token(text)
    except Invalid as refusal:
        raise refused(name, refusal.sentence) from None
    if not token.system or not token.code:
        raise refused(name, "La valeur attendue est « système|valeur ».")
    return token


def of_elements(resource: Json, elements: Sequence[str]) -> Json:
    """The resource with these elements and those without which it means nothing, marked SUBSETTED."""
    kept = {"resourceType", "id", "meta", "status", "subject", *elements}
    found = {name: value for name, value in resource.items() if name in kept}
    subsetted = {"system": "http://terminology.hl7.org/CodeSystem/v3-ObservationValue", "code": "SUBSETTED"}
    found["meta"] = {**resource.get("meta", {}), "tag": [*resource.get("meta", {}).get("tag", ()), subsetted]}
    return found
