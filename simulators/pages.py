"""Pages for people and the guard around every answer."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from simulators.folder import BadFile


def page(
    request: HttpRequest, template: str, context: Mapping[str, Any], *, status: int = 200, leads_to: str = ""
) -> HttpResponse:
    """A page under a strict policy: no script at all. `leads_to` is the address that its form ends at by redirection, which
    browsers count as a target of the form."""
    response = render(request, template, dict(context), status=status)
    parts = urlsplit(leads_to)
    target = f" {parts.scheme}://{parts.netloc}" if parts.scheme in ("http", "https") and parts.netloc else ""
    response["Content-Security-Policy"] = (
        "default-src 'none'; style-src 'self'; font-src 'self'; img-src 'self' data:; base-uri 'none'; frame-ancestors 'none'; "
        f"form-action 'self'{target}"
    )
    response["Cache-Control"] = "no-store"
    return response


class Guard:
    """Around every view: headers that all answers carry; a failure is told by its type and place, never by its message."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self._get_response(request)
        response["X-Content-Type-Options"] = "nosniff"
        response["Referrer-Policy"] = "no-referrer"
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse:
        if isinstance(error, BadFile):
            sentence = str(error)
        else:
            place = traceback.extract_tb(error.__traceback__)[-1]
            sentence = f"{type(error).__name__} at {place.filename.rpartition('/')[2]}:{place.lineno}"
        sys.stderr.write(f"simulators: {sentence}\n")
        return HttpResponse(f"simulators: {sentence}\n", status=500, content_type="text/plain; charset=utf-8")
