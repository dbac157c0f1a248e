"""Messages written: they read back the same, stand in safe lines, and nobody can add a line to them."""

from __future__ import annotations

import email
import email.policy
import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from socle.errors import Invalid
from socle.formats import mime
from tests.formats.mime.samples import DESK, JULIE, SENT_AT, outgoing

_VISIBLE = st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp", "Cf"))
_WORDS = st.text(_VISIBLE, max_size=200).map(str.strip)
_TEXTS = st.text(st.one_of(_VISIBLE, st.just("\n"), st.sampled_from("\t =.")), max_size=400).map(
    lambda text: text + "\n" if text and not text.endswith("\n") else text
)
_LOCALS = st.from_regex(r"[a-z0-9_+-]{1,20}(\.[a-z0-9]{1,10}){0,2}", fullmatch=True)
_DOMAINS = st.from_regex(r"[a-z0-9]{1,10}(\.[a-z]{2,8}){1,2}", fullmatch=True)
_ADDRESSES = st.builds(mime.Address, _WORDS.map(lambda name: " ".join(name.split())), _LOCALS, _DOMAINS)
_IDS = st.from_regex(r"[a-z0-9.=+-]{1,60}@[a-z0-9.]{1,30}", fullmatch=True)
_NAMES = st.text(_VISIBLE, min_size=1, max_size=180).map(mime.safe_name).filter(bool)
_FILES = st.builds(
    mime.Attachment,
    _NAMES,
    st.sampled_from(["application/pdf", "image/png", "text/plain", "text/html", "application/zip"]),
    st.binary(max_size=300),
)
_MSS = st.lists(
    st.tuples(st.sampled_from(["X-MSS-NIL", "X-MSS-CODECDA", "X-MSS-INS", "X-MSS-MES"]), _WORDS),
    max_size=4,
    unique_by=lambda one: one[0],
).map(tuple)
_MESSAGES = st.builds(
    mime.Outgoing,
    sender=_ADDRESSES,
    message_id=_IDS,
    sent_at=st.integers(0, 4_102_444_800).map(lambda second: datetime.fromtimestamp(second, UTC)),
    to=st.lists(_ADDRESSES, max_size=3).map(tuple),
    cc=st.lists(_ADDRESSES, max_size=2).map(tuple),
    reply_to=st.lists(_ADDRESSES, max_size=1).map(tuple),
    subject=_WORDS,
    text=_TEXTS,
    html=st.one_of(st.just(""), _TEXTS),
    in_reply_to=st.one_of(st.just(""), _IDS),
    references=st.lists(_IDS, max_size=5).map(tuple),
    notify_to=st.one_of(st.none(), _ADDRESSES),
    mss=_MSS,
    attachments=st.lists(_FILES, max_size=3).map(tuple),
)
BARE = re.compile(rb"\r(?!\n)|(?<!\r)\n")


@given(_MESSAGES)
def test_what_is_written_reads_back_the_same(message: mime.Outgoing) -> None:
    raw = mime.write(message)
    parsed = mime.parse(raw)
    assert parsed.faults == ()
    assert mime.outgoing_of(parsed) == message
    assert mime.write(message) == raw


@given(_MESSAGES)
def test_lines_are_short_ascii_and_ended_by_crlf(message: mime.Outgoing) -> None:
    raw = mime.write(message)
    assert raw.isascii()
    assert not BARE.search(raw)
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    assert b"\0" not in raw


@given(_MESSAGES)
def test_another_reader_finds_the_same_message(message: mime.Outgoing) -> None:
    other = email.message_from_bytes(mime.write(message), policy=email.policy.SMTP)
    assert other["Message-ID"].strip() == f"<{message.message_id}>"
    assert [part.get_payload(decode=True) for part in other.walk() if part.get_content_disposition() == "attachment"] == [
        one.content for one in message.attachments
    ]
    assert not [defect for part in other.walk() for defect in part.defects]


def test_a_long_french_subject_and_a_long_name() -> None:
    name = "Compte rendu d’hospitalisation — été 2026 " * 3 + ".pdf"
    message = outgoing(subject="Été " * 100, attachments=(mime.Attachment(name, "application/pdf", b"%PDF-"),))
    parsed = mime.parse(mime.write(message))
    assert mime.subject_of(parsed) == ("Été " * 100).strip()
    [part] = mime.attachments_of(parsed)
    assert mime.filename_of(part) == mime.safe_name(name)


