"""« Ouvrir le dossier »: the stated reason, before anything of the record is shown."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from socle.base.access.actions import emergencies
from socle.base.access.actor import Purpose
from socle.base.access.rules import NO_AUTHORISATION
from socle.base.signin import edge
from socle.base.signin.actions import sessions
from socle.errors import Forbidden
from socle.portal.professional.forms import OpeningForm
from socle.portal.professional.presenting import identity_header
from socle.record.actions import openings
from socle.record.queries.entrance import Entrance, entrance


def opening(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Straight to the synthèse for whoever may read already; else the reason."""
    actor = edge.actor_for(request, patient_id)
    found = entrance(actor=actor, patient_id=patient_id)
    if found.readable and request.method != "POST":
        return redirect("pro:synthesis", patient_id=found.identity.patient_id)
    form = OpeningForm(request.POST or None, initial={"purpose": "normal"})
    if not actor.regulation_claim:
        form.fields["purpose"].choices = OpeningForm.PURPOSES[:2]  # type: ignore[attr-defined]
    if request.method == "POST" and form.is_valid():
        try:
            _open(request, patient_id, Purpose(form.cleaned_data["purpose"]), form.cleaned_data["reason"])
            return redirect("pro:synthesis", patient_id=found.identity.patient_id)
        except Forbidden as refusal:
            if refusal.code != "motif":
                return _refused(request, found, refusal.sentence, refusal.grantor)
            form.add_error("reason", refusal.sentence)
    if not found.care.allowed and found.care.code != NO_AUTHORISATION.code:
        return _refused(request, found, found.care.sentence, found.care.grantor, status=200)
    context = {
        "patient": identity_header(found.identity),
        "form": form,
        "regulation": actor.regulation_claim,
        "hidden": edge.tying_fields(request),
    }
    return render(request, "professional/opening.html", context, status=400 if form.errors else 200)


def _refused(request: HttpRequest, found: Entrance, sentence: str, grantor: str, *, status: int = 403) -> HttpResponse:
    """Whose record it is and why it stays closed; nothing more to ask here."""
    context = {"patient": identity_header(found.identity), "sentence": sentence, "grantor": grantor}
    return render(request, "professional/not_opened.html", context, status=status)


def _open(request: HttpRequest, patient_id: UUID, purpose: Purpose, reason: str) -> None:
    actor = edge.actor_of(request)
    if purpose is Purpose.CARE:
        openings.state_care(actor=actor, patient_id=patient_id)
        return
    urgent = openings.open_urgently(actor=actor, patient_id=patient_id, purpose=purpose, reason=reason)
    sign_in = edge.sign_in_of(request)
    if sign_in is not None:
        sessions.bind_urgent(actor=actor, session_id=sign_in.id, access=urgent)


def close(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """The urgent access to this record is over."""
    actor = edge.actor_for(request, patient_id)
    if request.method == "POST" and actor.emergency_id is not None:
        emergencies.close(actor=actor, session_id=actor.emergency_id)
        sign_in = edge.sign_in_of(request)
        if sign_in is not None:
            sessions.leave_urgent(actor=actor, session_id=sign_in.id, access_id=actor.emergency_id)
    return redirect("pro:todo")
