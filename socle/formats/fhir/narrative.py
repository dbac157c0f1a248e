"""The XHTML of a narrative: what makes it unfit to be shown.

Narratives are stored as received and sanitised when they are shown; here they are only judged. A narrative that is not XML is an
error, one that carries more than basic formatting is a warning.

Source: FHIR R4 §2.26.0.1 (narrative: txt-1, txt-2, allowed elements and attributes).
"""

from __future__ import annotations

import re
from html.entities import name2codepoint
from xml.parsers import expat

MARKUP = "http://www.w3.org/1999/xhtml"
_ELEMENTS = frozenset(
    """
    div p br hr h1 h2 h3 h4 h5 h6 span b i em strong small big tt dfn code samp kbd var cite abbr acronym q sub
    sup address pre blockquote ins del bdo a img ul ol li dl dt dd table caption colgroup col thead tbody tfoot tr
    th td map area u s strike font center
    """.split()  # noqa: SIM905
)
_ATTRIBUTES = frozenset(
    """
    id class style title lang xml:lang dir accesskey tabindex href name rel rev hreflang type charset shape coords
    target src alt longdesc height width usemap ismap align valign cite datetime border frame rules cellspacing
    cellpadding summary span char charoff abbr axis headers scope rowspan colspan start value compact nowrap
    bgcolor size color face clear noshade hspace vspace xmlns xml:space
    """.split()  # noqa: SIM905
)
_entity = re.compile(r"&([A-Za-z][A-Za-z0-9]*);")
_XML_ENTITIES = frozenset(["amp", "lt", "gt", "quot", "apos"])


class _Reader:
    def __init__(self) -> None:
        self.root = ""
        self.forbidden = False
        self.shows = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        name = name.removeprefix(MARKUP + " ")
        self.root = self.root or name
        self.shows = self.shows or name == "img"
        if name not in _ELEMENTS:
            self.forbidden = True
        for key, value in attributes.items():
            key = key.replace("http://www.w3.org/XML/1998/namespace ", "xml:")
            address = key in ("href", "src") and value.strip().lower()
            if key not in _ATTRIBUTES or (address and address.startswith(("javascript:", "vbscript:", "data:text"))):
                self.forbidden = True

    def text(self, text: str) -> None:
        self.shows = self.shows or not text.isspace()


def judge(markup: str) -> str:
    """`""` for a narrative that follows the rules, else `malformed`, `empty` or `forbidden`. No entity is declared nor fetched: a
    document type makes the narrative malformed."""
    if "<!DOCTYPE" in markup or "<!ENTITY" in markup or "<?" in markup:
        return "malformed"
    if not markup.strip():
        return "empty"
    parser = expat.ParserCreate(namespace_separator=" ")
    reader = _Reader()
    parser.StartElementHandler = reader.start
    parser.CharacterDataHandler = reader.text
    try:
        parser.Parse(_entity.sub(_character, markup).encode("utf-8", "surrogatepass"), True)
    except expat.ExpatError:
        return "malformed"
    if reader.root != "div":
        return "malformed"
    return "forbidden" if reader.forbidden else "" if reader.shows else "empty"


def _character(match: re.Match[str]) -> str:
    name = match[1]
    return f"&#{name2codepoint[name]};" if name in name2codepoint and name not in _XML_ENTITIES else match[0]
