"""HTML of a mail -> HTML of a closed list, or text. Nothing is fetched, nothing runs, nothing covers the page.

No style, class, id, form, frame, script or media passes; a picture shows only when it came inside the message. The cleaner is
nh3 (ammonia, an HTML5 parser in Rust): the tree is rebuilt, so that what a browser reads is what was checked.
Source: HTML Living Standard §13; RFC 2392 (cid addresses).
"""

from __future__ import annotations

import html as entities
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import nh3

TAGS = frozenset(
    [
        "a",
        "abbr",
        "address",
        "b",
        "bdi",
        "blockquote",
        "br",
        "caption",
        "cite",
        "code",
        "dd",
        "del",
        "dfn",
        "div",
        "dl",
        "dt",
        "em",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "hr",
        "i",
        "img",
        "ins",
        "kbd",
        "li",
        "mark",
        "ol",
        "p",
        "pre",
        "q",
        "s",
        "samp",
        "small",
        "span",
        "strike",
        "strong",
        "sub",
        "sup",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "time",
        "tr",
        "tt",
        "u",
        "ul",
        "var",
    ]
)
ATTRIBUTES = {
    "a": frozenset({"href"}),
    "img": frozenset({"src", "alt"}),
    "ol": frozenset({"start"}),
    "td": frozenset({"colspan", "rowspan"}),
    "th": frozenset({"colspan", "rowspan"}),
    "*": frozenset({"lang", "dir"}),
}
"""Beside these, a link gets `rel` and `target` from us."""
LINK_SCHEMES = frozenset({"http", "https", "mailto", "tel"})
LINK_REL = "noopener noreferrer nofollow ugc"
WITHOUT_CONTENT = frozenset(
    [
        "script",
        "style",
        "title",
        "head",
        "noscript",
        "iframe",
        "object",
        "embed",
        "applet",
        "template",
        "svg",
        "math",
        "select",
        "textarea",
        "audio",
        "video",
        "canvas",
    ]
)
LONGEST = 512 * 1024
"""Characters that are cleaned, pictures written inside the HTML left out. What is longer is shown as text, and what has more
tags or entities too: the time of the cleaner is quadratic in the depth of nesting, in the attributes of a tag and in entities."""
MOST_TAGS = 15_000
MOST_ENTITIES = 100_000
LONGEST_READ = 4 * 1024 * 1024
"""Characters that are read for the text."""
_TAG = re.compile(r"</?[A-Za-z]")
_INLINE_CONTENT = re.compile(r"data:[A-Za-z0-9/+.-]{0,80}(?:;[A-Za-z0-9=-]{1,40}){0,3},[A-Za-z0-9+/=%_-]*+")
_LINK = re.compile(r"(?i)(?:https?://|mailto:|tel:)[^\s\x00-\x1f]")
_ANY_TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9:-]{0,30})[^<>]*>?|<![^<>]*>?|<\?[^<>]*>?")
_COMMENT_END = re.compile(r"--!?>")
_SPAN = re.compile(r"[1-9][0-9]{0,2}")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8}){0,3}")
_BLOCKS = frozenset(
    [
        "address",
        "blockquote",
        "br",
        "caption",
        "dd",
        "div",
        "dl",
        "dt",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "hr",
        "li",
        "ol",
        "p",
        "pre",
        "table",
        "tr",
        "ul",
        "center",
        "section",
        "article",
    ]
)
_UNREAD = WITHOUT_CONTENT - {"head"}  # the end tag of head is often left out
_SPACES = re.compile(r"[ \t\f\xa0]+")
_LINES = re.compile(r" ?\n ?")
_BLANK_LINES = re.compile(r"\n{3,}")


@dataclass(frozen=True, slots=True)
class Cleaned:
    """What may stand in a page. `blocked` counts the pictures from elsewhere that do not show; `as_text` says that the HTML was
    too large to be cleaned and its text stands here instead."""

    html: str
    blocked: int = 0
    as_text: bool = False


def clean_html(html: str, pictures: Mapping[str, str] | None = None) -> Cleaned:
    """The safe form. `pictures` gives for a Content-ID, without brackets, the address of that picture in our own pages."""
    html = _INLINE_CONTENT.sub("data:,", html)
    if len(html) > LONGEST or html.count("&") > MOST_ENTITIES or sum(1 for _ in _TAG.finditer(html)) > MOST_TAGS:
        paragraphs = text_of_html(html).split("\n\n")
        return Cleaned("".join(f"<p>{_escaped(one)}</p>" for one in paragraphs if one.strip()), 0, True)
    blocked: list[None] = []
    cleaned = nh3.clean(
        html.replace("\0", "\ufffd"),
        tags=set(TAGS),
        clean_content_tags=set(WITHOUT_CONTENT),
        attributes={tag: set(names) for tag, names in ATTRIBUTES.items()},
        attribute_filter=_filter(pictures or {}, blocked),
        strip_comments=True,
        link_rel=LINK_REL,
        set_tag_attribute_values={"a": {"target": "_blank"}},
        url_schemes={*LINK_SCHEMES, "cid"},
        url_relative="pass_through",  # the filter lets none through but the addresses of `pictures`
    )
    return Cleaned(cleaned, len(blocked))


def _filter(pictures: Mapping[str, str], blocked: list[None]) -> Callable[[str, str, str], str | None]:
    def keep(tag: str, name: str, value: str) -> str | None:
        if name == "src":
            written = value.strip()
            found = pictures.get(written[4:]) if written[:4].lower() == "cid:" else None
            if found is None and tag == "img":
                blocked.append(None)
            return found
        if name == "href":
            return value.strip() if _LINK.match(value.strip()) else None
        if name in ("colspan", "rowspan", "start"):
            return value if _SPAN.fullmatch(value.strip()) else None
        if name == "dir":
            return value if value.lower() in ("ltr", "rtl", "auto") else None
        if name == "lang":
            return value if _LANGUAGE.fullmatch(value) else None
        return value

    return keep


def text_of_html(html: str) -> str:
    """The words of the first LONGEST_READ characters, for a search, a first line or a reader without HTML; in linear time."""
    html = _INLINE_CONTENT.sub("data:,", html)[:LONGEST_READ]
    pieces: list[str] = []
    at = 0
    while found := _ANY_TAG.search(html, at):
        pieces.append(_words(html[at : found.start()]))
        name = (found[2] or "").lower()
        at = found.end()
        if html.startswith("<!--", found.start()):
            end = _COMMENT_END.search(html, found.start() + 4)
            at = end.end() if end else len(html)
        elif name in _UNREAD and not found[1]:
            at = _end_of(html, name, at)
        elif name in _BLOCKS:
            pieces.append("\n\n" if name == "p" else "\n")
        elif name in ("td", "th"):
            pieces.append(" ")
    pieces.append(_words(html[at:]))
    text = _LINES.sub("\n", _SPACES.sub(" ", "".join(pieces)))
    return _BLANK_LINES.sub("\n\n", text).strip()


def _words(text: str) -> str:
    return entities.unescape(text.replace("\r", " ").replace("\n", " ").replace("\0", ""))


def _end_of(html: str, name: str, at: int) -> int:
    """Behind the end tag; without one, the rest is hidden as a browser hides it."""
    end = re.compile(f"</{name}[^<>]*>", re.IGNORECASE).search(html, at)
    return end.end() if end else len(html)


def _escaped(text: str) -> str:
    return "<br>".join(entities.escape(line) for line in text.split("\n"))
