"""Sections of a CDA document -> safe HTML, by our own rules; the document's own stylesheet is never run.

The output holds only the tags of `TAGS` with the attributes of `ATTRIBUTES`; every text and value is escaped; no style, no
script, no address outside the page. An element that is not known gives its text alone, so that nothing written is lost.
Source: HL7 CDA R2 §4.3.5 (narrative block); WCAG 2.1 (table headers, headings in order).
"""

from __future__ import annotations

from collections.abc import Callable
from html import escape

from socle.formats.cda.datatypes import Element, attribute, child, children, descend, local_name, words
from socle.formats.cda.intake import HL7
from socle.formats.cda.narrative import Narrative, plain, section_title, sections_of
from socle.formats.legible import DIRECTIONS

_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_TABLE_TAGS = ("table", "caption", "thead", "tbody", "tfoot", "tr", "th", "td")
_WORD_TAGS = ("strong", "em", "sub", "sup", "ins", "del", "br", "span", "a")
_BLOCK_TAGS = ("section", "div", "p", "ul", "ol", "li", "figure", "figcaption")
TAGS = frozenset(_HEADINGS + _TABLE_TAGS + _WORD_TAGS + _BLOCK_TAGS)
ATTRIBUTES: dict[str, frozenset[str]] = {
    "*": frozenset({"id", "class"}),
    "section": frozenset({"data-code"}),
    "div": frozenset({"tabindex", "role", "aria-label"}),
    "th": frozenset({"scope", "colspan", "rowspan"}),
    "td": frozenset({"colspan", "rowspan"}),
    "a": frozenset({"href"}),
    "figure": frozenset({"data-media"}),
}
_CLASS_NAMES = ("section", "text", "table", "caption", "underline", "block", "link", "note", "media")
VOID_TAGS = frozenset({"br"})
CLASSES = frozenset(f"cda-{name}" for name in _CLASS_NAMES)
ANCHOR_PREFIX = "cda-"

_MAX_SPAN = 100
_PLAIN_ID = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-")
_EMPHASIS = {
    "bold": ("<strong>", "</strong>"),
    "italics": ("<em>", "</em>"),
    "bolditalics": ("<strong><em>", "</em></strong>"),
    "emphasis": ("<em>", "</em>"),
    "underline": ('<span class="cda-underline">', "</span>"),
}
_REVISED = {"insert": "ins", "delete": "del"}
_GROUPS = ("thead", "tbody", "tfoot")


def anchor(identity: str) -> str:
    """The id in the page of the narrative element whose `ID` is `identity`; distinct for distinct ids."""
    return ANCHOR_PREFIX + "".join(sign if sign in _PLAIN_ID else f"_{ord(sign):x}_" for sign in identity)


def render_sections(document: Element, narrative: Narrative, heading: int) -> str:
    body = descend(document, "component", "structuredBody")
    if body is None:
        return ""
    page = _Page(narrative, frozenset())
    html = page.sections(body, heading)
    if not page.wanted.isdisjoint(page.given):
        # only now is it known which targets stand in the page
        html = _Page(narrative, frozenset(page.given)).sections(body, heading)
    return html.translate(DIRECTIONS)


