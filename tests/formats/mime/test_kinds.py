"""Kinds of files by content, whatever the name, and photos without their place."""

from __future__ import annotations

import struct
import zlib
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from socle.errors import Invalid
from socle.formats import mime
from socle.formats.mime import Kind
from tests.corpora import shared

ZIP = b"PK\x03\x04" + b"\0" * 22 + b"\x09\0\0\0"


@pytest.mark.parametrize(
    ("content", "name", "kind", "allowed"),
    [
        (b"%PDF-1.7\n", "a.pdf", Kind.PDF, True),
        (b"\xef\xbb\xbf\n%PDF-1.7\n", "A.PDF", Kind.PDF, True),
        (b"%PDF-1.7\n", "a.exe", Kind.PDF, False),
        (b"\xff\xd8\xff\xe0", "photo.jpeg", Kind.JPEG, True),
        (b"\x89PNG\r\n\x1a\n", "a.png", Kind.PNG, True),
        (b"II*\0", "a.tif", Kind.TIFF, True),
        (b"\0" * 128 + b"DICM", "IM0001", Kind.DICOM, True),
        ("Bonjour été".encode(), "note.txt", Kind.TEXT, True),
        ("Bonjour été".encode("latin-1"), "", Kind.TEXT, True),
        (b"a;b\n1;2", "r.csv", Kind.CSV, True),
        (b"{\\rtf1", "a.rtf", Kind.RTF, True),
        (b"<?xml version='1.0'?><a/>", "a.xml", Kind.XML, True),
        (b"<?xml version='1.0'?>\n<!-- c -->\n<ClinicalDocument xmlns='urn:hl7-org:v3'/>", "a.xml", Kind.CDA, True),
        ("<x:ClinicalDocument xmlns:x='urn:hl7-org:v3'/>".encode("utf-16"), "a.xml", Kind.CDA, True),
        (ZIP + b"INDEX.HTM", "IHE_XDM.zip", Kind.XDM, True),
        (ZIP + b"INDEX.HTM", "documents.zip", Kind.ARCHIVE, False),
        (ZIP + b"[Content_Types].xml", "a.docx", Kind.OFFICE, False),
        (ZIP + b"mimetypeapplication/vnd.oasis.opendocument.text", "a.odt", Kind.OFFICE, False),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "a.doc", Kind.OFFICE, False),
        (b"MZ\x90\0", "report.pdf", Kind.PROGRAM, False),
        (b"#!/bin/sh\n", "a.txt", Kind.PROGRAM, False),
        (b"<!DOCTYPE html><p>", "INDEX.HTM", Kind.HTML, False),
        (b"  <script>x</script>", "a.txt", Kind.HTML, False),
        (b"<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg'/>", "a.svg", Kind.SVG, False),
        (b"<?xml version='1.0'?><svg/>", "a.xml", Kind.SVG, False),
        (b"<?xml version='1.0'?><html/>", "a.xml", Kind.HTML, False),
        (b"GIF89a", "a.gif", Kind.GIF, False),
        (b"\0\0\0\x18ftypheic", "a.heic", Kind.HEIC, False),
        (b"\x1f\x8b\x08", "a.gz", Kind.ARCHIVE, False),
        (b"", "a.pdf", Kind.EMPTY, False),
        (b"text\0more", "a.txt", Kind.UNKNOWN, False),
        (bytes(range(1, 32)) * 9, "a.txt", Kind.UNKNOWN, False),
    ],
)
def test_kinds(content: bytes, name: str, kind: Kind, allowed: bool) -> None:
    found = mime.sniff(content, name)
    assert (found.kind, found.allowed) == (kind, allowed)
    assert allowed or not found.media_type.startswith("text/html")


def test_kinds_of_real_files() -> None:
    for folder, kinds in (
        ("media/pdf", {Kind.PDF}),
        ("media/pdfa-1b", {Kind.PDF}),
        ("media/dicom", {Kind.DICOM}),
        ("media/images", {Kind.JPEG, Kind.PNG}),
        ("cda-fr/3.0", {Kind.CDA}),
        ("security/svg", {Kind.SVG}),
    ):
        files = [path for path in shared(f"corpora/{folder}").rglob("*") if path.is_file()]
        assert files
        assert {mime.sniff(path.read_bytes(), path.name).kind for path in files} <= kinds, folder
    for path in shared("corpora/security/zip").rglob("*.zip"):
        assert not mime.sniff(path.read_bytes(), path.name).allowed


