"""Every message of corpora/mail ends in a value, soon, and its tree, bytes, names and texts are those of the oracles.

Oracles: event trees and decoded parts of mime4j and MIME-tools (`_decoded.xml` and the files it names), parse trees of stalwart
(`.json`). Each difference stands in a table below with its reason; one that is not met any more fails too.
"""

from __future__ import annotations

import csv
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from socle.formats import mime
from tests.corpora import SHARED, shared

MAIL = SHARED / "corpora/mail"


def _files(pattern: str) -> list[Any]:
    found = sorted(MAIL.glob(pattern)) if MAIL.exists() else []
    return [pytest.param(path, id=str(path.relative_to(MAIL))) for path in found] or [pytest.param(None, id="absent")]


def _rows() -> list[Any]:
    if not MAIL.exists():
        return [pytest.param(None, id="absent")]
    with (MAIL / "EXPECTED.csv").open(encoding="utf-8", newline="") as file:
        return [pytest.param(row, id=row["file"]) for row in csv.DictReader(file)]


REPORT_GROUPS = "the standard library counts each group of fields of message/delivery-status as a message"
STDLIB_DIFFERENCES = {
    "mailparser/delivery-status.eml": REPORT_GROUPS,
    "mox/message_message-rfc822-multipart.eml": REPORT_GROUPS,
    "ruby-mail/mime_raw_email_with_mimepart_without_content_type.eml": REPORT_GROUPS,
    "ruby-mail/multipart_report_multi_address_bounce1.eml": REPORT_GROUPS,
    "ruby-mail/multipart_report_multi_address_bounce2.eml": REPORT_GROUPS,
    "ruby-mail/multipart_report_multipart_report_multiple_status.eml": REPORT_GROUPS,
    "ruby-mail/multipart_report_report_530.eml": REPORT_GROUPS,
    "mime4j/missing-boundary.msg": "without any part its text is kept as one text part",
    "ruby-mail/error_bad_date_header2.eml": "without any part its text is kept as one text part",
    "ruby-mail/error_empty_in_reply_to.eml": "without any part its text is kept as one text part",
    "ruby-mail/error_missing_body.eml": "without any part its text is kept as one text part",
    "ruby-mail/error_must_supply_encoding.eml": "without any part its text is kept as one text part",
    "mime4j/very-long-boundary.msg": "spaces at the end of a boundary are of it, as its own oracle says",
    "mime4j/weird-boundary.msg": "spaces at the end of a boundary are of it, as its own oracle says",
    "mimetools/multi-badnames.msg": "a boundary folded over two lines is one boundary, as its own oracle says",
    "mimetools/multi-clen.msg": "a boundary folded over two lines is one boundary, as its own oracle says",
    "mimetools/multi-digest.msg": "a boundary folded over two lines is one boundary, as its own oracle says",
    "mimetools/multi-simple.msg": "a boundary folded over two lines is one boundary, as its own oracle says",
    "php-mail-parser/issue84.eml": "a line of the header that is no field does not end the header",
    "stalwart-malformed/019.eml": "a line of the header that is no field does not end the header",
    "stalwart-malformed/000.eml": "a boundary behind a boundary is an empty part",
    "stalwart-malformed/017.eml": "a parameter without its semicolon is read",
    "stalwart-rfc/001.eml": "message/external-body holds no message",
    "stalwart-thirdparty/009.eml": "message/partial holds a piece of a message, not one",
    "stalwart-rfc/008.eml": "a message in Base64 is looked into, as its own oracle does",
    "stalwart-thirdparty/012.eml": "a boundary folded over two lines is one boundary, as its own oracle says",
}


