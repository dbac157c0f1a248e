"""CDA R2 documents: bytes -> facts, safe HTML and coded entries. Pure: no file, no network, no stylesheet run."""

from socle.formats.cda.attachments import Attachment, Place
from socle.formats.cda.document import Document, parse, render, text
from socle.formats.cda.generation import Generation, ModelSet, model_set
from socle.formats.cda.header import (
    INS_ROOTS,
    Encounter,
    Header,
    Organization,
    ParentDocument,
    Party,
    Patient,
    ServiceEvent,
)
from socle.formats.cda.narrative import SectionText
from socle.formats.cda.rendering import anchor
from socle.formats.cda.values import (
    Address,
    Code,
    Identifier,
    Moment,
    Name,
    NamePart,
    Period,
    Precision,
    Quantity,
    Range,
)

__all__ = [
    "INS_ROOTS",
    "Address",
    "Attachment",
    "Code",
    "Document",
    "Encounter",
    "Generation",
    "Header",
    "Identifier",
    "ModelSet",
    "Moment",
    "Name",
    "NamePart",
    "Organization",
    "ParentDocument",
    "Party",
    "Patient",
    "Period",
    "Place",
    "Precision",
    "Quantity",
    "Range",
    "SectionText",
    "ServiceEvent",
    "anchor",
    "model_set",
    "parse",
    "render",
    "text",
]
