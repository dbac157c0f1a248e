"""Which identities could be taken for one another: names that sound the same in a hurry, birth dates that are alike."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from uuid import UUID

from django.db.models import Q

from socle.base.identity.models import Patient

MISTAKES = 2
"""Letters that may differ between two names of this length or more before they are told apart at a glance."""
SHORT = 5
SHOWN = 10


def namesakes(rows: Sequence[Patient]) -> list[Patient]:
    """Up to ten other active identities that bear the same birth name and first given name as one of these, born the same year
    (EXI SI 32; product.md §2.1 T1). One statement, none when there is no row."""
    if not rows:
        return []
    wanted = Q()
    for row in rows:
        year = (row.birth_date.replace(month=1, day=1), row.birth_date.replace(month=12, day=31))
        wanted |= Q(birth_name_key=row.birth_name_key, first_given_key=row.first_given_key, birth_date__range=year)
    others = Patient.objects.filter(wanted, master=None).exclude(id__in=[row.id for row in rows])
    return list(others.order_by("birth_name_key", "first_given_key", "birth_date", "id")[:SHOWN])


def pairs(rows: Sequence[Patient]) -> dict[UUID, tuple[UUID, ...]]:
    """Identity → those of the others that are close to it; who is close to nobody is not in it."""
    found: dict[UUID, tuple[UUID, ...]] = {}
    for one, other in combinations(rows, 2):
        if are_close(one, other):
            found[one.id] = (*found.get(one.id, ()), other.id)
            found[other.id] = (*found.get(other.id, ()), one.id)
    return found


def are_close(one: Patient, other: Patient) -> bool:
    """Born the same year, or the same day of another one, with close family names and close first names, in use or of birth."""
    dates_alike = one.birth_date.year == other.birth_date.year or (
        (one.birth_date.month, one.birth_date.day) == (other.birth_date.month, other.birth_date.day)
    )
    return dates_alike and _any_close(_families(one), _families(other)) and _any_close(_givens(one), _givens(other))


def _families(row: Patient) -> set[str]:
    return {name.replace(" ", "") for name in (row.birth_name_key, row.used_name_key) if name}


def _givens(row: Patient) -> set[str]:
    return {name.replace(" ", "") for name in (row.first_given_key, row.used_given_key) if name}


def _any_close(some: set[str], others: set[str]) -> bool:
    return any(names_close(one, other) for one in some for other in others)


def names_close(one: str, other: str) -> bool:
    """The same, one the start of the other from three letters on, or at most two letters apart (one for names under five)."""
    if one == other:
        return True
    shortest = min(len(one), len(other))
    if shortest >= 3 and (one.startswith(other) or other.startswith(one)):
        return True
    return _apart(one, other) <= (MISTAKES if shortest >= SHORT else 1)


def _apart(one: str, other: str) -> int:
    """Letters to change, add or take away to make one name of the other (Levenshtein); stops counting far apart lengths."""
    if abs(len(one) - len(other)) > MISTAKES:
        return MISTAKES + 1
    previous = list(range(len(other) + 1))
    for place, letter in enumerate(one, 1):
        present = [place]
        for at, wanted in enumerate(other, 1):
            present.append(min(previous[at] + 1, present[at - 1] + 1, previous[at - 1] + (letter != wanted)))
        previous = present
    return previous[-1]
