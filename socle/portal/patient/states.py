"""The states of a person's space in everyday words, what may follow each, and what each change means.

Source: rules.md §2.6 (opening, closing, opposition: R1111-28, -36; archive of ten years, L1111-18), product.md §2.1 T8.
"""

from __future__ import annotations

from dataclasses import dataclass

from socle.portal.components.values import Chip


@dataclass(frozen=True, slots=True)
class State:
    """What the page says of a state; `choices` are keys of `CHANGES`."""

    chip: Chip
    title: str
    sentence: str
    choices: tuple[str, ...] = ()


STATES = {
    "": State(
        Chip("Pas d’espace", "", "circle-dashed"),
        "Votre espace n’existe pas encore",
        "Vous serez prévenu avant sa création, et vous pourrez la refuser.",
        ("ouvrir", "s-opposer"),
    ),
    "announced": State(
        Chip("Espace annoncé", "note", "clock"),
        "Votre espace va être créé",
        "Six semaines après l’annonce, il est créé, sauf si vous le refusez.",
        ("ouvrir", "s-opposer"),
    ),
    "open": State(
        Chip("Espace ouvert", "done", "check"),
        "Votre espace est ouvert",
        "Vos soignants peuvent y ajouter des documents. Ceux que vous autorisez peuvent les lire.",
        ("fermer",),
    ),
    "opposed": State(
        Chip("Opposition", "warn", "ban"),
        "Vous avez refusé la création de votre espace",
        "Aucun document n’est ajouté, personne ne lit rien. Vos soignants vous remettent vos documents en main propre.",
        ("ouvrir",),
    ),
    "closed": State(
        Chip("Espace fermé", "warn", "lock"),
        "Votre espace est fermé",
        "Aucun document n’est ajouté, personne ne lit rien, ni vous ni vos soignants. Vos documents sont gardés 10 ans, "
        "puis effacés.",
        ("rouvrir",),
    ),
    "deceased": State(Chip("Espace fermé", "", "lock"), "Cet espace est fermé", "Il ne peut plus être rouvert."),
}


@dataclass(frozen=True, slots=True)
class Change:
    """One change of state: its confirmation page, and the button that leads to it."""

    state: str
    link: str
    icon: str
    title: str
    sentence: str
    points: tuple[str, ...]
    submit: str
    keep: str


CHANGES = {
    "ouvrir": Change(
        "open",
        "Ouvrir mon espace",
        "check",
        "Ouvrir votre espace ?",
        "Vos soignants pourront y ajouter des documents, et ceux que vous autorisez pourront les lire.",
        (
            "Vous voyez qui lit, et vous pouvez bloquer quelqu’un.",
            "Vous choisissez ce que voient les urgences.",
            "Vous pouvez fermer votre espace à tout moment.",
        ),
        "Ouvrir mon espace",
        "Ne pas l’ouvrir",
    ),
    "s-opposer": Change(
        "opposed",
        "Refuser mon espace",
        "ban",
        "Refuser la création de votre espace ?",
        "Votre espace ne sera pas créé : aucun document n’y sera ajouté et personne ne lira rien.",
        (
            "Vos soins et vos remboursements ne changent pas.",
            "Vos soignants vous remettront vos documents en main propre.",
            "En urgence, personne ne pourra y lire vos allergies ni vos médicaments.",
            "Vous pouvez changer d’avis à tout moment, ici ou au 36 08.",
        ),
        "Refuser mon espace",
        "Ne pas refuser",
    ),
    "fermer": Change(
        "closed",
        "Fermer mon espace",
        "lock",
        "Fermer votre espace ?",
        "Plus personne ne lira vos documents, ni vos soignants, ni les urgences, ni vous.",
        (
            "Plus aucun document n’est ajouté. Vos soignants vous les remettent en main propre.",
            "Vos soins et vos remboursements ne changent pas.",
            "Vos documents sont gardés 10 ans sans être lus, puis effacés. Vous pouvez demander leur effacement avant : "
            "il est fait en 3 mois au plus.",
            "Si vous rouvrez votre espace, vous retrouvez vos documents.",
        ),
        "Fermer mon espace",
        "Garder mon espace ouvert",
    ),
    "rouvrir": Change(
        "open",
        "Rouvrir mon espace",
        "refresh-cw",
        "Rouvrir votre espace ?",
        "Vous retrouvez vos documents, et vos soignants peuvent de nouveau en ajouter.",
        (
            "Les personnes que vous aviez autorisées peuvent de nouveau lire. Celles que vous aviez bloquées le restent.",
            "Vous pouvez le fermer de nouveau à tout moment.",
        ),
        "Rouvrir mon espace",
        "Le laisser fermé",
    ),
}
