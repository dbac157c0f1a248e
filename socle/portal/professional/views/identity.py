"""« Identité »: traits, status and what may be done about them; and the registration of a new person."""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.safestring import mark_safe

from socle.base.access.actor import Actor
from socle.base.identity.actions import patients, statuses
from socle.base.identity.queries import patients as identities
from socle.base.identity.queries import searches
from socle.base.identity.rules import HIGH_TRUST, Step
from socle.base.identity.traits import Strict
from socle.base.signin import edge
from socle.errors import Conflict, Invalid
from socle.formats import datamatrix
from socle.formats.identifiers import Ins
from socle.portal.components.fields import DayField
from socle.portal.professional.presenting import identity_header, sections

SEXES = (("F", "Féminin"), ("M", "Masculin"), ("I", "Indéterminé"))


class DocumentForm(forms.Form):
    """An identity document that was checked; nothing is chosen by default (EXI SI 23)."""

    kind = forms.ChoiceField(label="Pièce contrôlée", choices=[("", "—"), *HIGH_TRUST.items()], required=False)
    original = forms.BooleanField(label="J’ai vu l’original", required=False)
    traits_agree = forms.BooleanField(label="Les traits affichés sont ceux de la pièce", required=False)


class ReasonForm(forms.Form):
    """Why."""

    reason = forms.CharField(label="Motif", max_length=300, widget=forms.Textarea({"rows": 2}))


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


def identity(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """The identity, and its next steps."""
    actor = edge.actor_for(request, patient_id)
    found = identities.read(actor=actor, patient_id=patient_id)
    form: forms.Form = DocumentForm()
    doubt = ReasonForm(prefix="doute")
    if request.method == "POST":
        gesture = request.POST.get("geste", "")
        form = DocumentForm(request.POST) if gesture == "piece" else form
        doubt = ReasonForm(request.POST, prefix="doute") if gesture in ("douter", "lever") else doubt
        try:
            if _act(actor, found, gesture, form, doubt):
                return redirect("pro:identity", patient_id=patient_id)
        except (Invalid, Conflict) as problem:
            (doubt if gesture in ("douter", "lever") else form).add_error(None, problem.sentence)
    root = found.heading.patient_id
    context = {
        "patient": identity_header(found.heading),
        "patient_id": root,
        "identity": found,
        "form": form,
        "doubt": doubt,
        "steps": {str(step) for step in found.steps},
        "step": {"document": str(Step.DOCUMENT), "doubt": str(Step.DOUBT), "lift": str(Step.DOUBT_LIFTED)},
        "datamatrix": _datamatrix(found),
        "hidden": [edge.situation_field(request)],
        "document_name": HIGH_TRUST.get(found.document_kind, found.document_kind),
        **sections(root, "Identité"),
    }
    status = 400 if form.errors or doubt.errors else 200
    return render(request, "professional/identity.html", context, status=status)


def _act(actor: Actor, found: identities.Identity, gesture: str, form: forms.Form, doubt: forms.Form) -> bool:
    """True when something was done: the page is read again."""
    common = {"actor": actor, "patient_id": found.heading.patient_id, "version": found.heading.version}
    if gesture == "piece" and form.is_valid():
        statuses.check_document(**common, **form.cleaned_data)
    elif gesture == "douter" and doubt.is_valid():
        statuses.put_in_doubt(**common, reason=doubt.cleaned_data["reason"])
    elif gesture == "lever" and doubt.is_valid():
        statuses.lift_doubt(**common, reason=doubt.cleaned_data["reason"])
    elif gesture == "homonyme":
        statuses.declare_homonym(**common, homonym=not found.heading.homonym)
    else:
        return False
    return True


def _datamatrix(found: identities.Identity) -> str:
    """The INS datamatrix of a qualified identity, drawn by our own writer."""
    heading = found.heading
    if not heading.matricule:
        return ""
    traits = datamatrix.InsTraits(
        Ins(heading.matricule, heading.oid),
        heading.given_names,
        heading.birth_name,
        heading.sex,
        heading.birth_date,
        heading.birthplace_cog,
    )
    return mark_safe(datamatrix.svg(datamatrix.compose(traits), title="Datamatrix INS"))  # noqa: S308


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
    context = {"form": form, "hidden": [edge.situation_field(request)]}
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
