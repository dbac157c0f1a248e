"""The référents of the territories, kept by the administrators of the directory."""

from __future__ import annotations

from dataclasses import fields
from uuid import UUID

from django.db import IntegrityError, transaction

from socle import clock
from socle.base.access.actor import Actor
from socle.base.access.doors import door, note
from socle.base.directory.models import TerritoryContact
from socle.base.directory.referents import SUBJECTS, ContactDraft
from socle.base.directory.rules import may_edit_contacts
from socle.base.terminology import departement
from socle.errors import Conflict, Invalid, NotFound


@door(reads=False)
def add(*, actor: Actor, draft: ContactDraft) -> UUID:
    """A new référent, verified today. Invalid: `departement`, `sujet`, `organisme`, `joindre`. Conflict `referent-existe`."""
    note(kind="referent")
    may_edit_contacts(actor).enforce()
    _check(draft)
    row = TerritoryContact(verified_on=clock.today(), **_values(draft))
    _save(row, force_insert=True)
    note(shown=[row.id])
    return row.id


@door(reads=False)
def edit(*, actor: Actor, contact_id: UUID, version: int, draft: ContactDraft) -> None:
    """The référent is as drafted, verified today. Conflict when it has changed since `version`. NotFound. Invalid as `add`."""
    note(kind="referent", shown=[contact_id])
    may_edit_contacts(actor).enforce()
    _check(draft)
    row = _row(contact_id)
    if row.version != version:
        raise Conflict()
    for name, value in _values(draft).items():
        setattr(row, name, value)
    row.verified_on = clock.today()
    row.version += 1
    _save(row)


@door(reads=False)
def verify(*, actor: Actor, contact_id: UUID) -> None:
    """The référent was checked today, as it stands. NotFound."""
    note(kind="referent", shown=[contact_id])
    may_edit_contacts(actor).enforce()
    row = _row(contact_id)
    row.verified_on = clock.today()
    row.version += 1
    _save(row)


@door(reads=False)
def hide(*, actor: Actor, contact_id: UUID, hidden: bool = True) -> None:
    """The référent is no longer shown, or is shown again. NotFound."""
    note(kind="referent", shown=[contact_id])
    may_edit_contacts(actor).enforce()
    row = _row(contact_id)
    row.hidden = hidden
    row.version += 1
    _save(row)


def _row(contact_id: UUID) -> TerritoryContact:
    row = TerritoryContact.objects.select_for_update().filter(id=contact_id).first()
    if row is None:
        raise NotFound()
    return row


def _values(draft: ContactDraft) -> dict[str, str]:
    return {one.name: getattr(draft, one.name).strip() for one in fields(draft)}


def _check(draft: ContactDraft) -> None:
    if draft.departement and departement(draft.departement) is None:
        raise Invalid("departement", "Ce département n’existe pas.", where="departement")
    if draft.subject not in SUBJECTS:
        raise Invalid("sujet", "Choisissez un sujet de la liste.", where="subject")
    if not draft.body.strip():
        raise Invalid("organisme", "Indiquez l’organisme.", where="body")
    if not (draft.phone.strip() or draft.email.strip() or draft.address.strip()):
        raise Invalid("joindre", "Indiquez un téléphone, un courriel ou une adresse web.", where="phone")
    if draft.address and not draft.address.startswith("https://"):
        raise Invalid("adresse-web", "L’adresse web commence par https://.", where="address")


def _save(row: TerritoryContact, *, force_insert: bool = False) -> None:
    row.updated_at = clock.now()
    try:
        with transaction.atomic():
            row.save(force_insert=force_insert)
    except IntegrityError:
        raise Conflict("referent-existe", "Ce référent existe déjà pour ce département et ce sujet.") from None
