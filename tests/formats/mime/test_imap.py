"""ENVELOPE, BODYSTRUCTURE and sections, against our sample and the scripts of imaptest."""

from __future__ import annotations

import re

import pytest

from socle.formats import mime
from tests.corpora import shared
from tests.formats.mime.samples import NESTED


def envelope(raw: bytes) -> bytes:
    return mime.serialised(mime.envelope_of(mime.parse(raw)))


def messages(name: str) -> list[bytes]:
    raw = (shared("corpora/imap/imaptest") / name).read_bytes()
    return [one.replace(b"\n", b"\r\n") for one in re.split(rb"(?m)^From user@domain .*\n", raw)[1:]]


def test_envelopes_of_imaptest() -> None:
    script = (shared("corpora/imap/imaptest") / "fetch-envelope").read_text("utf-8")
    expected = [line.partition("(ENVELOPE ")[2].rstrip()[:-1] for line in script.splitlines() if "(ENVELOPE (" in line]
    assert len(expected) == 6
    assert [envelope(raw).decode() for raw in messages("fetch-envelope.mbox")] == expected


def test_body_of_imaptest() -> None:
    [raw] = messages("fetch-bodystructure.mbox")
    written = mime.serialised(mime.body_structure_of(mime.parse(raw), extended=False))
    # the script writes x-MYOWN: the case of a subtype is free
    assert written == b'(("TEXT" "X-MYOWN" ("CHARSET" "us-ascii") NIL NIL "7BIT" 7 1) "MIXED")'


def test_sections_of_imaptest() -> None:
    script = (shared("corpora/imap/imaptest") / "fetch-body-mime").read_text("utf-8")
    [raw] = messages("fetch-body-mime.mbox")
    message = mime.parse(raw)
    sections = mime.sections_of(message)
    asked = re.findall(r"\* 1 fetch \(body\[([^\]]*)\] \{\{\{\n(.*?)\n\}\}\}\)", script, re.DOTALL)
    assert len(asked) == 14
    for name, expected in asked:
        content = expected.replace("\n", "\r\n").encode()
        if ".fields" in name:
            wanted = re.findall(r"\((.*)\)", name)[0].split()
            inner = message.root.children[1].children[0]
            assert mime.header_fields(inner, wanted, without=".not" in name) == content, name
        else:
            place = sections[name.upper()]
            assert raw[place.start : place.end].rstrip(b"\r\n") == content.rstrip(b"\r\n"), name


def test_body_structure_of_a_nested_message() -> None:
    written = mime.serialised(mime.body_structure_of(mime.parse(NESTED))).decode()
    inner = NESTED[NESTED.index(b"Subject: inside") : NESTED.index(b"\r\n--out--")]
    lines = inner.count(b"\n")
    assert written == (
        '((("TEXT" "PLAIN" ("CHARSET" "iso-8859-1") NIL NIL "QUOTED-PRINTABLE" 8 0 NIL NIL NIL NIL)'
        '("TEXT" "HTML" ("CHARSET" "utf-8") NIL NIL "7BIT" 13 0 NIL NIL NIL NIL) "ALTERNATIVE" ("BOUNDARY" "in") NIL NIL NIL)'
        '("APPLICATION" "PDF" NIL NIL NIL "BASE64" 12 NIL ("ATTACHMENT" ("FILENAME*0*" "utf-8\'\'r%C3%A9sum" '
        '"FILENAME*1*" "%C3%A9.pdf")) NIL NIL)'
        f'("MESSAGE" "RFC822" NIL NIL NIL "7BIT" {len(inner)} (NIL "inside" NIL NIL NIL NIL NIL NIL NIL NIL) '
        '(("APPLICATION" "OCTET-STREAM" ("NAME" "../../etc/passwd") NIL NIL "7BIT" 1 NIL NIL NIL NIL) '
        f'"MIXED" ("BOUNDARY" "deep") NIL NIL NIL) {lines} NIL NIL NIL NIL) "MIXED" ("BOUNDARY" "out") NIL NIL NIL)'
    )


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        ("Subject: été".encode(), b'"=?utf-8?B?w6l0w6k=?="'),
        ("Subject: été".encode("latin-1"), b'"=?utf-8?B?w6l0w6k=?="'),
        (b"Subject: =?utf-8?Q?=C3=A9?=", b'"=?utf-8?Q?=C3=A9?="'),
        (b'Subject: a "b" \\c', b'"a \\"b\\" \\\\c"'),
        (b"Subject: a\r\n b\0", b'"a b"'),
    ],
)
def test_strings_are_quoted_and_ascii(field: bytes, expected: bytes) -> None:
    assert envelope(field + b"\r\n\r\n").split(b" ", 1)[1].startswith(expected + b" ")


def test_an_address_that_is_not_ascii_is_a_literal() -> None:
    assert b"((NIL NIL {2}\r\n" + "é".encode() + b' "x.fr"))' in envelope("From: é@x.fr".encode() + b"\r\n\r\n")


def test_a_message_in_base64_has_no_inside_for_imap() -> None:
    raw = b"Content-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\nU3ViamVjdDogYQ0KDQpi"
    message = mime.parse(raw)
    assert mime.serialised(mime.body_structure_of(message)).startswith(b'("APPLICATION" "OCTET-STREAM" NIL NIL NIL "BASE64" 20')
    assert set(mime.sections_of(message)) == {"", "HEADER", "TEXT", "1", "1.MIME"}
