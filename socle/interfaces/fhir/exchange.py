"""One call and its answer, as plain values: what a handler needs of a request, whether it came alone or inside a Bundle."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any
from uuid import UUID

from django.conf import settings

from socle.base.access.actor import Actor
from socle.errors import Invalid, NotFound
from socle.formats.fhir import parse_json

Json = dict[str, Any]
Pairs = tuple[tuple[str, str], ...]
FHIR_JSON = "application/fhir+json"
MEDIA = "application/fhir+json; charset=utf-8"
MAX_BODY = 30_000_000
"""Bytes of one request: a document of 20 MB in base64, or 25 MB of documents in all (contract.md §4)."""


@dataclass(frozen=True, slots=True)
class Prefer:
    """What the client prefers; empty when it did not say."""

    result: str = ""
    """`minimal`, `representation` or `OperationOutcome`."""
    lenient: bool = False


NO_PREFERENCE = Prefer()


@dataclass(slots=True)
class Call:
    """`kind`, `id` and `version` are the parts of the path; `parameters` those of the address and of a `_search` form.

    `body` is the bytes of the request, or the resource itself when it stands in an entry of a Bundle.
    """

    method: str
    actor: Actor
    kind: str = ""
    id: str = ""
    version: str = ""
    parameters: Pairs = ()
    accept: str = ""
    content_type: str = ""
    if_match: str = ""
    if_none_match: str = ""
    if_none_exist: str = ""
    prefer: Prefer = NO_PREFERENCE
    body: bytes | Json = b""

    def uuid(self) -> UUID:
        """The id of the path. NotFound when it is none of ours."""
        return uuid_of(self.id)

    def resource(self) -> Json:
        """The resource sent, of the type of the path. Raises Invalid `json` or `resource-type`."""
        resource = self.body if isinstance(self.body, dict) else parse_json(self.body, MAX_BODY)
        if self.kind and resource.get("resourceType") != self.kind:
            raise Invalid("resource-type", f"Une ressource « {self.kind} » est attendue ici.", where="resourceType")
        return resource


@dataclass(slots=True)
class Answer:
    """What goes back. `headers` come beside those that every answer has."""

    status: int = 200
    body: bytes = b""
    media: str = MEDIA
    headers: list[tuple[str, str]] = field(default_factory=list)


Handler = Callable[[Call], Answer]


def uuid_of(text: str) -> UUID:
    """A canonical UUID; anything else names nothing here."""
    try:
        found = UUID(text)
    except ValueError:
        raise NotFound() from None
    if str(found) != text.lower():
        raise NotFound()
    return found


def base() -> str:
    """The service base URL."""
    return f"{settings.SOCLE_PUBLIC_URL}/fhir"


def etag(version: int | str) -> str:
    return f'W/"{version}"'


def http_date(moment: datetime) -> str:
    return format_datetime(moment.astimezone(UTC), usegmt=True)


def version_of(header: str) -> int | None:
    """The version that an `If-Match` asks for; None when there is no such header. Raises Invalid `if-match`."""
    if not header:
        return None
    text = header.strip().removeprefix("W/")
    if 2 < len(text) < 20 and text[0] == text[-1] == '"' and text[1:-1].isascii() and text[1:-1].isdigit():
        return int(text[1:-1])
    raise Invalid("if-match", 'L’en-tête If-Match attend la version lue, par exemple W/"1".', where="http.if-match")


def already_read(header: str, version: int | str) -> bool:
    """Whether an `If-None-Match` names the present version."""
    if not header:
        return False
    tags = {tag.strip().removeprefix("W/") for tag in header.split(",")}
    return "*" in tags or f'"{version}"' in tags
