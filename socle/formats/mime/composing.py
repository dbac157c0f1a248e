"""Values to be written as a message, and the lines they become. Nothing a person typed can begin a line of its own.

Invalid codes: `mime-control` (a control character where a line must stay one line), `mime-address`, `mime-id`,
`mime-header-name`, `mime-media-type`, `mime-length`, `mime-date`.
Source: RFC 5322, RFC 2047, RFC 2231; MSSanté client rules 2.4.1 to 2.4.3 for the names of `X-MSS-*`.
"""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime
from urllib.parse import quote

from socle.errors import Invalid
from socle.formats.mime.addresses import Address
from socle.formats.mime.filenames import safe_name

LONGEST_VALUE = 2000
"""Characters of a subject or of a name."""
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_DOMAIN = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)*")
_ID = re.compile(r"[!-;=?-~]+")
_MSS_NAME = re.compile(r"X-MSS-[A-Z0-9-]{1,40}")
_MEDIA_TYPE = re.compile(r"(?!multipart/|message/)[a-z0-9.+-]{1,64}/[a-z0-9.+-]{1,64}")
_PLAIN_VALUE = re.compile(r"[!-~]+(?:[ ]+[!-~]+)*")
_WIDTH = 76
_WORD_BYTES = 42
"""Of UTF-8 in one encoded word: 56 characters of Base64, under the 75 that it may have with its marks."""
_LONGEST_TOKEN = 60


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file to send. The name is made safe when it is written; an empty one becomes `piece-jointe`."""

    name: str
    media_type: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message to be sent or kept as a draft. Ids are without brackets. Who gets a blind copy is for the envelope alone."""

    sender: Address
    message_id: str
    sent_at: datetime
    """Aware; seconds are kept, smaller parts are not."""
    to: tuple[Address, ...] = ()
    cc: tuple[Address, ...] = ()
    reply_to: tuple[Address, ...] = ()
    subject: str = field(default="", repr=False)
    text: str = field(default="", repr=False)
    html: str = field(default="", repr=False)
    """Beside the text, when not empty; the caller vouches for it."""
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    notify_to: Address | None = None
    """Asks for a disposition notice."""
    mss: tuple[tuple[str, str], ...] = ()
    """`X-MSS-*` fields, names in upper case: X-MSS-NIL, X-MSS-CODECDA, X-MSS-INS, X-MSS-MES."""
    attachments: tuple[Attachment, ...] = ()


def header_lines(outgoing: Outgoing) -> list[bytes]:
    """The fields of the message, without those of its body. Invalid when a value has not its form."""
    if outgoing.sent_at.tzinfo is None:
        raise Invalid("mime-date", "La date d’envoi doit porter un fuseau horaire.")
    lines = [
        _line("Date", format_datetime(outgoing.sent_at)),
        _address_field("From", (outgoing.sender,)),
    ]
    for name, listed in (("Reply-To", outgoing.reply_to), ("To", outgoing.to), ("Cc", outgoing.cc)):
        if listed:
            lines.append(_address_field(name, listed))
    lines.append(text_field("Subject", outgoing.subject))
    lines.append(_line("Message-ID", bracketed(outgoing.message_id)))
    if outgoing.in_reply_to:
        lines.append(_line("In-Reply-To", bracketed(outgoing.in_reply_to)))
    if outgoing.references:
        lines.append(_line("References", "\r\n ".join(bracketed(one) for one in outgoing.references)))
    if outgoing.notify_to is not None:
        lines.append(_address_field("Disposition-Notification-To", (outgoing.notify_to,)))
    for name, value in outgoing.mss:
        if not _MSS_NAME.fullmatch(name):
            raise Invalid("mime-header-name", "Le nom de cet en-tête n’est pas admis.")
        lines.append(text_field(name, value))
    lines.append(b"MIME-Version: 1.0\r\n")
    return lines


def checked(text: str) -> str:
    """The text, when it can stand on one line. Invalid `mime-control`, `mime-length`."""
    if _CONTROL.search(text):
        raise Invalid("mime-control", "Ce texte contient un retour à la ligne ou un caractère interdit.")
    if len(text) > LONGEST_VALUE:
        raise Invalid("mime-length", "Ce texte est trop long.")
    return text


def bracketed(identifier: str) -> str:
    if not _ID.fullmatch(identifier) or len(identifier) > 250:
        raise Invalid("mime-id", "L’identifiant du message n’a pas la forme attendue.")
    return f"<{identifier}>"


def written_address(one: Address) -> str:
    """`name <local@domain>`, ASCII only. Invalid `mime-address`."""
    if not _LOCAL.fullmatch(one.local) or not _DOMAIN.fullmatch(one.domain) or len(one.address) > 254:
        raise Invalid("mime-address", "Cette adresse n’a pas la forme attendue.")
    name = checked(one.name)
    if not name:
        return one.address
    if _PLAIN_VALUE.fullmatch(name) and "=?" not in name and len(name) <= _LONGEST_TOKEN:
        quoted = name.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{quoted}" <{one.address}>'
    return f"{encoded_words(name)} <{one.address}>"


