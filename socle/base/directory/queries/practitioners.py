"""Professionals, their situations, organisations and secure addresses, by what identifies them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar
from uuid import UUID

from django.db.models import Q, QuerySet

from socle.base.access.actor import Actor
from socle.base.access.doors import door, not_journalled
from socle.base.directory import models, rows, values
from socle.errors import NotFound

T = TypeVar("T")


@door(reads=True)
def practitioner(*, actor: Actor, practitioner_id: UUID) -> values.Practitioner:
    """The person of that id, active or not. NotFound."""
    not_journalled()
    return _one(rows.practitioners(models.Practitioner.objects.filter(id=practitioner_id)))


@door(reads=True)
def practitioners(*, actor: Actor, ids: Iterable[UUID]) -> dict[UUID, values.Practitioner]:
    """The persons of these ids, by id; unknown ones are absent. One statement."""
    not_journalled()
    return {one.id: one for one in rows.practitioners(models.Practitioner.objects.filter(id__in=list(ids)))}


@door(reads=True)
def by_national_id(*, actor: Actor, national_id: str) -> values.Practitioner:
    """The person of that IDNPS, active or not. NotFound."""
    not_journalled()
    return _one(rows.practitioners(models.Practitioner.objects.filter(national_id=national_id)))


@door(reads=True)
def find_for_author(*, actor: Actor, national_id: str) -> values.Practitioner | None:
    """The person whom a document or a message names as its author by IDNPS; None when the directory does not know them."""
    not_journalled()
    return next(iter(rows.practitioners(models.Practitioner.objects.filter(national_id=national_id))), None)


@door(reads=True)
def situations(*, actor: Actor, practitioner_id: UUID, inactive: bool = False) -> tuple[values.Situation, ...]:
    """The situations of practice of that person, the oldest first; those that ended too when `inactive`."""
    not_journalled()
    query = models.Situation.objects.filter(practitioner_id=practitioner_id).order_by("id")
    return tuple(rows.situations(query if inactive else query.filter(active=True)))


@door(reads=True)
def situation(*, actor: Actor, situation_id: UUID) -> values.Situation:
    """The situation of that id, active or not. NotFound."""
    not_journalled()
    return _one(rows.situations(models.Situation.objects.filter(id=situation_id)))


@door(reads=True)
def organisation(*, actor: Actor, organisation_id: UUID) -> values.Organisation:
    """The organisation of that id, active or not. NotFound."""
    not_journalled()
    return _one(rows.organisations(models.Organisation.objects.filter(id=organisation_id)))


@door(reads=True)
def organisation_of(*, actor: Actor, national_id: str = "", finess: str = "", siret: str = "") -> values.Organisation | None:
    """The organisation of that IDNST, FINESS or SIRET (the first given), active ones first; None when it is unknown."""
    not_journalled()
    for name, value in (("national_id", national_id), ("finess", finess), ("siret", siret)):
        if value:
            query = models.Organisation.objects.filter(~Q(**{name: ""}), **{name: value})
            return next(iter(rows.organisations(query.order_by("-active", "id")[:1])), None)
    return None


@door(reads=True)
def secure_addresses(
    *, actor: Actor, practitioner_id: UUID | None = None, organisation_id: UUID | None = None
) -> tuple[values.SecureAddress, ...]:
    """The active boxes of that person, or of that organisation (without the personal ones held there), by address. Boxes on the
    red list are given to their holder only."""
    not_journalled()
    query = models.SecureAddress.objects.filter(active=True)
    if practitioner_id is not None:
        query = query.filter(practitioner_id=practitioner_id)
    elif organisation_id is not None:
        query = query.filter(organisation_id=organisation_id).exclude(kind="PER")
    else:
        return ()
    return tuple(rows.addresses(_listed(query, actor).order_by("address")))


@door(reads=True)
def address(*, actor: Actor, address: str) -> values.SecureAddress | None:
    """The active box of that address and who holds it; None when the directory does not list it."""
    not_journalled()
    query = models.SecureAddress.objects.filter(active=True, address=address.strip().lower())
    return next(iter(rows.addresses(_listed(query, actor))), None)


def _listed(query: QuerySet[models.SecureAddress], actor: Actor) -> QuerySet[models.SecureAddress]:
    if actor.person_id is None:
        return query.filter(red_list=False)
    return query.filter(Q(red_list=False) | Q(practitioner_id=actor.person_id))


def _one(found: list[T]) -> T:
    if not found:
        raise NotFound()
    return found[0]
