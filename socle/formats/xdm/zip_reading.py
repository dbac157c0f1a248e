"""A ZIP archive read without trusting it: nothing is written anywhere, and every byte of the file has one meaning.

Entries must lie one behind the other from the first byte to the central directory, each local header saying what the directory
says: overlapping, hidden, doubled and truncated entries have no room. Names never become paths. What is announced is bounded
before anything is expanded, and what is expanded is bounded by what was announced.

Source: PKWARE APPNOTE 6.3.10 §4.3, §4.4 (layout), §4.6.9 (Unicode path).
"""

from __future__ import annotations

import stat
import struct
import unicodedata
import zlib
from dataclasses import dataclass, field

from socle.errors import Invalid

_EOCD = struct.Struct("<4s4H2LH")
_CENTRAL = struct.Struct("<4s6H3L5H2L")
_LOCAL = struct.Struct("<4s5H3L2H")
_LONGEST_COMMENT = 0xFFFF
_LONGEST_NAME = 255
_DEEPEST = 12
_STORED, _DEFLATED = 0, 8
_ENCRYPTED = 0x2041  # entry, strong encryption, masked headers
_DESCRIPTOR, _UTF8 = 0x0008, 0x0800
_KNOWN_FLAGS = 0x0006 | _DESCRIPTOR | _UTF8
_UNICODE_PATH = 0x7075
_UNKNOWN_SIZES = (0, 0xFFFFFFFF)  # what a local header may hold when a descriptor behind the entry says the sizes


@dataclass(frozen=True, slots=True)
class Limits:
    """What an archive may cost. Bytes, but for `ratio` (expanded over archive, above the first mebibyte) and the two counts."""

    archive: int = 50 * 1024 * 1024
    expanded: int = 200 * 1024 * 1024
    ratio: int = 100
    entries: int = 1000
    documents: int = 100


@dataclass(frozen=True, slots=True)
class ZipEntry:
    """A file of the archive; `path` has single slashes, no `.` or `..`, no drive and no first slash."""

    path: str
    size: int
    crc: int
    method: int
    start: int = field(repr=False)
    end: int = field(repr=False)


@dataclass(frozen=True, slots=True)
class ZipFile:
    """The files of an archive, in the order of its directory; folders are left out."""

    entries: tuple[ZipEntry, ...]
    archive: bytes = field(repr=False)

    def content(self, entry: ZipEntry) -> bytes:
        """The bytes of the entry. Invalid `zip-damaged` when size or checksum are not those announced."""
        raw = self.archive[entry.start : entry.end]
        if entry.method == _DEFLATED:
            raw = _inflated(raw, entry.size)
        if len(raw) != entry.size or zlib.crc32(raw) != entry.crc:
            raise refusal("zip-damaged")
        return raw


SENTENCES = {
    "zip-size": "L’archive jointe dépasse la taille acceptée.",
    "zip-not": "Le fichier joint n’est pas une archive ZIP lisible.",
    "zip-inconsistent": "L’archive jointe se contredit : ses parties se recouvrent ou ne disent pas la même chose.",
    "zip-encrypted": "L’archive jointe est protégée par un mot de passe : elle ne peut pas être ouverte.",
    "zip-unsupported": "L’archive jointe utilise une forme de ZIP qui n’est pas acceptée.",
    "zip-path": "L’archive jointe contient un nom de fichier qui n’est pas accepté.",
    "zip-link": "L’archive jointe contient un lien ou un fichier spécial, ce qui n’est pas accepté.",
    "zip-duplicate": "L’archive jointe contient deux fichiers de même nom.",
    "zip-entries": "L’archive jointe contient trop de fichiers.",
    "zip-bomb": "Le contenu de l’archive jointe est trop volumineux une fois décompressé.",
    "zip-damaged": "L’archive jointe est endommagée.",
}


def refusal(code: str, where: str = "") -> Invalid:
    return Invalid(code, SENTENCES[code], where=where)


