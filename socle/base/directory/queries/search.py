"""The search of professionals: by name, place, profession, specialty."""

from __future__ import annotations

import base64
import binascii
import json
from collections import Counter
from uuid import UUID

from socle.base.access.actor import Actor
from socle.base.access.doors import door, not_journalled
from socle.base.directory import keys, models, rows, values
from socle.base.directory.search import families
from socle.base.directory.search.listing import Criteria, Position, page, under
from socle.base.directory.search.places import Spot, spots
from socle.base.directory.search.spellings import readings
from socle.errors import Invalid

MOST = 50
_MATCHES = ("name", "word", "close")


@door(reads=True)
def search(
    *, actor: Actor, name: str = "", place: str = "", profession: str = "", specialty: str = "", after: str = "", limit: int = 20
) -> values.SearchPage:
    """A page of active professionals. Names that are, or start with, what was typed come first in alphabetical order, then those
    of whom another word is; names that only resemble it come at the end.

    `name` is family and given name in any order, without regard to case, accents and hyphens; `place` a town, postal code or
    département; `profession` and `specialty` national codes. A person appears once, with the situations that match first.
    `after` is the page before's. Invalid: `recherche-vide` without any criterion, `recherche-suite` for another's `after`.
    """
    not_journalled()
    where: tuple[Spot | None, ...] = spots(place) if place.strip() else (None,)
    criteria = Criteria(readings(name), where, profession.strip(), specialty.strip())
    if not (criteria.readings or place.strip() or criteria.profession or criteria.know_how):
        raise Invalid("recherche-vide", "Indiquez un nom, un lieu, une profession ou une spécialité.")
    if not where or (name.strip() and not criteria.readings):
        return values.SearchPage((), place_known=bool(where))
    limit = max(1, min(limit, MOST))
    positions = _positions(criteria, _position(after) if after else None, limit + 1)
    shown = positions[:limit]
    return values.SearchPage(
        _found(shown, criteria),
        after=_cursor(shown[-1]) if len(positions) > limit else "",
        homonyms=_homonyms(shown),
    )


def _positions(criteria: Criteria, start: Position | None, limit: int) -> list[Position]:
    """Up to `limit` rows after `start`, tier after tier. A person met in an earlier tier may come again in a later one of another
    page only if two of their families match; within a page they come once."""
    found: list[Position] = []
    tier = start.tier if start else 0
    if tier == 0:
        found = page(criteria, start, limit)
        start = None
    if not criteria.readings:
        return found
    for number, names in ((1, families.inner), (2, families.close)):
        if number < tier or len(found) >= limit:
            continue
        found += under(names(criteria.readings), number, criteria, start if tier == number else None, limit - len(found))
    return list({one.practitioner_id: one for one in reversed(found)}.values())[::-1]


def _found(shown: list[Position], criteria: Criteria) -> tuple[values.Found, ...]:
    """Two statements, whatever the number of persons."""
    ids = [one.practitioner_id for one in shown]
    people = {one.id: one for one in rows.practitioners(models.Practitioner.objects.filter(id__in=ids))}
    places: dict[UUID, list[values.Situation]] = {id_: [] for id_ in ids}
    for one in rows.situations(models.Situation.objects.filter(practitioner_id__in=ids, active=True).order_by("id")):
        places[one.practitioner_id].append(one)
    return tuple(
        values.Found(
            people[one.practitioner_id],
            tuple(sorted(places[one.practitioner_id], key=lambda situation: not _matches(situation, criteria))),
            _MATCHES[one.tier],
        )
        for one in shown
    )


def _matches(situation: values.Situation, criteria: Criteria) -> bool:
    return (
        criteria.profession in ("", situation.profession)
        and criteria.know_how in ("", situation.know_how)
        and any(spot is None or spot.value == _value(situation, spot.column) for spot in criteria.spots)
    )


def _value(situation: values.Situation, column: str) -> str:
    if column == "town_key":
        return keys.town_key(situation.city, situation.departement)
    return situation.postal_code if column == "postal_code" else situation.departement


def _homonyms(shown: list[Position]) -> frozenset[UUID]:
    names = Counter(one.sort_key for one in shown)
    return frozenset(one.practitioner_id for one in shown if names[one.sort_key] > 1)


def _cursor(position: Position) -> str:
    plain = [position.tier, position.rank, position.sort_key, str(position.practitioner_id)]
    return base64.urlsafe_b64encode(json.dumps(plain).encode()).decode()


def _position(cursor: str) -> Position:
    try:
        tier, rank, sort_key, person = json.loads(base64.urlsafe_b64decode(cursor))
        if not (tier in (0, 1, 2) and isinstance(rank, int) and isinstance(sort_key, str) and "\0" not in sort_key):
            raise ValueError
        return Position(tier, rank, sort_key, UUID(person))
    except (ValueError, TypeError, AttributeError, binascii.Error, RecursionError):
        raise Invalid("recherche-suite", "La suite de cette recherche n’existe plus : recommencez la recherche.") from None
