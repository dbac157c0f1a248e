"""Bytes -> tree, places, faults and limits."""

from __future__ import annotations

import pytest

from socle.formats import mime
from tests.formats.mime.samples import NESTED, crlf


def codes(message: mime.Message) -> set[str]:
    return {fault.code for fault in message.faults}


def test_a_nested_message_has_its_tree_its_numbers_and_its_places() -> None:
    message = mime.parse(NESTED)
    assert message.faults == ()
    assert [(part.number, part.media_type) for part in message.root.walk()] == [
        ("", "multipart/mixed"),
        ("1", "multipart/alternative"),
        ("1.1", "text/plain"),
        ("1.2", "text/html"),
        ("2", "application/pdf"),
        ("3", "message/rfc822"),
        ("3", "multipart/mixed"),
        ("3.1", "application/octet-stream"),
    ]
    for part in message.root.walk():
        assert NESTED[part.header_start : part.body_start].endswith(b"\r\n\r\n")
    pdf = message.root.children[1]
    assert NESTED[pdf.body_start : pdf.body_end] == b"JVBERi0xLjcK"
    assert mime.content_of(pdf) == b"%PDF-1.7\n"
    assert mime.filename_of(pdf) == "résumé.pdf"
    assert message.decoded_size == sum(len(mime.content_of(p)) for p in message.root.walk() if not p.children)


def test_who_when_and_which_message() -> None:
    message = mime.parse(NESTED)
    sender = mime.sender_of(message)
    assert sender is not None
    assert (sender.name, sender.address) == ("Julie Lefèvre", "julie@demo.mssante.fr")
    assert mime.subject_of(message) == "Résultat"
    date = mime.date_of(message)
    assert date is not None
    assert date.isoformat() == "2026-03-09T09:30:12+01:00"
    assert mime.message_id_of(message) == "n1@demo.mssante.fr"
    assert mime.references_of(message) == ("first@demo.mssante.fr", "n0@demo.mssante.fr")
    assert mime.in_reply_to_of(message) == ("n0@demo.mssante.fr",)


def test_several_authors_are_no_sender() -> None:
    assert mime.sender_of(mime.parse(b"From: a@x.fr, b@x.fr\r\n\r\n")) is None
    assert mime.sender_of(mime.parse(b"From: a@x.fr\r\nFrom: b@x.fr\r\n\r\n")) is None
    assert mime.sender_of(mime.parse(b"\r\n")) is None


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (b"", set()),
        (b"\r\n", set()),
        (b"A: b\n\nx", {"bare-lf"}),
        (b"A: b\r\n\r\nx\ry\0", {"bare-cr", "nul"}),
        (b"A: b\r\n\r\n" + b"x" * 1500, {"long-line"}),
        (b"A: b\r\n\r\n" + b"x" * 998 + b"\r\n", set()),
        (b"not a header\r\n\r\nbody", {"no-header"}),
        (b"A: b\r\nnot a field\r\n\r\nbody", {"header-line"}),
        (b"Subject: a\r\nSubject: b\r\n\r\n", {"header-twice"}),
        (b"Received: a\r\nReceived: b\r\n\r\n", set()),
        (b"Content-Type: ???\r\n\r\n", {"content-type"}),
        (b"Content-Transfer-Encoding: rot13\r\n\r\nx", {"content-encoding"}),
        (b"Content-Transfer-Encoding: base64\r\n\r\n?? no !! such -- thing", {"content-encoding"}),
        (b"Content-Type: multipart/mixed\r\n\r\nx", {"multipart-boundary"}),
        (b"Content-Type: multipart/mixed; boundary=b\r\n\r\nx\r\n", {"multipart-empty", "multipart-end"}),
        (b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nx", {"multipart-end"}),
    ],
)
def test_faults_are_told_and_the_message_is_a_value(raw: bytes, expected: set[str]) -> None:
    message = mime.parse(raw)
    assert codes(message) == expected
    assert message.raw == raw


