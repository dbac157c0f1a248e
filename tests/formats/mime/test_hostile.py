"""Nothing that comes over the wire raises, hangs or grows: noise, mutations of real shapes, and input made to be slow."""

from __future__ import annotations

import itertools
import time
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from socle.formats import mime
from tests.corpora import shared
from tests.formats.mime.samples import NESTED, outgoing

MEGABYTE = 1_000_000


def all_of(raw: bytes) -> mime.Message:
    """Everything that may be asked of a message."""
    message = mime.parse(raw)
    mime.serialised(mime.envelope_of(message))
    mime.serialised(mime.body_structure_of(message))
    mime.serialised(mime.body_structure_of(message, extended=False))
    mime.sections_of(message)
    mime.attachments_of(message)
    mime.report_of(message)
    mime.outgoing_of(message)
    mime.sender_of(message), mime.subject_of(message), mime.date_of(message)
    mime.message_id_of(message), mime.references_of(message)
    mime.text_of_html(mime.html_of(message)), mime.plain_text_of(message)
    for part in message.root.walk():
        name = mime.filename_of(part)
        assert name == mime.safe_name(name)
        mime.sniff(mime.content_of(part), name)
        mime.header_fields(part, ["from"])
        mime.text_of_part(part)
        assert part.header_start <= part.body_start <= part.body_end <= len(part.source)
        for header in part.headers:
            text = header.text
            assert not set(text) & {"\r", "\n", "\0", "\u202e"}
            text.encode("utf-8")
    return message


@given(st.binary(max_size=600))
def test_noise(raw: bytes) -> None:
    assert all_of(raw).raw == raw


LINES = st.sampled_from(
    [
        b"From: a@x.fr",
        b'To: "A" <a@x.fr>, g: b@x.fr, <c;, (d',
        b"Subject: =?utf-8?B?w4k=?= =?x?Q?=?=",
        b"Date: 1 Jan",
        b"References: <a@x> <b",
        b"Content-Type: multipart/mixed; boundary=b",
        b"Content-Type: multipart/report; boundary=b; report-type=x",
        b"Content-Type: message/rfc822",
        b"Content-Type: message/delivery-status",
        b"Content-Type: message/disposition-notification",
        b"Content-Type: text/html; charset=utf-16",
        b"Content-Type: text/plain; name*0*=utf-8''%C3; name*9=\"",
        b"Content-Transfer-Encoding: base64",
        b"Content-Transfer-Encoding: quoted-printable",
        b"Content-Transfer-Encoding: uuencode",
        b"Content-Disposition: attachment; filename*=x'y'%2e%2e%2f%00",
        b"Final-Recipient: rfc822; <a@x.fr>",
        b"Disposition: a/b; processed/Error: 902^x",
        b" folded",
        b"\tfolded",
        b"--b",
        b"--b--",
        b"",
        b"",
        b"begin 644 a",
        b"%:&5L;&\\",
        b"aGVsbG8=",
        b"=C3=A9=",
        b"\xe9\xff\0",
    ]
)
ENDS = st.sampled_from([b"\r\n", b"\r\n", b"\n", b"\r", b""])


@given(st.lists(st.tuples(LINES, ENDS), max_size=40))
def test_lines_of_mail_in_any_order(lines: list[tuple[bytes, bytes]]) -> None:
    all_of(b"".join(itertools.chain.from_iterable(lines)))


@given(st.data())
def test_a_message_that_is_cut_and_overwritten(data: st.DataObject) -> None:
    raw = bytearray(NESTED)
    for _ in range(data.draw(st.integers(1, 8))):
        at = data.draw(st.integers(0, len(raw) - 1))
        raw[at : at + data.draw(st.integers(0, 30))] = data.draw(st.one_of(st.binary(max_size=8), LINES))
        raw = raw or bytearray(b"x")
    all_of(bytes(raw))


def test_every_prefix_of_a_real_message() -> None:
    for raw in (NESTED, (shared("corpora/mail") / "ruby-mail/multipart_report_report_530.eml").read_bytes()):
        for end in range(0, len(raw), 3):
            all_of(raw[:end])


