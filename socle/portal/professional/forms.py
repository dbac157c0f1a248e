"""Forms of the professional space: shapes only, the rules are the doors'."""

from __future__ import annotations

from django import forms

from socle.base import terminology
from socle.portal.components.fields import DayField


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
        help_text="10 caractères au moins. La personne et son médecin traitant le liront.",
        widget=forms.Textarea({"rows": 2}),
    )


class DepositForm(forms.Form):
    """A document to deposit. A CDA says its own type and date; another file needs them here."""

    file = forms.FileField(
        label="Document",
        help_text="CDA, PDF, texte, JPEG ou PNG, 20 Mo au plus.",
        widget=forms.FileInput({"accept": ".xml,.pdf,.txt,.jpg,.jpeg,.png"}),
    )
    type_code = forms.ChoiceField(
        label="Type", required=False, help_text="Inutile pour un CDA : il dit le sien.", choices=lambda: _types()
    )
    acted_on = DayField(label="Date de l’acte", required=False)
    title = forms.CharField(label="Titre", required=False, max_length=120)
    hidden = forms.BooleanField(
        label="Ne pas montrer au patient avant l’avoir annoncé",
        required=False,
        help_text="Il en sera averti après 2 semaines et le verra après 1 mois.",
    )


def _types() -> list[tuple[str, str]]:
    return [("", "—"), *((kind.code, kind.label) for kind in terminology.document_types() if not kind.is_patient_expression)]


class VisibilityForm(forms.Form):
    """Who may see a document, for its author."""

    masked = forms.BooleanField(label="Masquer aux autres professionnels", required=False)
    hidden_from_patient = forms.BooleanField(label="Ne pas montrer au patient avant l’avoir annoncé", required=False)
    hidden_from_representatives = forms.BooleanField(label="Ne pas montrer aux représentants légaux", required=False)
