"""What one document tells that no other does: asked before it is hidden."""

from __future__ import annotations

from uuid import UUID

from django.db import connection

from socle.base.access.actor import Actor
from socle.base.access.doors import door, note
from socle.record.chart import open_chart
from socle.record.queries.documents import visible_document

_ALLERGY_HERE_ALONE = """
SELECT EXISTS (
  SELECT 1 FROM record_fact f
  WHERE f.document_id = %(document)s AND f.kind = 'allergy' AND NOT f.none_known AND f.status <> 'refuted'
    AND NOT EXISTS (
      SELECT 1 FROM record_document d JOIN record_fact o ON o.document_id = d.id
      WHERE d.patient_id = ANY(%(family)s) AND d.id <> f.document_id AND d.state = 'current'
        AND NOT (d.archived OR d.masked OR d.deleted)
        AND o.kind = 'allergy' AND NOT o.none_known AND o.status <> 'refuted' AND o.label_key = f.label_key
    )
)
"""


@door(reads=True)
def allergy_here_alone(*, actor: Actor, patient_id: UUID, document_id: UUID) -> bool:
    """Whether this document tells of an allergy that no other document shown to professionals tells: hidden, they would not know
    of it. NotFound when the document is absent or hidden from the reader. Three statements."""
    chart = open_chart(actor, patient_id)
    row = visible_document(chart, document_id)
    note(kind="document", shown=[row.id])
    with connection.cursor() as cursor:
        cursor.execute(_ALLERGY_HERE_ALONE, {"document": row.id, "family": list(chart.family)})
        found: bool = cursor.fetchone()[0]
    return found
