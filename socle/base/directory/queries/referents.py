"""Whom to call, by département and subject: for anybody, signed in or not."""

from __future__ import annotations

from django.db.models import Q

from socle import clock
from socle.base.access.actor import Actor
from socle.base.access.doors import door, not_journalled
from socle.base.directory import keys
from socle.base.directory.models import TerritoryContact
from socle.base.directory.referents import FRESH_FOR, NATIONAL, NOBODY, SUBJECTS, Contact, Referents
from socle.base.directory.rules import may_edit_contacts

_ORDER = list(SUBJECTS)


@door(reads=True)
def find(*, actor: Actor, departement: str = "", subject: str = "") -> Referents:
    """The référents of that département (a code or a postal code) for that subject, or for all; those of the département before
    those of the whole country, in the order of the subjects, then by body and name; the national number at the end. One
    statement."""
    not_journalled()
    code = keys.departement_of_postal_code(departement.strip()) or departement.strip().upper()
    query = TerritoryContact.objects.filter(hidden=False, departement__in=["", code])
    if subject:
        query = query.filter(subject=subject)
    found = sorted(
        (_contact(row) for row in query),
        key=lambda one: (one.departement == "", _rank(one.subject), keys.given_key(one.body), keys.given_key(one.name)),
    )
    return Referents((*found, NATIONAL), "" if found else NOBODY)


@door(reads=True)
def to_check(*, actor: Actor) -> tuple[Contact, ...]:
    """The référents not verified for six months, the oldest first, and those hidden: for administrators of the directory."""
    not_journalled()
    may_edit_contacts(actor).enforce()
    limit = clock.today() - FRESH_FOR
    rows = TerritoryContact.objects.filter(Q(verified_on=None) | Q(verified_on__lt=limit) | Q(hidden=True))
    return tuple(_contact(row) for row in rows.order_by("verified_on", "departement", "subject", "id"))


def _rank(subject: str) -> int:
    return _ORDER.index(subject) if subject in SUBJECTS else len(_ORDER)


def _contact(row: TerritoryContact) -> Contact:
    return Contact(
        id=row.id,
        departement=row.departement,
        subject=row.subject,
        body=row.body,
        name=row.name,
        phone=row.phone,
        email=row.email,
        address=row.address,
        hours=row.hours,
        verified_on=row.verified_on,
        to_check=row.verified_on is None or row.verified_on < clock.today() - FRESH_FOR,
        hidden=row.hidden,
        version=row.version,
    )
