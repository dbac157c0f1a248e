"""Open a person's chart inside a door: family, sight, decision, and the line of the journal. Every reading door starts here.

Family and sight are one statement, or columns of the statement that finds the object asked for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from socle.base.access import sight
from socle.base.access.actor import Actor, Purpose
from socle.base.access.doors import note
from socle.base.access.models import EmergencySession, Referent
from socle.base.identity import family as families
from socle.base.identity import heading as headings
from socle.errors import NotFound


@dataclass(frozen=True, slots=True)
class Chart:
    """A person's record, and what this actor sees of it."""

    root: UUID
    family: tuple[UUID, ...]
    sight: sight.Sight


COLUMNS = f"fam.root, fam.ids, {sight.columns('fam.ids')}"
"""SQL: what `chart_of` reads, of a statement that joins `family_named`; its values are those of `sight.values`."""


def family_named(identity: str) -> str:
    """SQL, for FROM: the family `fam` of the identity that this expression names; no row when there is none."""
    return f"LATERAL ({families.family_of(identity)}) fam"


def chart_of(actor: Actor, row: Sequence[Any], *, told: bool = True) -> Chart:
    """The chart that the values of COLUMNS make, whatever this actor may read of it; the journal's entry is about this person
    from here on, unless `told` is False. NotFound when they name nobody."""
    root, ids, *facts = row
    if root is None:
        raise NotFound()
    if told:
        note(patient_id=root)
    family = tuple(ids)
    return Chart(root, family, sight.of_row(actor, family, facts))


_ALONE = f"SELECT {COLUMNS} FROM {family_named('%(patient)s')}"  # noqa: S608


def load_chart(actor: Actor, patient_id: UUID) -> Chart:
    """The same by the id of an identity. One statement. NotFound when there is none."""
    with connection.cursor() as cursor:
        cursor.execute(_ALONE, {"patient": patient_id, **sight.values(actor)})
        row = cursor.fetchone()
    if row is None:
        raise NotFound()
    return chart_of(actor, row)


def open_chart(actor: Actor, patient_id: UUID) -> Chart:
    """One that this actor may read. One statement. Raises what the rules of access say: NotFound, or Forbidden with who can grant
    the right."""
    chart = load_chart(actor, patient_id)
    chart.sight.decision().enforce()
    return chart


def hidden_chart(actor: Actor, patient_id: UUID) -> Chart:
    """The chart of an object asked by its own id: to whoever may not read that record the object does not exist. One
    statement."""
    chart = load_chart(actor, patient_id)
    if not chart.sight.decision().allowed:
        raise NotFound()
    return chart


@dataclass(frozen=True, slots=True)
class Urgent:
    """The urgent access under which a record is read."""

    reason: str
    ends_at: datetime
    treating_told: bool
    """Whether there was a médecin traitant to tell, other than the reader."""


@dataclass(frozen=True, slots=True)
class Header:
    """The patient header of every page of a record (product.md §4.4)."""

    identity: headings.Heading
    treating_doctor: str
    allergies: tuple[str, ...]
    may_be_partial: bool
    document_count: int
    urgent: Urgent | None = None


_ALLERGIES = """
SELECT DISTINCT ON (f.label_key) f.label FROM record_fact f JOIN record_document d ON d.id = f.document_id
WHERE f.patient_id = ANY(%s) AND f.kind = 'allergy' AND NOT f.none_known AND f.status <> 'refuted'
  AND d.state = 'current' AND NOT d.archived AND {where}
ORDER BY f.label_key, f.noted_on DESC
"""


def header_of(chart: Chart, allergies: tuple[str, ...] | None = None, document_count: int = 0) -> Header:
    """Two statements: the identity, and the médecin traitant declared; a third for the allergies that this reader sees, unless
    the caller has them; one more under an urgent access."""
    if allergies is None:
        where, values = chart.sight.where("d")
        with connection.cursor() as cursor:
            cursor.execute(_ALLERGIES.format(where=where), [list(chart.family), *values])
            allergies = tuple(row[0] for row in cursor.fetchall())
    identity = headings.load(chart.root)
    treating = Referent.objects.filter(patient_id__in=chart.family, role="treating", until=None).first()
    name = treating.person_name if treating is not None else ""
    urgent = _urgent(chart.sight.actor, treating)
    return Header(identity, name, allergies, chart.sight.may_be_partial, document_count, urgent)


def _urgent(actor: Actor, treating: Referent | None) -> Urgent | None:
    if actor.purpose is Purpose.CARE or actor.emergency_id is None:
        return None
    session = EmergencySession.objects.filter(id=actor.emergency_id).first()
    if session is None:
        return None
    told = treating is not None and treating.person_id != session.person_id and treating.since <= session.started_at
    return Urgent(session.reason, session.ends_at, told)
