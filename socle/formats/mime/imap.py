"""ENVELOPE, BODYSTRUCTURE and the places of sections, computed once at delivery.

Values are nested tuples as the RFC lists them; `serialised` writes them. Header values that are not ASCII are written as
encoded words, so that a client of any age reads them; an address that is not ASCII is a literal.
Source: RFC 3501 §6.4.5, §7.4.2, §9; RFC 9051 §7.5.2.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable
from dataclasses import dataclass

from socle.formats.mime.addresses import Address, Group
from socle.formats.mime.identification import listed
from socle.formats.mime.transfer import IDENTITY
from socle.formats.mime.values import Message, Part
from socle.formats.mime.words import clean

_QUOTABLE = re.compile(r"[\x20-\x7e]{0,2000}")
_CHUNK = 36  # characters of an encoded word: at most 144 bytes of UTF-8


@dataclass(frozen=True, slots=True)
class Adjacent:
    """Lists written without space between them: addresses, and the parts of a multipart."""

    items: tuple[ImapValue, ...]


ImapValue = None | int | str | tuple["ImapValue", ...] | Adjacent


def envelope_of(message: Message | Part) -> tuple[ImapValue, ...]:
    """date, subject, from, sender, reply-to, to, cc, bcc, in-reply-to, message-id; None is NIL."""
    root = message.root if isinstance(message, Message) else message
    from_ = _addresses(root, "from")
    return (
        _written(root, "date"),
        _written(root, "subject"),
        from_,
        _addresses(root, "sender") or from_,
        _addresses(root, "reply-to") or from_,
        _addresses(root, "to"),
        _addresses(root, "cc"),
        _addresses(root, "bcc"),
        _written(root, "in-reply-to"),
        _written(root, "message-id"),
    )


def body_structure_of(message: Message | Part, extended: bool = True) -> tuple[ImapValue, ...]:
    """BODYSTRUCTURE, or without `extended` BODY."""
    part = message.root if isinstance(message, Message) else message
    if part.is_multipart:
        subtype = part.media_type.partition("/")[2]
        parts = Adjacent(tuple(body_structure_of(child, extended) for child in part.children))
        tail = (_pairs(part.parameters.written), *_tail(part)) if extended else ()
        return (parts, subtype.upper(), *tail)
    media_type = part.media_type
    readable = part.is_message and part.encoding in IDENTITY
    if part.is_message and not readable:
        media_type = "application/octet-stream"  # its inside has no place in the bytes that IMAP serves
    kind, _, subtype = media_type.upper().partition("/")
    fields: list[ImapValue] = [kind, subtype, _pairs(_parameters(part)), *_description(part), part.size]
    if readable:
        inner = part.children[0]
        fields += [envelope_of(inner), body_structure_of(inner, extended), part.lines]
    elif kind == "TEXT":
        fields.append(part.lines)
    if extended:
        fields += [_written(part, "content-md5"), *_tail(part)]
    return tuple(fields)


def _parameters(part: Part) -> tuple[tuple[str, str], ...]:
    if part.media_type.startswith("text/") and not part.parameters.written:
        return (("charset", "us-ascii"),)
    return part.parameters.written


def _description(part: Part) -> tuple[ImapValue, ImapValue, ImapValue]:
    return _written(part, "content-id"), _written(part, "content-description"), part.encoding.upper()


def _tail(part: Part) -> tuple[ImapValue, ImapValue, ImapValue]:
    """Disposition, language, location."""
    disposition: ImapValue = None
    if part.disposition:
        disposition = (part.disposition.upper(), _pairs(part.disposition_parameters.written))
    languages = tuple(word.strip() for word in part.text("content-language").split(",") if word.strip())
    return disposition, languages or None, _written(part, "content-location")


def _pairs(written: Iterable[tuple[str, str]]) -> ImapValue:
    return tuple(_ascii(word) for pair in written for word in (pair[0].upper(), pair[1])) or None


def _written(part: Part, name: str) -> str | None:
    header = part.header(name)
    return _ascii(clean(header.value)) if header else None


def _addresses(part: Part, name: str) -> ImapValue:
    found: list[ImapValue] = []
    for one in listed(part, name):
        if isinstance(one, Group):
            found.append((None, None, _ascii(one.written_name), None))
            found += [_address(member) for member in one.members]
            found.append((None, None, None, None))
        else:
            found.append(_address(one))
    return (Adjacent(tuple(found)),) if found else None


def _address(one: Address) -> ImapValue:
    # a NIL host would be the mark of a group
    return _ascii(one.written_name) or None, one.route or None, one.local, one.domain


def _ascii(text: str) -> str:
    if text.isascii():
        return text
    chunks = (text[at : at + _CHUNK] for at in range(0, len(text), _CHUNK))
    return " ".join(f"=?utf-8?B?{base64.b64encode(chunk.encode('utf-8', 'replace')).decode()}?=" for chunk in chunks)


def serialised(value: ImapValue) -> bytes:
    """As it stands on the wire: `NIL`, numbers, quoted strings, literals where a string cannot be quoted, lists."""
    if value is None:
        return b"NIL"
    if isinstance(value, int):
        return b"%d" % value
    if isinstance(value, str):
        return _string(value)
    if isinstance(value, Adjacent):
        return b"".join(serialised(item) for item in value.items)
    return b"(" + b" ".join(serialised(item) for item in value) + b")"


def _string(text: str) -> bytes:
    if _QUOTABLE.fullmatch(text):
        return b'"' + text.replace("\\", "\\\\").replace('"', '\\"').encode("ascii") + b'"'
    content = text.encode("utf-8", "replace").replace(b"\0", b"")
    return b"{%d}\r\n" % len(content) + content


@dataclass(frozen=True, slots=True)
class Section:
    """A place in the raw message: `raw[start:end]`."""

    start: int
    end: int


def sections_of(message: Message) -> dict[str, Section]:
    """What each section of FETCH names: `""`, `HEADER`, `TEXT`, `1`, `1.MIME`, and of an embedded message `2.HEADER`, `2.TEXT`.

    Left out is what lies in no place of the message: the inside of a message that travels encoded.
    """
    root = message.root
    found = {"": Section(0, len(message.raw)), "HEADER": _header(root), "TEXT": _body(root)}
    for part in root.walk():
        if part.detached:
            continue
        if part.number and part.number not in found:  # a message's root multipart bears the number of what holds it
            found[part.number] = _body(part)
            found[part.number + ".MIME"] = _header(part)
        if part.is_message and not part.children[0].detached:
            found[part.number + ".HEADER"] = _header(part.children[0])
            found[part.number + ".TEXT"] = _body(part.children[0])
    return found


def _header(part: Part) -> Section:
    return Section(part.header_start, part.body_start)


def _body(part: Part) -> Section:
    return Section(part.body_start, part.body_end)


def header_fields(part: Part, names: Iterable[str], without: bool = False) -> bytes:
    """HEADER.FIELDS of a part's header, or HEADER.FIELDS.NOT: the fields as they stand, and the empty line."""
    wanted = {name.lower() for name in names}
    kept = (part.source[one.start : one.end] for one in part.headers if (one.key in wanted) is not without)
    return b"".join(field if field.endswith(b"\n") else field + b"\r\n" for field in kept) + b"\r\n"