MIXED = b"Content-Type: multipart/mixed; boundary=b\r\n\r\n"
SLOW = {
    "boundaries": MIXED + b"--b\r\n" * 100_000,
    "nearly boundaries": MIXED + b"--bx\r\n" * 100_000,
    "boundaries and spaces": MIXED + (b"\r\n--b" + b" " * 150 + b"x") * 4_000,
    "multiparts": b"".join(b"Content-Type: multipart/mixed; boundary=%d\n\n--%d\n" % (n, n) for n in range(20_000)),
    "messages": b"Content-Type: message/rfc822\n\n" * 20_000,
    "fields": b"a:b\n" * 200_000,
    "folds": b"Subject: a\n" + b" b\n" * 200_000,
    "words": b"Subject: " + b"=?a?q?" * 40_000,
    "comments": b"To: " + b"(" * 200_000,
    "angles": b"To: " + b"a <" * 60_000,
    "quotes": b"To: " + b'"' * 200_000,
    "routes": b"To: " + b"<@a:" * 50_000,
    "dots": b"To: " + b". " * 100_000 + b"@x",
    "parameters": b"Content-Type: a/b" + b"; a" * 80_000,
    "escapes": b'Content-Type: a/b; name="' + b"\\" * 200_000,
    "ids": b"References: " + b"<a " * 80_000,
    "padding": b"Content-Transfer-Encoding: base64\n\n" + b"AAA=" * 200_000,
    "soft breaks": b"Content-Transfer-Encoding: quoted-printable\n\n" + b"= \n" * 300_000,
    "spaces": b"Content-Transfer-Encoding: quoted-printable\n\n" + b"a \n" + b" " * MEGABYTE + b"x",
    "punycode": b"Content-Type: text/plain; charset=punycode\n\n" + b"a" * MEGABYTE,
    "report": b"Content-Type: multipart/report; boundary=b\n\n--b\nContent-Type: message/delivery-status\n\n"
    + b"a: b\n\n" * 100_000,
    "tags": b"Content-Type: text/html\n\n" + b"<a" * 300_000,
}


@pytest.mark.parametrize("shape", sorted(SLOW))
def test_input_made_to_be_slow_costs_what_its_size_costs(shape: str) -> None:
    """A quadratic step on a megabyte takes minutes: the bound is far from both."""
    started = time.process_time()
    all_of(SLOW[shape])
    assert time.process_time() - started < 20


def test_a_large_message_is_read_without_a_copy_of_it(capsys: pytest.CaptureFixture[str]) -> None:
    content = bytes(range(256)) * (18 * MEGABYTE // 256)
    raw = mime.write(outgoing(attachments=(mime.Attachment("a.pdf", "application/pdf", content),)))
    small = mime.write(outgoing(text="Bonjour, été.\n" * 200))
    tracemalloc.start()
    message = mime.parse(raw)
    mime.serialised(mime.body_structure_of(message))
    parsing = tracemalloc.get_traced_memory()[1]
    tracemalloc.reset_peak()
    [part] = mime.attachments_of(message)
    assert mime.content_of(part) == content
    decoding = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert message.decoded_size == len(content) + len("Bonjour,\r\n\r\nÀ relire.\r\n".encode())
    assert parsing < 4 * MEGABYTE
    assert decoding < len(content) + 4 * MEGABYTE
    times = [_time(mime.parse, one, turns) * 1000 for one, turns in ((small, 200), (raw, 3))]
    whole = _time(all_of, small, 200) * 1000
    with capsys.disabled():
        print(f"\n  mail: {len(small)} bytes parsed in {times[0]:.2f} ms, everything asked in {whole:.2f} ms", end="")
        print(f"\n  mail: {len(raw) / 1e6:.0f} MB in {times[1]:.0f} ms, {parsing / 1e6:.1f} MB over it", end="")
        print(f"; its file decoded {decoding / 1e6:.1f} MB")


def _time(function: object, raw: bytes, turns: int) -> float:
    started = time.process_time()
    for _ in range(turns):
        function(raw)  # type: ignore[operator]
    return (time.process_time() - started) / turns
