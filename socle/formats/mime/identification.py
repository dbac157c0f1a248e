"""Who, when and which message: the fields that identify. Source: RFC 5322 §3.6, RFC 5536 for what senders do."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_tz

from socle.formats.mime.addresses import Address, Group, flat, read_addresses
from socle.formats.mime.values import Message, Part

MAX_IDS = 200
LONGEST_ID = 250
_ID = re.compile(r"<\s{0,9}([^<>\s]{1,998})\s{0,9}>")
_LONGEST_DATE = 120


def listed(part: Part, name: str) -> tuple[Address | Group, ...]:
    """The addresses and groups of a field; those of a field that is there several times, one after the other."""
    return tuple(one for header in part.all(name) for one in read_addresses(header.value))


def addresses(message: Message | Part, name: str) -> tuple[Address, ...]:
    """The addresses of the field `name` (From, To, Cc, Reply-To, Disposition-Notification-To…), groups opened."""
    return flat(listed(message.root if isinstance(message, Message) else message, name))


def sender_of(message: Message | Part) -> Address | None:
    """The one address of From; None when there is none or several, where no rule could be held."""
    found = addresses(message, "from")
    return found[0] if len(found) == 1 else None


def ids(value: str) -> tuple[str, ...]:
    """Message ids without their brackets: at most MAX_IDS, the first and the last ones; longer than LONGEST_ID left out."""
    found = [one for one in _ID.findall(value) if len(one) <= LONGEST_ID]
    if not found and "<" not in value:
        found = [word for word in value.split() if "@" in word and len(word) <= LONGEST_ID]
    unique = list(dict.fromkeys(found))
    return tuple(unique if len(unique) <= MAX_IDS else [unique[0], *unique[1 - MAX_IDS :]])


def message_id_of(message: Message | Part) -> str:
    """Without brackets; empty when there is none."""
    return next(iter(_ids_of(message, "message-id")), "")


def in_reply_to_of(message: Message | Part) -> tuple[str, ...]:
    return _ids_of(message, "in-reply-to")


def references_of(message: Message | Part) -> tuple[str, ...]:
    """The thread, oldest first; what In-Reply-To names alone comes last (RFC 5322 §3.6.4)."""
    return tuple(dict.fromkeys((*_ids_of(message, "references"), *in_reply_to_of(message))))


def _ids_of(message: Message | Part, name: str) -> tuple[str, ...]:
    root = message.root if isinstance(message, Message) else message
    header = root.header(name)
    return ids(header.value) if header else ()


def subject_of(message: Message | Part) -> str:
    root = message.root if isinstance(message, Message) else message
    return root.text("subject").strip()


def date_of(message: Message | Part) -> datetime | None:
    """When the sender says that it wrote, aware; None when that is unreadable. A date without zone is in UTC."""
    root = message.root if isinstance(message, Message) else message
    return read_date(root.text("date"))


def read_date(text: str) -> datetime | None:
    """A date of mail, in the forms of any age; None when it is none."""
    try:
        fields = parsedate_tz(text[:_LONGEST_DATE])
        if fields is None:
            return None
        year, month, day, hour, minute, second = fields[:6]
        zone = timezone(timedelta(seconds=fields[9])) if fields[9] is not None else UTC
        return datetime(year, month, day, hour, minute, min(second, 59), tzinfo=zone)
    except (ValueError, TypeError, IndexError, OverflowError, AttributeError):
        return None
