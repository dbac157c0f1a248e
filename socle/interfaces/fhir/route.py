"""What a row of the table of routes holds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from socle.interfaces.fhir.exchange import Answer, Call, Handler
from socle.interfaces.fhir.parameters import Parameter, Query

SearchHandler = Callable[[Call, Query], Answer]


@dataclass(frozen=True, slots=True)
class Route:
    """One resource type: its interactions and their handlers (absent: 405), how it is searched, which profiles it follows."""

    kind: str
    says: str
    reads: str = ""
    """The scope of a token that reads this type; empty: any token does."""
    writes: str = ""
    read: Handler | None = None
    versioned: bool = False
    """Whether versions, former ones too, may be read by their number (`_history/n`)."""
    search: SearchHandler | None = None
    create: Handler | None = None
    patch: Handler | None = None
    conditional: bool = False
    """Whether create takes `If-None-Exist` and patch a search by identifier."""
    parameters: tuple[Parameter, ...] = ()
    required: tuple[tuple[str, ...], ...] = ()
    """One parameter of each group is needed."""
    sorts: frozenset[str] = frozenset()
    includes: frozenset[str] = frozenset()
    revincludes: frozenset[str] = frozenset()
    profiles: tuple[str, ...] = ()
    guides: tuple[str, ...] = ()
    """CapabilityStatements of the French guides that this row fulfils."""
