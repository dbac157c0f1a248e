"""Forms of the professional space: shapes only, the rules are the doors'."""

from __future__ import annotations

from typing import Any

from django import forms

from socle.base import terminology
from socle.portal.components.fields import DayField
from socle.portal.professional.presenting import apostrophes


class SearchForm(forms.Form):
    """Find a person: the date of birth first, then three letters at most."""

    birth_date = DayField(label="Date de naissance", required=False)
    name_start = forms.CharField(label="Nom", help_text="Les 3 premières lettres", max_length=3, required=False)
    given_start = forms.CharField(label="Prénom", help_text="Les 3 premières lettres", max_length=3, required=False)
    matricule = forms.CharField(label="Matricule INS", help_text="15 caractères", max_length=25, required=False)


class OpeningForm(forms.Form):
    """Why the record is opened."""

    PURPOSES = (("normal", "Prise en charge, patient informé"), ("emergency", "Urgence"), ("regulation", "Régulation du SAMU"))
    purpose = forms.ChoiceField(label="Vous ouvrez ce dossier pour", choices=PURPOSES, widget=forms.RadioSelect)
    reason = forms.CharField(
        label="Motif de l’urgence",
        required=False,
        max_length=500,
        help_text="10 caractères au moins. La personne le lira, et son médecin traitant s’il est déclaré.",
        widget=forms.Textarea({"rows": 2}),
    )


CDA = "text/xml"
MEDIA_TYPES = {
    "xml": CDA,
    "pdf": "application/pdf",
    "txt": "text/plain",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "png": "image/png",
}


def media_type_of(name: str) -> str:
    """What a file of that name says it is; the door looks at its bytes."""
    return MEDIA_TYPES.get(name.rpartition(".")[2].lower(), "application/octet-stream")


class DepositForm(forms.Form):
    """A document to deposit: a file, or a text typed here. A CDA says its own type, date and title; the rest needs them."""

    file = forms.FileField(
        label="Fichier",
        required=False,
        help_text="CDA, PDF, texte, JPEG ou PNG, 20\u00a0Mo au plus.",
        widget=forms.FileInput({"accept": ".xml,.pdf,.txt,.jpg,.jpeg,.png"}),
    )
    text = forms.CharField(label="Texte", required=False, max_length=100_000, widget=forms.Textarea({"rows": 6}))
    type_code = forms.ChoiceField(label="Type", required=False, choices=lambda: _types())
    acted_on = DayField(label="Date de l’acte", required=False)
    title = forms.CharField(
        label="Titre", required=False, max_length=120, help_text="Le type sert de titre si vous n’en donnez pas."
    )
    hidden = forms.BooleanField(
        label="Ne pas montrer au patient avant l’avoir annoncé",
        required=False,
        help_text="La personne en sera avertie après 2\u00a0semaines et le verra après 1\u00a0mois.",
    )

    def clean(self) -> dict[str, Any]:
        found = super().clean() or self.cleaned_data
        file, text = found.get("file"), found.get("text")
        if "file" in self.errors:
            return found
        if not file and not text:
            self.add_error("file", "Choisissez le fichier à déposer, ou écrivez un texte.")
        elif file and text:
            self.add_error("text", "Déposez le fichier ou le texte, l’un après l’autre.")
        elif not found.get("type_code") and not (file and media_type_of(file.name) == CDA):
            self.add_error("type_code", "Choisissez le type du document.")
        return found


def _types() -> list[tuple[str, str | list[tuple[str, str]]]]:
    """The types that a professional may write, under their classes."""
    offered: dict[str, list[tuple[str, str]]] = {}
    for kind in terminology.document_types():
        if not kind.is_patient_expression:
            offered.setdefault(kind.class_code, []).append((kind.code, apostrophes(kind.label)))
    named = ((terminology.document_class(code), kinds) for code, kinds in offered.items())
    return [("", "— choisir un type —"), *((apostrophes(one.label) if one else "Autres", kinds) for one, kinds in named)]


class VisibilityForm(forms.Form):
    """Who may see a document, for its author."""

    masked = forms.BooleanField(label="Masquer aux autres professionnels", required=False)
    hidden_from_patient = forms.BooleanField(label="Ne pas montrer au patient avant l’avoir annoncé", required=False)
    hidden_from_representatives = forms.BooleanField(label="Ne pas montrer aux représentants légaux", required=False)
