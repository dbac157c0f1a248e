"""What the French profiles ask and their tables cannot say: invariants, and the shape of a document deposit.

Source: fr-core 2.2.0 (fr-core-1 to fr-core-3); PDSm 3.1.1 (provide bundle, `constr-bind-*`, published without expression).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from socle.formats.fhir.findings import WARNING, Finding, Findings

Json = dict[str, Any]
CheckProfile = Callable[[Json, str], Findings]
Rule = Callable[[Json, CheckProfile], Iterator[Finding]]

FR = "https://hl7.fr/ig/fhir/core/StructureDefinition/"
PDSM = "https://interop.esante.gouv.fr/ig/fhir/pdsm/StructureDefinition/"
PATIENT_INS = FR + "fr-core-patient-ins"
DOCUMENT = PDSM + "pdsm-comprehensive-document-reference"
SIMPLIFIED = PDSM + "pdsm-simplified-publish"
SUBMISSION_SET = PDSM + "pdsm-submissionset-comprehensive"
FOLDER = PDSM + "pdsm-folder-comprehensive"
PROVIDE_BUNDLE = PDSM + "pdsm-comprehensive-provide-document-bundle"
RELIABILITY = FR + "fr-core-identity-reliability"
BIRTH_PLACE = "http://hl7.org/fhir/StructureDefinition/patient-birthPlace"
INSEE_CODE = FR + "fr-core-address-insee-code"
INS_SYSTEMS = frozenset(f"urn:oid:1.2.250.1.213.1.4.{last}" for last in (8, 9, 10, 11))
_binary = re.compile(r"(?:.*/)?(?:Binary|Bundle)/[A-Za-z0-9\-.]{1,64}|urn:(?:uuid|oid):\S+")


def _extensions(value: Json, url: str) -> Iterator[Json]:
    return (e for e in value.get("extension", ()) if e.get("url") == url)


def is_validated(patient: Json) -> bool:
    """Whether the patient carries the identity status VALI."""
    return any(
        status.get("valueCoding", {}).get("code") == "VALI"
        for reliability in _extensions(patient, RELIABILITY)
        for status in _extensions(reliability, "identityStatus")
    )


def _ins(patient: Json, check: CheckProfile) -> Iterator[Finding]:
    if not is_validated(patient):
        return
    official = [i for i in patient.get("identifier", ()) if i.get("use") == "official"]
    if not any(i.get("system") in INS_SYSTEMS for i in official):
        yield Finding("fr-core-1", "Une identité validée porte un matricule INS d’usage officiel.", ".identifier")
    if len(official) != 1:
        yield Finding("fr-core-2", "Une identité validée porte un seul identifiant d’usage officiel.", ".identifier")
    for place in _extensions(patient, BIRTH_PLACE):
        for code in _extensions(place.get("valueAddress", {}), INSEE_CODE):
            if code.get("valueCoding", {}).get("code") == "99999":
                sentence = "Le lieu de naissance 99999 ne peut pas venir du téléservice INSi."
                yield Finding("fr-core-3", sentence, ".extension", WARNING)


def _replacement(document: Json, check: CheckProfile) -> Iterator[Finding]:
    replaced = [r for r in document.get("relatesTo", ()) if r.get("code") == "replaces"]
    if len(replaced) > 1:
        yield Finding("constr-bind-relatesTo", "Un document en remplace un seul autre.", ".relatesTo", WARNING)


def _address(document: Json, check: CheckProfile) -> Iterator[Finding]:
    for index, content in enumerate(document.get("content", ())):
        url = content.get("attachment", {}).get("url")
        if url is not None and not _binary.fullmatch(url):
            sentence = "L’adresse du document désigne une ressource Binary ou Bundle."
            yield Finding("constr-bind-attachmenturl", sentence, f".content[{index}].attachment.url", WARNING)


def list_kind(resource: Json) -> str:
    """`submissionset`, `folder` or "" for a List of MHD."""
    codes = {coding.get("code") for coding in resource.get("code", {}).get("coding", ())}
    return "submissionset" if "submissionset" in codes else "folder" if "folder" in codes else ""


def entry_profile(entry: Json) -> str | None:
    """The profile that an entry of a document deposit follows; "" when it follows none and may be there; None when it may not."""
    resource, method = entry.get("resource", {}), entry.get("request", {}).get("method")
    kind = resource.get("resourceType")
    if kind == "List" and method == "POST":
        return {"submissionset": SUBMISSION_SET, "folder": FOLDER}.get(list_kind(resource))
    if kind == "List" and method in ("PUT", "PATCH") and list_kind(resource) == "folder":
        return FOLDER
    if kind == "DocumentReference" and method == "POST":
        return DOCUMENT
    if method == "PATCH" and kind in ("Parameters", "Binary"):
        return ""
    if method == "POST" and kind == "Binary":
        return ""
    if method == "POST" and kind == "Bundle" and resource.get("type") == "document":
        return ""
    return "" if kind == "Patient" and method in ("POST", "PUT") else None


def _provide_bundle(bundle: Json, check: CheckProfile) -> Iterator[Finding]:
    if bundle.get("resourceType") != "Bundle" or bundle.get("type") != "transaction":
        yield Finding("fixed", "Un lot de soumission est une transaction.", ".type")
        return
    sets = 0
    for index, entry in enumerate(bundle.get("entry", ())):
        where = f".entry[{index}]"
        profile = entry_profile(entry)
        sets += profile == SUBMISSION_SET
        if profile is None:
            yield Finding("slice", "Cette entrée n’a pas sa place dans un lot de soumission de documents.", where)
        elif profile:
            for finding in check(entry["resource"], profile) or ():
                finding.where = f"{where}.resource{finding.where}"
                yield finding
    if sets != 1:
        yield Finding("slice", "Un lot contient exactement un lot de soumission (List submissionset).", ".entry")


RULES: dict[str, tuple[Rule, ...]] = {
    PATIENT_INS: (_ins,),
    DOCUMENT: (_replacement, _address),
    SIMPLIFIED: (_replacement,),
    PROVIDE_BUNDLE: (_provide_bundle,),
}
