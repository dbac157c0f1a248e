"""Doors: nobody gets data any other way (architecture.md §2).

A door is a public function of a package's `actions` or `queries`, marked `@door`. The outermost one opens the one durable
transaction, writes the journal entry in it before anything is returned, and gives the connection back; a door called inside
joins. A refusal rolls everything back and is journalled in a transaction of its own. Outside a door every SQL statement raises.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, ParamSpec, TypeVar
from uuid import UUID

from django.db import OperationalError, connection, models, transaction
from django.db.backends.signals import connection_created
from psycopg.errors import LockNotAvailable
from psycopg_pool import PoolTimeout

from socle.base.access.actor import Actor
from socle.base.audit import journal
from socle.base.events import queue
from socle.errors import SocleError, Unavailable

P = ParamSpec("P")
R = TypeVar("R")

DOORS: dict[str, Callable[..., Any]] = {}
"""Every door of the process by its dotted name: the house tests sweep it."""

EXCEPTIONS = frozenset(
    {"sign-in session", "migrations", "health", "seal", "queue", "vault key", "vault sweep", "bulk load", "tests"}
)
"""The only reasons for which SQL may run outside a door; each is used in one place."""


class OutsideDoor(RuntimeError):
    """SQL was sent outside any door: a programming error, never shown to people."""


@dataclass(slots=True)
class Visit:
    """What one door call will tell the journal."""

    door: str
    actor: Actor
    reads: bool
    patient_id: UUID | None = None
    reason: str = ""
    kinds: list[str] = field(default_factory=list)
    shown: list[UUID] = field(default_factory=list)
    revision: int | None = None
    silent: bool = False

    def entry(self, *, outcome: str = "done", code: str = "") -> journal.NewEntry:
        actor = self.actor
        return journal.NewEntry(
            door=self.door,
            outcome=outcome,
            code=code,
            actor_kind=actor.kind,
            actor_id=actor.person_id,
            actor_name=actor.name,
            actor_role=actor.heading,
            structure_id=actor.structure_id,
            structure_name=actor.structure_name,
            on_behalf_of=actor.on_behalf_of,
            patient_id=self.patient_id,
            purpose=actor.purpose,
            reason=self.reason,
            channel=actor.channel,
            object_kind="+".join(dict.fromkeys(self.kinds)),
            object_ids=tuple(self.shown),
            revision=self.revision,
            cause_id=actor.cause_id,
        )


@dataclass(slots=True)
class _Opening:
    """The outermost door: the visits to write at its end."""

    visits: list[Visit] = field(default_factory=list)
    stack: list[Visit] = field(default_factory=list)


_opening: ContextVar[_Opening | None] = ContextVar("opening", default=None)
_exception: ContextVar[str] = ContextVar("exception", default="")


def door(*, reads: bool) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Marks a door. `reads` says whether it only reads: a reading door joined inside another about the same patient adds what it
    showed to that one's entry, so that one consultation is one line; a writing door always has its own line."""

    def mark(function: Callable[P, R]) -> Callable[P, R]:
        name = _name(function)
        parameter = inspect.signature(function).parameters.get("actor")
        if parameter is None or parameter.kind is not inspect.Parameter.KEYWORD_ONLY:
            raise TypeError(f"{name}: a door takes `actor` as a keyword")

        @functools.wraps(function)
        def call(*args: P.args, **kwargs: P.kwargs) -> R:
            actor = kwargs["actor"]
            if not isinstance(actor, Actor):
                raise TypeError(f"{name}: `actor` is not an Actor")
            visit = Visit(name, actor, reads)
            opening = _opening.get()
            if opening is not None:
                return _join(opening, visit, functools.partial(function, *args, **kwargs))
            return _open(visit, functools.partial(function, *args, **kwargs))

        DOORS[name] = call
        return call

    return mark


def note(
    *,
    patient_id: UUID | None = None,
    shown: Iterable[UUID] = (),
    kind: str = "",
    reason: str = "",
    revision: int | None = None,
) -> None:
    """Adds to the journal entry of the door that runs: whom it is about, which objects of which kind were shown or written."""
    visit = _current()
    if patient_id is not None:
        visit.patient_id = patient_id
    if kind:
        visit.kinds.append(kind)
    visit.shown.extend(shown)
    if reason:
        visit.reason = reason
    if revision is not None:
        visit.revision = revision


def not_journalled() -> None:
    """This reading door showed nothing about a person (a public page, a nomenclature): it leaves no line when it succeeds."""
    _current().silent = True


@contextmanager
def sql_allowed(reason: str) -> Iterator[None]:
    """Lets SQL run outside a door for one of the listed reasons."""
    if reason not in EXCEPTIONS:
        raise ValueError(reason)
    token = _exception.set(reason)
    try:
        yield
    finally:
        _exception.reset(token)


def watch_connections() -> None:
    """From now on every connection refuses SQL outside doors."""
    connection_created.connect(_watch, dispatch_uid="socle.doors")


def _watch(sender: object, connection: Any, **kwargs: object) -> None:
    if _guard not in connection.execute_wrappers:
        connection.execute_wrappers.append(_guard)


def _guard(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
    if _opening.get() is None and not _exception.get():
        raise OutsideDoor("SQL outside a door")
    return execute(sql, params, many, context)


def _current() -> Visit:
    opening = _opening.get()
    if opening is None:
        raise OutsideDoor("no door is open")
    return opening.stack[-1]


def _join(opening: _Opening, visit: Visit, run: Callable[[], R]) -> R:
    opening.stack.append(visit)
    try:
        result = run()
    finally:
        opening.stack.pop()
    parent = opening.stack[-1]
    if visit.reads and visit.patient_id in (None, parent.patient_id):
        parent.kinds.extend(visit.kinds)
        parent.shown.extend(visit.shown)
        parent.revision = parent.revision if visit.revision is None else visit.revision
    elif not visit.silent:
        opening.visits.append(visit)
    return result


def _open(visit: Visit, run: Callable[[], R]) -> R:
    opening = _Opening(visits=[visit], stack=[visit])
    try:
        with _connection_for_one_door():
            try:
                with transaction.atomic(durable=True):
                    token = _opening.set(opening)
                    try:
                        result = run()
                        if isinstance(result, (models.QuerySet, models.Model)):
                            raise TypeError(f"{visit.door}: a door returns values")
                        for kept in opening.visits:
                            if not kept.silent:
                                journal.append(kept.entry())
                        if not visit.reads:
                            queue.mark_current_reaction_done()
                    finally:
                        _opening.reset(token)
                return result
            except SocleError as refusal:
                _journal_refusal(opening.stack[0], refusal)
                raise
    except OperationalError as problem:
        if isinstance(problem.__cause__, (PoolTimeout, LockNotAvailable)):
            raise Unavailable("saturation") from problem
        raise


def _journal_refusal(visit: Visit, refusal: SocleError) -> None:
    """The refusal stays in the journal although all else was rolled back."""
    with transaction.atomic(durable=True):
        token = _opening.set(_Opening(stack=[visit]))
        try:
            journal.append(visit.entry(outcome="refused", code=refusal.code))
        finally:
            _opening.reset(token)


@contextmanager
def _connection_for_one_door() -> Iterator[None]:
    """One connection, given back to the pool when the door closes, so that no thread keeps one between doors."""
    try:
        yield
    finally:
        if not _exception.get():
            connection.close()


def _name(function: Callable[..., Any]) -> str:
    return f"{function.__module__.removeprefix('socle.').removeprefix('base.')}.{function.__qualname__}"
