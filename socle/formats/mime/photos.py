"""Photos without the place, device and time they were taken: metadata is cut out, the picture is not encoded again.

Kept are what the picture needs to look right: JFIF, colour profile, Adobe transform, and the orientation. Everything else that
cameras and programs add (Exif, XMP, IPTC, comments, second pictures behind the end) goes, since a position hides in each of them.
Source: ITU-T T.81 annex B; Exif 2.32 §4.5; PNG (third edition) §11.3.
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field

from socle.errors import Invalid

_PNG = b"\x89PNG\r\n\x1a\n"
_PNG_METADATA = frozenset({b"eXIf", b"tEXt", b"zTXt", b"iTXt", b"tIME"})
_AFTER_SCAN = re.compile(rb"\xff+[^\x00\xff\xd0-\xd7]")
_EXIF = b"Exif\0\0"
_GPS_TAG = 0x8825
_ORIENTATION_TAG = 0x0112
_SOI, _EOI, _SOS = 0xD8, 0xD9, 0xDA
_ALONE = frozenset({0x01, *range(0xD0, 0xD8)})
_MAX_SEGMENTS = 5000


@dataclass(frozen=True, slots=True)
class Photo:
    """`had_position` says that a position was found in Exif and is gone; `changed`, that anything was cut."""

    content: bytes = field(repr=False)
    changed: bool
    had_position: bool


def without_position(content: bytes) -> Photo:
    """The photo without metadata; JPEG and PNG only. Invalid `photo-kind` for others, `photo-malformed` when it cannot be read
    to its end: what cannot be read cannot be promised to hold no position."""
    if content.startswith(b"\xff\xd8"):
        return _jpeg(content)
    if content.startswith(_PNG):
        return _png(content)
    raise Invalid("photo-kind", "Ce format de photo n’est pas accepté. Envoyez la photo en JPEG ou en PNG.")


def _malformed() -> Invalid:
    return Invalid("photo-malformed", "Cette photo est abîmée et ne peut pas être lue.")


def _jpeg(content: bytes) -> Photo:
    kept: list[bytes] = [b"\xff\xd8"]
    had_position, orientation = False, 0
    for marker, start, end in _segments(content):
        payload = content[start + 4 : end] if 0xE0 <= marker <= 0xEF else b""
        if marker == 0xE1 and payload.startswith(_EXIF):
            turned, placed = _exif(payload[len(_EXIF) :])
            orientation, had_position = orientation or turned, had_position or placed
        elif not _is_metadata(marker, payload):
            kept.append(content[start:end])
    if orientation > 1:
        at = 2 if len(kept) > 1 and kept[1][:2] == b"\xff\xe0" else 1  # JFIF stays first
        kept.insert(at, _orientation_segment(orientation))
    cleaned = b"".join(kept)
    return Photo(cleaned, cleaned != content, had_position)


def _is_metadata(marker: int, payload: bytes) -> bool:
    if marker == 0xFE:
        return True
    if not 0xE0 <= marker <= 0xEF:
        return False
    if marker == 0xE0:
        return not payload.startswith(b"JFIF\0")
    if marker == 0xE2:
        return not payload.startswith(b"ICC_PROFILE\0")
    return not (marker == 0xEE and payload.startswith(b"Adobe"))


def _segments(content: bytes) -> Iterator[tuple[int, int, int]]:
    """Marker, start and end of each segment up to the end of the picture; a scan goes with its entropy-coded bytes."""
    at, count = 2, 0
    while True:
        if count > _MAX_SEGMENTS or at + 2 > len(content) or content[at] != 0xFF:
            raise _malformed()
        while at + 2 < len(content) and content[at + 1] == 0xFF:
            at += 1  # fill bytes
        marker, count = content[at + 1], count + 1
        if marker == _EOI:
            yield marker, at, at + 2
            return
        if marker in (_SOI, 0x00, 0xFF):
            raise _malformed()
        end = at + 2 if marker in _ALONE else at + 2 + int.from_bytes(content[at + 2 : at + 4], "big")
        if end > len(content) or (marker not in _ALONE and end < at + 4):
            raise _malformed()
        if marker == _SOS:
            found = _AFTER_SCAN.search(content, end)
            if found is None:
                raise _malformed()
            end = found.start()
        yield marker, at, end
        at = end


def _exif(tiff: bytes) -> tuple[int, bool]:
    """Orientation (0 when there is none) and whether a position is there."""
    order = {b"II": "<", b"MM": ">"}.get(tiff[:2])
    if order is None or len(tiff) < 8:
        return 0, False
    (at,) = struct.unpack_from(order + "I", tiff, 4)
    if at + 2 > len(tiff):
        return 0, False
    (count,) = struct.unpack_from(order + "H", tiff, at)
    orientation, placed = 0, False
    for index in range(count):
        entry = at + 2 + 12 * index
        if entry + 12 > len(tiff):
            break
        (tag,) = struct.unpack_from(order + "H", tiff, entry)
        if tag == _GPS_TAG:
            placed = True
        elif tag == _ORIENTATION_TAG:
            (orientation,) = struct.unpack_from(order + "H", tiff, entry + 8)
    return (orientation if 1 <= orientation <= 8 else 0), placed


def _orientation_segment(orientation: int) -> bytes:
    tiff = b"MM\0*\0\0\0\x08" + struct.pack(">HHHIHHI", 1, _ORIENTATION_TAG, 3, 1, orientation, 0, 0)
    return b"\xff\xe1" + struct.pack(">H", 2 + len(_EXIF) + len(tiff)) + _EXIF + tiff


def _png(content: bytes) -> Photo:
    kept: list[bytes] = [_PNG]
    had_position, orientation = False, 0
    at, count = len(_PNG), 0
    while True:
        if at + 12 > len(content) or count > _MAX_SEGMENTS * 20:
            raise _malformed()
        size, kind = int.from_bytes(content[at : at + 4], "big"), content[at + 4 : at + 8]
        end = at + 12 + size
        if end > len(content):
            raise _malformed()
        if kind == b"eXIf":
            turned, placed = _exif(content[at + 8 : end - 4])
            orientation, had_position = orientation or turned, had_position or placed
        if kind not in _PNG_METADATA:
            kept.append(content[at:end])
        at, count = end, count + 1
        if kind == b"IEND":
            break
    if orientation > 1 and len(kept) > 2:
        kept.insert(2, _orientation_chunk(orientation))  # behind IHDR
    cleaned = b"".join(kept)
    return Photo(cleaned, cleaned != content, had_position)


def _orientation_chunk(orientation: int) -> bytes:
    tiff = b"MM\0*\0\0\0\x08" + struct.pack(">HHHIHHI", 1, _ORIENTATION_TAG, 3, 1, orientation, 0, 0)
    return struct.pack(">I", len(tiff)) + b"eXIf" + tiff + struct.pack(">I", zlib.crc32(b"eXIf" + tiff))
