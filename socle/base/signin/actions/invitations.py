"""Invitations: a structure, or the platform, lets somebody in who has no national identity provider (product.md §2.1 T2)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from socle import clock
from socle.base.access.actor import Actor, Kind
from socle.base.access.doors import door, not_journalled, note
from socle.base.access.rules import NOT_YOUR_ROLE
from socle.base.directory.actions.practitioners import register_worker
from socle.base.directory.queries.practitioners import organisation
from socle.base.signin import factors, rules
from socle.base.signin.models import Account, Credential, Invitation
from socle.base.signin.sealing import hash_of
from socle.base.signin.session import new_secret
from socle.errors import Conflict, Invalid, NotFound


@dataclass(frozen=True, slots=True)
class Guest:
    """Who is invited. `login` is an address that reaches them; `profession` and `role` are national codes."""

    login: str
    family: str
    given: str
    profession: str = ""
    role: str = ""
    civility: str = ""
    internal_id: str = ""
    """The structure's own number for them; one is made without it."""

    @property
    def name(self) -> str:
        return f"{self.given.strip()} {self.family.strip().upper()}"


@dataclass(frozen=True, slots=True)
class Invited:
    """What to hand over: the secret of the link, shown once."""

    token: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Offer:
    """What the invited person sees before they accept."""

    login: str
    name: str
    structure_name: str
    seed: bytes


@door(reads=False)
def invite_worker(*, actor: Actor, organisation_id: UUID, guest: Guest) -> Invited:
    """The person is in the directory as a worker of the structure, and may make their account within seven days. By an
    administrator of that structure, or the platform. Conflict `compte-existant`; Invalid as the directory's `register_worker`."""
    note(kind="invitation")
    login = _free_login(guest.login)
    known = register_worker(
        actor=actor,
        organisation_id=organisation_id,
        family=guest.family,
        given=guest.given,
        profession=guest.profession,
        role=guest.role,
        civility=guest.civility,
        internal_id=guest.internal_id,
    )
    place = organisation(actor=actor, organisation_id=organisation_id)
    return _invited(
        actor, login, guest.name, person_id=known.practitioner_id, structure_id=place.id, structure_name=place.shown_name
    )


@door(reads=False)
def invite_administrator(
    *, actor: Actor, guest: Guest, rights: frozenset[str], structure_id: UUID | None = None, structure_name: str = ""
) -> Invited:
    """The person may make an account that holds these rights, on the whole platform; or the right `structure`, on one structure.
    By the platform, or an administrator with the right `accounts`. Invalid `droits`, `nom`; Conflict `compte-existant`."""
    note(kind="invitation")
    if actor.kind is not Kind.SYSTEM and rules.ACCOUNTS_RIGHT not in actor.rights:
        NOT_YOUR_ROLE.enforce()
    if not rights:
        raise Invalid("droits", "Choisissez un droit au moins.")
    if not rules.may_hold(rights, structure_id):
        raise Invalid("droits", f"Choisissez des droits parmi : {', '.join(sorted(rules.PLATFORM_RIGHTS))}.")
    if not (guest.family.strip() and guest.given.strip()):
        raise Invalid("nom", "Indiquez le prénom et le nom.")
    return _invited(
        actor,
        _free_login(guest.login),
        guest.name,
        rights=sorted(rights),
        structure_id=structure_id,
        structure_name=structure_name,
    )


@door(reads=True)
def read(*, actor: Actor, token: str) -> Offer:
    """What the invitation offers. NotFound `invitation` when it was used, is over, or never was."""
    not_journalled()
    row = _pending(token)
    return Offer(row.login, row.name, row.structure_name, bytes(row.seed))


@door(reads=False)
def accept(*, actor: Actor, token: str, password: bytes, step: int) -> UUID:
    """The account exists, with its password (already hashed) and the second factor whose code was typed; the invitation has
    served. Returns the account's id. NotFound `invitation`; Conflict `compte-existant`."""
    note(kind="account")
    row = Invitation.objects.select_for_update().filter(id=_pending(token).id, used_at=None).first()
    if row is None or row.expires_at <= clock.now():  # withdrawn while this waited for its lock
        raise _gone()
    Invitation.objects.filter(id=row.id).update(used_at=clock.now())
    try:
        with transaction.atomic():
            account = Account.objects.create(
                provider=Account.Provider.LOCAL,
                subject=row.login,
                person_id=row.person_id,
                name=row.name,
                rights=row.rights,
                structure_id=row.structure_id if row.rights else None,
                structure_name=row.structure_name if row.rights else "",
            )
    except IntegrityError as error:
        raise _taken() from error
    Credential.objects.create(account=account, kind=Credential.Kind.PASSWORD, secret=password)
    Credential.objects.create(account=account, kind=Credential.Kind.TOTP, secret=bytes(row.seed), counter=step)
    note(shown=[account.id])
    return account.id


def _invited(actor: Actor, login: str, name: str, **columns: object) -> Invited:
    token, now = new_secret(), clock.now()
    row = Invitation.objects.create(
        token_hash=hash_of(token),
        login=login,
        name=name,
        invited_by=actor.person_id,
        invited_by_name=actor.name,
        seed=factors.new_seed(),
        created_at=now,
        expires_at=now + rules.INVITED_FOR,
        **columns,
    )
    note(shown=[row.id])
    return Invited(token, row.expires_at)


def _free_login(text: str) -> str:
    login = text.strip().lower()
    if "@" not in login or len(login) > 200 or any(sign.isspace() for sign in login):
        raise Invalid("identifiant", "Indiquez une adresse de courriel.", where="login")
    if Account.objects.filter(provider=Account.Provider.LOCAL, subject=login).exists():
        raise _taken()
    return login


def _gone() -> NotFound:
    return NotFound(
        "invitation", "Cette invitation a déjà servi ou n’est plus valable. Demandez-en une nouvelle à votre structure."
    )


def _taken() -> Conflict:
    return Conflict("compte-existant", "Un compte existe déjà avec cet identifiant.")


def _pending(token: str) -> Invitation:
    row = Invitation.objects.filter(token_hash=hash_of(token), used_at=None, expires_at__gt=clock.now()).first()
    if row is None:
        raise _gone()
    return row