@pytest.mark.parametrize("row", _rows())
def test_every_message_is_a_value_and_loses_nothing(row: dict[str, str]) -> None:
    path = shared("corpora/mail") / row["file"]
    raw = path.read_bytes()
    started = time.process_time()
    message = mime.parse(raw)
    wire = mime.serialised(mime.envelope_of(message)) + mime.serialised(mime.body_structure_of(message))
    sections = mime.sections_of(message)
    contents = [mime.content_of(part) for part in message.root.walk()]
    names = [mime.filename_of(part) for part in message.root.walk()]
    mime.plain_text_of(message), mime.html_of(message), mime.attachments_of(message), mime.report_of(message)
    assert time.process_time() - started < 2
    assert len(contents) == len(names) >= 1
    assert b"\n" not in wire or b"}\r\n" in wire
    assert raw[sections[""].start : sections[""].end] == raw
    assert raw[sections["HEADER"].start : sections["TEXT"].end] == raw[message.root.header_start :]
    assert all(0 <= one.start <= one.end <= len(raw) for one in sections.values())
    assert not any(set("/\\\0\r\n") & set(name) or name in (".", "..") for name in names)
    assert {fault.code for fault in message.faults} <= set(mime.FAULTS)
    same = message.root.media_type == row["stdlib_root_type"] and len(contents) == int(row["stdlib_parts"])
    assert same is (row["file"] not in STDLIB_DIFFERENCES), [fault.code for fault in message.faults]


MIME4J_DIFFERENCES = {
    ("mime4j/malformedHeaderStartsBody-noheader", ""): "the oracle loses the second line; here all is body",
    ("mimetools/multi-frag", ".2.1"): "Base64 cut short: the two whole bytes of the last group are kept",
}
NOT_WELL_FORMED = {"2002_06_12_doublebound", "twopart"}
"""Oracles that hold a control character; read in spite of it."""


@pytest.mark.parametrize("path", _files("mime4j/*_decoded.xml") + _files("mimetools/*_decoded.xml"))
def test_trees_and_decoded_bytes_of_mime4j(path: Path) -> None:
    shared("corpora/mail")
    name = path.name.removesuffix("_decoded.xml")
    oracle = etree.parse(path, etree.XMLParser(recover=name in NOT_WELL_FORMED)).getroot()
    message = mime.parse(path.with_name(name + ".msg").read_bytes())
    found = {place: what for place, what in _compared(oracle, message.root, path.parent, "") if what}
    explained = {place for (file, place) in MIME4J_DIFFERENCES if file == f"{path.parent.name}/{name}"}
    assert set(found) == explained, found


def _compared(oracle: Any, part: mime.Part, folder: Path, place: str) -> Iterator[tuple[str, str]]:
    header = oracle.find("header")
    fields = [(one.text or "").strip() for one in header.findall("field")] if header is not None else []
    yield (
        f"{place} header",
        "" if [one.partition(":")[0].rstrip() for one in fields] == [h.name for h in part.headers] else "names",
    )
    inner = [one for one in oracle if one.tag != "header"]
    if not inner:
        return
    body = inner[0]
    if body.tag == "multipart":
        parts = body.findall("body-part")
        yield f"{place} parts", "" if len(parts) == len(part.children) else f"{len(parts)} parts, {len(part.children)} here"
        for index, (below, child) in enumerate(zip(parts, part.children, strict=False)):
            yield from _compared(below, child, folder, f"{place}.{index}")
    elif body.tag == "message":
        yield f"{place} message", "" if part.is_message else "no message here"
        yield from _compared(body, part.children[0], folder, place + ".m")
    else:
        expected = (folder / body.get("name")).read_bytes()
        content = mime.content_of(part)
        if part.encoding == "quoted-printable":  # the oracle writes every end of line as CRLF
            expected, content = expected.replace(b"\r\n", b"\n"), content.replace(b"\r\n", b"\n")
        yield place, "" if content == expected else f"{len(expected)} bytes, {len(content)} here"


NOT_BASE64 = "what is said to be Base64 and is not stays as it is, but is still the part that its type says"
STALWART_DIFFERENCES = {
    "stalwart-malformed/000": "an empty part between two boundaries, and the parts behind it, are kept",
    "stalwart-malformed/003": "a boundary belongs to the outermost multipart that has it (RFC 2046 §5.1.2)",
    "stalwart-malformed/011": "a boundary belongs to the outermost multipart that has it (RFC 2046 §5.1.2)",
    "stalwart-malformed/016": "a boundary belongs to the outermost multipart that has it (RFC 2046 §5.1.2)",
    "stalwart-malformed/019": "fuzzed: an empty line ends each header here",
    "stalwart-malformed/020": "of two Content-Type the first counts",
    "stalwart-malformed/021": "of two Content-Type the first counts",
    "stalwart-malformed/022": "what is attached as a message and has no header is a message without header",
    "stalwart-rfc/000": NOT_BASE64,
    "stalwart-thirdparty/002": NOT_BASE64,
}


