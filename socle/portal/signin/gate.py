"""Middleware: who may enter a space, once Django has checked the form's origin. It sends no SQL, but to keep what was typed."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from socle.base.access.actor import Kind, system
from socle.base.signin.actions import sessions as doors
from socle.base.signin.edge import actor_of, person_mismatch, sign_in_of, situation_mismatch
from socle.base.signin.queries.credentials import Passkey, passkeys
from socle.base.signin.sealing import seal
from socle.base.signin.session import SignIn
from socle.errors import Forbidden
from socle.portal.components import refusals
from socle.portal.signin import addresses

KEPT_FORM = "kept form"
KEPT_AT = "/connexion/reprise/"
"""Where kept forms are taken up again: `next` under it means that something was kept."""
_LONGEST_KEPT = 1024 * 1024
_MAY_ENTER = {
    "professional": frozenset({Kind.PROFESSIONAL}),
    "patient": frozenset({Kind.PATIENT, Kind.REPRESENTATIVE}),
    "administration": frozenset({Kind.ADMINISTRATOR}),
}
_OTHER_SPACE = Forbidden(
    "autre-espace",
    "Votre session n’ouvre pas cette page : elle appartient à un autre espace.",
    "l’administrateur de votre structure",
)


class Gate:
    """Spaces are for those who are signed in, unlocked, in a situation of that space; a form of another one is not written."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if sign_in_of(request) is not None:
            response.headers.setdefault("Cache-Control", "no-store")
        return response

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponseBase | None:
        space = refusals.space_of(request.path_info)
        if space == "public":
            return None
        if request.sign_in_failure is not None:  # type: ignore[attr-defined]
            return refusals.error_page(request, request.sign_in_failure)  # type: ignore[attr-defined]
        found = sign_in_of(request)
        if found is None:
            return _to_sign_in(request)
        if not found.usable:
            return _locked(request, found)
        if found.situation is None:
            return HttpResponseRedirect(addresses.with_next("situation", _here(request)))
        if actor_of(request).kind not in _MAY_ENTER[space]:
            return refusals.error_page(request, _OTHER_SPACE)
        return _other_tab(request) if request.method == "POST" else None


def locked_page(request: HttpRequest, next_: str, status: int = 200) -> HttpResponse:
    """« Session verrouillée »: one gesture leads back to `next_`. Only a name is shown, to whoever stands before the screen."""
    found = sign_in_of(request)
    return render(
        request,
        "socle/locked.html",
        {
            "unlock_href": reverse("signin:unlock"),
            "next": next_,
            "kept": next_.startswith(KEPT_AT),
            "actor": {"name": found.name if found else ""},
            "passkeys": found is not None and not found.expired and bool(_passkeys(found)),
        },
        status=status,
    )


def _passkeys(found: SignIn) -> tuple[Passkey, ...]:
    return passkeys(actor=system("connexion"), account_id=found.account_id)


def _to_sign_in(request: HttpRequest) -> HttpResponse:
    if "HX-Request" in request.headers:
        return _whole_page()
    if request.method in ("GET", "HEAD"):
        return HttpResponseRedirect(addresses.sign_in(_here(request)))
    return HttpResponseRedirect(addresses.sign_in(""))


def _locked(request: HttpRequest, found: SignIn) -> HttpResponse:
    """What was typed is kept for its author; nothing of the page is shown."""
    if request.method == "POST":
        return locked_page(request, _kept(request, found), 403)
    if "HX-Request" in request.headers:
        return _whole_page()
    return locked_page(request, _here(request), 403)


def _kept(request: HttpRequest, found: SignIn) -> str:
    fields = [(name, value) for name, values in request.POST.lists() if name != "csrfmiddlewaretoken" for value in values]
    content = json.dumps({"fields": fields, "files": bool(request.FILES)}).encode()
    if len(content) > _LONGEST_KEPT:
        return ""
    form_id = doors.keep_form(
        actor=system("connexion"),
        account_id=found.account_id,
        path=request.get_full_path(),
        sealed=seal(content, f"{KEPT_FORM} {found.account_id}"),
    )
    return reverse("signin:resume", args=[form_id])


def _other_tab(request: HttpRequest) -> HttpResponse | None:
    if person_mismatch(request):
        return refusals.other_person(request, resume_href=request.path)
    mismatch = situation_mismatch(request)
    if mismatch is None:
        return None
    expected, current = mismatch
    return refusals.other_situation(request, expected=expected, current=current)


def _here(request: HttpRequest) -> str:
    return addresses.relative(request.get_full_path())


def _whole_page() -> HttpResponse:
    """A fragment cannot show a sign-in page: the browser asks for the whole page."""
    return HttpResponse(status=204, headers={"HX-Refresh": "true"})