@given(st.binary(max_size=400), st.text(max_size=20))
def test_any_content_has_a_kind(content: bytes, name: str) -> None:
    assert mime.sniff(content, name).kind in Kind


def chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def exif(orientation: int) -> bytes:
    entries = struct.pack(">HHIHH", 0x0112, 3, 1, orientation, 0) + struct.pack(">HHII", 0x8825, 4, 1, 38)
    return b"MM\0*\0\0\0\x08\0\x02" + entries + b"\0\0\0\0" + b"48.8566N"


def segment(marker: int, content: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(content) + 2) + content


def jpeg(*segments: bytes, behind: bytes = b"") -> bytes:
    scan = segment(0xDA, b"\x01\x01\0\0\x3f\0") + b"\x12\xff\x00\x34\xff\xd0\x56"
    return b"\xff\xd8" + segment(0xE0, b"JFIF\0\x01\x02\0\0\x01\0\x01\0\0") + b"".join(segments) + scan + b"\xff\xd9" + behind


def test_a_jpeg_loses_its_place_and_keeps_its_picture_and_its_way_up() -> None:
    kept = segment(0xE2, b"ICC_PROFILE\0profile") + segment(0xDB, b"table")
    raw = jpeg(
        segment(0xE1, b"Exif\0\0" + exif(6)),
        segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0<exif:GPSLatitude>48.8566N"),
        segment(0xED, b"Photoshop 3.0\0Paris"),
        segment(0xFE, b"48.8566N"),
        kept,
        behind=jpeg(segment(0xE1, b"Exif\0\0" + exif(6))),
    )
    photo = mime.without_position(raw)
    assert (photo.changed, photo.had_position) == (True, True)
    for word in (b"48.8566N", b"GPSLatitude", b"Paris"):
        assert word in raw
        assert word not in photo.content
    assert kept in photo.content
    assert photo.content.endswith(b"\x12\xff\x00\x34\xff\xd0\x56\xff\xd9")
    assert photo.content.count(b"Exif\0\0") == 1  # its way up, alone
    again = mime.without_position(photo.content)
    assert again.content == photo.content
    assert not again.had_position


def test_a_png_loses_its_place() -> None:
    head = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", b"\0" * 13)
    picture = chunk(b"IDAT", b"pixels")
    raw = head + chunk(b"eXIf", exif(1)) + chunk(b"iTXt", b"XML:com.adobe.xmp\0") + picture + chunk(b"IEND", b"") + b"behind"
    photo = mime.without_position(raw)
    assert (photo.changed, photo.had_position) == (True, True)
    assert photo.content == head + picture + chunk(b"IEND", b"")
    assert not mime.without_position(photo.content).changed


def test_photos_of_others_lose_theirs() -> None:
    path: Path = shared("corpora/media/images") / "exif_gps.jpg"
    photo = mime.without_position(path.read_bytes())
    assert photo.had_position
    assert b"Exif" not in photo.content
    for broken in shared("corpora/security/images").glob("*.jpg"):
        assert mime.without_position(broken.read_bytes()).content.startswith(b"\xff\xd8")


@pytest.mark.parametrize(
    "content",
    [b"\xff\xd8", b"\xff\xd8\xff\xe1\xff\xff", jpeg()[:-4], b"\x89PNG\r\n\x1a\n", b"\x89PNG\r\n\x1a\n\xff\xff\xff\xffIDAT"],
)
def test_what_cannot_be_read_is_not_promised(content: bytes) -> None:
    assert mime.without_position(jpeg()).content == jpeg()
    with pytest.raises(Invalid, match="photo-malformed"):
        mime.without_position(content)
    with pytest.raises(Invalid, match="photo-kind"):
        mime.without_position(b"GIF89a" + content)


@given(st.binary(max_size=300))
def test_damaged_photos_are_refused_and_never_crash(noise: bytes) -> None:
    for start in (b"\xff\xd8", b"\xff\xd8\xff\xe1\x00\x20Exif\0\0MM\0*", b"\x89PNG\r\n\x1a\n"):
        with suppress(Invalid):
            mime.without_position(start + noise)