class _Page:
    """One rendering. `given` are the ids written so far, each once; `wanted` those that links ask for; a link is written
    only to one of `targets`."""

    def __init__(self, narrative: Narrative, targets: frozenset[str]) -> None:
        self._narrative = narrative
        self._targets = targets
        self.given: set[str] = set()
        self.wanted: set[str] = set()
        self._in_link = False
        self._title = ""

    def sections(self, parent: Element, heading: int) -> str:
        return "".join(self._section(section, heading) for section in sections_of(parent))

    def _section(self, section: Element, heading: int) -> str:
        self._title = section_title(section) or "Section sans titre"
        tag = f"h{min(heading, 6)}"
        code = attribute(child(section, "code"), "code")
        narrative = child(section, "text")
        return (
            f'<section class="cda-section"{self._id(section)} data-code="{escape(code)}">'
            f"<{tag}>{escape(self._title)}</{tag}>"
            + ("" if narrative is None else f'<div class="cda-text"{self._id(narrative)}>{self._flow(narrative)}</div>')
            + self.sections(section, heading + 1)
            + "</section>"
        )

    def _id(self, element: Element) -> str:
        identity = element.get("ID")
        if not identity or identity in self.given:
            return ""
        self.given.add(identity)
        return f' id="{anchor(identity)}"'

    def _flow(self, element: Element) -> str:
        """What is inside, where blocks may stand."""
        return self._inside(element, self._block)

    def _phrase(self, element: Element) -> str:
        """What is inside, where only words may stand (in a `p`, a `span`…)."""
        return self._inside(element, self._words)

    def _inside(self, element: Element, write: Callable[[Element], str]) -> str:
        pieces = [escape(element.text)] if element.text else []
        for inner in element:
            if isinstance(inner.tag, str):
                pieces.append(write(inner))
            if inner.tail:
                pieces.append(escape(inner.tail))
        return "".join(pieces)

    def _block(self, element: Element) -> str:
        match local_name(element):
            case "paragraph":
                return f"<p{self._id(element)}>{self._styled(element, self._caption(element) + self._phrase(element))}</p>"
            case "list":
                return self._list(element)
            case "table":
                return self._table(element)
            case "renderMultiMedia":
                return self._media(element)
            case _:
                return self._words(element)

    def _words(self, element: Element) -> str:
        match local_name(element):
            case "br":
                return "<br>"
            case "sub" | "sup" as tag:
                return f"<{tag}>{self._phrase(element)}</{tag}>"
            case "content":
                return self._content(element)
            case "linkHtml":
                return self._link(element)
            case "footnote":
                return f'<span class="cda-note"{self._id(element)}> [{self._phrase(element)}]</span>'
            case "footnoteRef":
                return self._anchor_link(attribute(element, "IDREF"), "note", self._id(element))
            case "caption":
                return ""  # written by what it belongs to
            case "renderMultiMedia":
                return f'<span class="cda-block">{escape(self._media_caption(element))}</span>'
            case _:
                return f'<span class="cda-block"{self._id(element)}>{self._phrase(element)}</span>'

    def _styled(self, element: Element, inside: str) -> str:
        for style in attribute(element, "styleCode").lower().split()[:4]:
            before, after = _EMPHASIS.get(style, ("", ""))
            inside = before + inside + after
        return inside

    def _content(self, element: Element) -> str:
        inside = self._styled(element, self._phrase(element))
        if (tag := _REVISED.get(attribute(element, "revised"))) is not None:
            inside = f"<{tag}>{inside}</{tag}>"
        identity = self._id(element)
        return f"<span{identity}>{inside}</span>" if identity else inside

    def _caption(self, element: Element) -> str:
        caption = child(element, "caption")
        return "" if caption is None else f'<span class="cda-caption">{self._phrase(caption)}</span> '

    def _link(self, element: Element) -> str:
        target = attribute(element, "href")
        outer, self._in_link = self._in_link, True
        shown = self._phrase(element)
        self._in_link = outer
        if target.startswith("#"):
            return self._anchor_link(target[1:], shown or escape(target), self._id(element))
        if target.startswith(("http://", "https://")) and target not in words(element):
            shown += f" ({escape(target)})"  # to be read, not followed: no page of ours leads out of the document
        return f'<span class="cda-link"{self._id(element)}>{shown}</span>'

    def _anchor_link(self, target: str, shown: str, identity: str) -> str:
        self.wanted.add(target)
        if target not in self._targets or self._in_link:
            return f"<span{identity}>{shown}</span>" if identity else shown
        return f'<a{identity} href="#{anchor(target)}">{shown}</a>'

    def _list(self, element: Element) -> str:
        tag = "ol" if attribute(element, "listType") == "ordered" else "ul"
        caption = child(element, "caption")
        before = "" if caption is None else f'<p class="cda-caption">{self._phrase(caption)}</p>'
        items = "".join(
            f"<li{self._id(item)}>{self._styled(item, self._caption(item))}{self._flow(item)}</li>"
            for item in children(element, "item")
        )
        return f"{before}<{tag}{self._id(element)}>{items}</{tag}>" if items else before

    def _table(self, element: Element) -> str:
        """Scrolls inside its own region, which the keyboard can reach: a phone is 360 px wide."""
        caption = child(element, "caption")
        label = "Tableau : " + (words(caption) or self._title)
        inside = "" if caption is None else f"<caption{self._id(caption)}>{self._phrase(caption)}</caption>"
        loose = list(children(element, "tr"))
        for group in _GROUPS:
            for part in children(element, group):
                rows = "".join(self._row(row, group) for row in children(part, "tr"))
                inside += f"<{group}{self._id(part)}>{rows}</{group}>" if rows else ""
        if loose:
            inside += "<tbody>" + "".join(self._row(row, "tbody") for row in loose) + "</tbody>"
        table = f"<table{self._id(element)}>{inside}</table>"
        return f'<div class="cda-table" tabindex="0" role="group" aria-label="{escape(label)}">{table}</div>'

    def _row(self, row: Element, group: str) -> str:
        cells = [cell for cell in row if isinstance(cell.tag, str) and cell.tag in (HL7 + "td", HL7 + "th")]
        return f"<tr{self._id(row)}>" + "".join(self._cell(cell, group) for cell in cells) + "</tr>"

    def _cell(self, cell: Element, group: str) -> str:
        # an empty header says nothing to whoever hears the table; a cell of the head is a header whatever its name
        heads = (group == "thead" or cell.tag == HL7 + "th") and plain(cell) != ""
        tag = "th" if heads else "td"
        scope = f' scope="{"col" if group == "thead" else "row"}"' if heads else ""
        spans = _span(cell, "colspan") + _span(cell, "rowspan")
        return f"<{tag}{self._id(cell)}{scope}{spans}>{self._styled_cell(cell)}</{tag}>"

    def _styled_cell(self, cell: Element) -> str:
        """Emphasis holds words only: a cell with blocks inside goes without."""
        inside = self._flow(cell)
        blocks = any(isinstance(inner.tag, str) and inner.tag != HL7 + "content" for inner in cell)
        return inside if blocks else self._styled(cell, inside)

    def _media(self, element: Element) -> str:
        """A placeholder that the page fills with the attachment of that id, or leaves as words."""
        known = [name for name in attribute(element, "referencedObject").split() if name in self._narrative]
        caption = f"<figcaption>{escape(self._media_caption(element))}</figcaption>"
        return (
            "".join(
                f'<figure class="cda-media"{self._id(element)} data-media="{escape(name)}">{caption}</figure>'
                for name in known[:20]
            )
            or f'<figure class="cda-media"{self._id(element)}>{caption}</figure>'
        )

    def _media_caption(self, element: Element) -> str:
        known = any(name in self._narrative for name in attribute(element, "referencedObject").split())
        return words(child(element, "caption")) or (
            "Fichier joint au document" if known else "Fichier annoncé par le document, mais absent"
        )


def _span(cell: Element, name: str) -> str:
    raw = attribute(cell, name)
    if not raw.isascii() or not raw.isdigit() or len(raw) > 3 or not 2 <= int(raw) <= _MAX_SPAN:
        return ""
    return f' {name}="{int(raw)}"'
