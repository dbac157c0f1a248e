"""Administration rights of accounts: given, withdrawn; a worker's access ended; an invitation withdrawn."""

from __future__ import annotations

from uuid import UUID

from socle import clock
from socle.base.access.actor import Actor
from socle.base.access.doors import door, note
from socle.base.access.rules import Decision
from socle.base.directory.actions.practitioners import end_worker
from socle.base.signin import reach, rules
from socle.base.signin.models import Account, Invitation, Session
from socle.errors import Invalid, NotFound

OWN_ACCOUNT = Decision(
    False,
    "compte-propre",
    "Personne ne modifie ses propres droits.",
    "Un autre administrateur.",
)


@door(reads=False)
def set_rights(*, actor: Actor, account_id: UUID, rights: frozenset[str]) -> None:
    """The account holds these administration rights and no other, on the platform, or on the actor's structure for its people.
    What is withdrawn is gone at once from open sessions; what is given is there at the next sign-in. Forbidden `comptes`,
    `compte-propre`; NotFound for somebody else's people; Invalid `droits`."""
    note(kind="account", shown=[account_id])
    row = _reached(actor, account_id)
    of_structure = row.structure_id is not None or not reach.over_platform(actor)
    place = row.structure_id or (actor.structure_id if of_structure else None)
    if row.suspended or (rights and not rules.may_hold(rights, place)):
        raise Invalid("droits", "Ces droits ne peuvent pas être donnés à ce compte.", where="rights")
    columns: dict[str, object] = {"rights": sorted(rights)}
    if rights and row.structure_id is None and of_structure:
        columns |= {"structure_id": place, "structure_name": actor.structure_name}
    Account.objects.filter(id=row.id).update(**columns)
    if not rights and row.person_id is None:
        _end_sessions(row)


@door(reads=False)
def dismiss(*, actor: Actor, account_id: UUID) -> None:
    """The person no longer works in the actor's structure: their situations are inactive, their account is suspended, their
    sessions and tokens open nothing any more, the same moment. Twice changes nothing. Forbidden `comptes`, `compte-propre`;
    NotFound for somebody who is not one of its workers."""
    note(kind="account", shown=[account_id])
    row = _reached(actor, account_id)
    if row.person_id is None or actor.structure_id is None:
        raise NotFound()
    end_worker(actor=actor, practitioner_id=row.person_id, organisation_id=actor.structure_id)
    Account.objects.filter(id=row.id).update(suspended=True, rights=[])
    _end_sessions(row)


@door(reads=False)
def withdraw_invitation(*, actor: Actor, invitation_id: UUID) -> None:
    """The link opens nothing any more, and the structure no longer answers for a worker who has not come. Twice changes nothing.
    Forbidden `comptes`; NotFound for somebody else's invitations, or one that has served."""
    note(kind="invitation", shown=[invitation_id])
    row = reach.invitations(actor).select_for_update().filter(id=invitation_id, used_at=None).first()
    if row is None:
        raise NotFound()
    if row.expires_at <= clock.now():
        return
    Invitation.objects.filter(id=row.id).update(expires_at=clock.now())
    if row.person_id is not None and row.structure_id is not None:
        end_worker(actor=actor, practitioner_id=row.person_id, organisation_id=row.structure_id)


def _reached(actor: Actor, account_id: UUID) -> Account:
    row = reach.accounts(actor).select_for_update().filter(id=account_id).first()
    if row is None:
        raise NotFound()
    if row.id == actor.person_id:
        OWN_ACCOUNT.enforce()
    return row


def _end_sessions(row: Account) -> None:
    Session.objects.filter(account_id=row.id, ended_at=None).update(ended_at=clock.now())
