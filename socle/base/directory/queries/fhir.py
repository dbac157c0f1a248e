"""The directory by the search parameters of the national FHIR interface (fhir.md §4.1): pages of resources, read in order."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from socle.base.access.actor import Actor
from socle.base.access.doors import door, not_journalled
from socle.base.directory import mappings, models, rows
from socle.base.directory.search import conditions
from socle.base.directory.search.conditions import (
    OrganisationCriteria,
    PractitionerCriteria,
    RoleCriteria,
    Stage,
)
from socle.base.directory.values import Qualification, SecureAddress
from socle.errors import Invalid, NotFound

MOST = 200


@dataclass(frozen=True, slots=True)
class Served:
    """A resource as FHIR serves it: id, version and last change stand beside, for headers."""

    id: UUID
    resource: dict[str, Any]
    version: int
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class ServedPage:
    """`after` continues the search, empty at its end."""

    served: tuple[Served, ...]
    after: str = ""


@door(reads=True)
def practitioners(*, actor: Actor, criteria: PractitionerCriteria, after: str = "", limit: int = 50) -> ServedPage:
    """A page of Practitioner. Invalid `recherche-suite` for an `after` that is not of this search. Five statements at most."""
    not_journalled()
    ids, following = _page(conditions.of_practitioners(criteria), after, limit)
    return ServedPage(_practitioners(ids), following)


@door(reads=True)
def roles(*, actor: Actor, criteria: RoleCriteria, after: str = "", limit: int = 50) -> ServedPage:
    """A page of PractitionerRole, the oldest first."""
    not_journalled()
    ids, following = _page(conditions.of_roles(criteria), after, limit)
    return ServedPage(_roles(ids), following)


@door(reads=True)
def organisations(*, actor: Actor, criteria: OrganisationCriteria, after: str = "", limit: int = 50) -> ServedPage:
    """A page of Organization."""
    not_journalled()
    ids, following = _page(conditions.of_organisations(criteria), after, limit)
    return ServedPage(_organisations(ids), following)


@door(reads=True)
def read(*, actor: Actor, kind: str, id_: UUID) -> Served:
    """One Practitioner, PractitionerRole or Organization, by its id; an inactive one is a tombstone. NotFound."""
    not_journalled()
    found = {"Practitioner": _practitioners, "PractitionerRole": _roles, "Organization": _organisations}[kind]([id_])
    if not found:
        raise NotFound()
    return found[0]


@door(reads=True)
def included(*, actor: Actor, kind: str, ids: Iterable[UUID]) -> tuple[Served, ...]:
    """The resources of that type with these ids, for `_include`; unknown ids are left out."""
    not_journalled()
    wanted = list(dict.fromkeys(ids))[:MOST]
    return {"Practitioner": _practitioners, "PractitionerRole": _roles, "Organization": _organisations}[kind](wanted)


def _page(stages: Sequence[Stage], after: str, limit: int) -> tuple[list[UUID], str]:
    """The ids of a page, stage after stage; each stage is read in the order of an index."""
    limit = max(1, min(limit, MOST))
    number, key, last = _position(after, len(stages)) if after else (0, None, None)
    found: list[tuple[int, str, UUID]] = []
    for place in range(number, len(stages)):
        sql, parameters = stages[place].sql(key if place == number else None, last if place == number else None)
        with connection.cursor() as cursor:
            cursor.execute(sql, [*parameters, limit + 1 - len(found)])
            found += [(place, str(order), id_) for order, id_ in cursor.fetchall()]
        if len(found) > limit:
            break
    shown = [id_ for _, _, id_ in found[:limit]]
    return shown, _cursor(*found[limit - 1]) if len(found) > limit else ""


def _cursor(stage: int, key: str, last: UUID) -> str:
    return base64.urlsafe_b64encode(json.dumps([stage, key, str(last)]).encode()).decode()


def _position(after: str, stages: int) -> tuple[int, str, UUID]:
    try:
        number, key, last = json.loads(base64.urlsafe_b64decode(after))
        if type(number) is not int or not 0 <= number < stages or not isinstance(key, str) or "\0" in key:
            raise ValueError
        return number, key, UUID(last)
    except (ValueError, TypeError, AttributeError, binascii.Error, RecursionError):
        raise Invalid("recherche-suite", "La suite de cette recherche n’existe plus : recommencez la recherche.") from None


def _practitioners(ids: list[UUID]) -> tuple[Served, ...]:
    people = {one.id: one for one in rows.practitioners(models.Practitioner.objects.filter(id__in=ids))}
    held: dict[UUID, list[Qualification]] = {id_: [] for id_ in ids}
    columns = ("practitioner_id", "profession", "category", "know_how_type", "know_how")
    for table in (models.Situation, models.Qualification):
        known = table.objects.filter(practitioner_id__in=ids, active=True).order_by("id")
        for person, *codes in known.values_list(*columns):
            held[person].append(Qualification(*codes))
    boxes = _boxes(models.SecureAddress.objects.filter(practitioner_id__in=ids, organisation=None))
    return tuple(
        Served(
            id_,
            mappings.practitioner_resource(people[id_], held[id_], [box for box in boxes if box.practitioner_id == id_]),
            people[id_].version,
            people[id_].updated_at,
        )
        for id_ in ids
        if id_ in people
    )


def _roles(ids: list[UUID]) -> tuple[Served, ...]:
    found = {one.id: one for one in rows.situations(models.Situation.objects.filter(id__in=ids))}
    persons = {one.practitioner_id for one in found.values()}
    boxes = _boxes(models.SecureAddress.objects.filter(practitioner_id__in=persons).exclude(organisation=None))
    by_place: dict[tuple[UUID | None, UUID | None], list[SecureAddress]] = {}
    for box in boxes:
        by_place.setdefault((box.practitioner_id, box.organisation_id), []).append(box)
    return tuple(
        Served(
            id_,
            mappings.role_resource(
                found[id_],
                by_place.get((found[id_].practitioner_id, found[id_].organisation_id), ()),
            ),
            found[id_].version,
            found[id_].updated_at,
        )
        for id_ in ids
        if id_ in found
    )


def _organisations(ids: list[UUID]) -> tuple[Served, ...]:
    found = {one.id: one for one in rows.organisations(models.Organisation.objects.filter(id__in=ids))}
    boxes = _boxes(models.SecureAddress.objects.filter(organisation_id__in=ids).exclude(kind="PER"))
    return tuple(
        Served(
            id_,
            mappings.organisation_resource(found[id_], [box for box in boxes if box.organisation_id == id_]),
            found[id_].version,
            found[id_].updated_at,
        )
        for id_ in ids
        if id_ in found
    )


def _boxes(query: Any) -> list[SecureAddress]:
    """Red-listed boxes are in no public resource."""
    return rows.addresses(query.filter(active=True, red_list=False).order_by("address"))
