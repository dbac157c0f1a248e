"""What a multipart/report says: a disposition notice (MDN) or a delivery report (DSN), as values.

Source: RFC 6522, RFC 8098 (MDN), RFC 3464 (DSN); the error form `code^label` of the French guide for automatic integration.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime

from socle.formats.mime.bodies import content_of
from socle.formats.mime.headers import Header, read_block, read_fields
from socle.formats.mime.identification import ids, read_date
from socle.formats.mime.values import Message, Part

MAX_REPORTED = 500
"""Recipients of one delivery report."""
_MAX_FIELDS = 100
_MAX_BYTES = 64 * 1024
_GROUPS = re.compile(rb"\n(?:[ \t]*\r?\n)+")
_ERROR = re.compile(r"([0-9]{3})\s*\^\s*([^^]{0,300})")
_STATUS = re.compile(r"[245]\.[0-9]{1,3}\.[0-9]{1,3}")
_MDN = ("message/disposition-notification", "message/global-disposition-notification")
_DSN = ("message/delivery-status", "message/global-delivery-status")
_RETURNED = ("text/rfc822-headers", "message/rfc822-headers", "message/global-headers")


@dataclass(frozen=True, slots=True)
class Mdn:
    """What became of a message at its reader. Ids are without brackets, addresses without their `rfc822;`."""

    disposition: str
    """`displayed`, `processed`, `deleted`, `dispatched`, or another word in lower case."""
    final_recipient: str
    original_message_id: str = ""
    original_recipient: str = ""
    action_mode: str = "manual-action"
    sending_mode: str = "mdn-sent-manually"
    modifiers: tuple[str, ...] = ()
    """Behind the `/`, in lower case: `error`."""
    error_code: str = ""
    """Of an automatic integration that failed: `900` to `906`."""
    error_label: str = ""
    reporting_ua: str = ""

    @property
    def failed(self) -> bool:
        return bool(self.error_code) or bool({"error", "failed", "failure"} & set(self.modifiers))


@dataclass(frozen=True, slots=True)
class Delivery:
    """What became of a message for one recipient."""

    final_recipient: str
    action: str
    """`failed`, `delayed`, `delivered`, `relayed`, `expanded`, or another word in lower case."""
    status: str = ""
    """`5.1.1`; empty when it has not that form."""
    original_recipient: str = ""
    remote_mta: str = ""
    diagnostic: str = ""
    """The words of the other server, as written; for an administrator, never for a page."""


@dataclass(frozen=True, slots=True)
class Dsn:
    """A delivery report: about which message, when it says so, and one line a recipient."""

    reporting_mta: str
    deliveries: tuple[Delivery, ...]
    original_message_id: str = ""
    envelope_id: str = ""
    arrived_at: datetime | None = None


def report_of(message: Message) -> Mdn | Dsn | None:
    """The report that this message is; None when it is none, or says nothing that can be read.

    Recognised by the part that the type of the root announces, so that a report forwarded as a file is none.
    """
    root = message.root
    if root.media_type != "multipart/report":
        return None
    for part in root.children:
        if part.media_type in _MDN and (mdn := read_mdn(content_of(part))):
            return mdn
        if part.media_type in _DSN and (dsn := read_dsn(content_of(part))):
            return replace(dsn, original_message_id=_returned_id(root))
    return None


def read_mdn(content: bytes) -> Mdn | None:
    """The value of a message/disposition-notification."""
    fields = _fields(content, 0, len(content))
    written = fields.get("disposition", "")
    modes, _, outcome = written.partition(";")
    if not outcome:
        modes, outcome = "", modes
    action, _, sending = modes.partition("/")
    word, _, rest = outcome.strip().partition("/")
    modifiers = tuple(one for piece in rest.partition(":")[0].split(",") if (one := piece.strip().lower()))
    error = _ERROR.search(rest) or _ERROR.search(fields.get("error", ""))
    if not word.strip():
        return None
    return Mdn(
        disposition=word.strip().lower(),
        final_recipient=_typed(fields.get("final-recipient", "")),
        original_message_id=next(iter(ids(fields.get("original-message-id", ""))), ""),
        original_recipient=_typed(fields.get("original-recipient", "")),
        action_mode=action.strip().lower(),
        sending_mode=sending.strip().lower(),
        modifiers=modifiers,
        error_code=error[1] if error else "",
        error_label=error[2].strip() if error else "",
        reporting_ua=fields.get("reporting-ua", ""),
    )


def read_dsn(content: bytes) -> Dsn | None:
    """The value of a message/delivery-status: groups of fields, the first about the message, the others one a recipient."""
    groups = [fields for start, end in _ranges(content) if (fields := _fields(content, start, end))]
    about = groups[0] if groups and "final-recipient" not in groups[0] else {}
    deliveries = tuple(
        _delivery(fields) for fields in groups[: MAX_REPORTED + 1] if "final-recipient" in fields or "action" in fields
    )
    if not deliveries:
        return None
    return Dsn(
        reporting_mta=_typed(about.get("reporting-mta", "")),
        deliveries=deliveries,
        envelope_id=about.get("original-envelope-id", ""),
        arrived_at=read_date(about.get("arrival-date", "")),
    )


def _delivery(fields: dict[str, str]) -> Delivery:
    status = _STATUS.search(fields.get("status", ""))
    return Delivery(
        final_recipient=_typed(fields.get("final-recipient", "")),
        action=fields.get("action", "").partition(" ")[0].partition("(")[0].lower(),
        status=status[0] if status else "",
        original_recipient=_typed(fields.get("original-recipient", "")),
        remote_mta=_typed(fields.get("remote-mta", "")),
        diagnostic=_typed(fields.get("diagnostic-code", "")),
    )


def _ranges(content: bytes) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    at = 0
    for gap in _GROUPS.finditer(content):
        found.append((at, gap.start() + 1))
        at = gap.end()
        if len(found) > MAX_REPORTED:
            return found
    return [*found, (at, len(content))]


def _fields(content: bytes, start: int, end: int) -> dict[str, str]:
    headers, _ = read_fields(content, start, end, _MAX_FIELDS, _MAX_BYTES)
    return _first_of_each(headers)


def _first_of_each(headers: tuple[Header, ...]) -> dict[str, str]:
    return {header.key: header.text.strip() for header in reversed(headers)}


def _typed(value: str) -> str:
    """What stands behind `rfc822;`, `dns;`, `smtp;`."""
    kind, sign, rest = value.partition(";")
    text = (rest if sign and kind.strip().replace("-", "").isalnum() else value).strip()
    return text[1:-1].strip() if text.startswith("<") and text.endswith(">") else text


def _returned_id(root: Part) -> str:
    """The Message-ID of the message that came back, whole or by its header."""
    for part in root.children:
        if part.is_message:
            inner = part.children[0].header("message-id")
            return next(iter(ids(inner.value)), "") if inner else ""
        if part.media_type in _RETURNED:
            content = content_of(part).lstrip(b"\r\n")
            block = read_block(content, 0, len(content), _MAX_FIELDS, _MAX_BYTES)
            return next(iter(ids(_first_of_each(block.headers).get("message-id", ""))), "")
    return ""
