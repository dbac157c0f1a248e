"""Archives that lie: nothing is taken, nothing is raised, and memory and time stay bounded."""

from __future__ import annotations

import stat
import time
import tracemalloc
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from socle.formats import xdm
from tests.formats.xdm import samples
from tests.formats.xdm.samples import Part, made, refused

GOOD = xdm.write(samples.with_pdf())
FILES = samples.unzipped(GOOD)
METADATA = "IHE_XDM/SUBSET01/METADATA.XML"
DOCUMENT = "IHE_XDM/SUBSET01/DOC00001.XML"


def parts() -> list[Part]:
    return [Part(name.encode(), content, packed=True) for name, content in FILES.items()]


def test_an_archive_made_by_hand_is_read() -> None:
    assert samples.accepted(made(*parts())).submissions == (samples.with_pdf(),)
    assert samples.accepted(made(*parts(), comment=b"fait main")).submissions == (samples.with_pdf(),)


@pytest.mark.parametrize(
    "name",
    [
        b"../evil.xml",
        b"IHE_XDM/../../evil.xml",
        b"/etc/passwd",
        b"\\\\server\\share",
        b"C:\\evil.xml",
        b"IHE_XDM//x.xml",
        b"IHE_XDM/./x.xml",
        b"",
        b"a\0b",
        b"a\nb",
        b"a:b",
        b"IHE_XDM/ . /x",
        b"x" * 256,
        b"a/" * 13 + b"b",
    ],
)
def test_names_that_lead_elsewhere(name: bytes) -> None:
    assert refused(made(*parts(), Part(name, b"x"))) == "zip-path"


def test_backslashes_of_old_writers_are_slashes() -> None:
    files = {name.replace("/", "\\"): content for name, content in FILES.items()}
    assert samples.accepted(samples.zipped(files)).submissions == (samples.with_pdf(),)


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFIFO, stat.S_IFCHR, stat.S_IFSOCK])
def test_links_and_special_files(kind: int) -> None:
    assert refused(made(*parts(), Part(b"IHE_XDM/SUBSET01/LINK.XML", b"/etc/passwd", mode=kind | 0o777))) == "zip-link"


@pytest.mark.parametrize("name", [DOCUMENT, DOCUMENT.lower(), DOCUMENT + "/inside.xml", "IHE_XDM"])
def test_doubled_names_and_files_that_are_folders(name: str) -> None:
    assert refused(made(*parts(), Part(name.encode(), b"x"))) == "zip-duplicate"


@pytest.mark.parametrize(
    ("lie", "code"),
    [
        ({"flags": 1}, "zip-encrypted"),
        ({"flags": 0x40}, "zip-encrypted"),
        ({"flags": 0x20}, "zip-unsupported"),
        ({"method": 12}, "zip-unsupported"),
        ({"method": 99}, "zip-unsupported"),
        ({"size": 0xFFFFFFFF}, "zip-unsupported"),
        ({"local_name": b"IHE_XDM/SUBSET01/OTHER.XML"}, "zip-inconsistent"),
        ({"offset": 0}, "zip-inconsistent"),
        ({"offset": 0x7FFFFFFF}, "zip-inconsistent"),
    ],
)
def test_entries_that_are_encrypted_unknown_or_overlap(lie: dict[str, object], code: str) -> None:
    assert refused(made(*parts(), Part(b"IHE_XDM/x.txt", b"abc", **lie))) == code


@pytest.mark.parametrize("lie", [{"size": 3}, {"size": 500_000}, {"crc": 0}])
def test_lying_sizes_and_checksums_of_a_document(lie: dict[str, int]) -> None:
    files = [part if part.name != DOCUMENT.encode() else Part(part.name, part.content, packed=True, **lie) for part in parts()]
    assert refused(made(*files)) == "zip-damaged"


def test_bytes_that_belong_to_no_entry() -> None:
    for archive in (
        made(*parts(), prefix=b"MZ" * 20),
        made(*parts(), gap=b"x"),
        made(*parts(), behind=b"x"),
        made(*parts(), comment=made(*parts())),
    ):
        assert refused(archive) in ("zip-inconsistent", "zip-not")


def test_bombs_are_refused_on_what_they_announce_and_on_what_they_hold() -> None:
    zeros = bytes(4_000_000)
    assert refused(made(*parts(), Part(b"IHE_XDM/SUBSET01/BIG.XML", zeros, packed=True))) == "zip-bomb"
    many = [Part(b"f%d" % rank, b"x", size=250_000) for rank in range(999)]
    assert refused(made(*many)) == "zip-bomb"
    announced = Part(DOCUMENT.encode(), zeros, packed=True, size=10)
    tracemalloc.start()
    try:
        others = [part for part in parts() if part.name != DOCUMENT.encode()]
        assert refused(made(*others, announced)) == "zip-damaged"
        assert tracemalloc.get_traced_memory()[1] < 6_000_000
    finally:
        tracemalloc.stop()


def test_limits_on_the_archive_its_entries_and_its_documents() -> None:
    assert refused(GOOD, xdm.Limits(archive=100)) == "zip-size"
    assert refused(GOOD, xdm.Limits(entries=2)) == "zip-entries"
    assert refused(GOOD, xdm.Limits(expanded=100)) == "zip-bomb"
    assert refused(GOOD, xdm.Limits(documents=1)) == "documents-many"


