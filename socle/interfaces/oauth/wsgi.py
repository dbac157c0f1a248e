"""`/oauth/token` and `/oauth/revoke`, as a lean WSGI application: form in, JSON out, nothing kept by caches."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any
from urllib.parse import parse_qsl

import orjson

from socle.base.signin import refusals as counted
from socle.base.signin.actions import tokens
from socle.errors import SocleError
from socle.interfaces.oauth import grants, proof
from socle.interfaces.oauth.refusals import TokenRefusal, invalid_request, of

StartResponse = Callable[..., Any]
_FORM = "application/x-www-form-urlencoded"
_LONGEST_FORM = 64 * 1024
_MOST_FIELDS = 40
_STATUSES = {
    200: "200 OK",
    400: "400 Bad Request",
    401: "401 Unauthorized",
    404: "404 Not Found",
    405: "405 Method Not Allowed",
    413: "413 Content Too Large",
    503: "503 Service Unavailable",
}


def application(environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
    """One request. Refusals are counted; those of a person already known are journalled by the doors that refused."""
    try:
        return _answer(start_response, 200, _handled(environ))
    except TokenRefusal as refusal:
        counted.count(refusal.error)
        return _refused(start_response, refusal)
    except SocleError as error:
        counted.count(error.code)
        return _refused(start_response, of(error))


def _handled(environ: dict[str, Any]) -> dict[str, Any]:
    handle = {"/oauth/token": _token, "/oauth/revoke": _revoke}.get(environ.get("PATH_INFO", ""))
    if handle is None:
        raise TokenRefusal("invalid_request", "No such endpoint", 404)
    if environ.get("REQUEST_METHOD") != "POST":
        raise TokenRefusal("invalid_request", "POST is needed", 405)
    return handle(_form(environ))


def _token(form: Mapping[str, str]) -> dict[str, Any]:
    grant_type = form.get("grant_type", "")
    granted = {grants.CLIENT_CREDENTIALS: grants.for_software, grants.TOKEN_EXCHANGE: grants.for_person}.get(grant_type)
    software = proof.software_of(form)
    if granted is None:
        raise TokenRefusal("unsupported_grant_type", "client_credentials and token exchange are supported")
    return granted(software, form)


def _revoke(form: Mapping[str, str]) -> dict[str, Any]:
    """RFC 7009: the same answer whether there was such a token or not."""
    software = proof.software_of(form)
    tokens.revoke(actor=software.actor(), token=form.get("token", ""), software_id=software.id)
    return {}


def _form(environ: dict[str, Any]) -> dict[str, str]:
    """The fields, each at most once; `invalid_request` for anything else."""
    if environ.get("CONTENT_TYPE", "").partition(";")[0].strip().lower() != _FORM:
        raise invalid_request(f"Content-Type must be {_FORM}")
    length = environ.get("CONTENT_LENGTH") or "0"
    if not length.isdecimal() or int(length) > _LONGEST_FORM:
        raise TokenRefusal("invalid_request", "The request is too long", 413)
    try:
        text = environ["wsgi.input"].read(int(length)).decode("ascii")
        pairs = parse_qsl(text, keep_blank_values=True, strict_parsing=bool(text), errors="strict", max_num_fields=_MOST_FIELDS)
    except ValueError as error:
        raise invalid_request("The form cannot be read") from error
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise invalid_request("A parameter is there twice")
    return {name: value for name, value in fields.items() if value}


def _refused(start_response: StartResponse, refusal: TokenRefusal) -> Iterable[bytes]:
    headers: list[tuple[str, str]] = []
    if refusal.status == 401:
        headers.append(("WWW-Authenticate", 'Bearer realm="socle", error="invalid_client"'))
    if refusal.status == 405:
        headers.append(("Allow", "POST"))
    if refusal.status == 503:
        headers.append(("Retry-After", str(refusal.more.get("retry_after_s", 2))))
    return _answer(start_response, refusal.status, refusal.body(), headers)


def _answer(
    start_response: StartResponse, status: int, content: dict[str, Any], headers: list[tuple[str, str]] | None = None
) -> Iterable[bytes]:
    body = orjson.dumps(content)
    told = [
        ("Content-Type", "application/json"),
        ("Content-Length", str(len(body))),
        ("Cache-Control", "no-store"),
        ("Pragma", "no-cache"),
        ("X-Content-Type-Options", "nosniff"),
    ]
    start_response(_STATUSES[status], [*told, *(headers or [])])
    return [body]
