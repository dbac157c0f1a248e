"""What an administrator watches: queues and seals. Numbers and opaque ids only, no health data and nobody’s name."""

from __future__ import annotations

from dataclasses import dataclass

from socle.base.access.actor import Actor
from socle.base.access.doors import door, not_journalled
from socle.base.access.rules import may_supervise
from socle.base.audit import seal
from socle.base.events import supervision as queue

DEAD_SHOWN = 50


@dataclass(frozen=True, slots=True)
class Platform:
    """The queue by kind of reaction, what died, and where sealing the journal stands."""

    lines: tuple[queue.Line, ...]
    dead: tuple[queue.Dead, ...]
    journal: seal.State


@door(reads=True)
def platform(*, actor: Actor) -> Platform:
    """Four statements. For administrators who hold `supervision`; shows nothing about anybody, so it leaves no line."""
    may_supervise(actor).enforce()
    not_journalled()
    return Platform(queue.lines(), queue.dead(DEAD_SHOWN), seal.state())
