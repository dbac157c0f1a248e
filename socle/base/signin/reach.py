"""Whose accounts and invitations an administrator answers for. Used inside doors."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from socle.base.access.actor import Actor, Kind
from socle.base.access.rules import Decision
from socle.base.directory.models import Practitioner
from socle.base.directory.rules import STRUCTURE
from socle.base.signin.models import Account, Invitation
from socle.base.signin.rules import ACCOUNTS_RIGHT

NOT_ACCOUNTS = Decision(
    False,
    "comptes",
    "Vos droits ne portent pas sur les comptes.",
    "L’administrateur de la plateforme.",
)


def over_platform(actor: Actor) -> bool:
    """Whether the actor answers for administrators, else for the people of one structure. Forbidden `comptes` for others."""
    if actor.kind is Kind.ADMINISTRATOR and ACCOUNTS_RIGHT in actor.rights:
        return True
    if actor.kind is not Kind.ADMINISTRATOR or STRUCTURE not in actor.rights or actor.structure_id is None:
        NOT_ACCOUNTS.enforce()
    return False


def accounts(actor: Actor) -> QuerySet[Account]:
    """Administrators, those without any right left too; or the workers and administrators of the actor's own structure."""
    if over_platform(actor):
        return Account.objects.filter(~Q(rights=[]) | Q(provider=Account.Provider.LOCAL, person_id=None))
    workers = Practitioner.objects.filter(vouched_by_id=actor.structure_id).values("id")
    local = Q(provider=Account.Provider.LOCAL, person_id__in=workers)
    return Account.objects.filter(Q(structure_id=actor.structure_id) | local)


def invitations(actor: Actor) -> QuerySet[Invitation]:
    """Those to administrators; or those to the actor's own structure."""
    if over_platform(actor):
        return Invitation.objects.filter(~Q(rights=[]))
    return Invitation.objects.filter(structure_id=actor.structure_id)
