"""What a document read before each change: kept by the action that changes it, in its transaction."""

from __future__ import annotations

from socle.record.models import Document, FormerVersion


def of(document: Document) -> FormerVersion:
    """The row as it stands, under its version, for the caller to save when it does change it."""
    return FormerVersion(
        document_id=document.id,
        version=document.fhir_version,
        fhir_text=document.fhir_text,
        masked=document.masked,
        hidden_from_patient=document.hidden_from_patient,
        hidden_from_representatives=document.hidden_from_representatives,
        updated_at=document.updated_at,
    )
