"""The policy of what a page may load. Own code rather than django-csp: one fixed line without nonces, since no page holds an
inline script or style; Django 6 brings its own and takes over then."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase


class ContentPolicy:
    """Every page says what it may load; a view that needs another policy (a document shown apart) sets its own."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        self.policy = policy(settings.SOCLE_LIVE_ORIGIN, settings.SOCLE_FORM_TARGETS)

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", self.policy)
        return response


def policy(live_origin: str, form_targets: list[str]) -> str:
    """Nothing inline, nothing from elsewhere. Forms may be redirected to the identity providers."""
    return "; ".join(
        [
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "img-src 'self' data:",
            "font-src 'self'",
            "manifest-src 'self'",
            "worker-src 'self'",
            "frame-src 'self'",
            "frame-ancestors 'self'",
            "base-uri 'none'",
            " ".join(["connect-src 'self'", live_origin]).strip(),
            " ".join(["form-action 'self'", *form_targets]),
        ]
    )