def text_field(name: str, value: str) -> bytes:
    """A field of free text, folded; encoded when it is more than plain words."""
    text = checked(value)
    words = text.split(" ")
    if not text or (_PLAIN_VALUE.fullmatch(text) and "=?" not in text and max(map(len, words)) <= _LONGEST_TOKEN):
        return _line(name, _folded(len(name) + 2, text))
    return _line(name, encoded_words(text))


def _folded(used: int, text: str) -> str:
    lines = [""]
    for index, word in enumerate(text.split(" ")):
        if index and word and used + 1 + len(word) > _WIDTH:
            lines.append("")
            used = 0
        elif not index:
            lines[-1] = word
            used += len(word)
            continue
        lines[-1] += " " + word
        used += 1 + len(word)
    return "\r\n".join(lines)


def encoded_words(text: str) -> str:
    """RFC 2047 words of UTF-8 in Base64, one a line, no letter split between two."""
    words: list[str] = []
    pending = b""
    for letter in text:
        content = letter.encode("utf-8")
        if len(pending) + len(content) > _WORD_BYTES:
            words.append(_word(pending))
            pending = b""
        pending += content
    words.append(_word(pending))
    return "\r\n ".join(words)


def _word(content: bytes) -> str:
    return f"=?utf-8?B?{base64.b64encode(content).decode('ascii')}?="


def _address_field(name: str, listed: tuple[Address, ...]) -> bytes:
    return _line(name, ",\r\n ".join(written_address(one) for one in listed))


def _line(name: str, value: str) -> bytes:
    return f"{name}: {value}\r\n".encode("ascii")


def text_part(text: str, subtype: str, own_lines: tuple[bytes, ...] = ()) -> bytes:
    """A text part, header and body: as it is when it is short ASCII lines, else quoted-printable. Ends with an end of line."""
    try:
        content = canonical(text).encode("utf-8")
    except UnicodeEncodeError:
        raise Invalid("mime-control", "Ce texte contient un caractère interdit.") from None
    lines = content.split(b"\n")
    plain = content.isascii() and b"\0" not in content and max(map(len, lines)) <= 900
    plain = plain and not any(line.startswith(b"From ") for line in lines)
    encoding = b"7bit" if plain else b"quoted-printable"
    body = b"\r\n".join(lines) if plain else b"\r\n".join(_quoted(line) for line in lines)
    head = b"Content-Type: text/%s; charset=utf-8\r\nContent-Transfer-Encoding: %s\r\n" % (subtype.encode("ascii"), encoding)
    return head + b"".join(own_lines) + b"\r\n" + body


def canonical(text: str) -> str:
    """Lines ended by a line feed, the last one too, as every mail reader shows them; an empty text stays empty."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return lines if not lines or lines.endswith("\n") else lines + "\n"


def _quoted(line: bytes) -> bytes:
    body = binascii.b2a_qp(line, quotetabs=False, istext=False).replace(b"=\n", b"=\r\n")
    if body.endswith((b" ", b"\t")):
        body = body[:-1] + b"=%02X" % body[-1]
    return b"=46" + body[1:] if body.startswith(b"From ") else body


def file_part(attachment: Attachment) -> bytes:
    """An attached file, header and body, in Base64. Invalid `mime-media-type`, `mime-control`."""
    if not _MEDIA_TYPE.fullmatch(attachment.media_type):
        raise Invalid("mime-media-type", "Ce type de fichier ne peut pas être joint.")
    name = safe_name(checked(attachment.name)) or "piece-jointe"
    head = f"Content-Type: {attachment.media_type}\r\nContent-Transfer-Encoding: base64\r\n".encode("ascii")
    head += b"Content-Disposition: attachment" + filename_parameter(name).encode("ascii") + b"\r\n\r\n"
    encoded = binascii.b2a_base64(attachment.content, newline=False)
    return head + b"".join(encoded[at : at + _WIDTH] + b"\r\n" for at in range(0, len(encoded), _WIDTH))


def filename_parameter(name: str) -> str:
    """`filename`, in the form of RFC 2231 when it is more than a few plain signs, in as many pieces as lines ask for."""
    if _PLAIN_VALUE.fullmatch(name) and len(name) <= _LONGEST_TOKEN and not set(name) & set("\\\"'%*"):
        return f';\r\n filename="{name}"'
    encoded = "utf-8''" + quote(name, safe="")
    pieces = [encoded[at : at + _LONGEST_TOKEN] for at in range(0, len(encoded), _LONGEST_TOKEN)]
    if len(pieces) == 1:
        return f";\r\n filename*={pieces[0]}"
    return "".join(f";\r\n filename*{index}*={piece}" for index, piece in enumerate(_whole(encoded)))


def _whole(encoded: str) -> list[str]:
    """Pieces that split no `%XX`."""
    pieces: list[str] = []
    at = 0
    while at < len(encoded):
        end = at + _LONGEST_TOKEN
        sign = encoded.rfind("%", end - 2, end)
        if sign >= 0 and end < len(encoded):
            end = sign
        pieces.append(encoded[at:end])
        at = end
    return pieces