@pytest.mark.parametrize("path", _files("stalwart-*/*.json"))
def test_trees_texts_and_attachments_of_stalwart(path: Path) -> None:
    shared("corpora/mail")
    oracle = json.loads(path.read_text("utf-8"))
    message = mime.parse(path.with_suffix(".eml").read_bytes())
    parts = list(_own_parts(message.root))
    body = mime.body_of(message)
    same = _shape(oracle["parts"], 0) == _own_shape(message.root)
    if same:
        for key, shown in (("text_body", body.plain), ("html_body", body.html), ("attachments", body.attached)):
            same &= oracle[key] == [next(index for index, part in enumerate(parts) if part is one) for one in shown]
        same &= all(_same_content(expected, part) for expected, part in zip(oracle["parts"], parts, strict=True))
    assert same is (f"{path.parent.name}/{path.stem}" not in STALWART_DIFFERENCES)


def _shape(parts: list[dict[str, Any]], index: int) -> Any:
    body = parts[index]["body"]
    if "Multipart" in body:
        return [_shape(parts, below) for below in body["Multipart"]]
    return ("message", _shape(body["Message"]["parts"], 0)) if body.get("Message") else "leaf"


def _own_shape(part: mime.Part) -> Any:
    if part.is_multipart:
        return [_own_shape(child) for child in part.children]
    return ("message", _own_shape(part.children[0])) if part.is_message else "leaf"


def _own_parts(part: mime.Part) -> Iterator[mime.Part]:
    yield part
    for child in () if part.is_message else part.children:
        yield from _own_parts(child)


def _same_content(expected: dict[str, Any], part: mime.Part) -> bool:
    kind, value = next(iter(expected["body"].items()))
    if kind in ("Text", "Html") and mime.text_of_part(part) != value.replace("\r\n", "\n"):
        return False
    if kind in ("Binary", "InlineBinary") and list(mime.content_of(part)) != value:
        return False
    for header in expected["headers"]:
        if header["name"] == "subject" and mime.subject_of(part) != header["value"]["Text"].strip():
            return False
    return True


STALWART_NAMES = {
    "stalwart-rfc/001": "an address without @ is one, not a name alone; a parameter without semicolon belongs to the one before",
    "stalwart-rfc/002": "a comment beside a display name is no part of the name",
    "stalwart-rfc/000": "a comment alone is no address",
    "stalwart-malformed/019": "fuzzed: an empty line ends each header here",
    "stalwart-malformed/020": "of two Content-Type the first counts",
    "stalwart-malformed/021": "of two Content-Type the first counts",
}


@pytest.mark.parametrize("path", _files("stalwart-*/*.json"))
def test_addresses_dates_and_parameters_of_stalwart(path: Path) -> None:
    shared("corpora/mail")
    oracle = json.loads(path.read_text("utf-8"))
    root = mime.parse(path.with_suffix(".eml").read_bytes()).root
    wrong = [one for part, own in _paired(oracle["parts"], 0, root) for one in _wrong_headers(part, own)]
    assert bool(wrong) is (f"{path.parent.name}/{path.stem}" in STALWART_NAMES), wrong


def _paired(parts: list[dict[str, Any]], index: int, own: mime.Part) -> Iterator[tuple[dict[str, Any], mime.Part]]:
    yield parts[index], own
    body = parts[index]["body"]
    below = body.get("Multipart", [])
    for child, own_child in zip(below, own.children, strict=False):
        yield from _paired(parts, child, own_child)
    if body.get("Message") and own.is_message:
        yield from _paired(body["Message"]["parts"], 0, own.children[0])


