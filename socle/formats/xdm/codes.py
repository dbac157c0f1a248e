"""Why a document sent by MSSanté was not integrated: the codes software answer each other, and what people are told.

`label` is the national wording that travels; `sentence` is for a person of the sending structure, and says what to do next.

Source: volet Transmission au LPS de documents CDA provenant d'un courriel MSSanté 1.1.3, applicationErrorCondition.
"""

from __future__ import annotations

from enum import StrEnum


class IntegrationError(StrEnum):
    VERSION = "900"
    AUTHOR = "901"
    PATIENT_UNKNOWN = "902"
    INS_ABSENT = "903"
    INS_DIFFERS = "904"
    INS_INCOMPLETE = "905"
    OTHER = "906"

    @property
    def label(self) -> str:
        return _LABELS[self]

    @property
    def sentence(self) -> str:
        return _SENTENCES[self]


_LABELS = {
    IntegrationError.VERSION: "Version du document incorrecte lors d'une demande de remplacement/suppression",
    IntegrationError.AUTHOR: "Auteur non autorisé à remplacer ou supprimer un document",
    IntegrationError.PATIENT_UNKNOWN: "Identifiant de patient inconnu",
    IntegrationError.INS_ABSENT: "INS non présent dans le document",
    IntegrationError.INS_DIFFERS: "L'INS transmis ne correspond pas exactement à celui stocké dans la base du consommateur",
    IntegrationError.INS_INCOMPLETE: "L'INS transmis n'est pas complet",
    IntegrationError.OTHER: "Erreur 'Autre'",
}
_SENTENCES = {
    IntegrationError.VERSION: "La demande ne porte pas sur la dernière version du document. Reprenez celle-ci.",
    IntegrationError.AUTHOR: "Seuls l’auteur du document et sa structure peuvent le remplacer ou le supprimer.",
    IntegrationError.PATIENT_UNKNOWN: "Cette personne n’est pas connue du destinataire. Vérifiez son identité avec lui.",
    IntegrationError.INS_ABSENT: "Le document ne porte pas d’INS. Qualifiez l’identité puis renvoyez le document.",
    IntegrationError.INS_DIFFERS: "L’INS ou les traits diffèrent de ceux du destinataire. Vérifiez l’identité avant de renvoyer.",
    IntegrationError.INS_INCOMPLETE: "Il manque des traits d’identité à côté de l’INS. Complétez-les puis renvoyez le document.",
    IntegrationError.OTHER: "Le document n’a pas pu être intégré. Vérifiez le fichier joint puis renvoyez-le.",
}


def integration_error(code: str) -> IntegrationError | None:
    """The error of that code, None for any other text."""
    try:
        return IntegrationError(code.strip())
    except ValueError:
        return None
