"""« Comptes »: who administers, who works for the structure without a national identity provider, and their rights."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from socle.base.directory.rules import STRUCTURE
from socle.base.signin.actions import rights as acts
from socle.base.signin.edge import actor_of
from socle.base.signin.queries import people
from socle.base.signin.queries.people import Held
from socle.base.signin.rules import ACCOUNTS_RIGHT
from socle.errors import Invalid
from socle.portal.administration.forms import RightsForm
from socle.portal.administration.pages import page
from socle.portal.components import french, values
from socle.portal.signin.forms import LABELS


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The people one answers for, and the invitations that wait."""
    actor = actor_of(request)
    found, everywhere = people.administered(actor=actor), ACCOUNTS_RIGHT in actor.rights
    context = {
        "place": "" if everywhere else actor.structure_name,
        "table": _table(found.accounts, everywhere) if found.accounts else None,
        "more": found.more,
        "waiting": [
            {"one": one, "until": french.moment(one.expires_at), "href": reverse("gestion:withdraw-invitation", args=[one.id])}
            for one in found.waiting
        ],
    }
    return page(request, "administration/people.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def account(request: HttpRequest, account_id: UUID) -> HttpResponse:
    """One account: its rights, which the form replaces, and the end of a worker's access."""
    actor = actor_of(request)
    one = people.account(actor=actor, account_id=account_id)
    of_structure = one.structure_id is not None or ACCOUNTS_RIGHT not in actor.rights
    form = RightsForm(request.POST if request.method == "POST" else None, of_structure=of_structure, held=one.rights)
    if request.method == "POST" and form.is_valid():
        try:
            acts.set_rights(actor=actor, account_id=account_id, rights=frozenset(form.cleaned_data["rights"]))
            return redirect(f"{reverse('gestion:people')}?fait=droits")
        except Invalid as error:
            form.add_error(None, error.sentence)
    context = {
        "one": one,
        "chip": _state(one),
        "form": form,
        "dismiss": reverse("gestion:dismiss", args=[one.id]) if _may_dismiss(one, of_structure) else "",
        "cancel": values.Link("Revenir à la liste", reverse("gestion:people")),
    }
    return page(request, "administration/account.html", context, status=400 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def dismiss(request: HttpRequest, account_id: UUID) -> HttpResponse:
    """The question first; then the person is out."""
    actor = actor_of(request)
    if request.method == "POST":
        acts.dismiss(actor=actor, account_id=account_id)
        return redirect(f"{reverse('gestion:people')}?fait=depart")
    one = people.account(actor=actor, account_id=account_id)
    return page(request, "administration/dismiss.html", {"one": one, "here": reverse("gestion:account", args=[one.id])})


@require_POST
def withdraw_invitation(request: HttpRequest, invitation_id: UUID) -> HttpResponse:
    """The link that was handed over opens nothing any more."""
    acts.withdraw_invitation(actor=actor_of(request), invitation_id=invitation_id)
    return redirect(f"{reverse('gestion:people')}?fait=invitation-retiree")


def _may_dismiss(one: Held, of_structure: bool) -> bool:
    return one.works and of_structure and not one.suspended and not one.mine


def _table(accounts: tuple[Held, ...], everywhere: bool) -> values.Table:
    return values.Table(
        caption="Comptes",
        columns=("Personne", "Identifiant", "Droits d’administration", "Dernière connexion"),
        rows=tuple(
            (
                values.Cell(one.name, href=reverse("gestion:account", args=[one.id]), chip=_state(one)),
                values.Cell(one.login),
                values.Cell(_told(one, everywhere)),
                values.Cell(french.moment(one.last_sign_in_at) if one.last_sign_in_at else "jamais"),
            )
            for one in accounts
        ),
    )


def _state(one: Held) -> values.Chip | None:
    if one.suspended:
        return values.Chip("Accès terminé", "alert", "user-x")
    return values.Chip("Vous", "done", "user-check") if one.mine else None


def _told(one: Held, everywhere: bool) -> str:
    told = ", ".join(label for right, label in LABELS.items() if right in one.rights) or "aucun"
    return f"{told} : {one.structure_name}" if STRUCTURE in one.rights and everywhere else told
