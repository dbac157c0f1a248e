"""The served text of documents, from SQL to bytes without objects. Used inside doors that decided to show them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import orjson

from socle.base.access.sight import Sight


@dataclass(frozen=True, slots=True)
class Served:
    """A document as it is served. `updated_at` is told for a document read alone."""

    id: UUID
    text: str
    version: int
    updated_at: datetime | None = None


class Facts(NamedTuple):
    """What Sight reads of a document."""

    type_code: str
    masked: bool
    hidden_from_patient: bool
    hidden_from_representatives: bool
    deleted: bool
    depositor_id: UUID | None
    depositor_structure_id: UUID | None


def facts_of(alias: str) -> str:
    return ", ".join(f"{alias}.{name}" for name in Facts._fields)


COLUMNS = "d.id, d.fhir_text, d.fhir_version, d.created_at::text, d.submission_id, d.replaces_id, r.patient_id, " + facts_of("r")
"""Of the document `d`, and of the one `r` that it replaces. The date stays text: it only comes back to say where a page ends."""
FROM = "FROM record_document d LEFT JOIN record_document r ON r.id = d.replaces_id"
DATE, LOT, REPLACED, PARENT = 3, 4, 5, 6
WIDTH = PARENT + 1 + len(Facts._fields)
Row = tuple[Any, ...]


def served(row: Row, seen: Sight, updated_at: datetime | None = None) -> Served:
    """A row of COLUMNS as it is served to this reader."""
    return Served(row[0], _text(row, seen), row[2], updated_at)


def _text(row: Row, seen: Sight) -> str:
    """The document that this one replaces is named only to who sees that one too."""
    text: str = row[1]
    if row[REPLACED] is None or (row[PARENT] in seen.family and seen.sees(Facts(*row[PARENT + 1 : WIDTH]))):
        return text
    resource = orjson.loads(text)
    resource.pop("relatesTo", None)
    return orjson.dumps(resource).decode()
