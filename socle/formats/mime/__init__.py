"""Mail: bytes <-> values. Reading never fails, writing refuses what is not right, and nothing here opens a file or a socket.

- `parse` gives a Message for any bytes; the functions of bodies, identification and reports say what it means.
- `envelope_of`, `body_structure_of`, `sections_of` are the forms of IMAP, computed once at delivery.
- `write`, `write_mdn`, `write_dsn` make the bytes to send.
- `clean_html`, `sniff`, `without_position` make contents safe to show or to hand out.
"""

from socle.formats.mime.addresses import Address, Group, flat, read_addresses
from socle.formats.mime.bodies import (
    Body,
    attachments_of,
    body_of,
    content_of,
    filename_of,
    html_of,
    plain_text_of,
    text_of_part,
)
from socle.formats.mime.composing import Attachment, Outgoing
from socle.formats.mime.filenames import safe_name
from socle.formats.mime.headers import Header
from socle.formats.mime.html import Cleaned, clean_html, text_of_html
from socle.formats.mime.identification import (
    addresses,
    date_of,
    ids,
    in_reply_to_of,
    listed,
    message_id_of,
    references_of,
    sender_of,
    subject_of,
)
from socle.formats.mime.imap import (
    Adjacent,
    ImapValue,
    Section,
    body_structure_of,
    envelope_of,
    header_fields,
    sections_of,
    serialised,
)
from socle.formats.mime.kinds import ALLOWED, Kind, Sniffed, sniff
from socle.formats.mime.parameters import Parameters
from socle.formats.mime.parser import parse
from socle.formats.mime.photos import Photo, without_position
from socle.formats.mime.reports import Delivery, Dsn, Mdn, report_of
from socle.formats.mime.values import FAULTS, Fault, Limits, Message, Part
from socle.formats.mime.writer import outgoing_of, write, write_dsn, write_mdn

__all__ = [
    "ALLOWED",
    "FAULTS",
    "Address",
    "Adjacent",
    "Attachment",
    "Body",
    "Cleaned",
    "Delivery",
    "Dsn",
    "Fault",
    "Group",
    "Header",
    "ImapValue",
    "Kind",
    "Limits",
    "Mdn",
    "Message",
    "Outgoing",
    "Parameters",
    "Part",
    "Photo",
    "Section",
    "Sniffed",
    "addresses",
    "attachments_of",
    "body_of",
    "body_structure_of",
    "clean_html",
    "content_of",
    "date_of",
    "envelope_of",
    "filename_of",
    "flat",
    "header_fields",
    "html_of",
    "ids",
    "in_reply_to_of",
    "listed",
    "message_id_of",
    "outgoing_of",
    "parse",
    "plain_text_of",
    "read_addresses",
    "references_of",
    "report_of",
    "safe_name",
    "sections_of",
    "sender_of",
    "serialised",
    "sniff",
    "subject_of",
    "text_of_html",
    "text_of_part",
    "without_position",
    "write",
    "write_dsn",
    "write_mdn",
]
