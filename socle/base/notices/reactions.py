"""Whom to tell when something happens."""

from __future__ import annotations

from uuid import UUID

from socle.base.access.actor import system
from socle.base.events.registry import Happened, react
from socle.base.notices.actions import accounts, identities, urgent


@react("access.emergency-opened")
def tell_of_urgent_access(event: Happened) -> None:
    """The person, the médecin traitant and the access controller know."""
    actor = system("notification", cause_id=event.id)
    urgent.tell_of_urgent_access(actor=actor, session_id=UUID(event.facts["session"]))


@react("access.emergency-unusual")
def tell_of_unusual_access(event: Happened) -> None:
    """The access controller knows."""
    actor = system("notification", cause_id=event.id)
    urgent.tell_of_unusual_access(actor=actor, event_id=event.id, person_id=UUID(event.facts["person"]))


@react("identity.doubted")
def tell_of_doubt(event: Happened) -> None:
    """Who reads the record of this person knows, and the identity referents do."""
    by = event.facts.get("by")
    identities.tell_of_doubt(
        actor=system("notification", cause_id=event.id),
        event_id=event.id,
        patient_id=event.aggregate_id,
        by=UUID(by) if by else None,
    )


@react("identity.doubt-reported")
def tell_of_report(event: Happened) -> None:
    """The identity referents know."""
    identities.tell_of_report(actor=system("notification", cause_id=event.id), event_id=event.id, patient_id=event.aggregate_id)


@react("identity.merged", "identity.unmerged")
def tell_of_merge(event: Happened) -> None:
    """Who reads the record of either identity knows, and the identity referents do."""
    identities.tell_of_merge(
        actor=system("notification", cause_id=event.id),
        merge_id=UUID(event.facts["merge"]),
        undone=event.kind == "identity.unmerged",
    )


@react("signin.passkey-added")
def tell_of_passkey(event: Happened) -> None:
    """The owner of the account knows that there is one more way in."""
    actor = system("notification", cause_id=event.id)
    accounts.tell_of_passkey(actor=actor, passkey_id=UUID(event.facts["passkey"]), person_id=UUID(event.facts["person"]))
