"""What an administrator does about the queue."""

from __future__ import annotations

from uuid import UUID

from socle.base.access.actor import Actor
from socle.base.access.doors import door, note
from socle.base.access.rules import may_supervise
from socle.base.events import supervision as queue
from socle.errors import Conflict


@door(reads=False)
def revive(*, actor: Actor, reaction_id: UUID) -> None:
    """The dead reaction runs again soon, with all its attempts. Conflict when it is not dead any more, or is a job that runs."""
    may_supervise(actor).enforce()
    note(kind="reaction", shown=[reaction_id])
    if not queue.revive(reaction_id):
        raise Conflict("file", "Cette tâche n’est plus en échec : la page a changé entre-temps.")
