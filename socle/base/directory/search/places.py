"""What a typed place means: a postal code, a département, a town."""

from __future__ import annotations

import functools
from dataclasses import dataclass

from django.db import connection

from socle.base.directory.keys import town_words
from socle.base.directory.search.spellings import LONGEST, after, allowed_slips, near, slips
from socle.base.terminology import departement, departements
from socle.formats.names import search_form

MOST_TOWNS = 20
_CLOSE_TOWNS = 3
_TOWNS_OF_ARRONDISSEMENTS = frozenset({"PARIS", "LYON", "MARSEILLE"})


@dataclass(frozen=True, slots=True)
class Spot:
    """One value of one column of the situations: `postal_code`, `departement` or `town_key`."""

    column: str
    value: str


def spots(typed: str) -> tuple[Spot, ...]:
    """Where to look; empty when no such place is known. « 93100 », « 93 », « Seine-Saint-Denis », « Montreuil », « Saint-Denis
    (974) », « lyon 3 », « montr » are places. One statement at most two."""
    words = town_words(typed[:100])
    if not words:
        return ()
    form = "".join(words)
    if len(words) == 1 and len(form) == 5 and form.isascii() and form.isdigit():
        return (Spot("postal_code", form),)
    if departement(form):
        return (Spot("departement", form),)
    if found := _by_name().get(form):
        return (Spot("departement", found),)
    wanted = ""
    if len(words) > 1 and departement(words[-1]) and words[0] not in _TOWNS_OF_ARRONDISSEMENTS:
        wanted, form = words[-1], "".join(words[:-1])
    return tuple(Spot("town_key", key) for key in _towns(form, wanted))


@functools.lru_cache(maxsize=1)
def _by_name() -> dict[str, str]:
    return {search_form(one.name): one.code for one in departements()}


# Exact first: a town, or the arrondissements of one; then towns that start so, the largest first.
_TOWNS = """
(SELECT key, 0 AS tier, uses FROM directory_town WHERE (base = %s OR key LIKE %s) AND %s IN ('', departement))
UNION ALL
(SELECT key, 1, uses FROM directory_town WHERE key >= %s AND key < %s AND %s IN ('', departement) ORDER BY uses DESC LIMIT 20)
ORDER BY tier, uses DESC, key LIMIT 40
"""
_CLOSE = "SELECT key, base, uses FROM directory_near_towns(%s) WHERE %s IN ('', departement)"


def _towns(form: str, wanted: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(_TOWNS, [form, f"{form} %", wanted, form, after(form), wanted])
        rows = cursor.fetchall()
        exact = [key for key, tier, _ in rows if tier == 0]
        if rows:
            return (exact or [key for key, _, _ in rows])[:MOST_TOWNS]
        if form[-1].isdigit():
            return []  # an arrondissement where nobody works is not the one beside it
        cursor.execute(_CLOSE, [near(form[:LONGEST]), wanted])
        close = [(slips(form, base), -uses, key) for key, base, uses in cursor.fetchall()]
        return [key for distance, _, key in sorted(close) if distance <= allowed_slips(form)][:_CLOSE_TOWNS]
