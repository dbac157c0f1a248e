"""Outgoing values -> the bytes of a message: CRLF lines of at most 998 bytes, ASCII only, no bare CR or LF.

Writing the same value twice gives the same bytes: a retry sends the same message. `outgoing_of(parse(write(x))) == x` for every
x whose texts are in their canonical form.
"""

from __future__ import annotations

import hashlib

from socle.errors import Invalid
from socle.formats.mime.addresses import Address
from socle.formats.mime.bodies import attachments_of, content_of, filename_of, html_of, plain_text_of
from socle.formats.mime.composing import (
    Attachment,
    Outgoing,
    bracketed,
    checked,
    file_part,
    header_lines,
    text_field,
    text_part,
)
from socle.formats.mime.identification import addresses, date_of, in_reply_to_of, message_id_of, subject_of
from socle.formats.mime.reports import Dsn, Mdn
from socle.formats.mime.values import Message


def write(outgoing: Outgoing) -> bytes:
    """The message. Invalid: the codes of `composing`."""
    body = text_part(outgoing.text, "plain")
    if outgoing.html:
        body = multipart("alternative", outgoing.message_id, [body, text_part(outgoing.html, "html")])
    if outgoing.attachments:
        body = multipart("mixed", outgoing.message_id, [body, *(file_part(one) for one in outgoing.attachments)])
    return b"".join(header_lines(outgoing)) + body


def multipart(subtype: str, seed: str, parts: list[bytes], parameter: str = "") -> bytes:
    """The header lines and body of a multipart. The boundary follows from the seed and stands in none of the parts."""
    turn = 0
    while True:
        digest = hashlib.sha256(f"{seed} {subtype} {turn}".encode()).hexdigest()[:32]
        boundary = f"=_{digest}".encode("ascii")
        if not any(b"--" + boundary in part for part in parts):
            break
        turn += 1
    head = b'Content-Type: multipart/%s%s;\r\n boundary="%s"\r\n\r\n' % (
        subtype.encode("ascii"),
        parameter.encode("ascii"),
        boundary,
    )
    return b"".join((head, *(b"--" + boundary + b"\r\n" + part + b"\r\n" for part in parts), b"--" + boundary + b"--\r\n"))


def write_mdn(outgoing: Outgoing, mdn: Mdn, returned_header: bytes = b"") -> bytes:
    """A disposition notice: the text for a person, the fields for software, and the header of the message it answers.

    To be sent with an empty envelope sender. It never asks for a notice itself: Invalid `mime-notice-loop`.
    """
    disposition = f"{mdn.action_mode or 'manual-action'}/{_cased(mdn.sending_mode or 'mdn-sent-manually')}; {mdn.disposition}"
    if mdn.error_code:
        disposition += f"/Error: {mdn.error_code}^{mdn.error_label}"
    elif mdn.modifiers:
        disposition += "/" + ",".join(mdn.modifiers)
    fields = [
        _report_field("Reporting-UA", mdn.reporting_ua),
        _report_field("Original-Recipient", mdn.original_recipient, "rfc822; "),
        _report_field("Final-Recipient", mdn.final_recipient, "rfc822; "),
        _report_field("Original-Message-ID", bracketed(mdn.original_message_id) if mdn.original_message_id else ""),
        _report_field("Disposition", disposition),
    ]
    return _report(outgoing, "disposition-notification", b"".join(fields), returned_header)


def write_dsn(outgoing: Outgoing, dsn: Dsn, returned_header: bytes = b"") -> bytes:
    """A delivery report, to be sent with an empty envelope sender. `returned_header` is that of the message it is about."""
    about = [_report_field("Reporting-MTA", dsn.reporting_mta, "dns; ")]
    about.append(_report_field("Original-Envelope-Id", dsn.envelope_id))
    if dsn.arrived_at is not None:
        about.append(_report_field("Arrival-Date", dsn.arrived_at.strftime("%a, %d %b %Y %H:%M:%S %z")))
    groups = [b"".join(about)]
    for one in dsn.deliveries:
        groups.append(
            _report_field("Original-Recipient", one.original_recipient, "rfc822; ")
            + _report_field("Final-Recipient", one.final_recipient, "rfc822; ")
            + _report_field("Action", one.action)
            + _report_field("Status", one.status)
            + _report_field("Remote-MTA", one.remote_mta, "dns; ")
            + _report_field("Diagnostic-Code", one.diagnostic, "smtp; ")
        )
    return _report(outgoing, "delivery-status", b"\r\n".join(groups), returned_header)


def _cased(word: str) -> str:
    """`MDN-sent-automatically`, as the RFC writes it."""
    return "MDN" + word[3:] if word.startswith("mdn-") else word


def _report_field(name: str, value: str, kind: str = "") -> bytes:
    return text_field(name, kind + checked(value)) if value else b""


def _report(outgoing: Outgoing, kind: str, fields: bytes, returned_header: bytes) -> bytes:
    if outgoing.notify_to is not None or outgoing.attachments or outgoing.html:
        raise Invalid("mime-notice-loop", "Un accusé ne demande pas d’accusé et ne porte pas de pièce jointe.")
    parts = [text_part(outgoing.text, "plain"), b"Content-Type: message/%s\r\n\r\n" % kind.encode("ascii") + fields]
    if returned_header:
        parts.append(text_part(returned_header.decode("utf-8", "replace"), "rfc822-headers"))
    lines = [*header_lines(outgoing), b"Auto-Submitted: auto-replied\r\n"]
    return b"".join(lines) + multipart("report", outgoing.message_id, parts, f"; report-type={kind}")


def outgoing_of(message: Message) -> Outgoing | None:
    """The value that this message was written from: how a draft is taken up again. None without a sender, an id or a date."""
    sender = addresses(message, "from")
    sent_at = date_of(message)
    if len(sender) != 1 or sent_at is None or not message_id_of(message):
        return None
    notify = addresses(message, "disposition-notification-to")
    references = message.root.header("references")
    return Outgoing(
        sender=_plain(sender[0]),
        message_id=message_id_of(message),
        sent_at=sent_at,
        to=tuple(map(_plain, addresses(message, "to"))),
        cc=tuple(map(_plain, addresses(message, "cc"))),
        reply_to=tuple(map(_plain, addresses(message, "reply-to"))),
        subject=subject_of(message),
        text=plain_text_of(message),
        html=html_of(message),
        in_reply_to=next(iter(in_reply_to_of(message)), ""),
        references=tuple(_ids(references.value)) if references else (),
        notify_to=_plain(notify[0]) if notify else None,
        mss=tuple((one.name.upper(), one.text.strip()) for one in message.root.headers if one.key.startswith("x-mss-")),
        attachments=tuple(Attachment(filename_of(part), part.media_type, content_of(part)) for part in attachments_of(message)),
    )


def _plain(one: Address) -> Address:
    return Address(one.name, one.local, one.domain)


def _ids(value: str) -> list[str]:
    return [word[1:-1] for word in value.split() if word.startswith("<") and word.endswith(">")]
