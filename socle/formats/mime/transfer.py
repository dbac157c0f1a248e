"""Transfer encodings: what a body is once decoded, in spite of damage. Source: RFC 2045 §6; uuencode of POSIX.

A body is decoded straight from the bytes of the message, without a copy: 25 MB cost their decoded size and no more.
"""

from __future__ import annotations

import binascii
import re
from itertools import islice

_BASE64 = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_NOT_BASE64 = bytes(sorted(set(range(256)) - set(_BASE64)))
_NOT_BASE64_NOR_PAD = _NOT_BASE64.replace(b"=", b"")
_PADDING = re.compile(rb"[=\s]*+\Z")
_PADDED = re.compile(rb"([^=]+)(=*)")
_SPACE_AT_END = re.compile(rb"[ \t]\r?\n|[ \t]\Z|=\r(?!\n)")
_LONE_RETURN = re.compile(rb"=\r(?!\n)")
_MOST_RUNS = 500_000
_CHUNK = 1024 * 1024
_SAMPLE = 1024

IDENTITY = frozenset(("7bit", "8bit", "binary"))
_NAMES = {
    "7bit": "7bit",
    "8bit": "8bit",
    "binary": "binary",
    "base64": "base64",
    "quoted-printable": "quoted-printable",
    "x-uuencode": "x-uuencode",
    "x-uue": "x-uuencode",
    "uuencode": "x-uuencode",
    "uue": "x-uuencode",
    "7-bit": "7bit",
    "8-bit": "8bit",
    "": "7bit",
}


def encoding_named(value: str) -> str:
    """One of the six, empty when the word is none of them."""
    word = value.partition(";")[0].partition("(")[0].strip(" \t\"'.").lower()
    return _NAMES.get(word, "")


def decoded(source: bytes, start: int, end: int, encoding: str) -> bytes:
    """The bytes; never fails: what is damaged is left out, as far as it reaches, and what is no Base64 at all stays as it is."""
    if encoding in IDENTITY or (encoding == "base64" and not looks_like_base64(source, start, end)):
        return source[start:end]
    view = memoryview(source)[start:end]
    if encoding == "base64":
        return _base64(source, view, start, end)
    if encoding == "quoted-printable":
        return _quoted(source, view, start, end)
    return _uuencoded(source[start:end])


def looks_like_base64(source: bytes, start: int, end: int) -> bool:
    """False for a body that is said to be Base64 and is something else, by its first kilobyte, up to its padding."""
    sample = source[start : min(end, start + _SAMPLE)].partition(b"=")[0]
    return len(sample.translate(None, _BASE64 + b" \t\r\n")) * 20 <= len(sample)


def _base64(source: bytes, view: memoryview, start: int, end: int) -> bytes:
    pad = source.find(b"=", start, end)
    if pad < 0 or _PADDING.match(source, pad, end):
        try:
            return binascii.a2b_base64(view)
        except binascii.Error:
            pass
    signs = bytes(view).translate(None, _NOT_BASE64_NOR_PAD)
    runs = [(found[1], found[2]) for found in islice(_PADDED.finditer(signs), _MOST_RUNS)]
    # behind a padding stands another encoded block, or, when its length is wrong, something that is none
    return b"".join(_run(run) for at, (run, pad) in enumerate(runs) if at == 0 or (len(run) + len(pad)) % 4 == 0)


def _run(signs: bytes) -> bytes:
    if len(signs) % 4 == 1:
        signs = signs[:-1]
    return binascii.a2b_base64(signs + b"=" * (-len(signs) % 4))


def _quoted(source: bytes, view: memoryview, start: int, end: int) -> bytes:
    if not _SPACE_AT_END.search(source, start, end):
        return binascii.a2b_qp(view)
    pieces: list[bytes] = []
    at = start
    while at < end:
        feed = source.find(b"\n", at + _CHUNK, end)
        behind = feed + 1 if feed >= 0 else end
        pieces.append(binascii.a2b_qp(_mended(source[at:behind])))
        at = behind
    return b"".join(pieces)


def _mended(lines: bytes) -> bytes:
    """White space before an end of line was added on the way; a carriage return alone behind `=` would swallow its line."""
    for ending in (b"\r\n", b"\n"):
        if b" " + ending in lines or b"\t" + ending in lines:
            lines = ending.join([line.rstrip(b" \t") for line in lines.split(ending)])
    return _LONE_RETURN.sub(b"=3D\r", lines.rstrip(b" \t"))


def _uuencoded(body: bytes) -> bytes:
    lines = iter(body.splitlines())
    for line in lines:
        if line.startswith(b"begin "):
            break
    else:
        return body
    out: list[bytes] = []
    for line in lines:
        if line.strip() in (b"end", b"`", b""):
            if line.strip() == b"end":
                break
            continue
        out.append(_uu_line(line))
    return b"".join(out)


def _uu_line(line: bytes) -> bytes:
    try:
        return binascii.a2b_uu(line)
    except binascii.Error:
        length = (line[0] - 32) & 63
        signs = line[1 : 1 + (length * 4 + 2) // 3]
        try:
            return binascii.a2b_uu(line[:1] + signs.ljust((length * 4 + 2) // 3, b"`"))
        except binascii.Error:
            return b""


def decoded_size(source: bytes, start: int, end: int, encoding: str) -> int:
    """The length of `decoded`, without decoding: exact but for the damaged, for quoted-printable and uuencode at most."""
    if encoding == "base64":
        signs = sum(len(source[at : min(at + _CHUNK, end)].translate(None, _NOT_BASE64)) for at in range(start, end, _CHUNK))
        return signs * 3 // 4
    if encoding == "x-uuencode":
        return (end - start) * 3 // 4
    if encoding == "quoted-printable":
        return max(0, end - start - 2 * source.count(b"=", start, end))
    return end - start
