"""Views of invited accounts: accept an invitation, sign in, invite."""

from __future__ import annotations

import segno
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from socle.base.access.actor import Actor, system
from socle.base.directory.rules import STRUCTURE
from socle.base.signin import attempts, factors, refusals
from socle.base.signin.actions import accounts, credentials
from socle.base.signin.actions import invitations as doors
from socle.base.signin.edge import actor_of, sign_in_of, tying_fields
from socle.base.signin.queries.credentials import of_login, signed_in_here
from socle.base.signin.reach import NOT_ACCOUNTS
from socle.base.signin.rules import ACCOUNTS_RIGHT
from socle.base.signin.sealing import hash_of
from socle.base.signin.situations import Recognised
from socle.errors import Conflict, Forbidden, Invalid, SocleError
from socle.portal.components.refusals import error_page
from socle.portal.components.values import Link
from socle.portal.signin import addresses, cookies
from socle.portal.signin.forms import AcceptForm, AccountForm, AdministratorForm, WorkerForm
from socle.portal.signin.views import Entry, enter

LEVEL = "compte-structure"
_WRONG = "L’adresse, le mot de passe ou le code ne correspond pas."
_METHODS = ["GET", "HEAD", "POST"]


@never_cache
@require_http_methods(_METHODS)
def account(request: HttpRequest) -> HttpResponse:
    """Sign in with an invited account: address, password and code, checked together. Also lifts the lock of one's own session."""
    hint = request.GET.get("login_hint", "")[:200]
    form = AccountForm(request.POST if request.method == "POST" else None, initial={"login": hint})
    status = 200
    if form.is_valid():
        try:
            who = _proven(**form.cleaned_data, device=cookies.secret_of_device(request))
        except Forbidden as error:
            return error_page(request, error)
        if who is not None:
            present = sign_in_of(request)
            unlocks = str(present.id) if present is not None and present.locked else ""
            return enter(request, Entry(who, LEVEL, addresses.asked(request), unlocks=unlocks))
        form.add_error(None, _WRONG)
        status = 403
    elif request.method == "POST":
        status = 400
    next_ = addresses.asked(request)
    context = {"form": form, "next": next_, "hidden": [("next", next_)] if next_ else []}
    return render(request, "signin/account.html", context, status=status)


def _proven(login: str, password: str, code: str, device: str) -> Recognised | None:
    """Who these proofs are of. Forbidden `trop-d-essais` after too many wrong ones."""
    wire = system("connexion")
    key = _brake(login, device)
    attempts.tried(key)
    proofs = of_login(actor=wire, login=login)
    right = factors.password_is(password, proofs.password if proofs else None)
    step = factors.step_of(code, proofs.seed if proofs else None)
    if proofs is None or not right or step is None:
        refusals.count("compte")
        return None
    if not credentials.first_use_of_code(actor=wire, account_id=proofs.account_id, step=step):
        refusals.count("code-rejoue")
        return None
    attempts.succeeded(key)
    return accounts.recognise_invited(actor=wire, account_id=proofs.account_id)


def _brake(login: str, device: str) -> str:
    """What the tries are counted by: the account; apart, for each browser that signed in to it before, so that strangers' guesses
    do not keep its owner out. Without such a browser nobody has more tries than the account's own."""
    account = f"account {login.lower()}"
    if device and signed_in_here(actor=system("connexion"), login=login, device_secret=device):
        return f"{account} device {hash_of(device).hex()}"
    return account


@never_cache
@require_http_methods(_METHODS)
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Make one's account: a password and a second factor, then straight in."""
    wire = system("connexion")
    try:
        offer = doors.read(actor=wire, token=token)
    except SocleError as error:
        refusals.count("invitation")
        return error_page(request, error)
    form = AcceptForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            who = _accepted(token, offer, form)
        except (Conflict, Forbidden) as error:
            return error_page(request, error)
        if who is not None:
            return enter(request, Entry(who, LEVEL, ""))
    address = factors.enrolment(offer.seed, offer.login)
    context = {
        "form": form,
        "offer": offer,
        "picture": segno.make(address, error="m").svg_data_uri(scale=5, border=2, dark="#000", light="#fff"),
        "address": address,
        "seed": factors.seed_text(offer.seed),
    }
    return render(request, "signin/invitation.html", context, status=400 if request.method == "POST" else 200)


def _accepted(token: str, offer: doors.Offer, form: AcceptForm) -> Recognised | None:
    """Who has just made their account; None with the form's errors when a proof is not good enough."""
    attempts.tried(f"invitation {token}")
    step = factors.step_of(form.cleaned_data["code"], offer.seed)
    if step is None:
        form.add_error("code", "Ce code ne correspond pas. Attendez le suivant et recopiez-le.")
        return None
    try:
        password = factors.hashed(form.cleaned_data["password"])
    except Invalid as error:
        form.add_error("password", error.sentence)
        return None
    wire = system("connexion")
    made = doors.accept(actor=wire, token=token, password=password, step=step)
    return accounts.recognise_invited(actor=wire, account_id=made)


@never_cache
@require_http_methods(_METHODS)
def invitations(request: HttpRequest) -> HttpResponse:
    """Invite somebody: a worker of one's structure, or an administrator of the platform. The link is shown once."""
    actor = actor_of(request)
    if not actor.rights & {STRUCTURE, ACCOUNTS_RIGHT}:
        return error_page(request, Forbidden(NOT_ACCOUNTS.code, NOT_ACCOUNTS.sentence, NOT_ACCOUNTS.grantor))
    kind = WorkerForm if STRUCTURE in actor.rights else AdministratorForm
    form = kind(request.POST if request.method == "POST" else None)
    invited = _invited(actor, form) if form.is_valid() else None
    link = f"{settings.SOCLE_PUBLIC_URL}{reverse('signin:invitation', args=[invited.token])}" if invited else ""
    context = {
        "form": kind() if invited else form,
        "invited": invited,
        "link": link,
        "guest": form.guest() if invited else None,
        "hidden": tying_fields(request),
        "cancel": Link("Revenir aux comptes", reverse("gestion:people")),
    }
    return render(request, "signin/invitations.html", context, status=400 if form.errors else 200)


def _invited(actor: Actor, form: WorkerForm | AdministratorForm) -> doors.Invited | None:
    try:
        if isinstance(form, AdministratorForm):
            return doors.invite_administrator(actor=actor, guest=form.guest(), rights=frozenset(form.cleaned_data["rights"]))
        if actor.structure_id is None:
            raise Forbidden("comptes", "Vos droits ne portent sur aucune structure.")
        return doors.invite_worker(actor=actor, organisation_id=actor.structure_id, guest=form.guest())
    except (Conflict, Invalid) as error:
        form.add_error(None, error.sentence)
        return None
