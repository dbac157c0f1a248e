"""Views of signing in: to the provider, back from it, and the choice of the situation."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.middleware.csrf import rotate_token
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from socle.base.access.actor import Kind, system
from socle.base.signin import mappings, refusals, session
from socle.base.signin.actions import accounts
from socle.base.signin.actions import sessions as doors
from socle.base.signin.edge import sign_in_of
from socle.base.signin.gateways import openid
from socle.base.signin.gateways.issuers import KINDS, PSC
from socle.base.signin.gateways.openid import Finished
from socle.base.signin.session import SignIn
from socle.base.signin.situations import Recognised
from socle.errors import Forbidden, SocleError
from socle.portal.components.refusals import refusal_page
from socle.portal.components.values import Chip, Link, Refusal
from socle.portal.signin import addresses, cookies

_RETURNS = {"psc": "psc-return", "franceconnect": "franceconnect-return"}
_HINT = re.compile(r"[0-9A-Za-z-]{1,80}")
_UNKNOWN_PATIENT = (
    "identite-non-trouvee",
    "Nous ne retrouvons pas, de façon certaine, votre identité parmi celles que connaît la plateforme.",
    "un professionnel ou un accueil qui vérifie votre pièce d’identité, ou le 36 08",
)
_SUSPENDED = ("compte-suspendu", "Ce compte est suspendu.", "l’administrateur de votre structure")


@dataclass(frozen=True, slots=True)
class Entry:
    """What opens a session: who, how surely, and what they asked for first."""

    who: Recognised
    level: str
    next: str
    id_token: str = ""
    unlocks: str = ""
    """The session that waits for its owner."""


@never_cache
@require_safe
def begin(request: HttpRequest, provider: str) -> HttpResponse:
    """To the provider. `login_hint` names a person in advance (the demo's list)."""
    hint = request.GET.get("login_hint", "")
    return depart(request, provider, next_=addresses.asked(request), hint=hint if _HINT.fullmatch(hint) else "")


def depart(request: HttpRequest, provider: str, *, next_: str, hint: str = "", unlocks: str = "") -> HttpResponse:
    """The redirection to the provider, with the cookie that ties its answer to this browser."""
    try:
        begun = openid.begin(provider, addresses.public(_RETURNS[provider]), next_=next_, hint=hint, unlocks=unlocks)
    except SocleError as error:
        return refused(request, error, provider)
    response = HttpResponseRedirect(begun.url)
    cookies.keep_begun(response, begun.kept, openid.BEGUN_FOR_S)
    return response


@never_cache
@require_safe
def finish(request: HttpRequest, provider: str) -> HttpResponse:
    """Back from the provider. Whatever happens the sign-in in progress is forgotten: an answer serves once."""
    answer = {name: request.GET.get(name, "") for name in ("state", "code", "iss", "error")}
    try:
        finished = openid.finish(provider, request.COOKIES.get(cookies.BEGUN, ""), answer)
        who = _recognised(provider, finished)
    except SocleError as error:
        response = refused(request, error, provider)
    else:
        response = enter(request, Entry(who, finished.level, finished.next, finished.id_token, finished.unlocks))
    cookies.forget_begun(response)
    return response


def _recognised(provider: str, finished: Finished) -> Recognised:
    if provider == PSC:
        who = accounts.recognise_professional(actor=system("connexion"), claims=mappings.professional(finished.claims))
        refusal = _SUSPENDED
    else:
        pivot = mappings.pivot(finished.claims)
        who = accounts.recognise_patient(actor=system("connexion"), subject=finished.subject, pivot=pivot)
        refusal = _UNKNOWN_PATIENT
    if who is None:
        raise Forbidden(*refusal)
    return who


def enter(request: HttpRequest, entry: Entry) -> HttpResponse:
    """The person is in, under a new cookie: in the session that waited for them, else in a new one."""
    present = sign_in_of(request)
    waits = present is not None and not present.expired and str(present.id) == entry.unlocks
    if present is not None and waits and present.account_id == entry.who.account_id:
        return _unlocked(present, entry)
    return _opened(request, entry, present)


def _unlocked(present: SignIn, entry: Entry) -> HttpResponse:
    token = session.new_secret()
    actor = session.actor_of(present) or session.newcomer(entry.who, entry.level)
    doors.unlock(actor=actor, session_id=present.id, account_id=entry.who.account_id, token=token, id_token=entry.id_token)
    response = HttpResponseRedirect(entry.next or addresses.home_of(actor.kind))
    cookies.keep_session(response, token)
    return response


def _opened(request: HttpRequest, entry: Entry, present: SignIn | None) -> HttpResponse:
    """A new session; the one that this browser held is over."""
    who, token, device = entry.who, session.new_secret(), cookies.device_of(request)
    opened = doors.open_session(
        actor=session.newcomer(who, entry.level),
        who=who,
        token=token,
        level=entry.level,
        device=device,
        id_token=entry.id_token,
        replaces=present.id if present else None,
    )
    rotate_token(request)
    if opened.chosen is None:
        response = HttpResponseRedirect(addresses.with_next("situation", entry.next))
    else:
        response = HttpResponseRedirect(entry.next or addresses.home_of(who.situations[0].kind))
    cookies.keep_session(response, token)
    cookies.keep_device(response, device)
    return response


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def situation(request: HttpRequest) -> HttpResponse:
    """Choose among several situations of practice, or spaces; also later, to change."""
    present = sign_in_of(request)
    if present is None or present.expired:
        return HttpResponseRedirect(addresses.sign_in(addresses.asked(request)))
    if present.locked:
        return HttpResponseRedirect(addresses.with_next("unlock", request.get_full_path()))
    chosen = request.POST.get("choix", "") if request.method == "POST" else ""
    picked = next((one for one in present.situations if str(one.id) == chosen), None)
    if picked is not None:
        actor = session.actor_in(present, picked)
        doors.choose_situation(actor=actor, session_id=present.id, situation_id=picked.id)
        return HttpResponseRedirect(addresses.asked(request) or addresses.home_of(picked.kind))
    context = {
        "choices": present.situations,
        "current": present.situation.id if present.situation else None,
        "next": addresses.asked(request),
        "missing": request.method == "POST",
        "spaces": present.situations[0].kind is not Kind.PROFESSIONAL,
    }
    return render(request, "signin/situation.html", context, status=400 if request.method == "POST" else 200)


def refused(request: HttpRequest, error: SocleError, provider: str) -> HttpResponse:
    """A sign-in that did not happen: counted, not journalled; the page says what to do, in one click."""
    refusals.count(error.code)
    again = Link(f"Recommencer avec {KINDS[provider].label}", _begin_address(provider), "refresh-cw")
    page = Refusal(
        title="La connexion n’a pas abouti",
        sentence=error.sentence,
        chip=Chip("Connexion impossible", "warn", "lock"),
        todo=_TODO.get(error.code, ""),
        grantor=error.grantor if isinstance(error, Forbidden) else "",
        choices=(again, Link("Que faire si je suis bloqué ?", "/aide", "circle-help")),
        back=Link("Revenir à la page de connexion", reverse("public:sign-in")),
    )
    return refusal_page(request, page, STATUSES.get(error.code, 403))


def _begin_address(provider: str) -> str:
    return reverse("signin:pro-sante-connect" if provider == PSC else "signin:franceconnect")


STATUSES = {"connexion-perimee": 400, "fournisseur-muet": 503, "connexion-non-configuree": 503, "saturation": 503}
_TODO = {
    "identite-non-trouvee": "Vérifiez que votre identité FranceConnect est à jour. Si elle l’est, présentez une pièce d’identité "
    "à un accueil ou à votre médecin : votre identité pourra y être qualifiée, puis vous pourrez vous connecter.",
    "sans-exercice": "Vérifiez vos exercices auprès de l’autorité qui les enregistre, puis recommencez.",
    "fournisseur-muet": "Si votre e-CPS ne répond pas, vérifiez l’économie d’énergie de votre téléphone ou utilisez votre carte.",
}
