"""Hostile strings and files of the shared corpora, where they meet a mail."""

from __future__ import annotations

import base64
import json
import re
from datetime import UTC, datetime

import pytest

from socle.errors import Invalid
from socle.formats import mime
from tests.corpora import shared

JULIE = mime.Address("Julie", "julie", "demo.mssante.fr")
CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")


def naughty() -> list[str]:
    listed = json.loads((shared("corpora/security/strings") / "naughty-strings.json").read_text("utf-8"))
    return [one["string"] for one in listed if one["string"]]


def lines(name: str) -> list[str]:
    return (shared("corpora/security/strings") / name).read_text("utf-8").splitlines()


def written(**changed: object) -> bytes:
    values: dict[str, object] = {"sender": JULIE, "message_id": "a@demo.mssante.fr", "sent_at": datetime(2026, 3, 9, tzinfo=UTC)}
    return mime.write(mime.Outgoing(**(values | changed)))  # type: ignore[arg-type]


def test_naughty_strings_travel_in_a_text_unchanged() -> None:
    strings = naughty()
    assert len(strings) > 300
    for text in strings:
        sent = text.replace("\r\n", "\n").replace("\r", "\n").removesuffix("\n") + "\n"
        assert mime.plain_text_of(mime.parse(written(text=sent))) == sent.removeprefix("\ufeff").replace("\0", "\ufffd")


def test_naughty_strings_in_a_subject_stay_one_field_or_are_refused() -> None:
    refused = 0
    for text in naughty():
        if CONTROL.search(text) or len(text) > 2000:
            with pytest.raises(Invalid):
                written(subject=text)
            refused += 1
            continue
        message = mime.parse(written(subject=text, text="end"))
        assert [one.name for one in message.root.headers][:4] == ["Date", "From", "Subject", "Message-ID"]
        visible = re.sub("[\u202a-\u202e\u2066-\u2069\ufeff]", "", text)
        assert mime.subject_of(message) == visible.strip()
    assert 0 < refused < 40


def test_no_name_of_a_file_is_a_path_or_hides_something() -> None:
    for written_name in [*lines("patt-directory-traversal.txt"), *naughty()]:
        name = mime.safe_name(written_name)
        assert not set(name) & set("/\\:\0\r\n\t\u202e\u200b")
        assert name not in (".", "..")
        assert not name.startswith(".")
        assert mime.safe_name(name) == name
        raw = (
            b"Content-Disposition: attachment; filename*=utf-8''"
            + "".join(f"%{byte:02X}" for byte in written_name.encode()).encode()
        )
        assert mime.filename_of(mime.parse(raw + b"\r\n\r\n").root) in (name, mime.safe_name(" ".join(written_name.split())))


def test_lines_that_inject_fields_add_none() -> None:
    for line in lines("patt-crlf-injection.txt"):
        message = mime.parse(written(subject=line, text="end"))
        assert [one.name for one in message.root.headers] == [
            "Date",
            "From",
            "Subject",
            "Message-ID",
            "MIME-Version",
            "Content-Type",
            "Content-Transfer-Encoding",
        ]


def test_the_antivirus_sample_reaches_whoever_scans_byte_for_byte() -> None:
    content = base64.b64decode((shared("corpora/security/files") / "eicar.txt.b64").read_bytes())
    raw = written(attachments=(mime.Attachment("a.txt", "text/plain", content),))
    [part] = mime.attachments_of(mime.parse(raw))
    assert mime.content_of(part) == content


def test_svg_files_are_never_handed_out_as_pictures() -> None:
    for path in shared("corpora/security/svg").glob("*.svg"):
        for name in (path.name, "a.png", "a.txt"):
            found = mime.sniff(path.read_bytes(), name)
            assert not found.allowed
            assert found.media_type == "application/octet-stream"
