"""The answers that several handlers share: a resource read, a resource written."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

from socle.errors import Issue
from socle.interfaces.fhir import refusals
from socle.interfaces.fhir.exchange import Answer, Call, already_read, base, etag, http_date

_LAST_UPDATED = re.compile(r'"lastUpdated":"([^"]+)"')


def shown(call: Call, text: str | bytes, version: int | str, updated_at: datetime | None) -> Answer:
    """A resource that was read: 304 when the client holds this version. The right to see was checked before."""
    headers = [("ETag", etag(version)), ("Cache-Control", "private, no-cache")]
    if updated_at is not None:
        headers.append(("Last-Modified", http_date(updated_at)))
    if already_read(call.if_none_match, version):
        return Answer(304, b"", headers=headers)
    return Answer(200, text.encode() if isinstance(text, str) else text, headers=headers)


def written(
    call: Call, id_: str, text: str, version: int, *, status: int = 201, warnings: Sequence[Issue] = (), scope: str = ""
) -> Answer:
    """A resource that was created (201), found as it was (200) or changed (200), in the form that the client prefers; an outcome
    alone when the token does not have the scope that reads it."""
    location = f"{base()}/{call.kind}/{id_}/_history/{version}"
    headers = [("Location", location), ("ETag", etag(version))]
    updated = _LAST_UPDATED.search(text)
    if updated:
        headers.append(("Last-Modified", http_date(datetime.fromisoformat(updated[1]))))
    if call.prefer.result == "minimal":
        return Answer(status, b"", headers=headers)
    if call.prefer.result == "OperationOutcome" or (scope and scope not in call.actor.rights):
        return Answer(status, refusals.outcome(warnings), headers=headers)
    return Answer(status, text.encode(), headers=headers)
