"""Files carried inside a CDA document, byte for byte."""

from __future__ import annotations

import base64
import binascii
import hashlib
from dataclasses import dataclass, field
from enum import StrEnum

from socle.formats.cda.datatypes import Element, attribute, child, children, descend, words
from socle.formats.cda.intake import HL7

_MEDIA = HL7 + "observationMedia"
_NOT_BASE64_SPACE = str.maketrans("", "", " \t\r\n")


class Place(StrEnum):
    BODY = "nonXMLBody"
    MEDIA = "observationMedia"
    VALUE = "value"
    """An encapsulated value (`ED`) of another entry."""


@dataclass(frozen=True, slots=True)
class Attachment:
    """`fault` is empty when `content` is the whole file; else `content` is empty and `fault` is `reference` (the file
    is elsewhere), `base64` (undecodable), `compressed` (by a method we do not undo) or `empty`."""

    place: Place
    media_type: str
    content: bytes = field(repr=False)
    sha256: str = ""
    id: str = ""
    """`ID` of the observationMedia, which `renderMultiMedia` of the narrative points to."""
    title: str = ""
    section_code: str = ""
    reference: str = ""
    """Where the file is said to be, as written; never fetched."""
    fault: str = ""

    @property
    def complete(self) -> bool:
        return not self.fault


def attachments(document: Element) -> tuple[Attachment, ...]:
    """Every file of the document, in its order. Not base64, or only a reference: an attachment with a `fault`."""
    body = descend(document, "component", "nonXMLBody", "text")
    if body is not None:
        return (_attachment(Place.BODY, body, ""),)
    found = []
    for value in document.iter(HL7 + "value"):
        parent = value.getparent()
        if parent is not None and parent.tag == _MEDIA:
            found.append(_attachment(Place.MEDIA, value, parent.get("ID") or "", parent))
        elif value.get("representation") == "B64":
            found.append(_attachment(Place.VALUE, value, "", parent))
    return tuple(found)


def _attachment(place: Place, element: Element, identity: str, media: Element | None = None) -> Attachment:
    content, fault = _content(element)
    media_type = attribute(element, "mediaType") or ("" if fault else "text/plain")  # the default of `ED`
    return Attachment(
        place=place,
        media_type=media_type,
        content=content,
        sha256="" if fault else hashlib.sha256(content).hexdigest(),
        id=identity,
        title=_title(media),
        section_code=_section_code(element),
        reference=attribute(child(element, "reference"), "value"),
        fault=fault,
    )


def _content(element: Element) -> tuple[bytes, str]:
    if element.get("compression"):
        return b"", "compressed"
    text = element.text or ""
    if element.get("representation") == "B64":
        try:
            content = base64.b64decode(text.translate(_NOT_BASE64_SPACE), validate=True)
        except (binascii.Error, ValueError):
            return b"", "base64"
    else:
        content = text.strip().encode("utf-8")
    if content:
        return content, ""
    return b"", "reference" if child(element, "reference") is not None else "empty"


def _title(media: Element | None) -> str:
    """The words of the media's code, when it has one (`observationMedia` of a report in PDF often has)."""
    if media is None:
        return ""
    return next((attribute(item, "displayName") or words(item) for item in children(media, "code")), "")


def _section_code(element: Element) -> str:
    section = next(element.iterancestors(HL7 + "section"), None)
    return "" if section is None else attribute(child(section, "code"), "code")
