"""Values that the gallery shows: fictitious people of the demo story, every kind of chip, row and state."""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import UUID

from django import forms

from socle.base.access.actor import Actor, Kind
from socle.errors import Conflict, Forbidden, Invalid, Issue, NotFound, Unavailable
from socle.portal.components.fields import DayField
from socle.portal.components.values import (
    Cell,
    Chip,
    DocumentRow,
    Episode,
    Fact,
    Filter,
    Link,
    LocalEntry,
    LogLine,
    PatientHeader,
    Table,
    Todo,
)
from socle.portal.public import contacts, personas

GENERALIST = Actor(
    kind=Kind.PROFESSIONAL,
    person_id=UUID(int=1),
    name="Dr Claire NOVAREL",
    title="Médecin généraliste",
    structure_name="Maison de santé des Tilleuls",
)
KARIM = PatientHeader(
    family_name="Belhadri",
    given_name="Karim",
    given_names="Karim Yanis",
    sex="M",
    birth=date(1987, 11, 4),
    ins_status="qualifiee",
    attributes=("fictif",),
    birthplace="Nantes (44109)",
    matricule="187114410900038",
    chips=(
        Chip("Allergie : pénicilline", "strong", "octagon-alert", "#", urgent=True),
        Chip("Directives : non renseigné", href="#"),
    ),
    change_href="/pro/patients",
)
UNSURE = PatientHeader(
    family_name="de La Tour-Saint-Hilaire d’Entrecasteaux",
    given_name="Marie-Antoinette",
    used_name="Marie DURAND",
    sex="F",
    birth="1950",
    ins_status="provisoire",
    attributes=("homonyme", "douteux"),
    attending="Dr Claire NOVAREL",
    record_rank=2,
)
LOGISTIC = PatientHeader("Marchanval", "Odette", "F", date(1939, 6, 12), ins_status="recuperee", logistic=True)

