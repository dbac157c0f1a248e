"""Addresses to come back to: only this site's, only relative ones."""

from __future__ import annotations

from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from socle.base.access.actor import Kind
from socle.portal.components import menu

_SPACES = {
    Kind.PROFESSIONAL: "professional",
    Kind.PATIENT: "patient",
    Kind.REPRESENTATIVE: "patient",
    Kind.ADMINISTRATOR: "administration",
}
_LONGEST = 500


def relative(address: str) -> str:
    """The address if it leads to this site and nowhere else, else empty."""
    if not address.startswith("/") or len(address) > _LONGEST or not address.isprintable():
        return ""
    return address if url_has_allowed_host_and_scheme(address, allowed_hosts=None) else ""


def asked(request: HttpRequest) -> str:
    """The address that `next` holds, checked."""
    return relative(request.POST.get("next") or request.GET.get("next", ""))


def home_of(kind: Kind) -> str:
    """Where a person lands who asked for no page; the public home while their space has none."""
    home = menu.HOMES[_SPACES.get(kind, "public")]
    return home if menu.exists(home) else "/"


def with_next(name: str, next_: str) -> str:
    """The sign-in address of that name, which leads on to `next_`."""
    return _leading(reverse(f"signin:{name}"), next_)


def sign_in(next_: str) -> str:
    """The page where one chooses how to sign in, which leads on to `next_`."""
    return _leading(reverse("public:sign-in"), next_)


def _leading(address: str, next_: str) -> str:
    return f"{address}?{urlencode({'next': next_})}" if next_ else address


def public(name: str) -> str:
    """The address of that name as the identity providers know it."""
    return f"{settings.SOCLE_PUBLIC_URL}{reverse(f'signin:{name}')}"
