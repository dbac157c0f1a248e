"""What the French guides say and their published tables do not: the IHE MHD bases of PDSm, and the sets that they prefer.

Read by `fhir_profiles.py`.
"""

from __future__ import annotations

import csv
import re
from pathlib import Path

FR = "https://hl7.fr/ig/fhir/core/StructureDefinition/"
PDSM = "https://interop.esante.gouv.fr/ig/fhir/pdsm/StructureDefinition/"
TDE = "https://interop.esante.gouv.fr/ig/fhir/tde/StructureDefinition/"
IHE = "https://profiles.ihe.net/ITI/MHD/StructureDefinition/"
LIST_TYPES = "https://profiles.ihe.net/ITI/MHD/CodeSystem/MHDlistTypes"


_DOCUMENT = [
    {"id": "DocumentReference.masterIdentifier", "min": 1},
    {"id": "DocumentReference.modifierExtension", "max": "0"},
    {"id": "DocumentReference.docStatus", "max": "0"},
    {"id": "DocumentReference.type", "min": 1},
    {"id": "DocumentReference.category", "min": 1, "max": "1"},
    {"id": "DocumentReference.subject", "min": 1},
    {"id": "DocumentReference.content", "max": "1"},
    {"id": "DocumentReference.content.attachment.contentType", "min": 1},
]
_LIST = [
    {"id": "List.modifierExtension", "max": "0"},
    {"id": "List.extension", "slicing": {"discriminator": [{"type": "value", "path": "url"}]}},
    {"id": "List.extension:designationType", "min": 1, "max": "1", "type": [{"profile": [IHE + "ihe-designationType"]}]},
    {"id": "List.status", "patternCode": "current"},
    {"id": "List.mode", "patternCode": "working"},
    {"id": "List.subject", "min": 1},
    {"id": "List.date", "min": 1},
]


def _list_code(code: str) -> dict:
    return {"id": "List.code", "min": 1, "patternCodeableConcept": {"coding": [{"system": LIST_TYPES, "code": code}]}}


# Source: PDSm 3.1.1 pages of the four profiles, which state the constraints inherited from IHE MHD 4.2.3.
MHD = {
    IHE + "IHE.MHD.Comprehensive.DocumentReference": [
        *_DOCUMENT,
        {"id": "DocumentReference.status", "binding": {"strength": "required", "valueSet": "mhd-status"}},
        {"id": "DocumentReference.securityLabel", "min": 1},
        {"id": "DocumentReference.content.attachment.language", "min": 1},
        {"id": "DocumentReference.content.attachment.url", "min": 1},
        {"id": "DocumentReference.content.attachment.data", "max": "0"},
        {"id": "DocumentReference.content.attachment.creation", "min": 1},
        {"id": "DocumentReference.content.format", "min": 1},
        {"id": "DocumentReference.context", "min": 1},
        {"id": "DocumentReference.context.facilityType", "min": 1},
        {"id": "DocumentReference.context.practiceSetting", "min": 1},
        {"id": "DocumentReference.context.sourcePatientInfo", "min": 1},
    ],
    IHE + "IHE.MHD.SimplifiedPublish.DocumentReference": [
        row for row in _DOCUMENT if row["id"].split(".")[1] not in ("type", "category")
    ]
    + [
        {"id": "DocumentReference.identifier", "max": "0"},
        {"id": "DocumentReference.status", "patternCode": "current"},
        {"id": "DocumentReference.content.attachment.data", "min": 1},
        {"id": "DocumentReference.content.attachment.url", "max": "0"},
    ],
    IHE + "IHE.MHD.Comprehensive.SubmissionSet": [
        *_LIST,
        _list_code("submissionset"),
        {"id": "List.extension:sourceId", "min": 1, "max": "1", "type": [{"profile": [IHE + "ihe-sourceId"]}]},
        {"id": "List.extension:sourceId.value[x]", "type": [{"code": "Identifier"}]},
        {"id": "List.source.extension", "slicing": {"discriminator": [{"type": "value", "path": "url"}]}},
        {"id": "List.source.extension:authorOrg", "max": "1", "type": [{"profile": [IHE + "ihe-authorOrg"]}]},
    ],
    IHE + "IHE.MHD.Comprehensive.Folder": [*_LIST, _list_code("folder"), {"id": "List.title", "min": 1}],
}

ANY = None
FR_SETS = "https://hl7.fr/ig/fhir/core/ValueSet/"
# Codes that the guide itself uses in these places and that its sets forget: countries of birth, test and demonstration INS.
COMPLEMENTS: dict[str, dict[str, list[str] | None]] = {
    FR_SETS + "fr-core-vs-insee-code": {"TRE_R20": ANY},
    FR_SETS + "fr-core-vs-patient-identifier-type": {
        "https://hl7.fr/ig/fhir/core/CodeSystem/fr-core-cs-v2-0203": ["INS-NIR-TEST", "INS-NIR-DEMO"]
    },
}
OIDS = {
    "1.2.250.1.213.1.1.4.6": "TRE_A00",
    "1.2.250.1.213.1.1.4.9": "TRE_A01",
    "1.2.250.1.213.1.1.4.1": "TRE_A03",
    "1.2.250.1.213.1.1.4.12": "TRE_A05",
    "1.2.250.1.213.1.1.4.2.282": "TRE_A06",
    "1.2.250.1.213.1.1.4.13": "TRE_A07",
    "1.3.6.1.4.1.19376.1.2.3": "TRE_A11",
    "1.2.250.1.71.4.2.4": "TRE_R02",
    "1.2.250.1.213.2.2": "TRE_R209",
    "2.16.840.1.113883.6.1": "http://loinc.org",
    "2.16.840.1.113883.5.25": "http://terminology.hl7.org/CodeSystem/v3-Confidentiality",
}
_nos = re.compile(r"/(TRE|JDV)_([A-Z][0-9]{2,3})-")


def system_key(system: str) -> str:
    """The national short name of a system, whatever the spelling of the rest of its address."""
    found = _nos.search(system)
    return f"{found[1]}_{found[2]}" if found else system


def national_sets(folder: Path) -> dict[str, dict[str, list[str] | None]]:
    """The sets that the guides prefer, by short name, made of open tables; a system without table takes any code. They follow the
    `constr-bind-*` rules, which name the systems allowed."""

    def table(name: str) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as rows:
            for row in csv.DictReader(rows):
                if row["system_oid"] in OIDS:  # else a system that takes any code below
                    found.setdefault(OIDS[row["system_oid"]], []).append(row["code"])
        return found

    producers, sectors = table("non-professional-producers"), table("activity-sectors")
    # The class 99 is in no open table.
    classes = {system: [c for c in codes if c != "99"] for system, codes in table("document-classes").items()}
    urn: dict[str, list[str] | None] = {"TRE_A09": ANY, "TRE_A10": ANY}
    return {
        "JDV_J02": {**producers, **sectors},
        "JDV_J03": {**producers, **sectors, "TRE_R209": ANY},
        "JDV_J04": {**producers, **table("practice-frames")},
        "JDV_J06": {**classes, "TRE_A10": ANY},
        "JDV_J07": {**table("document-types-complement"), "http://loinc.org": ANY, "TRE_A12": ANY},
        "JDV_J08": {**table("hl7-confidentiality"), **table("visibility-status")},
        "JDV_J10": {**table("format-codes"), **urn},
        "JDV_J245": {"TRE_R81": ["M", "MME"]},
        "mhd-status": {"http://hl7.org/fhir/document-reference-status": ["current", "superseded"]},
    }
