"""Archives of several vendors give what the corpus says; hostile ZIP files are refused; outside metadata is read."""

from __future__ import annotations

import csv
import hashlib
import time
from pathlib import Path
from uuid import UUID

import pytest
from lxml import etree

from socle.errors import Invalid
from socle.formats import cda, xdm
from socle.formats.xdm.metadata_reading import read_metadata
from socle.formats.xdm.reading import is_leftover
from socle.formats.xdm.zip_reading import open_zip
from tests.corpora import SHARED, shared
from tests.formats.xdm import samples

FOLDER = SHARED / "corpora/xdm"
SECURITY = SHARED / "corpora/security"
STRICTER = {
    "bogus-compression-method.zip": "an unknown method is never expanded",
    "sloppy-filenames.zip": "its two headers name one file differently",
    "unicode-path-extra-field.zip": "one extra field four times",
    "traditional-encryption.zip": "encrypted: refused by policy",
    "traditional-encryption-and-compression.zip": "encrypted: refused by policy",
    "traditional-encryption_deprecated.zip": "encrypted: refused by policy",
}
HARMLESS = {"incons-ef-local-id.zip": "an extra field that nobody reads differs between headers; one name, one content"}


def rows(path: Path) -> list[dict[str, str]]:
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("row", rows(FOLDER / "EXPECTED.csv") or [None], ids=lambda row: row["file"] if row else "absent")
def test_vendors(row: dict[str, str] | None) -> None:
    shared("corpora/xdm")
    assert row
    content = (FOLDER / row["file"]).read_bytes()
    paths = [entry.path for entry in open_zip(content, xdm.LIMITS).entries]
    assert len(paths) == int(row["entries"])
    assert sum(is_leftover(path) for path in paths) == int(row["junk_entries"])
    found = xdm.read(content)
    if row["metadata_files"] == "0":
        assert isinstance(found, xdm.Refused)
        assert [fault.code for fault in found.faults] == ["no-documents"]
        return
    assert isinstance(found, xdm.Archive)
    assert len(found.submissions) == int(row["metadata_files"])
    assert len(found.documents) == int(row["document_entries"])
    assert [document.uri for document in found.documents] == row["document_uris"].split()
    assert row["integrity"] == "hash ok, size ok"
    assert {fault.code for fault in found.faults} == {"ins-absent"}  # they are not from France: readable, never integrated alone


def test_a_foreign_archive_in_full() -> None:
    found = xdm.read(shared("corpora/xdm/nist-svn-leftovers.zip").read_bytes())
    assert isinstance(found, xdm.Archive)
    (submission,) = found.submissions
    (document,) = submission.documents
    assert hashlib.sha1(document.content).hexdigest() == "3916ed577b33d9b8d42c7b1d44f891813879ac04"
    assert (document.unique_id, document.media_type, document.title) == ("1.2.3.4.5", "text/plain", "Physical")
    assert [author.person.family for author in document.authors if author.person] == ["Smitty", "Dopplemeyer"]
    assert document.authors[0].institutions[0] == xdm.Institution("Cleveland Clinic", "CleveClin", "1.2.3")
    assert document.source_patient.birth_family_name == "Doe"
    assert document.source_patient.ids[0].root == "1.2.3.4.5.6"
    assert [code.code for code in document.event_codes] == ["Colonoscopy", "T-D4000"]


FRENCH = sorted((SHARED / "corpora/cda-fr").glob("*/*.xml"))


@pytest.mark.parametrize("path", FRENCH or [None], ids=lambda path: path.stem if path else "absent")
def test_french_documents_travel_unchanged(path: Path | None) -> None:
    """Described from its own header, written, read: the same bytes, the same values, nothing that header and metadata dispute."""
    shared("corpora/cda-fr")
    assert path
    content = path.read_bytes()
    submission = samples.submission(xdm.describe(content, UUID(int=1), samples.TERMS))
    found = xdm.read(xdm.write(submission))
    assert isinstance(found, xdm.Archive)
    assert found.submissions == (submission,)
    assert found.documents[0].content == content
    assert found.faults == ()
    assert xdm.header_faults(found.documents[0], cda.parse(content).header) == ()


def outcome(content: bytes) -> str:
    """The code of the refusal, empty when every entry was read."""
    try:
        found = open_zip(content, xdm.LIMITS)
        for entry in found.entries:
            found.content(entry)
    except Invalid as refused:
        return refused.code
    return ""


@pytest.mark.parametrize(
    "row",
    [row for row in rows(SECURITY / "EXPECTED.csv") if row["file"].startswith("zip/")] or [None],
    ids=lambda row: row["file"] if row else "absent",
)
def test_hostile_archives(row: dict[str, str] | None) -> None:
    shared("corpora/security")
    assert row
    name = Path(row["file"]).name
    started = time.process_time()
    code = outcome((SECURITY / row["file"]).read_bytes())
    assert time.process_time() - started < 1
    if row["verdict"] == "accept":
        assert bool(code) == (name in STRICTER), code
    else:
        assert bool(code) != (name in HARMLESS), code


def test_hostile_xml_as_metadata_is_refused() -> None:
    paths = [path for path in sorted(shared("corpora/security/xml").rglob("*")) if path.is_file()]
    assert paths
    for path in paths:
        with pytest.raises(Invalid):
            read_metadata(path.read_bytes())


def submissions() -> list[Path]:
    folder = SHARED / "corpora/xds"
    return (
        sorted(path for path in folder.rglob("*.xml") if b"SubmitObjectsRequest" in path.read_bytes()) if folder.exists() else []
    )


@pytest.mark.parametrize("path", submissions() or [None], ids=lambda path: str(path.relative_to(SHARED)) if path else "absent")
def test_outside_metadata_is_read_or_refused_by_name(path: Path | None) -> None:
    """XDS needs no URI for a document sent beside its metadata, XDM does: without one there is no file to read."""
    shared("corpora/xds")
    assert path
    root = etree.fromstring(path.read_bytes())
    documents = list(root.iter("{*}ExtrinsicObject"))
    if not all(document.xpath("./*[local-name()='Slot'][@name='URI']//*[local-name()='Value']/text()") for document in documents):
        with pytest.raises(Invalid) as caught:
            read_metadata(path.read_bytes())
        assert caught.value.code == "metadata-document"
        return
    found = read_metadata(path.read_bytes())
    assert [announced.entry.entry_uuid for announced in found.announced] == [document.get("id") for document in documents]
    links = [element.get("associationType", "") for element in root.iter("{*}Association")]
    expected = [link.rpartition(":")[2] for link in links if link.rpartition(":")[2] in set(xdm.Relation)]
    assert [link.relation.value for link in found.submission.relationships] == expected
    assert found.submission.source_id
