"""Disposition notices and delivery reports, written and read."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from socle.errors import Invalid
from socle.formats import mime, xdm
from socle.formats.mime.reports import read_mdn
from tests.formats.mime.samples import JULIE, SENT_AT, crlf, outgoing

HEADER = b"Message-ID: <orig@demo.mssante.fr>\r\nSubject: sujet\r\n"
_PLAIN = st.text(st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp", "Cf", "Zs")), max_size=60)
_ADDRESS = st.from_regex(r"[a-z0-9]{1,20}@[a-z0-9]{1,10}\.fr", fullmatch=True)


def test_a_notice_reads_back() -> None:
    mdn = mime.Mdn(
        disposition="displayed",
        final_recipient="desk@hopital.mssante.fr",
        original_message_id="orig@demo.mssante.fr",
        original_recipient="desk@hopital.mssante.fr",
        reporting_ua="socle; 1.0",
    )
    raw = mime.write_mdn(outgoing(text="Votre message a été lu.\n"), mdn, HEADER)
    parsed = mime.parse(raw)
    assert parsed.faults == ()
    assert mime.report_of(parsed) == mdn
    assert mime.plain_text_of(parsed) == "Votre message a été lu.\n"
    assert parsed.root.parameters.get("report-type") == "disposition-notification"
    assert parsed.root.text("auto-submitted") == "auto-replied"
    assert b"Disposition: manual-action/MDN-sent-manually; displayed\r\n" in raw


def test_a_failed_integration_carries_its_code() -> None:
    mdn = mime.Mdn(
        "processed",
        "desk@hopital.mssante.fr",
        "orig@demo.mssante.fr",
        action_mode="automatic-action",
        sending_mode="mdn-sent-automatically",
        modifiers=("error",),
        error_code="902",
        error_label="Identifiant patient inconnu",
    )
    raw = mime.write_mdn(outgoing(subject="[KO Intégration système !][902] XDM/1.0/DDM+Lettre"), mdn)
    assert b"Disposition: automatic-action/MDN-sent-automatically; processed/Error:\r\n 902^Identifiant patient inconnu" in raw
    report = mime.report_of(mime.parse(raw))
    assert report == mdn
    assert mdn.failed
    assert not mime.Mdn("displayed", "a@x.fr").failed


@given(
    st.builds(
        mime.Mdn,
        disposition=st.sampled_from(["displayed", "processed", "deleted", "dispatched"]),
        final_recipient=_ADDRESS,
        original_message_id=_ADDRESS,
        original_recipient=st.one_of(st.just(""), _ADDRESS),
        reporting_ua=_PLAIN.filter(lambda text: not text.startswith("<")),
    )
)
def test_any_notice_reads_back(mdn: mime.Mdn) -> None:
    assert mime.report_of(mime.parse(mime.write_mdn(outgoing(), mdn))) == mdn


def test_a_delivery_report_reads_back() -> None:
    dsn = mime.Dsn(
        reporting_mta="smtp.demo.mssante.fr",
        deliveries=(
            mime.Delivery("a@x.mssante.fr", "failed", "5.1.1", "a@x.mssante.fr", "mx.x.mssante.fr", "550 5.1.1 inconnu é"),
            mime.Delivery("b@x.mssante.fr", "delayed", "4.4.1"),
        ),
        original_message_id="orig@demo.mssante.fr",
        envelope_id="QQ314159",
        arrived_at=SENT_AT,
    )
    parsed = mime.parse(mime.write_dsn(outgoing(), dsn, HEADER))
    assert parsed.faults == ()
    assert mime.report_of(parsed) == dsn


def test_a_report_asks_for_no_report() -> None:
    mdn = mime.Mdn("displayed", "a@x.fr")
    assert mime.write_mdn(outgoing(), mdn)
    for changed in ({"notify_to": JULIE}, {"attachments": (mime.Attachment("a.pdf", "application/pdf", b""),)}, {"html": "<p>"}):
        with pytest.raises(Invalid, match="mime-notice-loop"):
            mime.write_mdn(outgoing(**changed), mdn)


@pytest.mark.parametrize("value", ["a\r\nBcc: x@y.fr", "a\nb", "a\0"])
def test_no_value_of_a_report_begins_a_line(value: str) -> None:
    for mdn in (
        mime.Mdn("displayed", value),
        mime.Mdn(value, "a@x.fr"),
        mime.Mdn("processed", "a@x.fr", error_code="906", error_label=value),
    ):
        with pytest.raises(Invalid):
            mime.write_mdn(outgoing(), mdn)
    with pytest.raises(Invalid):
        mime.write_dsn(outgoing(), mime.Dsn("x", (mime.Delivery("a@x.fr", "failed", diagnostic=value),)))


def test_the_notice_of_an_integration_is_read_in_the_form_of_the_xdm_package() -> None:
    error = xdm.IntegrationError.PATIENT_UNKNOWN
    receipt = xdm.Receipt(xdm.Disposition.PROCESSED, "a@x.fr", "<o@x.fr>", failed=True, error=error)
    fields = xdm.write_receipt(receipt).encode()
    report = read_mdn(fields)
    assert report is not None
    assert (report.disposition, report.original_message_id, report.final_recipient) == ("processed", "o@x.fr", "a@x.fr")
    assert (report.error_code, report.error_label, report.failed) == (error.value, error.label, True)
    written = mime.parse(mime.write_mdn(outgoing(), report)).root.children[1]
    assert xdm.read_receipt(mime.content_of(written).decode()) == receipt


def test_a_report_that_is_forwarded_is_none() -> None:
    raw = mime.write_mdn(outgoing(), mime.Mdn("displayed", "a@x.fr"))
    head = b"Content-Type: multipart/mixed; boundary=zz\r\n\r\n--zz\r\nContent-Type: message/rfc822\r\n\r\n"
    assert mime.report_of(mime.parse(head + raw + b"\r\n--zz--\r\n")) is None
    assert mime.report_of(mime.parse(raw)) is not None


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        (
            b"Disposition: automatic-action/MDN-sent-automatically; processed/error\nError: 904^INS different",
            ("processed", "904"),
        ),
        (b"Disposition: displayed\nFinal-Recipient: a@x.fr", ("displayed", "")),
        (b"Disposition: ;", None),
        (b"nothing", None),
    ],
)
def test_notices_of_others(fields: bytes, expected: tuple[str, str] | None) -> None:
    head = crlf("Content-Type: multipart/report; report-type=disposition-notification; boundary=b\n\n--b\n\ntext\n--b\n")
    raw = head + b"Content-Type: message/disposition-notification\r\n\r\n" + fields + b"\r\n--b--\r\n"
    report = mime.report_of(mime.parse(raw))
    assert (None if report is None else (report.disposition, report.error_code)) == expected  # type: ignore[union-attr]
