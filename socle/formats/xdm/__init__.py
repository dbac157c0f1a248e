"""CDA in IHE XDM as MSSanté exchanges it: `IHE_XDM.zip`, subject lines, `X-MSS-*` headers and answers. Pure: bytes and values.

    match read(content):
        case Archive(submissions, faults): …   # readable; faults keep it from being integrated without a reader
        case Refused(faults): …                # nothing is taken, and why

What metadata and headers say is a claim: `header_faults` and `headers_agree` compare it with the CDA header.
"""

from socle.formats.xdm.answers import (
    Disposition,
    Receipt,
    error_text,
    failure_words,
    read_receipt,
    receipt_words,
    write_receipt,
)
from socle.formats.xdm.audience import Audience, VisibilityMarks, marks_of, read_marks, write_marks
from socle.formats.xdm.codes import IntegrationError, integration_error
from socle.formats.xdm.datatypes import professional, structure
from socle.formats.xdm.describing import Terms, describe
from socle.formats.xdm.integration import claimed_identity_faults, header_faults, ins_is_complete
from socle.formats.xdm.mail_names import display_name, pdf_name
from socle.formats.xdm.mss_headers import MssHeaders, headers_agree, headers_of, read_headers, write_headers
from socle.formats.xdm.reading import LIMITS, read
from socle.formats.xdm.requests import Held, Request, held_of, request_error, request_of
from socle.formats.xdm.subjects import XdmSubject, failure_subject, read_subject, write_subject
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
    "Audience",
    "Author",
    "Disposition",
    "DocumentEntry",
    "Fault",
    "Held",
    "Institution",
    "IntegrationError",
    "Limits",
    "MssHeaders",
    "Person",
    "Receipt",
    "Refused",
    "Relation",
    "Relationship",
    "Request",
    "Sender",
    "SourcePatient",
    "Submission",
    "Terms",
    "VisibilityMarks",
    "XdmSubject",
    "claimed_identity_faults",
    "describe",
    "display_name",
    "document_uri",
    "error_text",
    "failure_subject",
    "failure_words",
    "header_faults",
    "headers_agree",
    "headers_of",
    "held_of",
    "ins_is_complete",
    "integration_error",
    "marks_of",
    "pdf_name",
    "professional",
    "read",
    "read_headers",
    "read_marks",
    "read_receipt",
    "read_subject",
    "receipt_words",
    "request_error",
    "request_of",
    "structure",
    "write",
    "write_headers",
    "write_marks",
    "write_receipt",
    "write_subject",
]
