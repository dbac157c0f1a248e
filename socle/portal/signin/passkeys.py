"""Views of passkeys: add one, remove one, lift a lock by one, and sign in by one with an invited account. For scripts: JSON."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from socle import clock
from socle.base.access.actor import system
from socle.base.signin import refusals, session
from socle.base.signin.actions import accounts, credentials
from socle.base.signin.edge import actor_of, sign_in_of
from socle.base.signin.gateways import passkeys
from socle.base.signin.gateways.passkeys import Asked, Site
from socle.base.signin.queries import credentials as queries
from socle.base.signin.sealing import Unsealable, seal_text, unseal_text
from socle.base.signin.session import SignIn
from socle.base.signin.situations import Recognised
from socle.errors import Invalid, SocleError
from socle.portal.components.refusals import STATUSES
from socle.portal.signin import addresses, cookies
from socle.portal.signin.views import Entry, enter

LEVEL = "cle"
_CHALLENGE = "socle-cle"
_CHALLENGE_S = 300
_PROVING = "passkey proof"
_WIRE = system("connexion")


@never_cache
@require_POST
def ask_new(request: HttpRequest) -> HttpResponse:
    """What the browser needs to make a passkey for whoever is signed in."""
    present = sign_in_of(request)
    if present is None or not present.usable:
        return JsonResponse({"message": "Connectez-vous d’abord."}, status=403)
    if not present.freshly_proven:
        return JsonResponse({"message": credentials.NOT_PROVEN[1]}, status=403)
    known = [key.key_id for key in queries.passkeys(actor=actor_of(request), account_id=present.account_id)]
    return _asked(passkeys.ask_new(_site(request), present.account_id, present.name, known), _adding(present))


@never_cache
@require_POST
def add(request: HttpRequest) -> HttpResponse:
    """The passkey that the browser made is kept."""
    present = sign_in_of(request)
    if present is None or not present.usable:
        return JsonResponse({"message": "Connectez-vous d’abord."}, status=403)
    try:
        key = passkeys.new_key(_site(request), _challenge(request, _adding(present)), request.POST.get("credential", ""))
        label = cookies.label_of(request.headers.get("User-Agent", ""))
        credentials.add_passkey(
            actor=actor_of(request), account_id=present.account_id, session_id=present.id, key=key, label=label
        )
    except SocleError as error:
        return _refused(error)
    return _forgotten(JsonResponse({"next": addresses.asked(request) or "/"}))


@never_cache
@require_POST
def ask_proof(request: HttpRequest) -> HttpResponse:
    """What the browser needs to prove who is there: the owner of the locked session, or anybody with an invited account."""
    present = sign_in_of(request)
    known = queries.passkeys(actor=_WIRE, account_id=present.account_id) if present is not None else ()
    return _asked(passkeys.ask_proof(_site(request), [key.key_id for key in known]), _PROVING)


@never_cache
@require_POST
def prove(request: HttpRequest) -> HttpResponse:
    """The lock of the session is lifted, or a session of the invited account is opened."""
    present = sign_in_of(request)
    try:
        who = _proven(request, present)
    except SocleError as error:
        refusals.count(error.code)
        return _refused(error)
    unlocks = str(present.id) if present is not None and present.locked else ""
    entered = enter(request, Entry(who, LEVEL, addresses.asked(request), unlocks=unlocks))
    answer = JsonResponse({"next": entered["Location"]})
    answer.cookies.update(entered.cookies)
    return _forgotten(answer)


def _proven(request: HttpRequest, present: SignIn | None) -> Recognised:
    credential, challenge = request.POST.get("credential", ""), _challenge(request, _PROVING)
    key = queries.passkey(actor=_WIRE, key_id=passkeys.key_of(credential))
    if key is None:
        raise _unknown()
    counter = passkeys.counter_of(_site(request), challenge, credential, key.public_key, key.counter)
    credentials.passkey_used(actor=_WIRE, passkey_id=key.id, counter=counter)
    mine = present is not None and present.locked and not present.expired and present.account_id == key.account_id
    who: Recognised | None = None
    if mine and present is not None:
        who = session.holder(present)
    elif key.is_local:
        who = accounts.recognise_invited(actor=_WIRE, account_id=key.account_id)
    if who is None:
        raise _unknown()
    return who


def _site(request: HttpRequest) -> Site:
    """The address of this request, which Django has checked against those of the installation."""
    scheme = "https" if settings.SOCLE_COOKIES_SECURE else "http"
    host = request.get_host()
    return Site(f"{scheme}://{host}", urlsplit(f"//{host}").hostname or "")


def _adding(present: SignIn) -> str:
    """What a challenge for a new passkey is sealed for: it proves nobody, and adds to no other account."""
    return f"passkey of {present.account_id}"


def _asked(asked: Asked, purpose: str) -> HttpResponse:
    answer = JsonResponse(asked.options)
    answer.set_cookie(
        _CHALLENGE,
        seal_text({"challenge": asked.challenge, "until": _now() + _CHALLENGE_S}, purpose),
        max_age=_CHALLENGE_S,
        path="/connexion",
        httponly=True,
        samesite="Strict",
        secure=settings.SOCLE_COOKIES_SECURE,
    )
    return answer


def _challenge(request: HttpRequest, purpose: str) -> str:
    """The challenge that this browser was given for that, five minutes ago at most; it is used up. Invalid `cle` otherwise."""
    try:
        told: dict[str, Any] = unseal_text(request.COOKIES.get(_CHALLENGE, ""), purpose)
    except Unsealable:
        raise _unknown() from None
    challenge, until = str(told["challenge"]), int(told["until"])
    if until < _now():
        raise _unknown()
    # A second more than the challenge lives: it is never forgotten before it has ended.
    kept_until = datetime.fromtimestamp(until + 1, UTC)
    if not credentials.first_use_of_challenge(actor=_WIRE, challenge=challenge, expires_at=kept_until):
        raise _unknown()
    return challenge


def _forgotten(answer: HttpResponse) -> HttpResponse:
    """The browser keeps nothing of a challenge that was answered."""
    answer.delete_cookie(_CHALLENGE, path="/connexion", samesite="Strict")
    return answer


def _refused(error: SocleError) -> HttpResponse:
    return _forgotten(JsonResponse({"message": error.sentence}, status=STATUSES[type(error)]))


def _unknown() -> Invalid:
    return Invalid("cle", "Cette clé d’accès n’est pas reconnue ici. Utilisez l’autre façon de vous connecter.")


def _now() -> int:
    return int(clock.now().timestamp())
