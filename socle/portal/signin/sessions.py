"""Views around an open session: lock, unlock, extend, leave, take up typed text again, see and close devices."""

from __future__ import annotations

import json
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from socle import clock
from socle.base.access.actor import VISITOR, Actor
from socle.base.signin import session
from socle.base.signin.actions import sessions as doors
from socle.base.signin.actions.credentials import remove_passkey
from socle.base.signin.edge import actor_of, bind, sign_in_of
from socle.base.signin.gateways import openid
from socle.base.signin.queries import credentials
from socle.base.signin.queries import sessions as queries
from socle.base.signin.sealing import Unsealable, unseal
from socle.base.signin.session import SignIn
from socle.errors import NotFound, SocleError
from socle.portal.components.refusals import space_of
from socle.portal.signin import addresses, cookies
from socle.portal.signin.gate import KEPT_FORM, locked_page
from socle.portal.signin.views import depart


@never_cache
@require_POST
def lock(request: HttpRequest) -> HttpResponse:
    """« Verrouiller »: the page of the lock leads back to where the person was."""
    present, back = sign_in_of(request), _came_from(request)
    if present is None:
        return HttpResponseRedirect(addresses.sign_in(back))
    if present.usable:
        doors.lock(actor=_owner(present), session_id=present.id)
    return HttpResponseRedirect(addresses.with_next("unlock", back))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def unlock(request: HttpRequest) -> HttpResponse:
    """The page of the lock; its button asks the person again at their provider."""
    present, next_ = sign_in_of(request), addresses.asked(request)
    if present is None:
        return HttpResponseRedirect(addresses.sign_in(next_))
    if present.usable:
        return HttpResponseRedirect(next_ or addresses.home_of(actor_of(request).kind))
    if request.method != "POST":
        return locked_page(request, next_)
    if present.is_local:
        return HttpResponseRedirect(addresses.with_next("account", next_))
    return depart(request, present.provider, next_=next_, unlocks=str(present.id))


@never_cache
@require_POST
def extend(request: HttpRequest) -> HttpResponse:
    """Fifteen minutes more. A script gets 204 and the seconds left, or 401 when it is too late; a form goes back to its page."""
    present = sign_in_of(request)
    locks_at = session.extend(present.id) if present is not None else None
    if "application/json" not in request.headers.get("Accept", ""):
        return HttpResponseRedirect(_came_from(request) or addresses.home_of(actor_of(request).kind))
    if locks_at is None:
        return HttpResponse(status=401)
    left = max(0, int((locks_at - clock.now()).total_seconds()))
    return HttpResponse(status=204, headers={"X-Session-Left": str(left)})


@never_cache
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """The session is over here, and at the provider."""
    present = sign_in_of(request)
    away = _ended(present) if present is not None else ""
    bind(request, None)
    response = HttpResponseRedirect(away or "/")
    cookies.forget_session(response)
    return response


def _ended(present: SignIn) -> str:
    """Where the provider's own session ends; empty when it cannot be reached: here the session is over anyway."""
    hint = doors.end(actor=_owner(present), session_id=present.id)
    if not hint:
        return ""
    try:
        return openid.leaving(present.provider, unseal(hint, doors.LOGOUT_HINT).decode(), f"{settings.SOCLE_PUBLIC_URL}/")
    except (SocleError, Unsealable):
        return ""


@never_cache
@require_safe
def resume(request: HttpRequest, form_id: UUID) -> HttpResponse:
    """What was typed before the lock, ready to be sent: one gesture, under a new form token."""
    present = sign_in_of(request)
    if present is None or present.expired:
        return HttpResponseRedirect(addresses.sign_in(request.path))
    if present.locked:
        return locked_page(request, request.path, 403)
    path, sealed = doors.take_form(actor=actor_of(request), account_id=present.account_id, form_id=form_id)
    try:
        kept = json.loads(unseal(sealed, f"{KEPT_FORM} {present.account_id}"))
    except Unsealable:
        raise NotFound() from None
    return render(request, "signin/resume.html", {"fields": kept["fields"], "files": kept["files"], "action": path})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def devices(request: HttpRequest) -> HttpResponse:
    """Where this account is signed in; close one session, or all the others."""
    present = sign_in_of(request)
    assert present is not None, "the gate lets nobody else here"
    if request.method == "POST" and "cle" in request.POST:
        _remove_passkey(request, present)
        return HttpResponseRedirect(request.path)
    if request.method == "POST":
        only = next((one for one in _listed(present) if str(one.id) == request.POST.get("session", "")), None)
        if only is not None or "toutes" in request.POST:
            doors.end_others(
                actor=actor_of(request), account_id=present.account_id, kept=present.id, only=only.id if only else None
            )
        return HttpResponseRedirect(request.path)
    context = {
        "devices": _listed(present),
        "passkeys": credentials.passkeys(actor=actor_of(request), account_id=present.account_id),
        "current_id": present.id,
        "proven": present.freshly_proven,
        "layout": f"socle/{space_of(request.path_info)}.html",
        "situation": str(actor_of(request).situation_id or ""),
    }
    return render(request, "signin/devices.html", context)


def _remove_passkey(request: HttpRequest, present: SignIn) -> None:
    held = credentials.passkeys(actor=actor_of(request), account_id=present.account_id)
    chosen = next((one for one in held if str(one.id) == request.POST["cle"]), None)
    if chosen is None:
        raise NotFound()
    remove_passkey(actor=actor_of(request), account_id=present.account_id, passkey_id=chosen.id)


def _listed(present: SignIn) -> tuple[queries.Device, ...]:
    return queries.opened(actor=_owner(present), account_id=present.account_id)


def _owner(present: SignIn) -> Actor:
    """Whose session it is, even locked: they lock, leave and end it."""
    chosen = present.situation or (present.situations[0] if present.situations else None)
    return session.actor_in(present, chosen) if chosen else VISITOR


def _came_from(request: HttpRequest) -> str:
    """The page of this site that the form was on."""
    parts = urlsplit(request.headers.get("Referer", ""))
    if parts.netloc != request.get_host():
        return ""
    address = f"{parts.path}?{parts.query}" if parts.query else parts.path
    return "" if address.startswith(reverse("signin:unlock")) else addresses.relative(address)
