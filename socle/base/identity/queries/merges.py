"""What waits for the identity referents: merges asked or to be undone, doubtful identities."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from socle.base.access.actor import Actor
from socle.base.access.doors import door, note
from socle.base.identity import heading as headings
from socle.base.identity.models import Merge, Patient
from socle.base.identity.rules import may_merge

PAGE = 50


@dataclass(frozen=True, slots=True)
class MergeLine:
    """One merge. `state`: `asked`, `done`, `undo-asked`. `mine`: this reader asked for what waits, so another must confirm."""

    id: UUID
    master: headings.Heading
    merged: headings.Heading
    state: str
    reason: str
    asked_by_name: str
    asked_at: datetime
    confirmed_by_name: str
    confirmed_at: datetime | None
    mine: bool


@dataclass(frozen=True, slots=True)
class Review:
    """The page of the referents."""

    merges: tuple[MergeLine, ...]
    doubtful: tuple[headings.Heading, ...]


@door(reads=True)
def review(*, actor: Actor, limit: int = PAGE) -> Review:
    """Merges that wait and those done, the newest first, and the identities in doubt. For the identity referents. Three
    statements."""
    may_merge(actor).enforce()
    merges = Merge.objects.filter(undone_at=None).select_related("master", "merged").order_by("-asked_at", "-id")[:limit]
    lines = tuple(_line(merge, actor) for merge in merges)
    rows = Patient.objects.filter(doubtful=True, master=None).order_by("-updated_at")[:limit]
    doubtful = tuple(headings.of(row) for row in rows)
    shown = [one.patient_id for line in lines for one in (line.master, line.merged)]
    note(kind="identity", shown=[*shown, *(one.patient_id for one in doubtful)])
    return Review(lines, doubtful)


def _line(merge: Merge, actor: Actor) -> MergeLine:
    undoing = merge.undo_asked_by is not None
    state = "undo-asked" if undoing else "asked" if merge.confirmed_at is None else "done"
    waiting_for = merge.undo_asked_by if undoing else merge.asked_by
    return MergeLine(
        merge.id,
        headings.of(merge.master),
        headings.of(merge.merged),
        state,
        merge.undo_reason if undoing else merge.reason,
        merge.undo_asked_by_name if undoing else merge.asked_by_name,
        (merge.undo_asked_at if undoing else None) or merge.asked_at,
        merge.confirmed_by_name,
        merge.confirmed_at,
        state != "done" and waiting_for == actor.person_id,
    )
