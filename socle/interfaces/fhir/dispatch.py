"""From a call to its handler, by the table of routes. A refusal becomes an answer here and nowhere else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from django.db import OperationalError

from socle.errors import Forbidden, Invalid, NotFound, SocleError, Unavailable
from socle.interfaces.fhir import negotiation, paging, refusals, transactions
from socle.interfaces.fhir.exchange import Answer, Call, Handler
from socle.interfaces.fhir.parameters import Query, understand
from socle.interfaces.fhir.route import Route
from socle.interfaces.fhir.routes import ROUTES

NOT_HERE = "Cette interaction n’est pas offerte pour ce type de ressource."
OUT_OF_SCOPE = "Ce jeton n’ouvre pas cette interaction : il lui manque la portée « {scope} »."
READING = frozenset({"GET", "HEAD"})


def perform(call: Call, path: Sequence[str]) -> Answer:
    """The answer to one call; `path` is what follows the base. Never raises a refusal."""
    try:
        return _perform(call, path)
    except SocleError as refusal:
        return refusals.answer(refusal)
    except OperationalError:
        return refusals.answer(Unavailable("base"))


def _perform(call: Call, path: Sequence[str]) -> Answer:
    if not path:
        return _system(call)
    route = ROUTES.get(path[0])
    if route is None:
        raise NotFound("type-inconnu", "Ce type de ressource n’est pas servi ici.")
    call.kind = route.kind
    _check_scope(call, route.reads if call.method in READING or path[-1] == "_search" else route.writes)
    if route.kind != "Binary":
        negotiation.check_accept(call.accept, call.parameters)
    if len(path) == 1:
        return _on_type(call, route)
    if path[1] == "_search" and len(path) == 2:
        return _search_form(call, route)
    call.id = path[1]
    if len(path) == 4 and path[2] == "_history":
        call.version = path[3]
    elif len(path) != 2:
        raise NotFound()
    return _on_instance(call, route)


def _system(call: Call) -> Answer:
    if call.method != "POST":
        raise _refused()
    negotiation.check_accept(call.accept, call.parameters)
    negotiation.check_content(call.content_type)
    return transactions.perform(call, perform, offers)


def _check_scope(call: Call, scope: str) -> None:
    """The token opens this interaction. Source: fhir.md §18 (scopes are checked at each call)."""
    if scope and scope not in call.actor.rights:
        raise Forbidden("portee", OUT_OF_SCOPE.format(scope=scope), "L’administrateur de la plateforme, pour ce logiciel.")


def offers(method: str, path: Sequence[str]) -> bool:
    """Whether the table has this interaction: what a transaction may hold is known before anything is done."""
    route = ROUTES.get(path[0]) if path else None
    if route is None:
        return False
    if method in READING:
        return (route.search if len(path) == 1 else route.read) is not None
    if method == "POST":
        return (route.search if path[1:] == ["_search"] else route.create) is not None
    return method == "PATCH" and route.patch is not None and (len(path) == 2 or route.conditional)


def _on_type(call: Call, route: Route) -> Answer:
    if call.method in READING:
        if route.search is None:
            raise _refused()
        return route.search(call, _query(call, route))
    if call.method == "POST":
        return _with_body(call, route.create)
    if call.method == "PATCH" and route.conditional:
        return _with_body(call, route.patch, negotiation.PATCH_TYPES)
    raise _refused()


def _search_form(call: Call, route: Route) -> Answer:
    """`POST _search`: the form and the address together are one search."""
    if route.search is None or call.method != "POST":
        raise _refused()
    negotiation.check_content(call.content_type, frozenset({negotiation.FORM}))
    return route.search(call, _query(call, route))


def _on_instance(call: Call, route: Route) -> Answer:
    if call.method in READING:
        if route.read is None or (call.version and not route.versioned):
            raise _refused()
        return route.read(call)
    if call.method == "PATCH" and not call.version:
        return _with_body(call, route.patch, negotiation.PATCH_TYPES)
    raise _refused()


def _with_body(call: Call, handler: Handler | None, allowed: frozenset[str] = negotiation.JSON_TYPES) -> Answer:
    if handler is None:
        raise _refused()
    call.content_type = negotiation.check_content(call.content_type, allowed)
    return handler(call)


def _refused() -> Invalid:
    return Invalid("method", NOT_HERE, where="http.method")


def _query(call: Call, route: Route) -> Query:
    """The search asked, or the one that a `next` link goes on with."""
    pairs, after = call.parameters, tuple[str, ...]()
    tokens = [value for name, value in pairs if name == "_page"]
    if tokens:
        if any(name not in ("_page", "_format", "_pretty") for name, _ in pairs) or len(tokens) > 1:
            raise Invalid("search-value", "Un lien de page se suit tel quel.", where="http._page")
        pairs, after = paging.unseal(tokens[0], route.kind, call.actor)
    query = understand(
        pairs,
        route.parameters,
        sorts=route.sorts,
        includes=route.includes,
        revincludes=route.revincludes,
        lenient=call.prefer.lenient,
    )
    given = {name for name, value in query.pairs if value}
    for group in route.required:
        if not given & set(group):
            wanted = " ou ".join(group)
            raise Invalid("search-required", f"Cette recherche demande le paramètre {wanted}.", where=f"http.{group[0]}")
    return replace(query, after=after)
