"""What a search on the wires asks, and whose record it is about."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from socle.base.access.actor import Actor
from socle.base.identity.queries.patients import named_by
from socle.errors import NotFound
from socle.record.chart import Chart, open_chart
from socle.record.queries.conditions import Builder, Clause, Condition, clause

Place = tuple[str, UUID]
"""Where a page ends: the date (as the database writes it) and the id of its last line."""
NOBODY = UUID(int=0)


@dataclass(frozen=True, slots=True)
class Whose:
    """The person that a search names: by our id, or by an identifier (system, value); both must be the same person."""

    id: UUID | None = None
    identifier: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a search asks beside the person. `limit` 0: the total only."""

    conditions: tuple[Condition, ...] = ()
    after: Place | None = None
    newest_first: bool = True
    limit: int = 20
    counted: bool = False
    with_subject: bool = False
    with_others: bool = False
    """Documents bring the lots they were deposited in; lots bring their documents."""


def find_chart(actor: Actor, whose: Whose) -> Chart | None:
    """The record of the person named; None when nobody is. Raises as `open_chart`. One statement, two more for an identifier."""
    named = [] if whose.id is None else [whose.id]
    if whose.identifier is not None:
        found = named_by(actor, *whose.identifier)
        if found is None:
            return None
        named.append(found)
    if not named:
        raise NotFound()
    chart = open_chart(actor, named[0])
    return chart if all(one in chart.family for one in named) else None


def owned_by(chart: Chart, alias: str) -> Clause:
    """One identity is compared by equality, so that an index gives its rows in order."""
    if len(chart.family) == 1:
        return f"{alias}.patient_id = %s", [chart.family[0]]
    return f"{alias}.patient_id = ANY(%s)", [list(chart.family)]


def asked(table: dict[str, Builder], wanted: Wanted, chart: Chart, alias: str) -> Clause:
    """The conditions of the search; what is archived shows only when asked for (rules.md §2.4 step 8)."""
    where, values = clause(table, wanted.conditions, chart.sight)
    if not any(condition.name == "isArchived" for condition in wanted.conditions):
        where += f" AND NOT {alias}.archived"
    return where, values


def page_of(column: str, id_column: str, wanted: Wanted) -> Clause:
    """The end of the statement of a page: after the last line seen, in order, one line more than asked."""
    order, beyond = ("DESC", "<") if wanted.newest_first else ("ASC", ">")
    seek = f" AND ({column}, {id_column}) {beyond} (%s::timestamptz, %s)" if wanted.after else ""
    values: list[Any] = list(wanted.after or ())
    return f"{seek} ORDER BY {column} {order}, {id_column} {order} LIMIT {wanted.limit + 1:d}", values
