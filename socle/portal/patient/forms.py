"""Forms of the person's space: shapes only, the rules are the doors'."""

from __future__ import annotations

from typing import Any

from django import forms

from socle.base.access.queries.holders import Choices

YES, NO = "oui", "non"


class UrgencyForm(forms.Form):
    """What urgency may do without the person's agreement. Each answer says what follows."""

    emergency_allowed = forms.ChoiceField(
        label="En urgence, un professionnel que vous n’avez pas autorisé peut-il lire votre dossier ?",
        choices=(
            (YES, "Oui : il écrit pourquoi, lit pendant 4 heures au plus, et vous êtes prévenu aussitôt"),
            (NO, "Non : votre dossier lui reste fermé, quelle que soit l’urgence"),
        ),
        widget=forms.RadioSelect,
    )
    regulation_allowed = forms.ChoiceField(
        label="Quand vous appelez le 15, le médecin du SAMU peut-il lire votre dossier ?",
        choices=(
            (YES, "Oui : il peut connaître vos allergies et vos médicaments pendant l’appel"),
            (NO, "Non : il ne saura que ce que vous lui dites"),
        ),
        widget=forms.RadioSelect,
    )
    masked_shown_in_emergency = forms.ChoiceField(
        label="En urgence, les documents que vous avez cachés se montrent-ils ?",
        choices=(
            (NO, "Non : ils restent cachés, même en urgence"),
            (YES, "Oui : en urgence et au SAMU seulement, ils se montrent"),
        ),
        widget=forms.RadioSelect,
    )

    @classmethod
    def of(cls, choices: Choices) -> UrgencyForm:
        """The form with the present choices ticked."""
        return cls(initial={name: YES if getattr(choices, name) else NO for name in cls.base_fields})

    def answers(self) -> dict[str, Any]:
        """The answers as the door takes them, once valid."""
        return {name: self.cleaned_data[name] == YES for name in self.base_fields}
