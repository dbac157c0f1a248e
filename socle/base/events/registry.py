"""Who reacts to what, and which jobs run by the clock. Filled by the packages' `reactions` modules when the process starts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from socle import clock


@dataclass(frozen=True, slots=True)
class Happened:
    """An event as a reaction receives it. `facts` holds opaque ids, codes and dates."""

    id: UUID
    kind: str
    aggregate_id: UUID
    patient_id: UUID | None
    facts: dict[str, str]


@dataclass(frozen=True, slots=True)
class Job:
    """Work due by the clock: `run` is called once each `every`, and is idempotent."""

    name: str
    every: timedelta
    run: Callable[[], None]


@dataclass(slots=True)
class _Registry:
    reactions: dict[str, Callable[[Happened], None]] = field(default_factory=dict)
    by_kind: dict[str, list[str]] = field(default_factory=dict)
    conditions: dict[str, Mapping[str, str]] = field(default_factory=dict)
    jobs: dict[str, Job] = field(default_factory=dict)


_registry = _Registry()


def react(
    *kinds: str, when: Mapping[str, str] | None = None
) -> Callable[[Callable[[Happened], None]], Callable[[Happened], None]]:
    """Marks a reaction to these kinds of event, to those only whose facts hold `when`. It is idempotent and calls one action:
    that door marks it done."""

    def mark(function: Callable[[Happened], None]) -> Callable[[Happened], None]:
        name = f"{function.__module__.removeprefix('socle.').removeprefix('base.')}.{function.__name__}"
        _registry.reactions[name] = function
        _registry.conditions[name] = dict(when or {})
        for kind in kinds:
            names = _registry.by_kind.setdefault(kind, [])
            if name not in names:
                names.append(name)
        return function

    return mark


def job(name: str, *, every: timedelta) -> Callable[[Callable[[], None]], Callable[[], None]]:
    """Marks a job by the clock; `socle jobs run NAME --as-of TIME` runs it too."""

    def mark(function: Callable[[], None]) -> Callable[[], None]:
        _registry.jobs[name] = Job(name, every, function)
        return function

    return mark


def reactions_to(kind: str, facts: Mapping[str, str]) -> tuple[str, ...]:
    """The reactions that an event of this kind with these facts calls for."""
    names = _registry.by_kind.get(kind, ())
    return tuple(name for name in names if _registry.conditions[name].items() <= facts.items())


def reaction(name: str) -> Callable[[Happened], None]:
    return _registry.reactions[name]


def known_names() -> list[str]:
    """Every reaction and job of this process, as the queue names them."""
    return [*_registry.reactions, *(f"job:{name}" for name in _registry.jobs)]


def jobs() -> tuple[Job, ...]:
    return tuple(_registry.jobs.values())


def run_job(name: str, as_of: datetime) -> None:
    """The job has run once with the clock set to `as_of`. KeyError when no job has that name."""
    with clock.as_of(as_of):
        _registry.jobs[name].run()
