"""Forms of invited accounts."""

from __future__ import annotations

from django import forms

from socle.base.directory.rules import DIRECTORY, STRUCTURE
from socle.base.signin.actions.invitations import Guest
from socle.base.signin.rules import PASSWORD_LENGTH

ROLES = (
    ("41", "Assistant de service social"),
    ("330", "Coordonnateur de parcours"),
    ("350", "Aide à domicile"),
    ("SECRETARIAT_MEDICAL", "Secrétaire médical"),
)
"""Professions and roles without national identity provider (TRE_R94, TRE_R85)."""
RIGHTS = (
    ("accounts", "Comptes d’administration"),
    ("access-control", "Contrôle des accès exceptionnels"),
    ("identity-referent", "Identités : doublons et doutes"),
    (DIRECTORY, "Annuaire et référents"),
    ("software", "Logiciels"),
    ("supervision", "Supervision"),
)
LABELS = dict(RIGHTS) | {STRUCTURE: "Comptes de la structure"}
"""Every administration right as people read it."""


class AccountForm(forms.Form):
    """The three proofs are asked at once, so that a refusal never says which one was wrong."""

    login = forms.EmailField(
        label="Adresse de courriel", max_length=200, widget=forms.EmailInput({"autocomplete": "username", "spellcheck": "false"})
    )
    password = forms.CharField(
        label="Mot de passe", max_length=1000, strip=False, widget=forms.PasswordInput({"autocomplete": "current-password"})
    )
    code = forms.CharField(
        label="Code à 6 chiffres",
        max_length=10,
        help_text="Affiché par votre application de codes.",
        widget=forms.TextInput({"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )


class AcceptForm(forms.Form):
    password = forms.CharField(
        label="Mot de passe",
        max_length=1000,
        strip=False,
        help_text=f"{PASSWORD_LENGTH} caractères au moins : plusieurs mots vont très bien.",
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
    )
    code = forms.CharField(
        label="Code à 6 chiffres",
        max_length=10,
        help_text="Celui que l’application affiche maintenant.",
        widget=forms.TextInput({"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )


class WorkerForm(forms.Form):
    """A worker of the administrator's structure."""

    given = forms.CharField(label="Prénom", max_length=100)
    family = forms.CharField(label="Nom", max_length=100)
    login = forms.EmailField(label="Adresse de courriel", max_length=200)
    profession = forms.ChoiceField(label="Profession ou rôle", choices=ROLES)

    def guest(self) -> Guest:
        told = self.cleaned_data
        return Guest(told["login"], told["family"], told["given"], profession=told["profession"])


class AdministratorForm(forms.Form):
    """An administrator of the platform."""

    given = forms.CharField(label="Prénom", max_length=100)
    family = forms.CharField(label="Nom", max_length=100)
    login = forms.EmailField(label="Adresse de courriel", max_length=200)
    rights = forms.MultipleChoiceField(label="Droits", choices=RIGHTS, widget=forms.CheckboxSelectMultiple)

    def guest(self) -> Guest:
        told = self.cleaned_data
        return Guest(told["login"], told["family"], told["given"])
