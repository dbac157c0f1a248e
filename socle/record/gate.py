"""The gate of the record: is this document about the person it says, and of a model that is accepted (issue of the ground; RNIV).

Pure: the header, the identity held, the profile of the installation. Each refusal is an Issue whose code names the rule.
"""

from __future__ import annotations

from socle.base.identity.family import Held
from socle.errors import Invalid, Issue
from socle.formats import cda
from socle.formats.identifiers import ins_key_is_right, oid_allowed
from socle.formats.names import names_agree

RECORD_TARGET = "/ClinicalDocument/recordTarget/patientRole"


def ins_of(document: cda.Document, profile: str) -> tuple[str, str]:
    """The INS (value, OID) that the header carries, when it may stand in this profile and its key is right. Raises Invalid
    `model`, `ins-missing`, `ins-oid` or `ins-key`."""
    models = document.model_set
    if models.generation is not cda.Generation.CURRENT:
        raise Invalid(
            "model",
            "Le document n’est pas d’un modèle accepté dans le dossier partagé.",
            issues=models.faults,
        )
    ins = document.header.patient.ins
    if ins is None or not ins.extension:
        raise _refused("ins-missing", "Le document ne porte pas l’INS de la personne.")
    if not oid_allowed(ins.root, profile):
        raise _refused("ins-oid", "L’INS du document relève d’une autorité qui n’est pas admise sur cette installation.")
    if not ins_key_is_right(ins.extension):
        raise _refused("ins-key", "La clé de l’INS du document est fausse : l’identité ne peut pas être qualifiée.")
    return ins.extension, ins.root


def check_identity(held: Held | None, document: cda.Document) -> tuple[Issue, ...]:
    """The identity held is qualified and its four key traits equal the header's. Returns the warnings; raises Invalid
    `identity-conflict`. Case, accents, hyphen and apostrophe do not count; another place of birth is a warning."""
    if held is None or held.blocked or held.status != "qualified":
        raise conflict("Aucune identité qualifiée ne porte cet INS : qualifiez l’identité avant de déposer.")
    patient = document.header.patient
    differing = [
        name
        for name, same in (
            ("nom de naissance", names_agree(patient.birth_family_name, held.birth_name_key)),
            ("premier prénom", names_agree(patient.first_given_name, held.first_given_key)),
            ("date de naissance", patient.birth_date == held.birth_date),
            ("sexe", patient.sex == held.sex),
        )
        if not same
    ]
    if differing:
        raise conflict(f"Les traits du document diffèrent de l’identité connue : {', '.join(differing)}.")
    if patient.birthplace_code and held.birthplace_cog and patient.birthplace_code != held.birthplace_cog:
        sentence = "Le lieu de naissance du document diffère de l’identité connue."
        return (Issue("birthplace", sentence, f"{RECORD_TARGET}/patient/birthplace", "warning"),)
    return ()


def conflict(sentence: str) -> Invalid:
    """The document and the identity do not belong together."""
    return _refused("identity-conflict", sentence)


def _refused(code: str, sentence: str) -> Invalid:
    return Invalid(code, sentence, where=RECORD_TARGET)
