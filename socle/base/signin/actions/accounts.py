"""Accounts: the person whom a provider vouches for is recognised, or not. Comes before the session, by the platform itself."""

from __future__ import annotations

from uuid import UUID

from socle.base.access.actor import Actor, Kind
from socle.base.access.doors import door, not_journalled, note
from socle.base.access.rules import for_the_platform
from socle.base.signin import linking
from socle.base.signin.mappings import PivotIdentity, ProfessionalClaims
from socle.base.signin.models import Account
from socle.base.signin.situations import Recognised, Situation


@door(reads=False)
def recognise_professional(*, actor: Actor, claims: ProfessionalClaims) -> Recognised | None:
    """The professional has an account keyed on their national id; None when it is suspended. The sign-in itself is the line of
    the journal: this leaves none."""
    not_journalled()
    for_the_platform(actor).enforce()
    person_id, situations = linking.practitioner(claims, actor=actor)
    account = _account(Account.Provider.PSC, claims.national_id, person_id, claims.name)
    if account.suspended:
        return None
    situations = (*situations, *_administration(account))
    return Recognised(account.id, account.provider, person_id, claims.name, claims.national_id, claims.regulation, situations)


@door(reads=False)
def recognise_patient(*, actor: Actor, subject: str, pivot: PivotIdentity) -> Recognised | None:
    """The person is linked to one identity: the one they were linked to before (`subject`), else the only qualified one with
    exactly their strict traits. None when there is none, or more than one, or when the account is suspended."""
    for_the_platform(actor).enforce()
    known = Account.objects.filter(provider=Account.Provider.FRANCECONNECT, subject=subject).first()
    person_id = known.person_id if known is not None else linking.holder_of(pivot)
    if person_id is None:
        not_journalled()
        return None
    root, situations = linking.spaces(person_id, pivot.name)
    # The link is to the identity first found: what is merged may be parted again, and each must get their own back.
    account = _account(Account.Provider.FRANCECONNECT, subject, person_id, pivot.name)
    note(patient_id=root, kind="account", shown=[account.id])
    if known is not None:
        not_journalled()
    if account.suspended:
        return None
    return Recognised(account.id, account.provider, person_id, pivot.name, "", False, situations)


@door(reads=False)
def recognise_invited(*, actor: Actor, account_id: UUID) -> Recognised | None:
    """The person of an invited account, whose proofs were checked just now, with the situations that their structure still
    answers for. None when the account is suspended or nothing is left."""
    not_journalled()
    for_the_platform(actor).enforce()
    account = Account.objects.filter(id=account_id, suspended=False).first()
    if account is None:
        return None
    practised = linking.practised(account.person_id, actor=actor) if account.person_id else ()
    situations = (*practised, *_administration(account))
    if not situations:
        return None
    return Recognised(account.id, account.provider, account.person_id, account.name, "", False, situations)


def _account(provider: str, subject: str, person_id: UUID, name: str) -> Account:
    """The account of that subject, made or brought up to date."""
    row, _ = Account.objects.update_or_create(provider=provider, subject=subject, defaults={"person_id": person_id, "name": name})
    return row


def _administration(account: Account) -> tuple[Situation, ...]:
    """The space of administration, for whoever holds a right there."""
    if not account.rights:
        return ()
    return (
        Situation(
            id=account.id,
            kind=Kind.ADMINISTRATOR,
            title="Administration de la structure" if account.structure_id else "Administration de la plateforme",
            structure_id=account.structure_id,
            structure_name=account.structure_name,
        ),
    )
