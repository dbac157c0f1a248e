"""Bytes of a header -> text for people: unfolding, charsets, encoded words, and what is never shown.

Source: RFC 2047, RFC 2231 §5 (language of encoded words), RFC 6532; Unicode TR 36 (reversal of direction).
"""

from __future__ import annotations

import binascii
import re

from socle.formats.mime.charsets import decode

_FOLD = re.compile(rb"[\r\n]+")
_WORD = re.compile(r"=\?([!->@-~]{1,75})\?([bBqQ])\?((?:[^?]|\?(?!=)){0,2000})\?=")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")
"""Controls, and the marks that reverse what is read; tabs and ends of lines are spaces."""
_SPACE = re.compile("[\t\r\n\u2028\u2029]+")


def unfolded(raw: bytes) -> bytes:
    """The value on one line, without white space at its ends."""
    return _FOLD.sub(b"", raw).strip(b" \t")


def readable(value: bytes) -> str:
    """Text of 7-bit, UTF-8 or windows-1252 bytes."""
    return decode(value, "utf-8")


def clean(text: str) -> str:
    """Without control characters, lone surrogates nor reversals; on one line."""
    return _SPACE.sub(" ", _CONTROL.sub("", text))


def decoded(value: str) -> str:
    """Encoded words read; those of one charset that follow each other are decoded together, so that a split letter is whole."""
    if "=?" not in value:
        return clean(value)
    pieces: list[str] = []
    charset, pending = "", b""
    at = 0
    for word in _WORD.finditer(value):
        between = value[at : word.start()]
        name = word[1].partition("*")[0].lower()
        follows = bool(charset) and not between.strip()
        if charset and (not follows or name != charset):
            pieces.append(decode(pending, charset))
            pending = b""
        if not follows:
            pieces.append(between)
        charset = name
        pending += _payload(word[2], word[3])
        at = word.end()
    if charset:
        pieces.append(decode(pending, charset))
    pieces.append(value[at:])
    return clean("".join(pieces))


def _payload(encoding: str, text: str) -> bytes:
    content = text.encode("utf-8", "replace")
    if encoding in "qQ":
        return binascii.a2b_qp(content, header=True)
    return base64_words(content)


_BASE64 = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
_OTHER = bytes(sorted(set(range(256)) - _BASE64))


def base64_words(content: bytes) -> bytes:
    """Base64 of a header, read in spite of missing padding or stray signs."""
    signs = content.translate(None, _OTHER)
    if len(signs) % 4 == 1:
        signs = signs[:-1]
    return binascii.a2b_base64(signs + b"=" * (-len(signs) % 4))
