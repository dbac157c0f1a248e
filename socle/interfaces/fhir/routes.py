"""The ONE table of routes: what is served, how it is searched, which profiles it follows. /metadata is made from it."""

from __future__ import annotations

from socle.formats.fhir.profile_rules import DOCUMENT, PATIENT_INS, SIMPLIFIED, SUBMISSION_SET
from socle.interfaces.fhir import audit_events, binaries, directory, document_patches, documents, lists, patients
from socle.interfaces.fhir.parameters import Parameter
from socle.interfaces.fhir.route import Route

ANS = "https://interop.esante.gouv.fr/ig/fhir"
PDSM_MANAGER = f"{ANS}/pdsm/CapabilityStatement/PDSm-GestionnaireDePartageDeDocuments"

WHOSE = (
    Parameter("patient", "reference", "Personne dont c’est le dossier", handled=True),
    Parameter("patient.identifier", "token", "La même, par un identifiant (INS ou numéro local)", handled=True),
)
EVERYWHERE = (
    Parameter("_id", "token", "Identifiant sur cette plateforme"),
    Parameter("_lastUpdated", "date", "Dernière modification"),
)

_DOCUMENT = Route(
    "DocumentReference",
    "Documents du dossier partagé : ce que le lecteur a le droit de voir, rien de plus (ITI-67, ITI-105, PDSm 3.1.1). Un document"
    " FHIR (Bundle) comme contenu est refusé.",
    reads="record.read",
    writes="record.deposit",
    read=documents.read,
    versioned=True,
    search=documents.search,
    create=documents.create,
    patch=document_patches.patch,
    conditional=True,
    parameters=(
        *EVERYWHERE,
        *WHOSE,
        Parameter("status", "token", "En cours (current) ou remplacé (superseded)"),
        Parameter("type", "token", "Type du document"),
        Parameter("category", "token", "Classe du document"),
        Parameter("facility", "token", "Secteur d’activité"),
        Parameter("setting", "token", "Cadre d’exercice"),
        Parameter("format", "token", "Format du contenu"),
        Parameter("event", "token", "Acte ou pathologie documentés"),
        Parameter("identifier", "token", "Identifiant unique du document ou de ses versions"),
        Parameter("creation", "date", "Création du contenu"),
        Parameter("date", "date", "Création du document"),
        Parameter("period", "date", "Période de l’acte documenté"),
        Parameter("period-start", "date", "Début de l’acte documenté"),
        Parameter("period-end", "date", "Fin de l’acte documenté"),
        Parameter("author", "reference", "Auteur, par sa fiche ou sa situation dans l’annuaire", handled=True),
        Parameter("author:identifier", "token", "Identifiant national de l’auteur", condition="author.identifier"),
        Parameter("author.given", "string", "Prénom de l’auteur"),
        Parameter("author.family", "string", "Nom de l’auteur"),
        Parameter("author.identifier", "token", "Identifiant national de l’auteur (IDNPS)"),
        Parameter("related", "token", "Identifiant lié : prescription, examen, séjour"),
        Parameter("related:identifier", "token", "Identifiant lié", condition="related"),
        Parameter("relatesto", "reference", "Document remplacé"),
        Parameter("security-label", "token", "Confidentialité et visibilité"),
        Parameter("isArchived", "token", "Archivé ; absent, seuls les documents non archivés sont rendus"),
    ),
    required=(("patient", "patient.identifier"), ("status",)),
    sorts=frozenset({"date", "-date"}),
    includes=frozenset({"DocumentReference:subject"}),
    revincludes=frozenset({"List:item"}),
    profiles=(DOCUMENT, SIMPLIFIED),
    guides=(PDSM_MANAGER,),
)

_LIST = Route(
    "List",
    "Lots de soumission (ITI-66) : un lot n’apparaît que par les documents que le lecteur voit. Les classeurs (code folder),"
    " facultatifs dans PDSm, ne sont pas conservés : leur dépôt est refusé, leur recherche n’en trouve aucun.",
    reads="record.read",
    read=lists.read,
    search=lists.search,
    parameters=(
        *EVERYWHERE,
        *WHOSE,
        Parameter("code", "token", "Lot de soumission (submissionset) ou classeur (folder)"),
        Parameter("status", "token", "En cours (current)"),
        Parameter("date", "date", "Date de soumission"),
        Parameter("title", "string", "Titre du lot"),
        Parameter("identifier", "token", "Identifiant unique du lot"),
        Parameter("designationType", "token", "Activité à l’origine du lot"),
        Parameter("sourceId", "token", "Système à l’origine du lot"),
        Parameter("source.identifier", "token", "Identifiant national de l’auteur du lot"),
        Parameter("source.given", "string", "Prénom de l’auteur du lot"),
        Parameter("source.family", "string", "Nom de l’auteur du lot"),
        Parameter("authorOrg", "token", "Structure de l’auteur du lot"),
        Parameter("isArchived", "token", "Archivé ; absent, seuls les lots non archivés sont rendus"),
    ),
    required=(("patient", "patient.identifier"), ("code",), ("status",)),
    sorts=frozenset({"date", "-date"}),
    includes=frozenset({"List:item"}),
    profiles=(SUBMISSION_SET,),
    guides=(PDSM_MANAGER,),
)

