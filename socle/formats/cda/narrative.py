"""The words of a CDA body: what a reference points to, and the plain text of the sections for a search."""

from __future__ import annotations

import re
from dataclasses import dataclass

from lxml import etree

from socle.formats.cda.datatypes import Element, attribute, child, children, descend, words
from socle.formats.cda.intake import HL7

_SPACES = re.compile(r"[^\S\n]+")
_LINES = re.compile(r"\s*\n\s*")
_BLOCKS = frozenset(HL7 + tag for tag in ("text", "paragraph", "list", "item", "table", "caption", "tr", "br", "footnote"))
_CELLS = frozenset(HL7 + tag for tag in ("td", "th", "renderMultiMedia"))
_WITH_ID = etree.XPath("descendant-or-self::*[@ID]")


@dataclass(frozen=True, slots=True)
class SectionText:
    """One section: `text` is its own, without that of the sections inside; a line a paragraph, an item or a table row."""

    code: str
    title: str
    text: str
    depth: int
    """1 for a section of the body, 2 for a section inside one…"""


def section_title(section: Element) -> str:
    code = child(section, "code")
    return words(child(section, "title")) or attribute(code, "displayName")


def sections_of(parent: Element) -> list[Element]:
    """The sections directly inside a `structuredBody` or a `section`."""
    found = (child(component, "section") for component in children(parent, "component"))
    return [section for section in found if section is not None]


def section_texts(document: Element) -> list[SectionText]:
    """Every section in reading order; empty for a document whose body is a file."""
    body = descend(document, "component", "structuredBody")
    texts: list[SectionText] = []
    if body is not None:
        _collect(body, 1, texts)
    return texts


def _collect(parent: Element, depth: int, texts: list[SectionText]) -> None:
    for section in sections_of(parent):
        narrative = child(section, "text")
        texts.append(
            SectionText(
                code=attribute(child(section, "code"), "code"),
                title=section_title(section),
                text="" if narrative is None else plain(narrative),
                depth=depth,
            )
        )
        _collect(section, depth + 1, texts)


def plain(element: Element) -> str:
    """The text inside, a space between cells and a line break between blocks, nothing at the ends."""
    pieces: list[str] = []
    _pieces(element, pieces)
    return _LINES.sub("\n", _SPACES.sub(" ", "".join(pieces))).strip()


def _pieces(element: Element, pieces: list[str]) -> None:
    mark = "\n" if element.tag in _BLOCKS else " " if element.tag in _CELLS else ""
    pieces.append(mark)
    if element.text:
        # line breaks of the file are only white space: those of the text are marks
        pieces.append(element.text.replace("\n", " ").replace("\r", " "))
    for inner in element:
        if isinstance(inner.tag, str):
            _pieces(inner, pieces)
        if inner.tail:
            pieces.append(inner.tail.replace("\n", " ").replace("\r", " "))
    pieces.append(mark)


class Narrative:
    """The elements of a document by their `ID`; the first one wins where an id is given twice."""

    def __init__(self, document: Element) -> None:
        self._by_id: dict[str, Element] = {}
        for element in _WITH_ID(document):
            self._by_id.setdefault(element.get("ID"), element)

    def __contains__(self, identity: str) -> bool:
        return identity in self._by_id

    def get(self, identity: str) -> Element | None:
        return self._by_id.get(identity)

    def anchor(self, reference: str) -> str:
        """The `ID` that `#id` points to, or empty. A reference that lost its `#` is understood: published examples do."""
        identity = reference.removeprefix("#")
        return identity if identity in self._by_id else ""

    def words(self, reference: str) -> str:
        """The text that `#id` points to on one line; empty when it points nowhere in this document."""
        element = self._by_id.get(self.anchor(reference))
        return "" if element is None else plain(element).replace("\n", " ")
