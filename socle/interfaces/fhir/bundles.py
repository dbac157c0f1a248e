"""Bundles that answer: searchsets written from resource texts, and the parts of transaction responses."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from urllib.parse import urlencode

import orjson

from socle.interfaces.fhir.exchange import Answer, Pairs, base

Entry = tuple[str, str, str | bytes]
"""Type, id and text of a resource."""


def searchset(
    kind: str,
    pairs: Pairs,
    matches: Iterable[Entry],
    *,
    included: Iterable[Entry] = (),
    total: int | None = None,
    following: str = "",
    outcome: bytes = b"",
) -> Answer:
    """The answer to a search. `following` is the token of the next page, `outcome` an OperationOutcome about the search."""
    parts = [_entry(*entry, "match") for entry in matches] + [_entry(*entry, "include") for entry in included]
    if outcome:
        parts.append(b'{"resource":' + outcome + b',"search":{"mode":"outcome"}}')
    links = [{"relation": "self", "url": f"{base()}/{kind}?{urlencode(pairs)}"}]
    if following:
        links.append({"relation": "next", "url": f"{base()}/{kind}?{urlencode({'_page': following})}"})
    body = [b'{"resourceType":"Bundle","type":"searchset",']
    if total is not None:
        body.append(b'"total":%d,' % total)
    body += [b'"link":', orjson.dumps(links)]
    if parts:
        body += [b',"entry":[', b",".join(parts), b"]"]
    return Answer(200, b"".join([*body, b"}"]))


def _entry(kind: str, id_: str, text: str | bytes, mode: str) -> bytes:
    content = text.encode() if isinstance(text, str) else text
    return f'{{"fullUrl":"{base()}/{kind}/{id_}","resource":'.encode() + content + f',"search":{{"mode":"{mode}"}}}}'.encode()


def response(entries: Sequence[bytes], kind: str) -> Answer:
    """The answer to a transaction or a batch: one entry each, in the order of the request."""
    listed = b',"entry":[' + b",".join(entries) + b"]" if entries else b""
    return Answer(200, b'{"resourceType":"Bundle","type":"' + kind.encode() + b'"' + listed + b"}")


def response_entry(answer: Answer, status: str, *, with_resource: bool = True) -> bytes:
    """One entry of such an answer, from the answer that the call alone would have."""
    headers = dict(answer.headers)
    told: dict[str, object] = {"status": status}
    for name, key in (("Location", "location"), ("ETag", "etag")):
        if name in headers:
            told[key] = headers[name]
    is_outcome = answer.body.startswith(b'{"resourceType":"OperationOutcome"')
    parts = []
    if answer.body and not is_outcome and with_resource:
        parts.append(b'"resource":' + answer.body)
    written = orjson.dumps(told)
    if is_outcome:
        written = written[:-1] + b',"outcome":' + answer.body + b"}"
    parts.append(b'"response":' + written)
    return b"{" + b",".join(parts) + b"}"