_BINARY = Route(
    "Binary", "Contenus des documents, dans leur format ou en JSON (ITI-68).", reads="record.read", read=binaries.read
)

_PATIENT = Route(
    "Patient",
    "Identités : par un identifiant entier, ou par la date de naissance d’abord ; active dit si le dossier est ouvert.",
    reads="identity.read",
    writes="identity.write",
    read=patients.read,
    search=patients.search,
    create=patients.create,
    conditional=True,
    parameters=(
        Parameter("identifier", "token", "INS d’une identité qualifiée, ou numéro local", handled=True),
        Parameter("birthdate", "date", "Date de naissance entière", handled=True),
        Parameter("family", "string", "Début du nom de naissance ou utilisé", handled=True),
        Parameter("given", "string", "Début du prénom", handled=True),
        Parameter("gender", "token", "Sexe", handled=True),
    ),
    required=(("identifier", "birthdate"),),
    profiles=(patients.PATIENT, PATIENT_INS),
)

_AUDIT_EVENT = Route(
    "AuditEvent",
    "Journal des accès d’un dossier, ou ses propres accès (ITI-81, TDE 2.0.0) ; les deux bornes de la date sont demandées.",
    reads="journal.read",
    read=audit_events.read,
    search=audit_events.search,
    parameters=(
        Parameter("date", "date", "De (ge) et jusqu’à (le)", handled=True),
        Parameter("period-start", "date", "Début de l’événement, comme la date", handled=True),
        Parameter("patient", "reference", "Personne dont c’est le dossier", handled=True),
        Parameter("agent", "reference", "Professionnel à l’origine de l’accès", handled=True),
        Parameter("entity", "reference", "Document concerné", handled=True),
        Parameter("type", "token", "Nature de l’événement : rest", handled=True),
        Parameter("subtype", "token", "Interaction", handled=True),
        Parameter("action", "token", "C, R, U, D ou E", handled=True),
        Parameter("outcome", "token", "0 abouti, 4 refusé", handled=True),
    ),
    required=(("date", "period-start"),),
    profiles=(audit_events.PROFILE,),
    guides=(f"{ANS}/tde/CapabilityStatement/TdEGestionnaire",),
)

_BOXES = tuple(
    Parameter(name, "string", f"Adresse MSSanté : {says}", handled=True)
    for name, says in (("mailbox-mss", "début"), ("mailbox-mss:exact", "exacte"), ("mailbox-mss:contains", "partie"))
)
_LISTED = (
    Parameter("_id", "token", "Identifiant sur cette plateforme", handled=True),
    Parameter("active", "token", "true ou false", handled=True),
    *_BOXES,
)
_DIRECTORY = (f"{ANS}/annuaire/CapabilityStatement/AsServerDPCapabilityStatement",)
AS = f"{ANS}/annuaire/StructureDefinition"

_PRACTITIONER = Route(
    "Practitioner",
    "Professionnels de l’annuaire (données publiques).",
    reads="directory.read",
    read=directory.read,
    search=directory.practitioners,
    parameters=(
        *_LISTED,
        Parameter("identifier", "token", "RPPS ou IDNPS", handled=True),
        Parameter("family", "string", "Début du nom d’exercice", handled=True),
        Parameter("given", "string", "Début du prénom d’exercice", handled=True),
        Parameter("name", "string", "Début du nom ou du prénom", handled=True),
        Parameter("qualification-code", "token", "Profession ou savoir-faire", handled=True),
    ),
    revincludes=frozenset({"PractitionerRole:practitioner"}),
    profiles=(f"{AS}/as-dp-practitioner",),
    guides=_DIRECTORY,
)

_PRACTITIONER_ROLE = Route(
    "PractitionerRole",
    "Situations d’exercice de l’annuaire.",
    reads="directory.read",
    read=directory.read,
    search=directory.roles,
    parameters=(
        *_LISTED,
        Parameter("practitioner", "reference", "Professionnel", handled=True),
        Parameter("organization", "reference", "Structure", handled=True),
        Parameter("role", "token", "Genre d’activité, mode d’exercice ou fonction", handled=True),
        Parameter("specialty", "token", "Savoir-faire exercé", handled=True),
    ),
    includes=frozenset({"PractitionerRole:practitioner", "PractitionerRole:organization", "*"}),
    profiles=(f"{AS}/as-dp-practitionerrole",),
    guides=_DIRECTORY,
)

_ORGANIZATION = Route(
    "Organization",
    "Structures de l’annuaire.",
    reads="directory.read",
    read=directory.read,
    search=directory.organisations,
    parameters=(
        *_LISTED,
        Parameter("identifier", "token", "FINESS, SIREN, SIRET ou IDNST", handled=True),
        Parameter("name", "string", "Début du nom", handled=True),
        Parameter("address-city", "string", "Commune", handled=True),
        Parameter("address-postalcode", "string", "Code postal", handled=True),
        Parameter("type", "token", "Secteur d’activité", handled=True),
    ),
    profiles=(f"{AS}/as-dp-organization",),
    guides=_DIRECTORY,
)

ROUTES: dict[str, Route] = {
    route.kind: route
    for route in (
        _DOCUMENT,
        _LIST,
        _BINARY,
        _PATIENT,
        _PRACTITIONER,
        _PRACTITIONER_ROLE,
        _ORGANIZATION,
        _AUDIT_EVENT,
    )
}
