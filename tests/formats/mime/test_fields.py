"""Words, charsets, parameters, file names, addresses, ids and dates, as people and programs write them."""

from __future__ import annotations

import pytest

from socle.formats import mime
from socle.formats.mime.charsets import decode
from socle.formats.mime.identification import read_date


def subject(raw: bytes) -> str:
    return mime.subject_of(mime.parse(b"Subject: " + raw + b"\r\n\r\n"))


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (b"plain", "plain"),
        (b"=?utf-8?Q?d=C3=A9j=C3=A0_vu?=", "déjà vu"),
        (b"=?ISO-8859-1?q?d=E9j=E0?= =?iso-8859-1?Q?_vu?=", "déjà vu"),
        (b"=?utf-8?B?w4k=?= and =?utf-8?B?w4k=?=", "É and É"),
        (b"=?utf-8?B?w4?= =?utf-8?B?nQ==?=", "Ý"),  # padding lost, letter cut in two
        (b"=?utf-8*fr?Q?=C3=A9t=C3=A9?=", "été"),
        (b"one\r\n two", "one two"),
        (b"one\r\n\t=?utf-8?Q?=C3=A9?=", "one é"),
        ("été".encode(), "été"),
        ("été".encode("latin-1"), "été"),
        (b"=?x-nothing?Q?=E9?=", "é"),
        (b"=?utf-8?Q?a=0D=0ABcc:_x@y.fr=00?=", "a Bcc: x@y.fr"),
        ("abc\u202etxt.exe".encode(), "abctxt.exe"),
        (b"=?utf-8?Q?really??=", "really?"),
        (b"=?utf-8?X?a?= =?", "=?utf-8?X?a?= =?"),
    ],
)
def test_subjects(raw: bytes, text: str) -> None:
    assert subject(raw) == text


@pytest.mark.parametrize(
    ("content", "label", "text"),
    [
        ("été".encode(), "", "été"),
        ("été".encode("cp1252"), "", "été"),
        ("été".encode("cp1252"), "utf-8", "été"),
        ("été €".encode("cp1252"), "iso-8859-1", "été €"),
        ("été".encode(), "us-ascii", "été"),
        ("été".encode() + b"\xff", "utf-8", "été\ufffd"),
        ("ж".encode("koi8-r"), "KOI8-R", "ж"),
        ("日本".encode("iso-2022-jp"), "iso-2022-jp", "日本"),
        ("日本".encode("shift_jis"), "shift_jis", "日本"),
        (b"a", "punycode", "a"),
        (b"\\u00e9", "unicode_escape", "\\u00e9"),
        (b"abc", "rot13", "abc"),
        (b"\x81\x8d", "windows-1252", "\ufffd\ufffd"),
        (b"a", "x" * 5000, "a"),
    ],
)
def test_charsets(content: bytes, label: str, text: str) -> None:
    assert decode(content, label) == text


def name_of(disposition: bytes, content_type: bytes = b"application/pdf") -> str:
    raw = b"Content-Type: " + content_type + b"\r\nContent-Disposition: " + disposition + b"\r\n\r\n"
    return mime.filename_of(mime.parse(raw).root)


@pytest.mark.parametrize(
    ("disposition", "name"),
    [
        (b'attachment; filename="a b.pdf"', "a b.pdf"),
        (b"attachment; filename=a b.pdf; size=3", "a b.pdf"),
        (b"attachment; filename*=utf-8''%C3%A9t%C3%A9.pdf", "été.pdf"),
        (b"attachment; filename*=iso-8859-1'fr'%E9.pdf; filename=e.pdf", "é.pdf"),
        (b"attachment; filename*1=b.pdf; filename*0=a", "ab.pdf"),
        (b"attachment; filename*0*=utf-8''%C3; filename*1*=%A9.pdf", "é.pdf"),
        (b'attachment; filename="=?utf-8?Q?=C3=A9t=C3=A9.pdf?="', "été.pdf"),
        ('attachment; filename="été.pdf"'.encode(), "été.pdf"),
        ('attachment; filename="été.pdf"'.encode("latin-1"), "été.pdf"),
        (b'attachment; filename="../../etc/passwd"', "passwd"),
        (b'attachment; filename="C:\\Users\\x\\r.pdf"', "r.pdf"),
        (b'attachment; filename="..\\\\..\\\\r.pdf"', "r.pdf"),
        (b'attachment; filename="say \\"hi\\".pdf"', "say _hi_.pdf"),
        (b"attachment; filename*=utf-8''a%0D%0AX%3A%20b%00.pdf", "a X_ b.pdf"),
        (b"attachment; filename*=utf-8''fdp%E2%80%AE.exe", "fdp.exe"),
        (b"attachment; filename*=utf-8''%2e%2e%2f%2e%2e%2fx", "x"),
        (b'attachment; filename=".."', ""),
        (b'attachment; filename="con.pdf"', "_con.pdf"),
        (b"attachment; filename=", ""),
        (b'attachment; filename="unended', "unended"),
        (b'attachment; name="x" filename="y.pdf"', "y.pdf"),
        (b"attachment", ""),
    ],
)
def test_file_names_are_names(disposition: bytes, name: str) -> None:
    assert name_of(disposition) == name