def _wrong_headers(expected: dict[str, Any], own: mime.Part) -> Iterator[str]:
    for header in expected["headers"]:
        name, value = header["name"], header["value"]
        if not isinstance(name, str) or not isinstance(value, dict):
            continue
        name = name.replace("_", "-")
        if "Address" in value:
            listed = value["Address"].get("List") or [a for group in value["Address"]["Group"] for a in group["addresses"]]
            if [(a["name"] or "", a["address"] or "") for a in listed] != [
                (a.name, a.address) for a in mime.addresses(own, name)
            ]:
                yield name
        elif name == "date" and value.get("DateTime"):
            written = mime.date_of(own)
            keys = ("year", "month", "day", "hour", "minute", "second")
            if written is None or written.timetuple()[:6] != tuple(value["DateTime"][key] for key in keys):
                yield name
        elif name in ("content-type", "content-disposition") and "ContentType" in value:
            parameters = own.parameters if name == "content-type" else own.disposition_parameters
            for one in value["ContentType"]["attributes"] or []:
                if parameters.get(one["name"]) != one["value"]:
                    yield f"{name} {one['name']}"


REPORTS = {
    "mailparser/delivery-status.eml": mime.Dsn,
    "ruby-mail/multipart_report_multi_address_bounce1.eml": mime.Dsn,
    "ruby-mail/multipart_report_multi_address_bounce2.eml": mime.Dsn,
    "ruby-mail/multipart_report_multipart_report_multiple_status.eml": mime.Dsn,
    "ruby-mail/multipart_report_report_530.eml": mime.Dsn,
    "ruby-mail/mime_raw_email_with_mimepart_without_content_type.eml": mime.Dsn,
}
"""That of mox has its fields cut out and says nothing."""


@pytest.mark.parametrize("name", sorted(REPORTS))
def test_delivery_reports_are_recognised(name: str) -> None:
    report = mime.report_of(mime.parse((shared("corpora/mail") / name).read_bytes()))
    assert isinstance(report, REPORTS[name])
    assert report.deliveries
    assert all("@" in one.final_recipient and one.action in ("failed", "delayed", "delivered") for one in report.deliveries)
    assert all(one.status[:1] in ("2", "4", "5") for one in report.deliveries)


def test_no_other_message_is_taken_for_a_report() -> None:
    folder = shared("corpora/mail")
    with (folder / "EXPECTED.csv").open(encoding="utf-8", newline="") as file:
        names = [row["file"] for row in csv.DictReader(file)]
    found = {name for name in names if mime.report_of(mime.parse((folder / name).read_bytes())) is not None}
    assert found == set(REPORTS)


NAMES = {
    "mime4j/russian-headers.msg": ["Список.doc"],
    "mimetools/attachment-filename-encoding-Latin1.msg": ["attachment.äöü"],
    "mimetools/attachment-filename-encoding-UTF8.msg": ["attachment.äöü"],
    "mimetools/uu-junk-target.msg": ["up.gif", "zeegee.gif"],
    "php-mail-parser/m0026.eml": ["ATT00001.txt", "ATT00001.txt"],
    "ruby-mail/attachment_attachment_message_rfc822.eml": ["ForwardedMessage.eml", "broken.pdf"],
    "ruby-mail/attachment_attachment_with_quoted_filename.eml": ["Eelanalüüsi päring.jpg"],
    "ruby-mail/attachment_attachment_with_unquoted_name.eml": ["This is a test.txt"],
    "ruby-mail/multi_charset/japanese_attachment_long_name.eml": ["かきくけこ" * 5 + ".txt"],
    "stalwart-rfc/001.eml": ["BodyFormats.ps", "RFC-MIME.ps", ""],
    "stalwart-thirdparty/017.eml": ["kigaaldcbanejcbi.png"],
}


@pytest.mark.parametrize("file", sorted(NAMES))
def test_names_in_every_encoding_at_any_depth_doubled_ones_kept_and_never_a_path(file: str) -> None:
    message = mime.parse((shared("corpora/mail") / file).read_bytes())
    assert [mime.filename_of(part) for part in mime.attachments_of(message)] == NAMES[file]
