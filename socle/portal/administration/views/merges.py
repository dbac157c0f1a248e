"""Merges: two identities side by side, asked by one referent, confirmed or refused by another, undone by two."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from socle.base.access.actor import Actor
from socle.base.identity.actions import merges
from socle.base.identity.queries import comparisons
from socle.base.identity.queries import merges as queries
from socle.base.signin.edge import actor_of
from socle.errors import Invalid, NotFound
from socle.portal.administration.forms import PairForm, ReasonForm
from socle.portal.administration.pages import page
from socle.portal.components import values
from socle.portal.professional.presenting import compared, identity_header


def compare(request: HttpRequest) -> HttpResponse:
    """Side by side; a reason asks for the merge. The two identities are in the address by their opaque ids."""
    actor = actor_of(request)
    pair = PairForm(request.GET)
    if not pair.is_valid() or pair.cleaned_data["garder"] == pair.cleaned_data["fusionner"]:
        raise Invalid("deux-identites", "Choisissez deux identités différentes : celle à garder et celle à fusionner.")
    kept, merged = pair.cleaned_data["garder"], pair.cleaned_data["fusionner"]
    form = ReasonForm(request.POST) if request.method == "POST" else ReasonForm()
    if request.method == "POST" and form.is_valid():
        merges.ask(actor=actor, master_id=kept, merged_id=merged, reason=form.cleaned_data["reason"])
        return redirect(f"{reverse('gestion:identities')}?fait=demande")
    found = comparisons.of_two(actor=actor, left_id=kept, right_id=merged)
    context = {
        "table": compared(found.comparison, "À garder", "À fusionner"),
        "differing": len(found.comparison.differing),
        "same_ins": found.same_ins,
        "swap": f"{reverse('gestion:compare')}?garder={merged}&fusionner={kept}",
        "action": request.get_full_path(),
        "form": form,
        "cancel": values.Link("Ne rien demander", reverse("gestion:identities")),
    }
    return page(request, "administration/compare.html", context, status=400 if form.errors else 200)


def confirm(request: HttpRequest, merge_id: UUID) -> HttpResponse:
    """Another person confirms the merge."""
    return _two(
        request,
        merge_id,
        lambda actor: merges.confirm(actor=actor, merge_id=merge_id),
        title="Fusionner ces deux identités ?",
        sentence="Les deux dossiers se liront comme un seul. Rien n’est déplacé : deux personnes pourront l’annuler.",
        submit="Fusionner",
        done="fusion",
        other=values.Link("Refuser la fusion", reverse("gestion:refuse", args=[merge_id])),
    )


def refuse(request: HttpRequest, merge_id: UUID) -> HttpResponse:
    """The merge is not done."""
    return _two(
        request,
        merge_id,
        lambda actor: merges.refuse(actor=actor, merge_id=merge_id),
        title="Refuser cette fusion ?",
        sentence="Les deux identités restent séparées. La demande disparaît de la liste.",
        submit="Refuser la fusion",
        done="refus",
        other=values.Link("Revenir à la liste", reverse("gestion:identities")),
    )


def undo(request: HttpRequest, merge_id: UUID) -> HttpResponse:
    """Another person confirms that the merge is undone."""
    return _two(
        request,
        merge_id,
        lambda actor: merges.undo(actor=actor, merge_id=merge_id),
        title="Séparer de nouveau ces deux identités ?",
        sentence="Chacune retrouve ce qui était écrit sous elle. Ce qui est écrit depuis la fusion reste à l’identité gardée.",
        submit="Séparer les identités",
        done="separation",
        other=values.Link("Revenir à la liste", reverse("gestion:identities")),
    )


def ask_undo(request: HttpRequest, merge_id: UUID) -> HttpResponse:
    """A reason asks that the merge be undone."""
    actor = actor_of(request)
    form = ReasonForm(request.POST) if request.method == "POST" else ReasonForm()
    if request.method == "POST" and form.is_valid():
        merges.ask_undo(actor=actor, merge_id=merge_id, reason=form.cleaned_data["reason"])
        return redirect(f"{reverse('gestion:identities')}?fait=annulation")
    line = _line(actor, merge_id)
    context = {
        "title": "Demander l’annulation de cette fusion ?",
        "people": [identity_header(line.master), identity_header(line.merged)],
        "sentence": "Une autre personne devra la confirmer.",
        "form": form,
        "submit": "Demander l’annulation",
        "cancel": values.Link("Garder la fusion", reverse("gestion:identities")),
    }
    return page(request, "administration/decide.html", context, status=400 if form.errors else 200)


def _two(
    request: HttpRequest,
    merge_id: UUID,
    act: Callable[[Actor], object],
    *,
    title: str,
    sentence: str,
    submit: str,
    done: str,
    other: values.Link,
) -> HttpResponse:
    """A page with two equal buttons, or the act itself."""
    actor = actor_of(request)
    if request.method == "POST":
        act(actor)
        return redirect(f"{reverse('gestion:identities')}?fait={done}")
    line = _line(actor, merge_id)
    context = {
        "title": title,
        "people": [identity_header(line.master), identity_header(line.merged)],
        "reason": line.reason,
        "asked_by": line.asked_by_name,
        "sentence": sentence,
        "submit": submit,
        "other": other,
    }
    return page(request, "administration/confirm.html", context)


def _line(actor: Actor, merge_id: UUID) -> queries.MergeLine:
    """The merge among those of the page. NotFound when it waits for nobody any more."""
    found = next((line for line in queries.review(actor=actor, limit=500).merges if line.id == merge_id), None)
    if found is None:
        raise NotFound()
    return found
