"""Search identities for software, within the rules of identity: by a whole identifier, or by birth date first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import connection

from socle.base.access.actor import Actor
from socle.base.access.doors import door, note
from socle.base.identity import heading as headings
from socle.base.identity.models import Patient, Search
from socle.base.identity.queries.patients import Identity
from socle.base.identity.queries.searches import DATE_FIRST, RESULTS, asker_of, born, limit
from socle.base.identity.rules import may_search
from socle.base.terminology import places
from socle.errors import Invalid

LONGEST = 100


@dataclass(frozen=True, slots=True)
class FhirPage:
    """The identities found, without contact details; `more` when over twenty match."""

    identities: tuple[Identity, ...]
    more: bool


@door(reads=True)
def search(*, actor: Actor, birth_date: date | None, family: str = "", given: str = "", sex: str = "") -> FhirPage:
    """Up to twenty active identities born that day whose birth or used names start so, of that sex when told. Counts among the
    sixty searches of an hour. Invalid `date-first` without a birth date; Forbidden `trop-de-recherches`. Seven statements."""
    may_search(actor).enforce()
    asker = asker_of(actor)
    note(kind="identity-search")
    if birth_date is None:
        raise Invalid("date-first", DATE_FIRST, where="birthdate")
    limit(asker)
    Search(asker_id=asker).save(force_insert=True)
    found = born(birth_date, family[:LONGEST], given[:LONGEST], sex)
    rows = {row.id: row for row in Patient.objects.filter(id__in=found[:RESULTS])}
    states = _record_states(found)
    shown = tuple(_plain(rows[one], states.get(one, "")) for one in found[:RESULTS])
    note(shown=[one.heading.patient_id for one in shown])
    if len(shown) == 1:
        note(patient_id=shown[0].heading.patient_id)  # the person reads that they were found; a line is about one person
    return FhirPage(shown, len(found) > RESULTS)


_STATES = """
SELECT coalesce(p.master_id, p.id), o.state FROM identity_patient p JOIN access_opening o ON o.patient_id = p.id
WHERE p.id = ANY(%(ids)s) OR p.master_id = ANY(%(ids)s)
ORDER BY array_position(ARRAY['deceased', 'opposed', 'closed', 'open', 'announced'], o.state) DESC
"""


def _record_states(ids: Sequence[UUID]) -> dict[UUID, str]:
    """Identity → state of the record of its family, as `access.sight` tells it. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(_STATES, {"ids": list(ids)})
        return dict(cursor.fetchall())


def _plain(row: Patient, state: str) -> Identity:
    place = places.place(row.birthplace_cog)
    return Identity(
        headings.of(row),
        place.full_name if place else "",
        None,
        row.document_kind,
        row.document_checked_on,
        row.ins_verified_at,
        row.created_at,
        row.updated_at,
        state,
        (),
        (),
        False,
        frozenset(),
    )