def test_a_zip_inside_is_never_opened() -> None:
    inner = samples.zipped({"IHE_XDM/SUBSET01/METADATA.XML": b"<boom"})
    entry = replace(samples.entry(), content=inner, media_type="application/zip", uri="DOC00001.ZIP")
    (found,) = samples.accepted(xdm.write(samples.submission(entry))).documents
    assert found.is_archive
    assert found.content == inner
    assert samples.accepted(made(*parts(), Part(b"OTHER.ZIP", inner))).ignored == ("OTHER.ZIP",)


def test_index_and_style_sheets_are_never_read() -> None:
    broken = [part if part.name != b"INDEX.HTM" else Part(part.name, part.content, crc=0) for part in parts()]
    found = samples.accepted(made(*broken, Part(b"STYLE.XSL", b"<xsl:stylesheet", crc=1)))
    assert found.ignored == ("STYLE.XSL",)


@pytest.mark.parametrize(
    ("metadata", "code"),
    [
        (b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>', "xml-doctype"),
        (b"<a" + b"<b>" * 200, "xml-malformed"),
        (b"", "xml-empty"),
        (b"<a>" * 120 + b"</a>" * 120, "xml-depth"),
        (b"<SubmitObjectsRequest/>", "metadata-set"),
        (b"<ClinicalDocument/>", "metadata-shape"),
    ],
)
def test_hostile_metadata(metadata: bytes, code: str) -> None:
    assert refused(samples.zipped({**FILES, METADATA: metadata})) == code


def changed(before: bytes, after: bytes) -> bytes:
    assert before in FILES[METADATA]
    return samples.zipped({**FILES, METADATA: FILES[METADATA].replace(before, after)})


def test_documents_that_are_not_those_announced() -> None:
    assert refused(samples.zipped({**FILES, DOCUMENT: samples.FIRST.replace(b"Suivi", b"suivi")})) == "hash-differs"
    assert refused(samples.zipped({**FILES, DOCUMENT: samples.FIRST + b" "})) == "size-differs"
    missing = xdm.read(samples.zipped({name: content for name, content in FILES.items() if name != DOCUMENT}))
    assert isinstance(missing, xdm.Refused)
    assert [(fault.code, fault.where, fault.integration) for fault in missing.faults] == [
        ("file-missing", "DOC00001.XML", xdm.IntegrationError.OTHER)
    ]
    for path in (b"../../README.TXT", b"/README.TXT", b"C:README.TXT", b"..\\..\\README.TXT"):
        assert refused(changed(b"<Value>DOC00001.XML</Value>", b"<Value>" + path + b"</Value>")) == "file-path"
    assert refused(changed(b"<Value>DOC00002.PDF</Value>", b"<Value>DOC00001.XML</Value>")) == "same-file"
    assert refused(changed(b'value="2.25.77"', b'value="2.25.1"')) == "same-id"
    assert refused(changed(b'value="2.25.77"', b'value=""')) == "metadata-document"


def test_case_of_names_does_not_matter_and_hashes_may_be_capitals() -> None:
    renamed = {name.lower(): content for name, content in FILES.items()}
    assert samples.accepted(samples.zipped(renamed)).submissions == (samples.with_pdf(),)
    sha1 = samples.with_pdf().documents[0].sha1.hex().encode()
    assert samples.accepted(changed(sha1, sha1.upper())).submissions == (samples.with_pdf(),)


def test_an_integrity_that_is_not_said_is_a_fault_and_the_document_is_read() -> None:
    found = samples.accepted(changed(b'name="hash"', b'name="other"'))
    assert {fault.code for fault in found.faults} == {"integrity-unsaid"}
    assert len(found.documents) == 2


def test_folders_that_are_elsewhere_or_doubled() -> None:
    nested = {f"COPY/{name}": content for name, content in FILES.items()}
    assert refused(samples.zipped(nested)) == "nested-folder"
    assert refused(samples.zipped({**FILES, **nested})) == "nested-folder"
    again = {name.replace("SUBSET01", "SUBSET02"): content for name, content in FILES.items()}
    assert samples.accepted(samples.zipped({**FILES, **again})).submissions == (samples.with_pdf(),)
    assert refused(samples.zipped({"README.TXT": b"x", "METADATA.XML": FILES[METADATA]})) == "no-documents"
    assert refused(made()) == "no-documents"


def test_leftovers_of_tools_are_ignored() -> None:
    names = ("__MACOSX/._METADATA.XML", "IHE_XDM/.DS_Store", "IHE_XDM/SUBSET01/.METADATA.XML.swp", "IHE_XDM/.svn/entries")
    found = samples.accepted(samples.zipped({**FILES, **dict.fromkeys(names, b"x")}))
    assert found.ignored == names
    assert found.submissions == (samples.with_pdf(),)


@settings(max_examples=200, deadline=None)
@given(st.integers(0, len(GOOD) - 1), st.integers(0, 255))
def test_any_changed_byte_gives_a_value(place: int, value: int) -> None:
    started = time.process_time()
    found = xdm.read(GOOD[:place] + bytes([value]) + GOOD[place + 1 :])
    assert isinstance(found, xdm.Refused) or found.submissions == (samples.with_pdf(),)
    assert time.process_time() - started < 2


@settings(max_examples=60, deadline=None)
@given(st.integers(0, len(GOOD) - 1))
def test_any_truncation_is_refused(length: int) -> None:
    assert refused(GOOD[:length]).startswith("zip-")


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=300))
def test_any_metadata_gives_a_value(metadata: bytes) -> None:
    assert isinstance(xdm.read(samples.zipped({**FILES, METADATA: metadata})), xdm.Refused)
