"""Registration of a new person, after a search that found nobody."""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from socle.base.identity.actions import patients
from socle.base.identity.queries import searches
from socle.base.identity.traits import Strict
from socle.base.signin import edge
from socle.errors import Conflict, Invalid
from socle.portal.components.fields import DayField

SEXES = (("F", "Féminin"), ("M", "Masculin"), ("I", "Indéterminé"))


class NewForm(forms.Form):
    """The five strict traits (EXI PP 02)."""

    birth_name = forms.CharField(label="Nom de naissance", max_length=100, required=False)
    first_given = forms.CharField(label="Premier prénom de naissance", max_length=100, required=False)
    given_names = forms.CharField(label="Tous les prénoms de naissance", max_length=200, required=False)
    birth_date = DayField(label="Date de naissance", required=False)
    sex = forms.ChoiceField(label="Sexe", choices=SEXES, widget=forms.RadioSelect, required=False)
    birthplace_cog = forms.CharField(
        label="Lieu de naissance, code officiel",
        max_length=5,
        required=False,
        help_text="Code INSEE à 5 caractères ; 99999 si le lieu est inconnu.",
    )


def new(request: HttpRequest) -> HttpResponse:
    """A new identity, after a search that found nobody."""
    actor = edge.actor_of(request)
    try:
        search_id = UUID(request.GET.get("recherche", ""))
    except ValueError:
        return redirect("pro:search")
    search = searches.read(actor=actor, search_id=search_id)
    form = NewForm(request.POST or None, initial={"birth_date": search.birth_date})
    if request.method == "POST" and form.is_valid():
        try:
            made = patients.register(actor=actor, search_id=search_id, strict=_strict(form))
            return redirect("pro:identity", patient_id=made.id)
        except Invalid as problem:
            for issue in problem.issues:
                form.add_error(issue.where if issue.where in form.fields else None, issue.sentence)
        except Conflict as problem:
            form.add_error(None, problem.sentence)
    context = {"form": form, "hidden": edge.tying_fields(request)}
    return render(request, "professional/new_patient.html", context, status=400 if form.errors else 200)


def _strict(form: NewForm) -> Strict:
    values = form.cleaned_data
    return Strict(
        values["birth_name"],
        values["first_given"],
        values["birth_date"] or "",
        values["sex"],
        values["birthplace_cog"],
        values["given_names"],
    )
