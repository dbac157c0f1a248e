"""What a parsed message is: frozen values that point into the bytes they were read from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from socle.formats.mime.headers import Header, Parameters

MEBIBYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """Past a limit the parser stops looking closer and says so by a fault; the bytes stay whole."""

    depth: int = 20
    """Parts inside parts, embedded messages included."""
    parts: int = 1000
    fields: int = 1000
    """Of one header."""
    header_bytes: int = 256 * 1024
    """Of one header: fields that begin after it are not read."""
    embedded_bytes: int = 8 * MEBIBYTE
    """Decoded in all to look inside messages that travel encoded."""
    decoded_bytes: int = 200 * MEBIBYTE
    """Of all leaf parts together, once decoded."""
    scans: int = 8
    """How many times the size of the message may be searched for boundaries, in all."""


@dataclass(frozen=True, slots=True)
class Fault:
    """`code` is one of `FAULTS`; `part` is the number of the part in the sense of IMAP, empty for the whole message."""

    code: str
    part: str = ""


FAULTS = {
    "bare-cr": "a carriage return alone",
    "bare-lf": "a line feed alone",
    "nul": "a NUL byte",
    "long-line": "a line of more than 998 bytes",
    "no-header": "the first line is no header field: everything is body",
    "header-line": "a line of the header that is no field was passed over",
    "header-size": "the header is larger than the limit: later fields were not read",
    "header-count": "more fields than the limit: later ones were not read",
    "header-twice": "a field that may be there once is there several times: the first counts",
    "content-type": "Content-Type is not readable: taken as text/plain or as a file",
    "content-encoding": "the transfer encoding is unknown, not what the body is in, or one that this type must not have",
    "multipart-boundary": "a multipart without boundary: kept as one part",
    "multipart-empty": "a multipart without any part: its text is kept as one part",
    "multipart-end": "a multipart whose end is missing",
    "depth": "nested deeper than the limit: kept as a file",
    "parts": "more parts than the limit: the rest belongs to the last one",
    "scans": "too long to search for the parts of nested multiparts: kept as a file",
    "embedded-size": "an encoded message too large to look into: kept as a file",
    "decoded-size": "the parts decode to more than the limit",
}


@dataclass(frozen=True, slots=True)
class Part:
    """One part: its header is `source[header_start:body_start]`, the empty line included, its body
    `source[body_start:body_end]`, still in its transfer encoding."""

    number: str
    """In the sense of IMAP (`1`, `2.1`); the root, and the multipart of an embedded message, have that of what holds them."""
    source: bytes = field(repr=False, compare=False)
    header_start: int
    body_start: int
    body_end: int
    headers: tuple[Header, ...]
    media_type: str
    """Lower case, `type/subtype`; what is missing or unreadable is `text/plain`, as RFC 2045 §5.2 says."""
    parameters: Parameters
    """Of Content-Type."""
    encoding: str
    """`7bit`, `8bit`, `binary`, `base64`, `quoted-printable` or `x-uuencode`; one that is unknown is `binary`."""
    disposition: str
    """`inline`, `attachment`, another word in lower case, or empty."""
    disposition_parameters: Parameters
    lines: int
    """Line feeds in the body as it travels."""
    decoded_size: int
    """Bytes of the body once decoded, give or take the padding; of a multipart, 0."""
    children: tuple[Part, ...] = ()
    """Of a multipart its parts; of an embedded message the root of that message, alone."""
    detached: bool = False
    """Read from decoded bytes: its places are not places of the message, and IMAP cannot name it."""

    @property
    def size(self) -> int:
        """Bytes of the body as it travels."""
        return self.body_end - self.body_start

    @property
    def is_multipart(self) -> bool:
        """It has parts, and is no embedded message."""
        return bool(self.children) and self.media_type.startswith("multipart/")

    @property
    def is_message(self) -> bool:
        """It holds a message that was read too."""
        return bool(self.children) and not self.media_type.startswith("multipart/")

    def header(self, name: str) -> Header | None:
        """The first field of that name, whatever its case."""
        wanted = name.lower()
        return next((one for one in self.headers if one.key == wanted), None)

    def all(self, name: str) -> tuple[Header, ...]:
        wanted = name.lower()
        return tuple(one for one in self.headers if one.key == wanted)

    def text(self, name: str) -> str:
        """The decoded value of the first field of that name, empty when there is none."""
        found = self.header(name)
        return found.text if found else ""

    def walk(self) -> Iterator[Part]:
        """This part and all below it, embedded messages included, in their order."""
        yield self
        for child in self.children:
            yield from child.walk()


@dataclass(frozen=True, slots=True)
class Message:
    """A whole message. `root` has the header of the message; `faults` say what was not as it should be, each once a part."""

    raw: bytes = field(repr=False)
    root: Part
    faults: tuple[Fault, ...] = ()

    @property
    def decoded_size(self) -> int:
        """Bytes of all leaf parts once decoded: what the limit of a mail is said against."""
        return sum(part.decoded_size for part in self.root.walk() if not part.detached)

    def has(self, code: str) -> bool:
        return any(fault.code == code for fault in self.faults)
