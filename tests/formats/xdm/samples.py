"""One submission of a consultation report and its PDF, about invented people, and ZIP files made by hand."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from uuid import UUID

from socle.formats import cda, xdm
from socle.formats.cda.values import Code, Identifier
from socle.formats.cda.writer import write_report
from tests.formats.cda_writer.samples import REPORT, header

CLASS = Code("10", "1.2.250.1.213.1.1.4.1", "Compte rendu")
FORMAT = Code("urn:ihe:iti:xds-sd:pdf:2008", "1.3.6.1.4.1.19376.1.2.3", "Document à corps non structuré")
NORMAL = Code("N", "2.16.840.1.113883.5.25", "Normal")
MASKED = Code("MASQUE_PS", "1.2.250.1.213.1.1.4.13", "Masqué aux professionnels de santé")
CONTENT = Code("07", "1.2.250.1.213.2.2", "Consultation")
TERMS = xdm.Terms(CLASS, FORMAT)
REPLACING = write_report(header(), REPORT)
"""Replaces the document `2.25.1`."""
FIRST = write_report(replace(header(), parents=(), id=Identifier("2.25.1"), version=1), REPORT)
PDF = b"%PDF-1.4\n%%EOF\n"
SENDER = xdm.Sender("Maison de santé des Essais (fictif)", "1930000015", "contact@exemple.mssante.fr", "socle", "0.1.0")


def entry(content: bytes = FIRST, number: int = 1, **changes: object) -> xdm.DocumentEntry:
    described = xdm.describe(content, UUID(int=number), TERMS, rank=number)
    return replace(described, **changes)


def parsed(content: bytes = FIRST) -> cda.Header:
    return cda.parse(content).header


def submission(*documents: xdm.DocumentEntry, number: int = 100) -> xdm.Submission:
    documents = documents or (entry(),)
    return xdm.Submission(
        unique_id=f"2.25.{number}",
        entry_uuid=UUID(int=number).urn,
        source_id="1.2.250.1.999.1",
        submitted_at=datetime(2026, 6, 12, 9, 45, tzinfo=UTC),
        title="Compte rendu de consultation",
        content_type=CONTENT,
        authors=documents[0].authors,
        patient_id=documents[0].patient_id,
        documents=documents,
    )


def with_pdf() -> xdm.Submission:
    """The report, and beside it its PDF copy, said to be made from it."""
    report = entry()
    copy = replace(
        report,
        content=PDF,
        uri=xdm.document_uri(2, "application/pdf"),
        unique_id="2.25.77",
        entry_uuid=UUID(int=2).urn,
        media_type="application/pdf",
    )
    link = xdm.Relationship(xdm.Relation.TRANSFORMS, copy.entry_uuid, report.entry_uuid)
    return replace(submission(report, copy), relationships=(link,))


@dataclass(frozen=True)
class Part:
    """An entry of a ZIP made by hand; what is None is true, anything else is what the archive says instead."""

    name: bytes
    content: bytes = b""
    packed: bool = False
    mode: int = 0
    flags: int = 0
    method: int | None = None
    size: int | None = None
    crc: int | None = None
    local_name: bytes | None = None
    offset: int | None = None


def made(*parts: Part, prefix: bytes = b"", gap: bytes = b"", comment: bytes = b"", behind: bytes = b"") -> bytes:
    """A ZIP with exactly these parts, true or lying."""
    body, directory = prefix, b""
    for part in parts:
        stream = zlib.compressobj(9, zlib.DEFLATED, -15)
        raw = stream.compress(part.content) + stream.flush() if part.packed else part.content
        method = part.method if part.method is not None else (8 if part.packed else 0)
        crc = part.crc if part.crc is not None else zlib.crc32(part.content)
        size = part.size if part.size is not None else len(part.content)
        local = part.local_name if part.local_name is not None else part.name
        common = (part.flags, method, 0, 33, crc, len(raw), size)
        offset = part.offset if part.offset is not None else len(body)
        body += struct.pack("<4s5H3L2H", b"PK\3\4", 20, *common, len(local), 0) + local + raw
        directory += (
            struct.pack("<4s6H3L5H2L", b"PK\1\2", 20, 20, *common, len(part.name), 0, 0, 0, 0, part.mode << 16, offset)
            + part.name
        )
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, len(parts), len(parts), len(directory), len(body + gap), len(comment))
    return body + gap + directory + end + comment + behind


def unzipped(archive: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(archive)) as found:
        return {name: found.read(name) for name in found.namelist()}


def zipped(files: dict[str, bytes]) -> bytes:
    return made(*(Part(name.encode(), content, packed=True) for name, content in files.items()))


def refused(archive: bytes, limits: xdm.Limits = xdm.LIMITS) -> str:
    """The code of the first fault; the archive must give nothing."""
    found = xdm.read(archive, limits)
    assert isinstance(found, xdm.Refused), found
    assert found.sentence == found.faults[0].sentence
    return found.faults[0].code


def accepted(archive: bytes) -> xdm.Archive:
    found = xdm.read(archive)
    assert isinstance(found, xdm.Archive), found
    return found