def test_the_fields_of_mssante() -> None:
    subject = "XDM/1.0/DDM+Lettre de liaison PAT-TROIS DOMINIQUE 28/03/1979"
    mss = (("X-MSS-NIL", "socle 1.0"), ("X-MSS-CODECDA", "11490-0,11502-2"), ("X-MSS-INS", "O"), ("X-MSS-MES", "FIN"))
    raw = mime.write(outgoing(subject=subject, mss=mss, notify_to=JULIE))
    assert b"\r\nX-MSS-MES: FIN\r\n" in raw
    assert b"\r\nX-MSS-CODECDA: 11490-0,11502-2\r\n" in raw
    assert b"Subject: XDM/1.0/DDM+Lettre de liaison" in raw
    assert mime.subject_of(mime.parse(raw)) == subject
    assert [one.address for one in mime.addresses(mime.parse(raw), "Disposition-Notification-To")] == [JULIE.address]


def test_texts_of_forms_and_dots_and_from_lines_travel_as_they_are() -> None:
    text = "From here\r\n.\r\n..\r\nFrom the étage\rend"
    raw = mime.write(outgoing(text=text))
    assert b"\r\nFrom " not in raw.partition(b"\r\n\r\n")[2]
    assert mime.plain_text_of(mime.parse(raw)) == "From here\n.\n..\nFrom the étage\nend\n"


INJECTED = ("a\r\nBcc: thief@elsewhere.fr", "a\nb", "a\rb", "a\0b", "a\u2028b", "a\x85b", "a\ud800b")


@pytest.mark.parametrize("value", INJECTED)
@pytest.mark.parametrize("where", ["subject", "name", "local", "domain", "id", "reference", "mss", "mss-name", "file", "type"])
def test_no_value_begins_a_line_of_its_own(where: str, value: str) -> None:
    changed: dict[str, object] = {
        "subject": {"subject": value},
        "name": {"to": (replace(DESK, name=value),)},
        "local": {"to": (replace(DESK, local=value),)},
        "domain": {"cc": (replace(DESK, domain=value),)},
        "id": {"message_id": value},
        "reference": {"references": (value,)},
        "mss": {"mss": (("X-MSS-NIL", value),)},
        "mss-name": {"mss": ((f"X-MSS-{value}", "O"),)},
        "file": {"attachments": (mime.Attachment(value, "application/pdf", b""),)},
        "type": {"attachments": (mime.Attachment("a.pdf", value, b""),)},
    }[where]  # type: ignore[assignment]
    mime.write(outgoing())
    with pytest.raises(Invalid) as refused:
        mime.write(outgoing(**changed))  # type: ignore[arg-type]
    assert refused.value.code.startswith("mime-")
    assert "elsewhere" not in str(refused.value)


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"subject": "x" * 2001}, "mime-length"),
        ({"sent_at": SENT_AT.replace(tzinfo=None)}, "mime-date"),
        ({"mss": (("Bcc", "a@x.fr"),)}, "mime-header-name"),
        ({"to": (mime.Address("", "a b", "x.fr"),)}, "mime-address"),
        ({"to": (mime.Address("", "a", ""),)}, "mime-address"),
        ({"message_id": "a b@x"}, "mime-id"),
        ({"text": "\ud800"}, "mime-control"),
        ({"attachments": (mime.Attachment("a", "message/rfc822", b""),)}, "mime-media-type"),
        ({"attachments": (mime.Attachment("a", "multipart/mixed", b""),)}, "mime-media-type"),
    ],
)
def test_what_is_not_right_is_refused(changed: dict[str, object], code: str) -> None:
    with pytest.raises(Invalid) as refused:
        mime.write(outgoing(**changed))
    assert refused.value.code == code


def test_a_blank_copy_name_or_path_becomes_a_name() -> None:
    files = (mime.Attachment("../../x.pdf", "application/pdf", b"1"), mime.Attachment("", "application/pdf", b"2"))
    names = [mime.filename_of(part) for part in mime.attachments_of(mime.parse(mime.write(outgoing(attachments=files))))]
    assert names == ["x.pdf", "piece-jointe"]


def test_a_message_that_names_no_sender_is_no_draft() -> None:
    assert mime.outgoing_of(mime.parse(b"Subject: a\r\n\r\nb")) is None
