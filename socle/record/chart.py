"""Open a person's chart inside a door: family, sight, decision, and the line of the journal. Every reading door starts here."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db import connection

from socle.base.access import sight
from socle.base.access.actor import Actor
from socle.base.access.doors import note
from socle.base.access.models import Referent
from socle.base.identity import family as families
from socle.base.identity import heading as headings


@dataclass(frozen=True, slots=True)
class Chart:
    """A record that this actor may read."""

    root: UUID
    family: tuple[UUID, ...]
    sight: sight.Sight


def open_chart(actor: Actor, patient_id: UUID) -> Chart:
    """Two statements. The journal's entry is about this person from here on, whatever follows. Raises what the rules of access
    say: NotFound, or Forbidden with who can grant the right."""
    family = families.load(patient_id)
    note(patient_id=family.root)
    seen = sight.load(actor, family.ids)
    seen.decision().enforce()
    return Chart(family.root, family.ids, seen)


@dataclass(frozen=True, slots=True)
class Header:
    """The patient header of every page of a record (product.md §4.4)."""

    identity: headings.Heading
    treating_doctor: str
    allergies: tuple[str, ...]
    may_be_partial: bool
    document_count: int


_ALLERGIES = """
SELECT DISTINCT ON (f.label_key) f.label FROM record_fact f JOIN record_document d ON d.id = f.document_id
WHERE f.patient_id = ANY(%s) AND f.kind = 'allergy' AND NOT f.none_known AND f.status <> 'refuted'
  AND d.state = 'current' AND NOT d.archived AND {where}
ORDER BY f.label_key, f.noted_on DESC
"""


def header_of(chart: Chart, allergies: tuple[str, ...] | None = None, document_count: int = 0) -> Header:
    """Two statements: the identity, and the médecin traitant declared; a third for the allergies that this reader sees, unless
    the caller has them."""
    if allergies is None:
        where, values = chart.sight.where("d")
        with connection.cursor() as cursor:
            cursor.execute(_ALLERGIES.format(where=where), [list(chart.family), *values])
            allergies = tuple(row[0] for row in cursor.fetchall())
    identity = headings.load(chart.root)
    treating = (
        Referent.objects.filter(patient_id__in=chart.family, role="treating", until=None)
        .values_list("person_name", flat=True)
        .first()
    )
    return Header(identity, treating or "", allergies, chart.sight.may_be_partial, document_count)