def open_zip(archive: bytes, limits: Limits) -> ZipFile:
    """The files of `archive`, all names, places and announced sizes checked, nothing expanded. Invalid `zip-…`."""
    if len(archive) > limits.archive:
        raise refusal("zip-size")
    count, start, end = _directory(archive)
    if count > limits.entries:
        raise refusal("zip-entries")
    found = _central_headers(archive, count, start, end)
    _check_places(archive, found, start)
    _check_names(found)
    expanded = sum(header.size for header in found)
    if expanded > limits.expanded or expanded > max(limits.ratio * len(archive), 1024 * 1024):
        raise refusal("zip-bomb")
    return ZipFile(tuple(_entry(archive, header) for header in found if not header.path.endswith("/")), archive)


@dataclass(frozen=True, slots=True)
class _Header:
    flags: int
    method: int
    crc: int
    packed: int
    size: int
    offset: int
    mode: int
    raw_name: bytes
    path: str


def _directory(archive: bytes) -> tuple[int, int, int]:
    """How many entries, and where the directory starts and ends; nothing may lie behind its end record."""
    place = archive.rfind(b"PK\5\6", max(0, len(archive) - _EOCD.size - _LONGEST_COMMENT))
    if place < 0 or place + _EOCD.size > len(archive):
        raise refusal("zip-not")
    _, disk, first_disk, here, total, size, start, comment = _EOCD.unpack_from(archive, place)
    if disk or first_disk or here != total or total == 0xFFFF or start == 0xFFFFFFFF:
        raise refusal("zip-unsupported")
    if place + _EOCD.size + comment != len(archive) or start + size != place:
        raise refusal("zip-inconsistent")
    return total, start, place


def _central_headers(archive: bytes, count: int, place: int, end: int) -> list[_Header]:
    found = []
    for _ in range(count):
        if place + _CENTRAL.size > end:
            raise refusal("zip-inconsistent")
        signature, _, _, flags, method, _, _, crc, packed, size, *rest = _CENTRAL.unpack_from(archive, place)
        name, extra, comment, disk, _, outer, offset = rest
        after_name = place + _CENTRAL.size + name
        behind = after_name + extra + comment
        if signature != b"PK\1\2" or behind > end:
            raise refusal("zip-inconsistent")
        if flags & _ENCRYPTED:
            raise refusal("zip-encrypted")
        if disk or flags & ~_KNOWN_FLAGS or method not in (_STORED, _DEFLATED) or 0xFFFFFFFF in (packed, size, offset):
            raise refusal("zip-unsupported")
        raw = archive[place + _CENTRAL.size : after_name]
        path = _path(_decoded(raw, flags, _extra_fields(archive[after_name : after_name + extra])))
        found.append(_Header(flags, method, crc, packed, size, offset, outer >> 16, raw, path))
        place = behind
    if place != end:
        raise refusal("zip-inconsistent")
    return found


def _extra_fields(extra: bytes) -> dict[int, bytes]:
    found: dict[int, bytes] = {}
    place = 0
    while place < len(extra):
        if place + 4 > len(extra):
            raise refusal("zip-inconsistent")
        kind, size = struct.unpack_from("<2H", extra, place)
        if place + 4 + size > len(extra) or kind in found:
            raise refusal("zip-inconsistent")
        found[kind] = extra[place + 4 : place + 4 + size]
        place += 4 + size
    return found


def _decoded(raw: bytes, flags: int, fields: dict[int, bytes]) -> str:
    """The name as text: the Unicode path when it belongs to this name, else UTF-8 when the entry says so, else code page 437."""
    path = fields.get(_UNICODE_PATH, b"")
    try:
        if len(path) > 5 and path[0] == 1 and struct.unpack_from("<L", path, 1)[0] == zlib.crc32(raw):
            return path[5:].decode("utf-8")
        return raw.decode("utf-8" if flags & _UTF8 else "cp437")
    except UnicodeDecodeError:
        raise refusal("zip-path") from None


