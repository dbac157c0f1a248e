"""CDA in IHE XDM as MSSanté exchanges it: `IHE_XDM.zip` and what it asks. Pure: bytes and values.

    match read(content):
        case Archive(submissions, faults): …   # readable; faults keep it from being integrated without a reader
        case Refused(faults): …                # nothing is taken, and why

What the metadata says is a claim: `header_faults` compares it with the CDA header.
"""

from socle.formats.xdm.codes import IntegrationError, integration_error
from socle.formats.xdm.datatypes import professional, structure
from socle.formats.xdm.describing import Terms, describe
from socle.formats.xdm.integration import claimed_identity_faults, header_faults, ins_is_complete
from socle.formats.xdm.reading import LIMITS, read
from socle.formats.xdm.requests import Held, Request, held_of, request_error, request_of
from socle.formats.xdm.values import (
    Action,
    Archive,
    Author,
    DocumentEntry,
    Fault,
    Institution,
    Person,
    Refused,
    Relation,
    Relationship,
    SourcePatient,
    Submission,
)
from socle.formats.xdm.writing import ARCHIVE_MEDIA_TYPE, ARCHIVE_NAME, Sender, document_uri, write
from socle.formats.xdm.zip_reading import Limits

__all__ = [
    "ARCHIVE_MEDIA_TYPE",
    "ARCHIVE_NAME",
    "LIMITS",
    "Action",
    "Archive",
    "Author",
    "DocumentEntry",
    "Fault",
    "Held",
    "Institution",
    "IntegrationError",
    "Limits",
    "Person",
    "Refused",
    "Relation",
    "Relationship",
    "Request",
    "Sender",
    "SourcePatient",
    "Submission",
    "Terms",
    "claimed_identity_faults",
    "describe",
    "document_uri",
    "header_faults",
    "held_of",
    "ins_is_complete",
    "integration_error",
    "professional",
    "read",
    "request_error",
    "request_of",
    "structure",
    "write",
]
