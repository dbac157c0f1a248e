"""What a file is, by its content: names and declared types are claims.

A short table of our own, since the list of what may travel is closed and libmagic is a system library. Archives are never opened.
Source: the types a person may deposit (pdf, txt, rtf, jpeg, tiff), IHE XDM, PDF 32000-1 §7.5.2, PS3.10 §7.1, RFC 2083 §3.1.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    PDF = "pdf"
    JPEG = "jpeg"
    PNG = "png"
    TIFF = "tiff"
    DICOM = "dicom"
    TEXT = "text"
    CSV = "csv"
    RTF = "rtf"
    XML = "xml"
    CDA = "cda"
    XDM = "xdm"
    """A zip under the name `IHE_XDM.zip`: for the XDM reader alone."""
    GIF = "gif"
    HEIC = "heic"
    SVG = "svg"
    HTML = "html"
    OFFICE = "office"
    ARCHIVE = "archive"
    PROGRAM = "program"
    EMPTY = "empty"
    UNKNOWN = "unknown"


ALLOWED = frozenset(
    {
        Kind.PDF,
        Kind.JPEG,
        Kind.PNG,
        Kind.TIFF,
        Kind.DICOM,
        Kind.TEXT,
        Kind.CSV,
        Kind.RTF,
        Kind.XML,
        Kind.CDA,
        Kind.XDM,
    }
)
"""What may be attached and handed out; the rest stays in the message, named and closed."""

_MEDIA_TYPES = {
    Kind.PDF: "application/pdf",
    Kind.JPEG: "image/jpeg",
    Kind.PNG: "image/png",
    Kind.TIFF: "image/tiff",
    Kind.DICOM: "application/dicom",
    Kind.TEXT: "text/plain",
    Kind.CSV: "text/csv",
    Kind.RTF: "application/rtf",
    Kind.XML: "application/xml",
    Kind.CDA: "application/xml",
    Kind.XDM: "application/zip",
}
_EXTENSIONS = {
    Kind.PDF: ("pdf",),
    Kind.JPEG: ("jpg", "jpeg", "jpe", "jfif"),
    Kind.PNG: ("png",),
    Kind.TIFF: ("tif", "tiff"),
    Kind.DICOM: ("dcm", "dicom", "dic", ""),
    Kind.TEXT: ("txt", "text", "log", "md", "ics", "vcf", "hl7", "eml", "json"),
    Kind.CSV: ("csv", "tsv"),
    Kind.RTF: ("rtf",),
    Kind.XML: ("xml", "cda"),
    Kind.CDA: ("xml", "cda"),
    Kind.XDM: ("zip",),
}
_HEAD = 64 * 1024
_XDM_NAME = re.compile(r"(?i)IHE_XDM[^/\\]{0,40}\.zip")
_SIGNATURES: tuple[tuple[bytes, Kind], ...] = (
    (b"\xff\xd8\xff", Kind.JPEG),
    (b"\x89PNG\r\n\x1a\n", Kind.PNG),
    (b"II*\0", Kind.TIFF),
    (b"MM\0*", Kind.TIFF),
    (b"II+\0", Kind.TIFF),
    (b"MM\0+", Kind.TIFF),
    (b"GIF87a", Kind.GIF),
    (b"GIF89a", Kind.GIF),
    (b"{\\rtf", Kind.RTF),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", Kind.OFFICE),
    (b"PK\x05\x06", Kind.ARCHIVE),
    (b"PK\x07\x08", Kind.ARCHIVE),
    (b"\x1f\x8b", Kind.ARCHIVE),
    (b"BZh", Kind.ARCHIVE),
    (b"\xfd7zXZ\0", Kind.ARCHIVE),
    (b"7z\xbc\xaf\x27\x1c", Kind.ARCHIVE),
    (b"Rar!\x1a\x07", Kind.ARCHIVE),
    (b"MZ", Kind.PROGRAM),
    (b"\x7fELF", Kind.PROGRAM),
    (b"\xca\xfe\xba\xbe", Kind.PROGRAM),
    (b"#!", Kind.PROGRAM),
)
_OFFICE_ENTRY = re.compile(rb"\[Content_Types\]\.xml|_rels/|word/|xl/|ppt/|docProps/|mimetypeapplication/vnd\.")
_HEIF = re.compile(rb".{4}ftyp(?:heic|heix|heim|heis|hevc|hevx|mif1|msf1|avif)", re.DOTALL)
_WEB_PAGE = re.compile(
    r"(?i)\s*(?:<!--(?:[^-]|-(?!->)){0,4000}-->\s*)?<(?:!doctype\s+html|html|head|body|script|iframe|img|a\s|style|title|div|table|p[\s>]|h1|br|font|b[\s>]|meta|link|form|object|embed)"
)
_PROLOG = re.compile(r"(?:\s+|<\?(?:[^?]|\?(?!>)){0,4000}\?>|<!--(?:[^-]|-(?!->)){0,8000}-->|<!DOCTYPE[^<>\[]{0,4000})*+")
_ROOT = re.compile(r"<(?:[A-Za-z_][\w.-]{0,60}:)?([A-Za-z_][\w.-]{0,60})")
_DOCTYPE = re.compile(r"(?i)<!doctype\s+(html|svg)?")
_CLINICAL = re.compile(r"<(?:[A-Za-z_][\w.-]{0,60}:)?ClinicalDocument[\s>]")
_CONTROL = re.compile("[\x01-\x08\x0e-\x1a\x1c-\x1f]")
_UNREADABLE_SHARE = 200  # one control sign in so many characters is still text
_VALUE_TYPES = rb"AE|AS|CS|DA|DS|DT|IS|LO|LT|PN|SH|ST|TM|UI|UL|US"
_DICOM_ELEMENT = re.compile(
    rb"[\x02\x08]\0.{2}(?:(?:" + _VALUE_TYPES + rb").\0|(?:OB|OW|UN|SQ)\0\0|[\0-\x40]\0\0\0)"
    rb"|\0[\x02\x08].{2}(?:" + _VALUE_TYPES + rb")\0",
    re.DOTALL,
)
"""The first element of an object without preamble: explicit or implicit, little or big endian."""


@dataclass(frozen=True, slots=True)
class Sniffed:
    """What the content is. `agrees` says that the extension of the name is one of that kind: an executable under the name of a
    report does not."""

    kind: Kind
    agrees: bool

    @property
    def allowed(self) -> bool:
        return self.kind in ALLOWED and self.agrees

    @property
    def media_type(self) -> str:
        """To be served under; a download for all that is not allowed."""
        return _MEDIA_TYPES.get(self.kind, "application/octet-stream")


def sniff(content: bytes, name: str = "") -> Sniffed:
    """The kind of this content. Never fails; looks at the first 64 KiB, and for text at all of it for a NUL."""
    kind = _kind(content, name)
    extension = name.rpartition(".")[2].strip().lower() if "." in name else ""
    agrees = not name or extension in _EXTENSIONS.get(kind, (extension,))
    return Sniffed(kind, agrees)


def _kind(content: bytes, name: str) -> Kind:
    if not content:
        return Kind.EMPTY
    head = content[:_HEAD]
    if head.lstrip(b"\xef\xbb\xbf\r\n\t \0")[:5] == b"%PDF-":
        return Kind.PDF
    if head[128:132] == b"DICM":
        return Kind.DICOM
    if head.startswith(b"PK\x03\x04"):
        return _zip(head, name)
    for signature, kind in _SIGNATURES:
        if head.startswith(signature):
            return kind
    if _HEIF.match(head):
        return Kind.HEIC
    if _DICOM_ELEMENT.match(head):
        return Kind.DICOM  # older objects have no preamble
    return _textual(content, head, name)


def _zip(head: bytes, name: str) -> Kind:
    if _XDM_NAME.fullmatch(name.strip()):
        return Kind.XDM
    return Kind.OFFICE if _OFFICE_ENTRY.match(head, 30) else Kind.ARCHIVE


def _textual(content: bytes, head: bytes, name: str) -> Kind:
    text = _text(content, head)
    if text is None:
        return Kind.UNKNOWN
    if _WEB_PAGE.match(text):
        return Kind.HTML
    start = _PROLOG.match(text)
    at = start.end() if start else 0
    root = _ROOT.match(text, at)
    if root and (at > 0 or text.startswith("<")):
        return _marked_up(text, root[1].lower())
    if text.lstrip().startswith("<!"):
        declared = _DOCTYPE.match(text.lstrip())
        return Kind.SVG if declared and (declared[1] or "").lower() == "svg" else Kind.XML
    return Kind.CSV if name.lower().endswith((".csv", ".tsv")) else Kind.TEXT


def _marked_up(text: str, root: str) -> Kind:
    if root in ("svg", "html"):
        return Kind.SVG if root == "svg" else Kind.HTML
    return Kind.CDA if _CLINICAL.search(text) else Kind.XML


def _text(content: bytes, head: bytes) -> str | None:
    for mark, codec in ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
        if head.startswith(mark):
            text = head[2 : len(head) & ~1].decode(codec, "replace")
            return None if _CONTROL.search(text) or "\0" in text else text
    if b"\0" in content:
        return None
    text = head.decode("utf-8", "replace").removeprefix("\ufeff")
    controls = sum(1 for _ in _CONTROL.finditer(text))
    return None if controls * _UNREADABLE_SHARE > len(text) else text
