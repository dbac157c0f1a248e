"""The unique identifier of a document, whatever the language that wrote it.

CDA says `<id root="…" extension="…"/>`, XDS says `OID^extension`, FHIR says `urn:oid:…` or `urn:uuid:…`. All become
one value, so that one document has one identity on every wire.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from uuid import UUID

from socle.errors import Invalid

_OID = re.compile(r"[0-2](?:\.(?:0|[1-9][0-9]{0,38})){1,40}")
_UUID = re.compile(r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}")
_EXTENSION = re.compile(r"[\x21-\x5d\x5f-\x7e]{1,64}")  # printable, no space, no caret
_OID_LONGEST = 128


def oid_shape_is_right(text: str) -> bool:
    """True for a dotted OID: at least two arcs, no leading zero, at most 128 characters."""
    return len(text) <= _OID_LONGEST and _OID.fullmatch(text) is not None


def uuid_shape_is_right(text: str) -> bool:
    """True for the canonical 8-4-4-4-12 form, in either case."""
    return _UUID.fullmatch(text) is not None


@dataclass(frozen=True, slots=True)
class DocumentId:
    """`root` is an OID, or a UUID in lower case; `extension` is empty when the root is unique by itself."""

    root: str
    extension: str = ""

    @property
    def is_uuid(self) -> bool:
        return "-" in self.root

    def urn(self) -> str:
        """`urn:uuid:…` or `urn:oid:…`, with `^extension` when there is one: FHIR’s form."""
        prefix = "urn:uuid:" if self.is_uuid else "urn:oid:"
        return prefix + self.root + ("^" + self.extension if self.extension else "")

    def xds(self) -> str:
        """The form of XDS `uniqueId`: an OID (a UUID becomes its OID under 2.25), with `^extension` if there is one."""
        root = f"2.25.{UUID(self.root).int}" if self.is_uuid else self.root
        return root + ("^" + self.extension if self.extension else "")

    def __str__(self) -> str:
        return self.urn()


def document_id(root: str, extension: str = "") -> DocumentId:
    """A document identifier from CDA's two attributes. Invalid: `document-id-shape`.

    An OID under 2.25 that holds a UUID is the same identity as that UUID.
    """
    root, extension = root.strip(), extension.strip()
    if extension and not _EXTENSION.fullmatch(extension):
        raise _wrong_shape()
    if uuid_shape_is_right(root):
        return DocumentId(root.lower(), extension)
    if not oid_shape_is_right(root):
        raise _wrong_shape()
    return DocumentId(_uuid_of_oid(root) or root, extension)


def parse_document_id(text: str) -> DocumentId:
    """A document identifier from `urn:oid:…`, `urn:uuid:…`, a bare OID or UUID, or `OID^extension`.

    Invalid: `document-id-shape`. `parse_document_id(x.urn())` and `parse_document_id(x.xds())` give `x` back.
    """
    value = text.strip()
    if value[:8].lower() == "urn:oid:":
        value = value[8:]
        expected = oid_shape_is_right
    elif value[:9].lower() == "urn:uuid:":
        value = value[9:]
        expected = uuid_shape_is_right
    else:
        expected = _any_root
    root, caret, extension = value.partition("^")
    if not expected(root) or (caret and not extension):
        raise _wrong_shape()
    return document_id(root, extension)


def _any_root(text: str) -> bool:
    return oid_shape_is_right(text) or uuid_shape_is_right(text)


def _uuid_of_oid(oid: str) -> str:
    arc = oid.removeprefix("2.25.")
    if arc == oid or "." in arc or int(arc) >> 128:
        return ""
    return str(UUID(int=int(arc)))


def _wrong_shape() -> Invalid:
    return Invalid("document-id-shape", "L’identifiant unique du document n’a pas la forme attendue.")
