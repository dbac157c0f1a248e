"""Bytes -> `Document`: header facts at once, body and embedded files when asked."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from functools import cached_property

from lxml import etree

from socle.formats.cda.attachments import Attachment, attachments
from socle.formats.cda.datatypes import Element, child, descend
from socle.formats.cda.entries import Entries, read_entries
from socle.formats.cda.generation import ModelSet, model_set
from socle.formats.cda.header import Header
from socle.formats.cda.header_reading import header
from socle.formats.cda.intake import HL7, clinical_document
from socle.formats.cda.narrative import Narrative, SectionText, section_texts
from socle.formats.cda.rendering import render_sections


@dataclass(frozen=True)
class Document:
    """A CDA document that was read. `level` is 1 (a file as body), 2 (sections) or 3 (sections with coded entries).

    Equal when the bytes are. `root` is for this package only.
    """

    sha256: str
    size: int
    self_presenting: bool
    header: Header = field(compare=False)
    level: int = field(compare=False)
    section_count: int = field(compare=False)
    entry_count: int = field(compare=False)
    root: Element = field(repr=False, compare=False)

    @cached_property
    def attachments(self) -> tuple[Attachment, ...]:
        return attachments(self.root)

    @cached_property
    def model_set(self) -> ModelSet:
        return model_set(self.header)

    @cached_property
    def narrative(self) -> Narrative:
        return Narrative(self.root)

    @cached_property
    def entries(self) -> Entries:
        return read_entries(self.root, self.header, self.narrative)

    @property
    def incomplete(self) -> bool:
        """True when the body is a file that is not here: only referenced, undecodable or empty; or there is no body."""
        body = child(self.root, "component")
        if body is None or len(body) == 0:
            return True
        return child(body, "nonXMLBody") is not None and not all(found.complete for found in self.attachments)


def parse(content: bytes) -> Document:
    """The document in `content`. Raises `Invalid` with a code `xml-…` or `not-cda` (see `intake`), nothing else whatever the
    bytes. Nothing outside of them is read, no stylesheet is run. The same bytes give the same facts."""
    root = clinical_document(content)
    sections = _count(root, "section")
    entries = _count(root, "entry")
    return Document(
        sha256=hashlib.sha256(content).hexdigest(),
        size=len(content),
        self_presenting=root.getparent() is not None,
        header=header(root),
        level=_level(root, sections, entries),
        section_count=sections,
        entry_count=entries,
        root=root,
    )


def render(document: Document, *, heading: int = 2) -> str:
    """The sections as safe HTML, `heading` (1 to 6) being the level of the outermost titles; see `rendering` for the closed
    list of tags. Empty for a document whose body is a file. `anchor(id)` gives the id in the page of a narrative `ID`."""
    return render_sections(document.root, document.narrative, max(1, heading))


def text(document: Document) -> list[SectionText]:
    """The plain text of every section, for a search; the text inside embedded files is not read here."""
    return section_texts(document.root)


def _count(root: etree._Element, tag: str) -> int:
    return sum(1 for _ in root.iter(HL7 + tag))


def _level(root: etree._Element, sections: int, entries: int) -> int:
    if entries:
        return 3
    if sections or descend(root, "component", "structuredBody") is not None:
        return 2
    return 1
