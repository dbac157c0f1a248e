"""The access journal in sentences that a lay person reads."""

from __future__ import annotations

from socle.portal.components import values
from socle.record.queries.accesses import Line

SENTENCES = {
    "espace": "a ouvert votre espace",
    "synthese": "a consulté la synthèse du dossier",
    "documents": "a consulté la liste des documents",
    "document": "a lu un document",
    "depot": "a déposé un document",
    "etiquettes": "a changé la visibilité d’un document",
    "archivage": "a archivé un document",
    "suppression": "a supprimé un document",
    "autorisation": "a déclaré vous prendre en charge",
    "blocage": "a bloqué un professionnel",
    "deblocage": "a débloqué un professionnel",
    "urgence": "a ouvert le dossier en urgence",
    "controle": "a contrôlé un accès en urgence",
    "etat": "a changé l’état de l’espace",
    "choix": "a changé les règles d’accès en urgence",
    "referent": "a désigné un médecin traitant ou un administrateur",
    "journal": "a consulté ce journal",
    "identite": "a consulté l’identité",
}
TO_OTHERS = {"autorisation": "a déclaré prendre la personne en charge", "espace": "a ouvert l’espace de la personne"}
"""What is said otherwise to a professional or to a representative."""
REFUSED = {
    "espace": "l’espace",
    "synthese": "la synthèse du dossier",
    "documents": "la liste des documents",
    "document": "un document",
    "depot": "l’ajout d’un document",
    "etiquettes": "un changement de visibilité",
    "archivage": "l’archivage d’un document",
    "suppression": "la suppression d’un document",
    "autorisation": "une prise en charge",
    "blocage": "un blocage",
    "deblocage": "un déblocage",
    "urgence": "un accès en urgence",
    "controle": "le contrôle d’un accès en urgence",
    "etat": "un changement d’état de l’espace",
    "choix": "un changement des règles d’urgence",
    "referent": "la désignation d’un médecin",
    "journal": "ce journal",
    "identite": "l’identité",
}
"""What was asked for and refused."""
CHANNELS = {"fhir": "par son logiciel", "event": "", "page": "", "command": ""}
PURPOSES = {"emergency": "en urgence", "regulation": "depuis le centre 15"}


def log_line(line: Line, *, holder: bool = False) -> values.LogLine:
    """One line; `holder` speaks to the person the record is about."""
    what = SENTENCES[line.what] if holder else TO_OTHERS.get(line.what, SENTENCES[line.what])
    extra = ", ".join(filter(None, (PURPOSES.get(line.purpose, ""), CHANNELS.get(line.channel, ""))))
    if line.refused:
        what = f"a demandé {REFUSED[line.what]}, sans l’obtenir"
    if line.titles:
        shown = ", ".join(line.titles[:3]) + (f" et {line.count - 3} autres" if line.count > 3 else "")
        what = _naming(line.what, what, shown, holder=holder)
    if extra:
        what = f"{what}, {extra}"
    who = "Vous" if holder and line.by_holder else (line.who or "La plateforme")
    if who == "Vous":
        what = what.replace("a ", "avez ", 1)
    details = [line.role if line.who else "", line.structure, f"Motif : {line.reason}" if line.reason else ""]
    chip = values.Chip("Refusé", "alert", "ban") if line.refused else _chip(line)
    return values.LogLine(line.at, who, f"{what}.", " · ".join(filter(None, details)), chip=chip)


def _naming(code: str, what: str, shown: str, *, holder: bool) -> str:
    """The sentence with the documents it is about: « a lu vos résultats de laboratoire » to the person."""
    if holder and code in ("document", "depot"):
        return what.replace("un document", shown)
    return f"{what}\u00a0: {shown}" if code in ("document", "depot", "etiquettes", "suppression", "archivage") else what


def _chip(line: Line) -> values.Chip | None:
    if line.purpose in PURPOSES:
        return values.Chip("Urgence" if line.purpose == "emergency" else "Centre 15", "warn", "triangle-alert")
    return None