SECTIONS = [
    LocalEntry("Synthèse", "#", current=True),
    LocalEntry("Chronologie", "#chronologie"),
    LocalEntry("Documents", "#documents", 240),
    LocalEntry("Traitements", "#traitements", 7, gap=True),
    LocalEntry("Vaccins", "#vaccins", 0),
    LocalEntry("Volontés et proches", "#volontes", gap=True),
    LocalEntry("Identité", "#identite"),
]
FACTS = [
    Fact(
        "Asthme persistant modéré",
        date="vu 06/2026",
        detail="Depuis 2009 · non ALD",
        source=Link("Synthèse 06/2026", "#"),
        reliability="structured",
    ),
    Fact(
        "Amlodipine",
        dose="5 mg, 1 le matin",
        date="15/07/2026",
        detail="Prescrite, aucune délivrance depuis 4 mois",
        source=Link("À confirmer", "#"),
        reliability="read",
        flag=True,
    ),
    Fact("Paracétamol", dose="1 g si besoin", detail="Sans ordonnance", reliability="declared"),
    Fact("Directives anticipées : non renseigné", detail_link=Link("Aborder le sujet", "#"), gap=True),
    Fact("Ordonnance de metformine", date="16 novembre", href="#", detail="Ajoutée par Dr Claire NOVAREL"),
]
DOCUMENTS = (
    DocumentRow(
        "Lettre de consultation — ORL — CHU de Nantes",
        "14/03/2019",
        "#lettre",
        "Dr Hélène GUÉRISSAC · 2 pages",
        "mail",
        current=True,
        why=(("… allergie connue à la ", False), ("pénicilline", True), (" (œdème…", False)),
    ),
    DocumentRow(
        "Biologie — BioDémo — Nantes",
        "12/06/2026",
        "#biologie",
        "14 analyses",
        "flask-conical",
        chip=Chip("À classer", "warn", "clock"),
    ),
    DocumentRow("Radiographie thoracique", "09/02/2026", "#radio", icon="scan-line"),
)
EPISODES = (
    Episode(
        "Oct. 2026",
        "Arrivée en Île-de-France : demande de suivi",
        "Ivry",
        ("Transfert annoncé", "Ordonnance relais"),
        DOCUMENTS[:2],
        opened=True,
    ),
    Episode("Fév. 2026", "Crise d’asthme", "Nantes", ("Urgences", "Sortie le jour même", "Contrôle à J+7"), DOCUMENTS[2:]),
    Episode("2024", "Consultation isolée"),
)
TABLE = Table(
    "Poids et tension depuis un mois",
    ("Date", "Poids", "Tension", "Source"),
    (
        (Cell("23/11/2026"), Cell("68,4 kg", number=True), Cell("148/92"), Cell("Note de passage", href="#note")),
        (
            Cell("16/11/2026"),
            Cell("67,1 kg", number=True),
            Cell("152/94", chip=Chip("À regarder", "warn", "triangle-alert")),
            Cell("Carnet"),
        ),
    ),
)
LOG = [
    LogLine(
        datetime(2026, 11, 21, 9, 42, tzinfo=UTC),
        "Dr Claire NOVAREL",
        "a lu votre bilan sanguin",
        "Votre médecin traitant · Maison de santé des Tilleuls",
        "/pro/patients",
    ),
    LogLine(
        datetime(2026, 11, 21, 9, 40, tzinfo=UTC),
        "Sandrine PIOT",
        "a préparé un message pour vous",
        "Secrétaire · n’a vu aucun résultat",
        "/pro/patients",
    ),
    LogLine(
        datetime(2026, 11, 19, 15, 5, tzinfo=UTC),
        "Dr Alain MOREUIL",
        "a ouvert votre synthèse",
        "Radiologue · motif : prise en charge",
        chip=Chip("Structure nouvelle", "warn", "triangle-alert"),
    ),
]
FILTERS = [
    Filter("Par épisode", "#", True),
    Filter("Par type", "?tri=type", count=12),
    Filter("Par date", "?tri=date"),
    Filter("Effacer la recherche", "?", push=True),
]
TODOS = [
    Todo(
        "Lire votre bilan sanguin",
        "Expliqué par Dr Claire NOVAREL",
        Link("Lire le bilan", "#bilan", primary=True),
        "flask-conical",
    ),
    Todo("Répondre au cabinet", "Réponse possible jusqu’au 8 décembre", Link("Ouvrir le message", "#message"), "mail"),
]
PERSONAS = (
    personas.Persona("novarel", "professional", "Dr Claire NOVAREL", "MG", "Médecin généraliste, Maison de santé des Tilleuls"),
    personas.Persona("ferhaoui", "professional", "Nadia FERHAOUI", "IDEL", "Infirmière libérale, Montreuil"),
    personas.Persona("courtelain", "professional", "Dr Yasmina COURTELAIN", "DERM", "Dermatologue, Créteil"),
    personas.Persona("puysegond", "patient", "Marguerite PUYSÉGOND", "69", "Un résultat et une ordonnance à lire"),
    personas.Persona("s-marchanval", "representative", "Sophie MARCHANVAL", "FAM", "Agit pour sa mère, sans son mot de passe"),
)
CONTACTS = [
    contacts.Contact(
        "MSSanté, dossier partagé", "CPAM (fictif)", phone="3608", phone_note="gratuit", verified_on=date(2026, 11, 2)
    ),
    contacts.Contact(
        "Appui à la coordination",
        "DAC 93 Est (fictif)",
        name="Julien HARAMBOURE",
        phone="+33199009300",
        email="dac93est@exemple.example",
        hours="9 h à 18 h, du lundi au vendredi",
        verified_on=date(2026, 11, 16),
    ),
    contacts.Contact(
        "Exercice coordonné, CPTS", "ARS (fictif)", address="https://cpts.example/liste", verified_on=date(2025, 4, 12)
    ),
    contacts.Contact("Mon logiciel, mon éditeur", "LogiMed (fictif)", phone="0199000001"),
]


class OpeningForm(forms.Form):
    """All kinds of fields; with nothing sent, all their errors."""

    naissance = DayField(label="Date de naissance", error_messages={"required": "Indiquez la date de naissance"})
    lettres = forms.CharField(label="3 premières lettres du nom", required=False)
    motif = forms.ChoiceField(
        label="Motif d’ouverture",
        widget=forms.RadioSelect,
        choices=[("soin", "Prise en charge, patient informé"), ("urgence", "Urgence"), ("regulation", "Régulation")],
        error_messages={"required": "Choisissez un motif d’ouverture"},
    )
    destinataires = forms.MultipleChoiceField(
        label="Prévenir",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=[("mt", "Médecin traitant"), ("cercle", "Cercle")],
    )
    type = forms.ChoiceField(label="Type de document", choices=[("lettre", "Lettre"), ("cr", "Compte rendu")], required=False)
    fichier = forms.FileField(
        label="Document", help_text="PDF ou CDA, 20 Mo au plus", error_messages={"required": "Choisissez un fichier"}
    )
    texte = forms.CharField(label="Commentaire", widget=forms.Textarea, required=False)
    informe = forms.BooleanField(
        label="La personne est informée", error_messages={"required": "Confirmez que la personne est informée"}
    )


ERRORS = {
    400: Invalid(issues=[Issue("date", "Indiquez la date de naissance.", "naissance"), Issue("motif", "Choisissez un motif.")]),
    403: Forbidden("habilitation", "Votre profession ne donne pas accès à ce type de document.", grantor="le médecin traitant"),
    404: NotFound(),
    409: Conflict(),
    429: Forbidden("trop-de-recherches", "60 recherches par heure au plus."),
    503: Unavailable(retry_after_s=7),
}