def test_a_long_name_keeps_its_extension() -> None:
    name = mime.safe_name("é" * 400 + ".pdf")
    assert name.endswith("é.pdf")
    assert len(name) <= 150
    assert len(name.encode()) <= 255
    assert mime.safe_name(name) == name


def listed(value: str) -> list[tuple[str, str]]:
    return [(one.name, one.address) for one in mime.flat(mime.read_addresses(value))]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("a@x.fr", [("", "a@x.fr")]),
        ("A B <a@x.fr>, c@y.fr", [("A B", "a@x.fr"), ("", "c@y.fr")]),
        ('"B, A" <a@x.fr>', [("B, A", "a@x.fr")]),
        ("a@x.fr (A B)", [("A B", "a@x.fr")]),
        ("=?utf-8?Q?=C3=89lo=C3=AFse?= <a@x.fr>", [("Éloïse", "a@x.fr")]),
        ("Team: a@x.fr, B <b@x.fr>;, c@x.fr", [("", "a@x.fr"), ("B", "b@x.fr"), ("", "c@x.fr")]),
        ("undisclosed-recipients:;", []),
        ("<@r1,@r2:a@x.fr>", [("", "a@x.fr")]),
        ("A B <a@x.fr", [("A B", "a@x.fr")]),
        ("Name a@x.fr", [("Name", "a@x.fr")]),
        ("john . doe @ x . fr", [("", "john.doe@x.fr")]),
        ('"odd @ local"@x.fr', [("", "odd @ local@x.fr")]),
        ("a@[192.0.2.1]", [("", "a@[192.0.2.1]")]),
        ("postmaster", [("", "postmaster")]),
        ("a@x.fr; b@x.fr", [("", "a@x.fr"), ("", "b@x.fr")]),
        ("é@x.fr", [("", "é@x.fr")]),
        ("", []),
        (",,;<>,", []),
        ("a@x.fr@y.fr", [("", "a@x.fr@y.fr")]),
        ('"a\\"b" <c@x.fr>', [('a"b', "c@x.fr")]),
        ("(nested (comment) \\) end) a@x.fr", [("nested (comment) ) end", "a@x.fr")]),
    ],
)
def test_addresses(value: str, expected: list[tuple[str, str]]) -> None:
    assert listed(value) == expected


def test_what_a_name_hides_does_not_become_an_address() -> None:
    [one] = mime.flat(mime.read_addresses('"boss@hopital.mssante.fr" <thief@elsewhere.fr>'))
    assert one.address == "thief@elsewhere.fr"
    [one] = mime.flat(mime.read_addresses("=?utf-8?Q?a=40x.fr=3E=2C_=3Cb=40y.fr?= <thief@elsewhere.fr>"))
    assert one.address == "thief@elsewhere.fr"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("<a@x>", ("a@x",)),
        ("<a@x> <b@y>\t<a@x>", ("a@x", "b@y")),
        ("a@x b@y", ("a@x", "b@y")),
        ("your mail of monday <a@x>", ("a@x",)),
        ("<<a@x>>", ("a@x",)),
        ("<" + "a" * 400 + "@x>", ()),
        ("nothing", ()),
    ],
)
def test_ids(value: str, expected: tuple[str, ...]) -> None:
    assert mime.ids(value) == expected


def test_a_long_thread_keeps_its_root_and_its_end() -> None:
    found = mime.ids(" ".join(f"<{number}@x>" for number in range(1000)))
    assert len(found) == 200
    assert (found[0], found[-1]) == ("0@x", "999@x")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("Mon, 9 Mar 2026 09:30:12 +0100", "2026-03-09T09:30:12+01:00"),
        ("9 Mar 26 09:30 EST", "2026-03-09T09:30:00-05:00"),
        ("Mon, 9 Mar 2026 09:30:12 -0000", "2026-03-09T09:30:12+00:00"),
        ("Mon, 9 Mar 2026 09:30:60 GMT (UTC)", "2026-03-09T09:30:59+00:00"),
        ("Mon, 32 Mar 2026 09:30:12 +0100", None),
        ("Mon, 9 Mar 2026 09:30:12 +9999999", None),
        ("yesterday", None),
        ("", None),
    ],
)
def test_dates(value: str, expected: str | None) -> None:
    found = read_date(value)
    assert (found.isoformat() if found else None) == expected
