"""The WSGI application of `/fhir`: bytes in, bytes out, without the request stack of pages (stack.md §2.3)."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable, Iterable
from http import HTTPStatus
from pathlib import Path
from typing import Any

from socle.base.access.actor import Actor
from socle.errors import Invalid, Issue, SocleError
from socle.interfaces.fhir import capabilities, dispatch, negotiation, refusals
from socle.interfaces.fhir.authentication import authenticate
from socle.interfaces.fhir.exchange import MAX_BODY, MEDIA, Answer, Call
from socle.interfaces.fhir.parameters import pairs_of

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
log = logging.getLogger("socle.fhir")
PREFIX = "/fhir"
BODY_READ = "socle.body-read"
"""Set once the body was read: asking for it a second time would wait for ever."""
MAX_REST = 64 * 1024
"""Bytes of a refused body that are still read."""
TOO_LONG = "La requête dépasse la taille acceptée (30 Mo)."
PUBLIC: dict[str, Callable[[], bytes]] = {
    "/fhir/metadata": capabilities.statement,
    "/.well-known/smart-configuration": capabilities.smart_configuration,
    "/fhir/.well-known/smart-configuration": capabilities.smart_configuration,
}
_STATUS = {status.value: f"{status.value} {status.phrase}" for status in HTTPStatus}


def application(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
    """One request in, one answer out. Every refusal, and even a failure of ours, is an OperationOutcome."""
    try:
        answer = _answer(environ)
    except SocleError as refusal:
        answer = refusals.answer(refusal)
        _read_rest(environ)
    except Exception as failure:  # noqa: BLE001 - the edge of the wire: the client is told in its own language
        log.error("request.failed", extra={"wire": "fhir", "error": _place(failure)})
        issue = Issue("erreur", "La plateforme n’a pas pu traiter cette requête. L’exploitant est prévenu.")
        answer = Answer(500, refusals.outcome([issue], 500))
    start_response(_STATUS[answer.status], _headers(answer))
    return [b"" if environ["REQUEST_METHOD"] == "HEAD" else answer.body]


def _answer(environ: Environ) -> Answer:
    path = environ.get("PATH_INFO", "")
    method = environ["REQUEST_METHOD"]
    if path in PUBLIC and method in ("GET", "HEAD"):
        return Answer(200, PUBLIC[path](), "application/json" if path.endswith("smart-configuration") else MEDIA)
    actor = authenticate(environ.get("HTTP_AUTHORIZATION", ""))
    segments = tuple(part for part in path[len(PREFIX) :].split("/") if part)
    return dispatch.perform(_call(environ, method, actor, segments), segments)


def _headers(answer: Answer) -> list[tuple[str, str]]:
    headers = [("Content-Length", str(len(answer.body))), *answer.headers]
    if answer.status != HTTPStatus.NOT_MODIFIED:
        headers.append(("Content-Type", answer.media))
    for name, value in (("Cache-Control", "private, no-store"), ("X-Content-Type-Options", "nosniff")):
        if not any(given == name for given, _ in headers):
            headers.append((name, value))
    return headers


def _call(environ: Environ, method: str, actor: Actor, segments: tuple[str, ...]) -> Call:
    query = environ.get("QUERY_STRING", "")
    parameters = pairs_of(query, "http.query") if query else ()
    content_type = environ.get("CONTENT_TYPE", "")
    body = b"" if method in ("GET", "HEAD") else _body(environ)
    if body and segments[-1:] == ("_search",) and content_type.partition(";")[0].strip().lower() == negotiation.FORM:
        parameters += pairs_of(_text(body), "http.body")
    return Call(
        method,
        actor,
        parameters=parameters,
        accept=environ.get("HTTP_ACCEPT", ""),
        content_type=content_type,
        if_match=environ.get("HTTP_IF_MATCH", ""),
        if_none_match=environ.get("HTTP_IF_NONE_MATCH", ""),
        if_none_exist=environ.get("HTTP_IF_NONE_EXIST", ""),
        prefer=negotiation.preference(environ.get("HTTP_PREFER", "")),
        body=body,
    )


def _body(environ: Environ) -> bytes:
    """The whole body, no more than the limit. Raises Invalid `too-long` (413)."""
    if environ.get("HTTP_CONTENT_ENCODING", "identity") not in ("", "identity"):
        raise Invalid("media", "Envoyez le contenu sans compression.", where="http.content-encoding")
    length = environ.get("CONTENT_LENGTH", "")
    if length and length.isdigit():
        size = int(length)
    elif "chunked" in environ.get("HTTP_TRANSFER_ENCODING", "").lower():
        size = MAX_BODY + 1
    else:
        return b""
    if size > MAX_BODY and length:
        raise Invalid("too-long", TOO_LONG, where="http.body")
    environ[BODY_READ] = True
    body: bytes = environ["wsgi.input"].read(size)
    if len(body) > MAX_BODY:
        raise Invalid("too-long", TOO_LONG, where="http.body")
    return body


def _read_rest(environ: Environ) -> None:
    """What a refused call still sends is read when it is small: otherwise the server may close the connection behind the answer,
    and the caller's next deposit on it would get none."""
    length = environ.get("CONTENT_LENGTH", "")
    if not environ.get(BODY_READ) and length.isdigit() and int(length) <= MAX_REST:
        environ["wsgi.input"].read(int(length))


def _text(body: bytes) -> str:
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        raise Invalid("search-value", "Ce formulaire n’est pas en UTF-8.", where="http.body") from None


def _place(failure: BaseException) -> str:
    """Type and place of a failure, never its message: it may hold what was sent."""
    frames = traceback.extract_tb(failure.__traceback__)
    where = f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "?"
    return f"{type(failure).__name__} at {where}"