def test_a_first_line_that_is_no_field_hides_nothing() -> None:
    message = mime.parse(b"Hello there\r\nFrom: a@x.fr\r\n\r\nend")
    assert message.root.headers == ()
    assert mime.plain_text_of(message) == "Hello there\nFrom: a@x.fr\n\nend"


def test_a_multipart_without_parts_keeps_its_text() -> None:
    message = mime.parse(b"Content-Type: multipart/mixed; boundary=b\r\n\r\nwords")
    assert mime.plain_text_of(message) == "words"
    assert message.root.number == "1"


def test_an_inner_multipart_never_reaches_outside_the_part_that_holds_it() -> None:
    raw = crlf("""\
Content-Type: multipart/mixed; boundary=a

--a
Content-Type: multipart/mixed; boundary=aa

--aa

one
--a

two
--aa
three
--a--
""")
    root = mime.parse(raw).root
    assert [mime.text_of_part(leaf) for leaf in root.walk() if not leaf.children] == ["one", "two\n--aa\nthree"]


def multipart(boundary: str, inside: bytes) -> bytes:
    head = f"Content-Type: multipart/mixed; boundary={boundary}\r\n\r\n--{boundary}\r\n"
    return head.encode() + inside + f"\r\n--{boundary}--\r\n".encode()


def test_limits_leave_the_rest_whole() -> None:
    deep = b"\r\nx"
    for level in range(40):
        deep = multipart(f"b{level}", deep)
    message = mime.parse(deep, mime.Limits(depth=5))
    assert codes(message) == {"depth"}
    *_, last = message.root.walk()
    assert last.media_type == "application/octet-stream"
    assert b"b30" in mime.content_of(last)

    many = b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + b"--b\r\n\r\nx\r\n" * 50 + b"--b--\r\n"
    message = mime.parse(many, mime.Limits(parts=10))
    assert codes(message) == {"parts"}
    assert len(list(message.root.walk())) == 10
    assert message.root.children[-1].body_end == len(many)

    message = mime.parse(b"A: b\r\n" * 50 + b"\r\nbody", mime.Limits(fields=7))
    assert codes(message) == {"header-count"}
    assert len(message.root.headers) == 7
    assert mime.plain_text_of(message) == "body"

    message = mime.parse(b"A: b\r\n" * 50 + b"\r\nbody", mime.Limits(header_bytes=60))
    assert codes(message) == {"header-size"}
    assert mime.plain_text_of(message) == "body"

    message = mime.parse(b"A: b\r\n\r\n" + b"x" * 300, mime.Limits(decoded_bytes=200))
    assert codes(message) == {"decoded-size"}


def test_a_message_in_base64_is_looked_into_up_to_a_limit() -> None:
    raw = crlf("""\
Content-Type: message/rfc822
Content-Transfer-Encoding: base64

U3ViamVjdDogaW5zaWRlDQoNCmhlbGxv
""")
    message = mime.parse(raw)
    [inner] = message.root.children
    assert inner.detached
    assert mime.subject_of(inner) == "inside"
    assert mime.plain_text_of(inner) == "hello"
    assert message.decoded_size == 24
    small = mime.parse(raw, mime.Limits(embedded_bytes=10))
    assert small.root.children == ()
    assert codes(small) == {"content-encoding", "embedded-size"}


def test_an_mbox_line_and_blank_lines_before_the_header_are_passed_over() -> None:
    message = mime.parse(b"From someone@x.fr Mon Mar  9 09:30:12 2026\r\nSubject: a\r\n\r\nb")
    assert mime.subject_of(message) == "a"
    message = mime.parse(b"   \r\nSubject: a\r\n\r\nb")
    assert mime.subject_of(message) == "a"
    assert codes(message) == {"header-line"}


def test_values_are_frozen_and_say_no_content() -> None:
    message = mime.parse(NESTED)
    with pytest.raises(AttributeError):
        message.root.media_type = "x"  # type: ignore[misc]
    assert "déjà" not in repr(message)
    assert "JVBER" not in repr(message)
    assert "Lefèvre" not in repr(message.root.headers)
