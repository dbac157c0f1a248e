"""Transfer encodings, and what of a message is text and what is attached."""

from __future__ import annotations

import binascii

import pytest

from socle.formats import mime
from tests.formats.mime.samples import NESTED, crlf


def decoded(encoding: bytes, body: bytes) -> bytes:
    return mime.content_of(mime.parse(b"Content-Transfer-Encoding: " + encoding + b"\r\n\r\n" + body).root)


@pytest.mark.parametrize(
    ("encoding", "body", "content"),
    [
        (b"base64", b"aGVs\r\nbG8=\r\n", b"hello"),
        (b"BASE64 (comment)", b"aGVsbG8", b"hello"),
        (b"base64", b"aGVsbG8=aGVsbG8=", b"hellohello"),
        (b"base64", b"aGVsbG8=\r\n\r\n-- \r\nlist footer", b"hello"),
        (b"base64", b"aGVs" * 9 + b"*\0" + b"aGVs" * 9, b"hel" * 18),
        (b"base64", b"?? not at all !!", b"?? not at all !!"),
        (b"base64", b"", b""),
        (b"quoted-printable", b"d=E9j=e0 =\r\nvu=20\r\n", b"d\xe9j\xe0 vu \r\n"),
        (b"quoted-printable", b"a  \r\nb=  \r\nc", b"a\r\nbc"),
        (b"quoted-printable", b"50% = half =ZZ =", b"50% = half =ZZ "),
        (b"x-uuencode", b"begin 644 a.txt\r\n%:&5L;&\\\r\n`\r\nend\r\n", b"hello"),
        (b"x-uuencode", b"no beginning", b"no beginning"),
        (b"8bit", b"\xe9", b"\xe9"),
        (b"unheard-of", b"abc=3D", b"abc=3D"),
    ],
)
def test_bodies_are_decoded_in_spite_of_damage(encoding: bytes, body: bytes, content: bytes) -> None:
    assert decoded(encoding, body) == content


def test_text_is_unicode_without_nul_and_with_line_feeds() -> None:
    part = mime.parse(b"Content-Type: text/plain; charset=latin1\r\n\r\nd\xe9j\xe0\r\nvu\r\0").root
    assert mime.text_of_part(part) == "déjà\nvu\n\ufffd"


def test_html_says_its_own_charset_when_the_header_does_not() -> None:
    raw = b"Content-Type: text/html\r\n\r\n<meta charset='koi8-r'>" + "ж".encode("koi8-r")
    assert "ж" in mime.text_of_part(mime.parse(raw).root)


def test_texts_and_attachments_of_a_nested_message() -> None:
    message = mime.parse(NESTED)
    assert mime.plain_text_of(message) == "déjà"
    assert mime.html_of(message) == "<p>déjà</p>"
    attached = mime.attachments_of(message)
    assert [(part.number, mime.filename_of(part)) for part in attached] == [("2", "résumé.pdf"), ("3", ""), ("3.1", "passwd")]


def test_a_picture_of_the_html_is_attached_and_a_text_file_is_no_text() -> None:
    raw = crlf("""\
Content-Type: multipart/mixed; boundary=m

--m
Content-Type: multipart/related; boundary=r

--r
Content-Type: text/html

<img src="cid:p">
--r
Content-Type: image/png
Content-ID: <p>

x
--r--
--m
Content-Type: text/plain; name=notes.txt

notes
--m
Content-Type: text/plain
Content-Disposition: attachment

more
--m--
""")
    body = mime.body_of(mime.parse(raw))
    assert [part.number for part in body.html] == ["1.1"]
    assert [part.number for part in body.attached] == ["1.2", "2", "3"]
    assert mime.plain_text_of(mime.parse(raw)) == ""


def test_uuencode_of_any_length_reads_back() -> None:
    content = bytes(range(256)) * 2
    lines = b"".join(binascii.b2a_uu(content[at : at + 45]) for at in range(0, len(content), 45))
    assert decoded(b"uuencode", b"begin 600 x\n" + lines + b"`\nend\n") == content
