"""What of a message is its text, and what is attached to it.

Source: RFC 8621 §4.1.4 (textBody, htmlBody, attachments), but for one thing: a picture, a sound or a film between texts is
always listed with the attachments too, so that a reader of text alone misses nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from socle.formats.mime.charsets import decode
from socle.formats.mime.filenames import safe_name
from socle.formats.mime.transfer import decoded
from socle.formats.mime.values import Message, Part

_INLINE_MEDIA = ("image/", "audio/", "video/")
_NEWLINES = re.compile("\r\n?")
_META_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s{0,9}=\s{0,9}[\"']?\s{0,9}([A-Za-z0-9_:.-]{1,40})", re.IGNORECASE)
_META_WITHIN = 2048


@dataclass(frozen=True, slots=True)
class Body:
    """`plain` and `html` are what to show, one or the other; `attached` what to list beside it. A part may be shown and
    listed (a picture between two texts), and a plain text stands in `html` too when there is no other."""

    plain: tuple[Part, ...]
    html: tuple[Part, ...]
    attached: tuple[Part, ...]


def body_of(message: Message | Part) -> Body:
    """The body of a message, or of an embedded one (its root)."""
    root = message.root if isinstance(message, Message) else message
    sorter = _Sorter()
    sorter.sort((root,), "mixed", False, sorter.html, sorter.plain)
    return Body(tuple(sorter.plain), tuple(sorter.html), tuple(sorter.attached))


def attachments_of(message: Message | Part) -> tuple[Part, ...]:
    """Every attachment, those of embedded messages behind the message that holds them. A name may be there twice."""
    return tuple(_attachments(message.root if isinstance(message, Message) else message))


def _attachments(root: Part) -> Iterator[Part]:
    for part in body_of(root).attached:
        yield part
        if part.is_message:
            yield from _attachments(part.children[0])


def content_of(part: Part) -> bytes:
    """The bytes of the part, decoded; of a multipart or an embedded message, as they travel."""
    encoding = "binary" if part.is_multipart else part.encoding
    return decoded(part.source, part.body_start, part.body_end, encoding)


def text_of_part(part: Part) -> str:
    """The text of a part: its charset decoded, lines ended by a line feed, NUL shown as U+FFFD."""
    content = content_of(part)
    charset = part.parameters.get("charset")
    if not charset and part.media_type == "text/html":
        found = _META_CHARSET.search(content, 0, _META_WITHIN)
        charset = found[1].decode("ascii") if found else ""
    return _NEWLINES.sub("\n", decode(content, charset)).replace("\0", "\ufffd")


def plain_text_of(message: Message | Part) -> str:
    """The plain text that the sender wrote; empty when the message is HTML only."""
    return "\n".join(text_of_part(part) for part in body_of(message).plain if part.media_type == "text/plain")


def html_of(message: Message | Part) -> str:
    """The HTML that the sender wrote, not cleaned; empty when the message is plain text only."""
    return "\n".join(text_of_part(part) for part in body_of(message).html if part.media_type == "text/html")


def filename_of(part: Part) -> str:
    """The safe name of the file, empty when none was given: a name is never a path."""
    written = part.disposition_parameters.get("filename") or part.parameters.get("name")
    return safe_name(written)


class _Sorter:
    """`parseStructure` of the RFC."""

    def __init__(self) -> None:
        self.plain: list[Part] = []
        self.html: list[Part] = []
        self.attached: list[Part] = []

    def sort(
        self, parts: tuple[Part, ...], kind: str, in_alternative: bool, html: list[Part] | None, plain: list[Part] | None
    ) -> None:
        html_before = len(html) if html is not None else -1
        plain_before = len(plain) if plain is not None else -1
        for index, part in enumerate(parts):
            if part.is_multipart:
                below = part.media_type.partition("/")[2]
                self.sort(part.children, below, in_alternative or below == "alternative", html, plain)
            elif not _is_shown(part, index, kind):
                self.attached.append(part)
            elif kind == "alternative":
                self._one_of(part, html, plain)
            else:
                if in_alternative and part.media_type == "text/plain":
                    html = None
                elif in_alternative and part.media_type == "text/html":
                    plain = None
                self._beside(part, html, plain)
        if kind == "alternative" and plain is not None and html is not None:
            _level(plain, plain_before, html, html_before)

    def _one_of(self, part: Part, html: list[Part] | None, plain: list[Part] | None) -> None:
        if part.media_type == "text/plain" and plain is not None:
            plain.append(part)
        elif part.media_type == "text/html" and html is not None:
            html.append(part)
        else:
            self.attached.append(part)

    def _beside(self, part: Part, html: list[Part] | None, plain: list[Part] | None) -> None:
        if plain is not None:
            plain.append(part)
        if html is not None:
            html.append(part)
        if part.media_type.startswith(_INLINE_MEDIA):
            self.attached.append(part)


def _level(plain: list[Part], plain_before: int, html: list[Part], html_before: int) -> None:
    """An alternative with one form only stands for both."""
    if len(plain) == plain_before and len(html) != html_before:
        plain.extend(html[html_before:])
    elif len(html) == html_before and len(plain) != plain_before:
        html.extend(plain[plain_before:])


def _is_shown(part: Part, index: int, kind: str) -> bool:
    is_media = part.media_type.startswith(_INLINE_MEDIA)
    if part.disposition == "attachment" or not (is_media or part.media_type in ("text/plain", "text/html")):
        return False
    return index == 0 or (kind != "related" and (is_media or not filename_of(part)))
