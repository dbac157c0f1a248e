"""Fields of a header: where they lie, their value as written and as read. Source: RFC 5322 §2.2, §3.6.8, §4."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from socle.formats.mime import parameters as _parameters
from socle.formats.mime.words import decoded, readable, unfolded

Parameters = _parameters.Parameters

_FIELD = re.compile(rb"([!-9;-~]+)[ \t]*+:([^\n]*+(?:\n[ \t][^\n]*+)*+)\n?|[^\n]*+\n?")
_FIRST_LINE = re.compile(rb"[!-9;-~]+[ \t]*+:")
_ENVELOPE_LINE = re.compile(rb">?From [^\n]*+\n")
_BLANK_LINES = re.compile(rb"(?:[ \t]++\r?\n)*+")
"""Of white space, before the first field: some senders leave one."""
_EMPTY_LINE = re.compile(rb"\n\r?\n")


@dataclass(frozen=True, slots=True)
class Header:
    """One field; with its name and its end of line it is `source[start:end]` of its part."""

    name: str
    """As written."""
    raw: bytes = field(repr=False)
    """What follows the colon, folding included, the last end of line not."""
    start: int
    end: int

    @property
    def key(self) -> str:
        return self.name.lower()

    @property
    def value(self) -> str:
        """Unfolded, encoded words left as they are; bytes that are no UTF-8 are read as windows-1252."""
        return readable(unfolded(self.raw))

    @property
    def text(self) -> str:
        """Unfolded and decoded (RFC 2047, 2231, 6532), without control characters nor reversal of direction."""
        return decoded(self.value)


@dataclass(frozen=True, slots=True)
class Block:
    """A header read: `body_start` is behind its empty line."""

    start: int
    body_start: int
    headers: tuple[Header, ...]
    faults: tuple[str, ...] = ()


def read_block(source: bytes, start: int, end: int, max_fields: int, max_bytes: int) -> Block:
    """The header that begins at `start`. When the first line is neither a field nor empty there is no header: all is body."""
    envelope = _ENVELOPE_LINE.match(source, start, end)
    if envelope:
        start = envelope.end()
    blank = _BLANK_LINES.match(source, start, end)
    skipped = ("header-line",) if blank and blank.end() > start else ()
    if skipped and blank:
        start = blank.end()
    for empty in (b"\r\n", b"\n"):
        if source.startswith(empty, start, end):
            return Block(start, start + len(empty), ())
    if start >= end:
        return Block(start, start, ())
    if not _FIRST_LINE.match(source, start, end):
        return Block(start, start, (), ("no-header",))
    found = _EMPTY_LINE.search(source, start, end)
    fields_end, body_start = (found.start() + 1, found.end()) if found else (end, end)
    headers, faults = read_fields(source, start, fields_end, max_fields, max_bytes)
    return Block(start, body_start, headers, tuple(dict.fromkeys((*skipped, *faults))))


def read_fields(
    source: bytes, start: int, end: int, max_fields: int, max_bytes: int
) -> tuple[tuple[Header, ...], tuple[str, ...]]:
    """The fields between two places; lines that are no field are passed over and told."""
    headers: list[Header] = []
    faults: list[str] = []
    if end - start > max_bytes:
        faults.append("header-size")
        end = start + max_bytes
    for found in _FIELD.finditer(source, start, end):
        if len(headers) >= max_fields:
            faults.append("header-count")
            break
        if found[1] is not None:
            raw = found[2].removesuffix(b"\r")
            headers.append(Header(found[1].decode("ascii"), raw, found.start(), found.end()))
        elif found.end() > found.start() and "header-line" not in faults:
            faults.append("header-line")
    return tuple(headers), tuple(faults)