def _path(name: str) -> str:
    """The name as a relative path. Backslashes are slashes (old Windows writers); what could lead elsewhere is refused."""
    path = unicodedata.normalize("NFC", name.replace("\\", "/"))
    parts = path.removesuffix("/").split("/")
    if len(path) > _LONGEST_NAME or len(parts) > _DEEPEST or any(part.strip(" .") == "" for part in parts):
        raise refusal("zip-path")
    if any(character == ":" or unicodedata.category(character) in ("Cc", "Cf", "Cs") for character in path):
        raise refusal("zip-path")
    return path


def _check_places(archive: bytes, found: list[_Header], directory: int) -> None:
    """Entries follow each other from the first byte to the directory, and each local header repeats the directory's."""
    ordered = sorted(found, key=lambda header: header.offset)
    starts = [*(header.offset for header in ordered), directory]
    if starts[0] != 0:
        raise refusal("zip-inconsistent")
    for header, behind in zip(ordered, starts[1:], strict=True):
        _check_local(archive, header, behind)


def _check_local(archive: bytes, header: _Header, behind: int) -> None:
    data = _data_start(archive, header)
    _, flags, method, _, _, crc, packed, size, _, _ = _local(archive, header)
    said, true = (crc, packed, size), (header.crc, header.packed, header.size)
    end = data + header.packed
    if flags != header.flags or method != header.method or end > behind:
        raise refusal("zip-inconsistent")
    if not flags & _DESCRIPTOR:
        if said != true or end != behind:
            raise refusal("zip-inconsistent")
        return
    for value, expected in zip(said, true, strict=True):
        if value != expected and value not in _UNKNOWN_SIZES:
            raise refusal("zip-inconsistent")
    if archive[end:behind] not in _descriptors(header):
        raise refusal("zip-inconsistent")


def _local(archive: bytes, header: _Header) -> tuple[int, ...]:
    """The numbers of the local header, from the version needed."""
    if header.offset + _LOCAL.size > len(archive) or archive[header.offset : header.offset + 4] != b"PK\3\4":
        raise refusal("zip-inconsistent")
    return _LOCAL.unpack_from(archive, header.offset)[1:]


def _descriptors(header: _Header) -> tuple[bytes, ...]:
    """What may lie behind an entry whose sizes were not known when it began, in the four forms writers use."""
    short = struct.pack("<3L", header.crc, header.packed, header.size)
    long = struct.pack("<L2Q", header.crc, header.packed, header.size)
    return short, b"PK\7\x08" + short, long, b"PK\7\x08" + long


def _data_start(archive: bytes, header: _Header) -> int:
    name, extra = _local(archive, header)[-2:]
    place = header.offset + _LOCAL.size
    if archive[place : place + name] != header.raw_name:
        raise refusal("zip-inconsistent")
    fields = _extra_fields(archive[place + name : place + name + extra])
    if _UNICODE_PATH in fields and _path(_decoded(header.raw_name, header.flags, fields)) != header.path:
        raise refusal("zip-inconsistent")
    return place + name + extra


def _check_names(found: list[_Header]) -> None:
    """One entry a name, case aside; nothing is both a file and a folder; only plain files and folders."""
    names: dict[str, bool] = {}
    for header in found:
        folder = header.path.endswith("/")
        if stat.S_IFMT(header.mode) not in (0, stat.S_IFREG, stat.S_IFDIR):
            raise refusal("zip-link")
        if folder and header.size:
            raise refusal("zip-inconsistent")
        name = header.path.removesuffix("/").casefold()
        if name in names:
            raise refusal("zip-duplicate")
        names[name] = folder
    for name in names:
        above = name.rpartition("/")[0]
        while above:
            if names.get(above) is False:
                raise refusal("zip-duplicate")
            above = above.rpartition("/")[0]


def _entry(archive: bytes, header: _Header) -> ZipEntry:
    start = _data_start(archive, header)
    return ZipEntry(header.path, header.size, header.crc, header.method, start, start + header.packed)


def _inflated(raw: bytes, size: int) -> bytes:
    """Never more than one byte above `size`."""
    stream = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        content = stream.decompress(raw, size + 1)
    except zlib.error:
        raise refusal("zip-damaged") from None
    if not stream.eof or stream.unused_data or stream.unconsumed_tail:
        raise refusal("zip-damaged")
    return content
