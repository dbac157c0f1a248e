"""The cookies of sign-in: the session, the sign-in in progress, and what tells one browser from another."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

from socle.base.signin.actions.sessions import Device
from socle.base.signin.session import COOKIE, new_secret

BEGUN = "socle-connexion"
_DEVICE = "socle-appareil"
_YEAR_S = 365 * 24 * 3600
_BEGUN_PATH = "/connexion"
_BROWSERS = (("Edg/", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))
_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS X", "Mac"),
    ("Linux", "Linux"),
)


def keep_session(response: HttpResponseBase, token: str) -> None:
    """The browser carries the session until it is closed; scripts never read it, other sites' forms never send it."""
    response.set_cookie(COOKIE, token, path="/", httponly=True, samesite="Lax", secure=settings.SOCLE_COOKIES_SECURE)


def forget_session(response: HttpResponseBase) -> None:
    response.delete_cookie(COOKIE, path="/", samesite="Lax")


def keep_begun(response: HttpResponseBase, kept: str, seconds: int) -> None:
    response.set_cookie(
        BEGUN,
        kept,
        max_age=seconds,
        path=_BEGUN_PATH,
        httponly=True,
        samesite="Lax",
        secure=settings.SOCLE_COOKIES_SECURE,
    )


def forget_begun(response: HttpResponseBase) -> None:
    response.delete_cookie(BEGUN, path=_BEGUN_PATH, samesite="Lax")


def device_of(request: HttpRequest) -> Device:
    """This browser, with a new secret when it has none yet."""
    return Device(request.COOKIES.get(_DEVICE, "")[:100] or new_secret(), label_of(request.headers.get("User-Agent", "")))


def secret_of_device(request: HttpRequest) -> str:
    """What this browser was given at an earlier sign-in; empty when it never signed in."""
    return request.COOKIES.get(_DEVICE, "")[:100]


def keep_device(response: HttpResponseBase, device: Device) -> None:
    response.set_cookie(
        _DEVICE,
        device.secret,
        max_age=_YEAR_S,
        path="/connexion",
        httponly=True,
        samesite="Lax",
        secure=settings.SOCLE_COOKIES_SECURE,
    )


def label_of(agent: str) -> str:
    """What people recognise: « Firefox sur Windows »."""
    browser = next((name for sign, name in _BROWSERS if sign in agent), "Navigateur")
    system = next((name for sign, name in _SYSTEMS if sign in agent), "")
    return f"{browser} sur {system}" if system else browser
