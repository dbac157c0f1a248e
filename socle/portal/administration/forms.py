"""Forms of the administration: shapes only, the rules are the doors'."""

from __future__ import annotations

from collections.abc import Mapping

from django import forms

from socle.base.directory.rules import STRUCTURE
from socle.portal.components.fields import DayField
from socle.portal.signin.forms import LABELS, RIGHTS


class ReasonForm(forms.Form):
    """Why."""

    reason = forms.CharField(label="Motif", max_length=300, widget=forms.Textarea({"rows": 2}))


class SearchForm(forms.Form):
    """Find identities: the date of birth first, then three letters at most."""

    birth_date = DayField(label="Date de naissance")
    name_start = forms.CharField(label="Nom, 3 premières lettres", max_length=3, required=False)
    given_start = forms.CharField(label="Prénom, 3 premières lettres", max_length=3, required=False)


class PairForm(forms.Form):
    """Two identities of one person, perhaps: the one that stays, and the one that will point to it."""

    garder = forms.UUIDField()
    fusionner = forms.UUIDField()


class ReviewForm(forms.Form):
    """What the controller concludes of an urgent access."""

    conclusion = forms.ChoiceField(
        label="Conclusion du contrôle",
        choices=(("justified", "Accès justifié"), ("follow-up", "À suivre avec la structure")),
        widget=forms.RadioSelect,
    )


class RightsForm(forms.Form):
    """The administration rights of one account: of the platform, or the one over its structure. None is a choice too."""

    def __init__(self, told: Mapping[str, object] | None, *, of_structure: bool, held: frozenset[str]) -> None:
        super().__init__(told, initial={"rights": sorted(held)})
        self.fields["rights"] = forms.MultipleChoiceField(
            label="Droits d’administration",
            choices=[(STRUCTURE, LABELS[STRUCTURE])] if of_structure else list(RIGHTS),
            required=False,
            widget=forms.CheckboxSelectMultiple,
        )
