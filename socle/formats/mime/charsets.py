"""Bytes and the charset they are said to be in -> text, always.

Only charsets of text are taken from Python's codecs: some of the others are quadratic (punycode), or no charset at all.
Source: WHATWG Encoding (labels that mean windows-1252), RFC 6532.
"""

from __future__ import annotations

import codecs
import re

LONGEST_LABEL = 40
_FALLBACK = "cp1252"
_WINDOWS = frozenset(
    [
        "ascii",
        "us-ascii",
        "ansi_x3.4-1968",
        "latin1",
        "latin-1",
        "iso-8859-1",
        "iso8859-1",
        "iso_8859-1",
        "l1",
        "x-ansi",
        "windows-1252",
        "cp1252",
        "ansi",
    ]
)
_ALIASES = {
    "utf8": "utf-8",
    "unicode-1-1-utf-8": "utf-8",
    "x-unknown": "utf-8",
    "unknown": "utf-8",
    "unknown-8bit": "utf-8",
    "default": "utf-8",
    "x-sjis": "cp932",
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "gb_2312-80": "gb18030",
    "ks_c_5601-1987": "cp949",
    "euc-kr": "cp949",
    "iso-8859-8-i": "iso8859-8",
    "macintosh": "mac-roman",
    "x-mac-roman": "mac-roman",
    "tis-620": "cp874",
    "iso-8859-9": "cp1254",
    "unicode": "utf-16",
}
_KNOWN = re.compile(
    r"utf-?(?:7|8(?:-sig)?|16(?:-?[bl]e)?|32(?:-?[bl]e)?)|iso-?8859-\d{1,2}|(?:windows-|cp)(?:125\d|437|720|737|775|85\d|86\d|874|932|949|950)"
    r"|koi8-[rut]|mac-(?:roman|cyrillic|greek|latin2|turkish|iceland|croatian|romanian)|gb18030|big5(?:-?hkscs)?|hz(?:-gb-2312)?"
    r"|euc[-_]jp|iso-2022-(?:jp(?:-[123]|-ext|-2004)?|kr)|ptcp154|viscii|hp-roman8"
)
_MULTIBYTE = re.compile("[^\x00-\x7f\ufffd]")


def codec_of(label: str) -> str:
    """The name of Python's codec for a charset of text, empty when it is none we know."""
    name = label.strip(" \t'\"").lower()
    if len(name) > LONGEST_LABEL:
        return ""
    if name in _WINDOWS:
        return _FALLBACK
    name = _ALIASES.get(name, name)
    if not _KNOWN.fullmatch(name):
        return ""
    try:
        return codecs.lookup(name.replace("windows-", "cp")).name
    except LookupError:
        return ""


def decode(content: bytes, label: str) -> str:
    """The text. Undeclared, unknown or ASCII: UTF-8 when it is, else windows-1252. What cannot be read is U+FFFD."""
    if content.isascii() and b"\x1b" not in content:
        codec = codec_of(label) if label else ""
        if not codec or codec in ("utf-8", "cp1252") or codec.startswith("iso8859"):
            return content.decode("ascii")
    else:
        codec = codec_of(label)
    if not codec or (codec == _FALLBACK and label.strip().lower() not in ("windows-1252", "cp1252")):
        return _guessed(content)
    if codec == "utf-8":
        return _utf8(content)
    try:
        return content.decode(codec, "replace")
    except (UnicodeError, ValueError):
        return _guessed(content)


def _guessed(content: bytes) -> str:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return content.decode(_FALLBACK, "replace")


def _utf8(content: bytes) -> str:
    """UTF-8 with some damage stays UTF-8; without a single whole sequence it is windows-1252 under a wrong label."""
    try:
        return content.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError:
        text = content.decode("utf-8", "replace")
        return text if _MULTIBYTE.search(text) else content.decode(_FALLBACK, "replace")
