"""Whose space a request is in, and what every page of a space shows around its content."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Concatenate, ParamSpec
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from socle.base.access.actor import Actor, Kind
from socle.base.access.rules import CLOSED, NO_RECORD, OPPOSED
from socle.base.signin import edge
from socle.errors import Forbidden, NotFound
from socle.portal.components import refusals, values

P = ParamSpec("P")

NOT_READABLE = frozenset({CLOSED.code, NO_RECORD.code, OPPOSED.code})
"""The refusals that come from the state of the space: its page says what to do."""
TIES = {"Parent": "vous êtes son parent", "Représentant légal": "vous êtes son représentant légal"}
DONE = {
    "cache": "Ce document est caché aux professionnels.",
    "montre": "Ce document est de nouveau visible des professionnels que vous autorisez.",
    "bloque": "Ce professionnel ne peut plus lire votre dossier.",
    "debloque": "Ce professionnel n’est plus bloqué.",
    "urgence": "Vos choix pour les urgences sont enregistrés.",
    "open": "Votre espace est ouvert.",
    "closed": "Votre espace est fermé.",
    "opposed": "Votre opposition est enregistrée.",
    "lu": "C’est noté.",
}
"""What an action did, by the word that its redirection carries (`?fait=`): no name ever stands in an address."""


@dataclass(frozen=True, slots=True)
class Space:
    """Who asks, and whose space it is."""

    actor: Actor
    patient_id: UUID
    acting: values.Acting | None

    @property
    def own(self) -> bool:
        return self.acting is None


def of(request: HttpRequest) -> Space:
    """The space that the session is in. NotFound when it is in none."""
    found, patient_id = edge.sign_in_of(request), edge.space_of(request)
    if found is None or found.situation is None or patient_id is None:
        raise NotFound()
    actor, acting = edge.actor_of(request), None
    if actor.kind is Kind.REPRESENTATIVE:
        leave = f"{reverse('signin:situation')}?next={reverse('espace:home')}"
        acting = values.Acting(found.situation.space_name, TIES.get(found.situation.title, ""), leave)
    return Space(actor, patient_id, acting)


def in_space(
    view: Callable[Concatenate[HttpRequest, Space, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """The view also takes the space. A space that is not open leads to the page that says its state."""

    @functools.wraps(view)
    def call(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        try:
            return view(request, of(request), *args, **kwargs)
        except Forbidden as refusal:
            if refusal.code in NOT_READABLE and request.method == "GET":
                return redirect("espace:state")
            raise

    return call


def for_holder(
    view: Callable[Concatenate[HttpRequest, Space, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """As `in_space`, for the person only: whoever acts for them reads why not."""

    @functools.wraps(view)
    def call(request: HttpRequest, space: Space, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        return view(request, space, *args, **kwargs) if space.own else _holder_only(request, space)

    return in_space(call)


def space_page(
    request: HttpRequest, space: Space, template: str, extra: dict[str, Any], *, toast: values.Toast | None = None
) -> HttpResponse:
    """A page of this space, with what the last action did."""
    return render(request, template, {**around(request, space, toast), **extra})


def around(request: HttpRequest, space: Space, toast: values.Toast | None = None) -> dict[str, Any]:
    done = DONE.get(request.GET.get("fait", ""), "")
    return {
        "acting": space.acting,
        "own": space.own,
        "hidden": edge.tying_fields(request),
        "toast": toast or (values.Toast(done) if done else None),
    }


def _holder_only(request: HttpRequest, space: Space) -> HttpResponse:
    name = space.acting.name if space.acting else ""
    refusal = values.Refusal(
        title="Ce choix appartient à la personne",
        sentence=f"Seule la personne dont c’est l’espace, {name}, peut lire et changer ces réglages.",
        chip=values.Chip("Espace d’un proche", "note", "users"),
        todo="Rien n’a été changé. La personne peut le faire depuis son espace, ou par téléphone au 36 08.",
        back=values.Link("Revenir à l’accueil de l’espace", reverse("espace:home")),
    )
    return refusals.refusal_page(request, refusal, 403)
