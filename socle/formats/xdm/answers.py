"""What software and people are answered about a document received by MSSanté: texts of the KO mail and of the receipt (MDN).

Only the texts: parts, addresses and sending are the messaging's. The machine's part is written as RFC 8098 has it since version
1.1.3 of the guide (`processed/error` and a field `Error:`); the older form (`processed/Error: 902^…`) is read all the same.

Source: volet Transmission au LPS 1.1.3 (structure du MDN, courriel standard); RFC 8098 §3.2.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from socle.errors import Invalid
from socle.formats.xdm.codes import IntegrationError, integration_error

_UNFIT = re.compile(r"[^\x21-\x7e\x80-\ud7ff\ue000-\uffff]")
_ERROR_CODE = re.compile(r"\b([0-9]{1,4})\s*\^")
_FOLDED = re.compile(r"\r?\n[ \t]+")


class Disposition(StrEnum):
    PROCESSED = "processed"
    DISPLAYED = "displayed"
    DELETED = "deleted"
    DISPATCHED = "dispatched"


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of a message. `error` says why its document was not integrated; `failed` may be true without a known code."""

    disposition: Disposition
    final_recipient: str
    original_message_id: str = ""
    original_recipient: str = ""
    reporting_agent: str = ""
    automatic: bool = True
    failed: bool = False
    error: IntegrationError | None = None


def error_text(error: IntegrationError) -> str:
    """`902^Identifiant de patient inconnu^applicationErrorCondition| E^Error^errorSeverity`."""
    return f"{error.value}^{error.label}^applicationErrorCondition| E^Error^errorSeverity"


def write_receipt(receipt: Receipt) -> str:
    """The `message/disposition-notification` part, lines ended by CRLF. Raises Invalid `receipt` for an unfit field."""
    addresses = (receipt.final_recipient, receipt.original_recipient, receipt.original_message_id)
    if not receipt.final_recipient or any(_UNFIT.search(value) for value in addresses):
        raise Invalid("receipt", "L’accusé ne peut pas être écrit : une adresse n’est pas acceptée.", where="Final-Recipient")
    if "\n" in receipt.reporting_agent or "\r" in receipt.reporting_agent:
        raise Invalid("receipt", "L’accusé ne peut pas être écrit : une adresse n’est pas acceptée.", where="Reporting-UA")
    mode = "automatic-action/MDN-sent-automatically" if receipt.automatic else "manual-action/MDN-sent-manually"
    failed = receipt.failed or receipt.error is not None
    lines = [
        f"Reporting-UA: {receipt.reporting_agent}" if receipt.reporting_agent else "",
        f"Original-Recipient: rfc822;{receipt.original_recipient}" if receipt.original_recipient else "",
        f"Final-Recipient: rfc822;{receipt.final_recipient}",
        f"Original-Message-ID: {receipt.original_message_id}" if receipt.original_message_id else "",
        f"Disposition: {mode}; {receipt.disposition.value}{'/error' if failed else ''}",
        f"Error: {error_text(receipt.error)}" if receipt.error else "",
    ]
    return "".join(line + "\r\n" for line in lines if line)


def read_receipt(text: str) -> Receipt | None:
    """Of the part of a received MDN, new or old form; None when it says no disposition or no recipient."""
    fields: dict[str, str] = {}
    for line in _FOLDED.sub(" ", text).splitlines():
        name, colon, value = line.partition(":")
        if colon:
            fields.setdefault(name.strip().lower(), value.strip())
    mode, _, kind = fields.get("disposition", "").partition(";")
    said, _, modifier = kind.strip().partition("/")
    disposition = next((found for found in Disposition if found.value == said.strip().lower()), None)
    recipient = _address(fields.get("final-recipient", ""))
    if disposition is None or not recipient:
        return None
    found = _ERROR_CODE.search(fields.get("error", "")) or _ERROR_CODE.search(modifier)
    return Receipt(
        disposition=disposition,
        final_recipient=recipient,
        original_message_id=fields.get("original-message-id", ""),
        original_recipient=_address(fields.get("original-recipient", "")),
        reporting_agent=fields.get("reporting-ua", ""),
        automatic="automatic-action" in mode.lower(),
        failed=bool(found) or modifier.strip().lower().startswith(("error", "failure")) or "error" in fields,
        error=integration_error(found[1]) if found else None,
    )


def receipt_words(receipt: Receipt) -> str:
    """The part for people of an MDN."""
    if receipt.error is not None:
        return (
            "Le message ci-dessous n’a pas pu être intégré automatiquement pour la raison suivante : "
            f"{receipt.error.label} (code {receipt.error.value}).\r\n\r\n{receipt.error.sentence}\r\n"
        )
    if receipt.failed:
        return "Le message ci-dessous n’a pas pu être intégré automatiquement.\r\n"
    return _WORDS[receipt.disposition] + "\r\n"


_WORDS = {
    Disposition.PROCESSED: "Le message ci-dessous a été intégré.",
    Disposition.DISPLAYED: "Le message ci-dessous a été ouvert.",
    Disposition.DELETED: "Le message ci-dessous a été supprimé sans avoir été lu.",
    Disposition.DISPATCHED: "Le message ci-dessous a été transmis à un autre destinataire.",
}


def failure_words(error: IntegrationError, signature: str) -> str:
    """The text of the KO mail, when the sender asked for no receipt; the original message is attached whole."""
    return (
        "Bonjour,\r\n\r\n"
        "Le document envoyé n’a pas pu être intégré automatiquement.\r\n\r\n"
        f"- Erreur détectée : {error.label}\r\n"
        f"- Code d’erreur : {error.value}\r\n\r\n"
        f"{error.sentence}\r\n\r\n"
        "Le message d’origine est joint, avec ses pièces jointes.\r\n\r\n"
        f"{signature}\r\n"
    )


def _address(value: str) -> str:
    """Without the type of address: `rfc822; a@b` is `a@b`."""
    kind, semicolon, rest = value.partition(";")
    return (rest if semicolon else kind).strip()
