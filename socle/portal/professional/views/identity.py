"""« Identité »: traits, status and what may be done about them, the INSi teleservice beside them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypedDict
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.safestring import mark_safe

from socle.base.access.actor import Actor
from socle.base.identity.actions import statuses
from socle.base.identity.gateways import insi
from socle.base.identity.queries import comparisons
from socle.base.identity.queries import patients as identities
from socle.base.identity.rules import HIGH_TRUST, Step
from socle.base.signin import edge
from socle.errors import Conflict, Forbidden, Invalid, Unavailable
from socle.formats import datamatrix
from socle.formats.identifiers import Ins
from socle.portal.components import values
from socle.portal.professional.presenting import compared, identity_header, record_header, sections
from socle.record.chart import Header
from socle.record.queries import entrance

DONE = {
    "piece": "Contrôle de la pièce enregistré.",
    "insi": "Identité mise à jour avec la réponse du téléservice INSi.",
    "douter": "Identité mise en doute.",
    "lever": "Doute levé.",
    "homonyme": "Homonymie enregistrée.",
}


class Common(TypedDict):
    """What every gesture says: who, about whom, on which version."""

    actor: Actor
    patient_id: UUID
    version: int


class DocumentForm(forms.Form):
    """An identity document that was checked; nothing is chosen by default (EXI SI 23)."""

    kind = forms.ChoiceField(label="Pièce contrôlée", choices=[("", "—"), *HIGH_TRUST.items()], required=False)
    original = forms.BooleanField(label="J’ai vu l’original", required=False)
    traits_agree = forms.BooleanField(label="Les traits affichés sont ceux de la pièce", required=False)


class ReasonForm(forms.Form):
    """Why."""

    reason = forms.CharField(
        label="Motif",
        max_length=300,
        widget=forms.Textarea({"rows": 2}),
        error_messages={"required": "Indiquez le motif."},
    )


class NoForm(forms.Form):
    """A gesture without a field, whose refusal stands beside it."""


@dataclass(slots=True)
class Gestures:
    """The forms of the page, and what the teleservice answered when it was asked just now."""

    document: forms.Form
    doubt: forms.Form
    insi: forms.Form
    answer: comparisons.WithInsi | None = None

    @property
    def refused(self) -> bool:
        return any(form.errors for form in (self.document, self.doubt, self.insi))

    def of(self, gesture: str) -> forms.Form:
        """Where the refusal of a gesture is told."""
        return {"piece": self.document, "douter": self.doubt, "lever": self.doubt}.get(gesture, self.insi)


def identity(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """The identity, and its next steps."""
    actor = edge.actor_for(request, patient_id)
    found = identities.read(actor=actor, patient_id=patient_id)
    gestures = Gestures(DocumentForm(), ReasonForm(prefix="doute"), NoForm())
    gesture = request.POST.get("geste", "") if request.method == "POST" else ""
    if gesture:
        gestures = _filled(request, gesture)
        try:
            if _act(actor, found, gesture, gestures, accepted="accepte" in request.POST):
                return redirect(f"{request.path}?fait={gesture}")
        except (Invalid, Conflict, Unavailable, Forbidden) as problem:
            gestures.of(gesture).add_error(None, problem.sentence)
    return _shown(request, found, gestures, entrance.header(actor=actor, patient_id=patient_id))


def _filled(request: HttpRequest, gesture: str) -> Gestures:
    return Gestures(
        DocumentForm(request.POST if gesture == "piece" else None),
        ReasonForm(request.POST if gesture in ("douter", "lever") else None, prefix="doute"),
        NoForm(request.POST if gesture in ("insi", "homonyme") else None),
    )


def _shown(request: HttpRequest, found: identities.Identity, gestures: Gestures, header: Header | None) -> HttpResponse:
    root = found.heading.patient_id
    answer, done = gestures.answer, DONE.get(request.GET.get("fait", "")) if request.method != "POST" else None
    context = {
        "patient": record_header(header) if header else identity_header(found.heading),
        "patient_id": root,
        "identity": found,
        "gestures": gestures,
        "answer": answer,
        "insi_table": _beside(answer) if answer else None,
        "to_accept": [trait.value for trait in answer.comparison.to_accept] if answer and answer.comparison else [],
        "blocks": bool(answer and answer.comparison and answer.comparison.blocks),
        "steps": {str(step) for step in found.steps},
        "step": {"document": Step.DOCUMENT, "insi": Step.INS, "doubt": Step.DOUBT, "lift": Step.DOUBT_LIFTED},
        "datamatrix": _datamatrix(found),
        "hidden": edge.tying_fields(request),
        "document_name": HIGH_TRUST.get(found.document_kind, found.document_kind),
        "toast": values.Toast(done) if done else None,
        **sections(root, "Identité", documents=header.document_count or None if header else None),
    }
    return render(request, "professional/identity.html", context, status=400 if gestures.refused else 200)


def _beside(answer: comparisons.WithInsi) -> values.Table | None:
    return compared(answer.comparison, "Identité connue", "Réponse INSi") if answer.comparison else None


def _act(actor: Actor, found: identities.Identity, gesture: str, gestures: Gestures, *, accepted: bool) -> bool:
    """True when something was done: the page is read again."""
    common: Common = {"actor": actor, "patient_id": found.heading.patient_id, "version": found.heading.version}
    form = gestures.of(gesture)
    if not form.is_valid():
        return False
    if gesture == "piece":
        statuses.check_document(**common, **form.cleaned_data)
    elif gesture == "douter":
        statuses.put_in_doubt(**common, reason=form.cleaned_data["reason"])
    elif gesture == "lever":
        statuses.lift_doubt(**common, reason=form.cleaned_data["reason"])
    elif gesture == "homonyme":
        statuses.declare_homonym(**common, homonym=not found.heading.homonym)
    elif gesture == "insi":
        return _ask_insi(common, gestures, accepted=accepted)
    else:
        return False
    return True


def _ask_insi(common: Common, gestures: Gestures, *, accepted: bool) -> bool:
    """True when the answer was kept: at once when no trait differs, else when a person accepts what may differ after seeing it
    beside (EXI SI 28). The teleservice is asked again for that, so that no answer travels through the browser."""
    actor, patient_id = common["actor"], common["patient_id"]
    asked = comparisons.insi_call(actor=actor, patient_id=patient_id)
    answer = insi.search(asked, sender=actor.national_id)
    seen = comparisons.with_insi(actor=actor, patient_id=patient_id, answer=answer)
    compared_traits = seen.comparison
    if compared_traits is not None and not compared_traits.blocks and (accepted or not compared_traits.differing):
        statuses.retrieve_ins(**common, answer=answer, accepted=accepted)
        return True
    gestures.answer = seen
    return False


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
