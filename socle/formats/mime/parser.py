"""Any bytes -> a Message. Every failure is a value: there is no error to catch, and the time is linear in the size.

The tree is read by searching the boundaries of each multipart in its own range of bytes, so that an inner multipart can
never reach outside the part that holds it; bodies are neither copied nor decoded here.
Source: RFC 5322, RFC 2045, RFC 2046, RFC 6532; RFC 3501 §6.4.5 for the numbers of parts.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from socle.formats.mime.headers import Block, Header, Parameters, read_block
from socle.formats.mime.parameters import read_head
from socle.formats.mime.transfer import IDENTITY, decoded, decoded_size, encoding_named, looks_like_base64
from socle.formats.mime.values import MEBIBYTE, Fault, Limits, Message, Part

DEFAULT_LIMITS = Limits()
EMBEDDED = frozenset(("message/rfc822", "message/global", "message/news"))
_SMALLEST_SCAN = 16 * MEBIBYTE
_LONG_LINE = re.compile(rb"\n[^\n]{1000}")
_LONGEST_LINE = 1000  # 998 and the end of line
_MEDIA_TYPE = re.compile(r"[!#$%&'*+.^_`{|}~0-9a-z-]{1,127}/[!#$%&'*+.^_`{|}~0-9a-z-]{1,127}")
_ONCE = ("from", "sender", "reply-to", "to", "cc", "bcc", "message-id", "in-reply-to", "references", "subject", "date")
_ONCE_A_PART = ("content-type", "content-transfer-encoding", "content-disposition", "content-id")


def parse(raw: bytes, limits: Limits = DEFAULT_LIMITS) -> Message:
    """The message that these bytes are, whatever they are."""
    reader = _Reader(limits, _SMALLEST_SCAN + limits.scans * len(raw))
    reader.look_over(raw)
    root = reader.part(_Range(raw, 0, len(raw)), "", depth=0, is_root=True)
    message = Message(raw, root, tuple(dict.fromkeys(reader.faults)))
    if message.decoded_size > limits.decoded_bytes:
        message = Message(raw, root, (*message.faults, Fault("decoded-size")))
    return message


@dataclass(frozen=True, slots=True)
class _Range:
    source: bytes
    start: int
    end: int
    detached: bool = False
    in_digest: bool = False

    def within(self, start: int, end: int, in_digest: bool = False) -> _Range:
        return _Range(self.source, start, end, self.detached, in_digest)


@dataclass(frozen=True, slots=True)
class _Head:
    """What the header of one part says of its body."""

    block: Block
    media_type: str
    parameters: Parameters
    encoding: str
    disposition: str
    disposition_parameters: Parameters


class _Reader:
    """Reads one message: counts parts, the bytes searched, the bytes decoded, and collects the faults."""

    def __init__(self, limits: Limits, scan_bytes: int) -> None:
        self.limits = limits
        self.faults: list[Fault] = []
        self._parts = 0
        self._scan_bytes = scan_bytes
        self._embedded_bytes = limits.embedded_bytes

    def look_over(self, raw: bytes) -> None:
        """The faults of bytes that need no tree."""
        feeds, pairs = raw.count(b"\n"), raw.count(b"\r\n")
        if feeds > pairs:
            self._fault("bare-lf")
        if raw.count(b"\r") > pairs:
            self._fault("bare-cr")
        if b"\0" in raw:
            self._fault("nul")
        if (len(raw) > _LONGEST_LINE and raw.find(b"\n", 0, _LONGEST_LINE) < 0) or _LONG_LINE.search(raw):
            self._fault("long-line")

    def part(self, place: _Range, number: str, depth: int, is_root: bool) -> Part:
        """The part that lies in this range, with all below it. A leaf that is the whole of a message is number 1 of it."""
        self._parts += 1
        block = read_block(place.source, place.start, place.end, self.limits.fields, self.limits.header_bytes)
        head = self._head(block, number, place.in_digest, is_root)
        alone = f"{number}.1" if number else "1"
        if is_root and not head.media_type.startswith("multipart/"):
            number = alone
        children, media_type = self._children(place, head, number, depth)
        if is_root and not children and head.media_type.startswith("multipart/"):
            number = alone
        leaf = not children or (children[0].detached and not place.detached)
        start = block.body_start
        if leaf and head.encoding == "base64" and not looks_like_base64(place.source, start, place.end):
            self._fault("content-encoding", number)
        return Part(
            number=number,
            source=place.source,
            header_start=block.start,
            body_start=start,
            body_end=place.end,
            headers=block.headers,
            media_type=media_type,
            parameters=head.parameters,
            encoding=head.encoding,
            disposition=head.disposition,
            disposition_parameters=head.disposition_parameters,
            lines=place.source.count(b"\n", start, place.end),
            decoded_size=decoded_size(place.source, start, place.end, head.encoding) if leaf else 0,
            children=children,
            detached=place.detached,
        )

    def _fault(self, code: str, number: str = "") -> None:
        self.faults.append(Fault(code, number))

    def _head(self, block: Block, number: str, in_digest: bool, is_root: bool) -> _Head:
        for code in block.faults:
            self._fault(code, number)
        found: dict[str, Header] = {}
        for header in block.headers:
            if header.key not in found:
                found[header.key] = header
            elif header.key in _ONCE_A_PART or (is_root and header.key in _ONCE):
                self._fault("header-twice", number)
        media_type, parameters = self._media_type(found.get("content-type"), number, in_digest)
        encoding = self._encoding(found.get("content-transfer-encoding"), media_type, number)
        written = found.get("content-disposition")
        disposition, others = read_head(written.value) if written else ("", Parameters())
        return _Head(block, media_type, parameters, encoding, disposition, others)

    def _media_type(self, header: Header | None, number: str, in_digest: bool) -> tuple[str, Parameters]:
        if header is None:
            return ("message/rfc822" if in_digest else "text/plain"), Parameters()
        word, parameters = read_head(header.value)
        if not _MEDIA_TYPE.fullmatch(word):
            word = word.partition(" ")[0].partition("\t")[0]  # a parameter without its semicolon
            parameters = read_head(header.value.replace(" ", ";", 1).replace("\t", ";", 1))[1]
            self._fault("content-type", number)
            if not _MEDIA_TYPE.fullmatch(word):
                return "text/plain", parameters
        return word, parameters

    def _encoding(self, header: Header | None, media_type: str, number: str) -> str:
        word = encoding_named(header.value) if header else "7bit"
        if not word:
            self._fault("content-encoding", number)
            return "binary"
        if word not in IDENTITY and media_type.startswith("multipart/"):
            self._fault("content-encoding", number)
        return word

    def _children(self, place: _Range, head: _Head, number: str, depth: int) -> tuple[tuple[Part, ...], str]:
        """The parts below, and the media type: that of a plain file or text when it cannot be looked into."""
        is_multipart = head.media_type.startswith("multipart/")
        if not is_multipart and head.media_type not in EMBEDDED:
            return (), head.media_type
        if depth >= self.limits.depth or self._parts >= self.limits.parts:
            self._fault("depth" if depth >= self.limits.depth else "parts", number)
            return (), "application/octet-stream"
        if is_multipart:
            return self._multipart(place, head, number, depth)
        return self._embedded(place, head, number, depth)

    def _multipart(self, place: _Range, head: _Head, number: str, depth: int) -> tuple[tuple[Part, ...], str]:
        boundary = dict(reversed(head.parameters.written)).get("boundary", "") or head.parameters.get("boundary")
        start = head.block.body_start
        if not boundary:
            self._fault("multipart-boundary", number)
            return (), "text/plain"
        self._scan_bytes -= place.end - start
        if self._scan_bytes < 0:
            self._fault("scans", number)
            return (), "application/octet-stream"
        places = self._places(place, start, boundary, number)
        if not places:
            self._fault("multipart-empty", number)
            return (), "text/plain"
        in_digest = head.media_type == "multipart/digest"
        children = []
        for index, (first, last) in enumerate(places, start=1):
            below = f"{number}.{index}" if number else str(index)
            children.append(self.part(place.within(first, last, in_digest), below, depth + 1, is_root=False))
        return tuple(children), head.media_type

    def _places(self, place: _Range, start: int, boundary: str, number: str) -> list[tuple[int, int]]:
        """Where each part begins and ends. The end of line before a boundary is the boundary's own."""
        sign = boundary.encode("utf-8", "replace")
        line = re.compile(rb"\n--" + re.escape(sign) + rb"(--)?[ \t]{0,200}(?:\r?\n|\r?\Z)")
        source, end = place.source, place.end
        places: list[tuple[int, int]] = []
        opened = -1
        at = max(0, start - 1)
        while found := line.search(source, at, end):
            if opened >= 0:
                last = found.start()
                if last > opened and source[last - 1] == 13:
                    last -= 1
                places.append((opened, max(opened, last)))
            if found[1]:
                return places
            if self._parts + len(places) >= self.limits.parts:
                self._fault("parts", number)
                return [*places[:-1], (places[-1][0], end)] if places else [(found.end(), end)]
            opened = found.end()
            at = max(opened - 1, found.start() + 1)
        self._fault("multipart-end", number)
        if opened >= 0:
            places.append((opened, end))
        return places

    def _embedded(self, place: _Range, head: _Head, number: str, depth: int) -> tuple[tuple[Part, ...], str]:
        start = head.block.body_start
        if head.encoding in IDENTITY:
            return (self.part(place.within(start, place.end), number, depth + 1, is_root=True),), head.media_type
        self._fault("content-encoding", number)
        size = decoded_size(place.source, start, place.end, head.encoding)
        if size > self._embedded_bytes:
            self._fault("embedded-size", number)
            return (), "application/octet-stream"
        self._embedded_bytes -= size
        content = decoded(place.source, start, place.end, head.encoding)
        below = _Range(content, 0, len(content), detached=True)
        return (self.part(below, number, depth + 1, is_root=True),), head.media_type
