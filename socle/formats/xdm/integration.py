"""May a received document enter a record without anybody reading it? What the document alone answers.

The metadata and the `X-MSS-*` headers are claims; the CDA header decides. What needs the receiver's own facts (900 version, 901
author, 902 unknown person, 904 other traits) is decided where they are.

Source: volet Transmission au LPS 1.1.3 (903, 905); référentiel socle MSSanté #2 §3.8.2 (qualified: matricule, OID, four traits).
"""

from __future__ import annotations

from collections.abc import Iterable

from socle.errors import Invalid
from socle.formats.cda.header import Header, Patient
from socle.formats.cda.values import Identifier
from socle.formats.identifiers import document_id, ins_shape_is_right
from socle.formats.names import names_agree
from socle.formats.xdm.codes import IntegrationError
from socle.formats.xdm.values import DocumentEntry, Fault

_SENTENCES = {
    "document-differs": "Les informations jointes ne sont pas celles du document : identifiant différent.",
    "type-differs": "Les informations jointes ne sont pas celles du document : type différent.",
    "patient-differs": "Les informations jointes ne désignent pas la même personne que le document.",
    "patient-count": "Le document désigne plusieurs personnes, ou aucune.",
}


def ins_is_complete(patient: Patient) -> bool:
    """True when the header holds what makes an INS usable: matricule, OID, birth name, first given name, birth date and sex.

    The key of the matricule is not checked: whether a wrong key is an error is for the installation's profile to say.
    """
    return patient.ins is not None and not _missing_traits(patient)


def _missing_traits(patient: Patient) -> list[str]:
    ins = patient.ins
    said = {
        "matricule": ins is not None and ins_shape_is_right(ins.extension),
        "birth_family_name": patient.birth_family_name,
        "first_given_name": patient.first_given_name or patient.given_names,
        "birth_date": patient.birth_date,
        "sex": patient.sex if patient.sex in ("M", "F") else "",
    }
    return [name for name, value in said.items() if not value]


def claimed_identity_faults(entry: DocumentEntry) -> tuple[Fault, ...]:
    """903 or 905 from the metadata alone; none when it names an INS with its traits."""
    if entry.ins is None:
        return (_fault(IntegrationError.INS_ABSENT, "ins-absent", entry.uri),)
    traits = entry.source_patient
    names = traits.birth_family_name and traits.first_given_name
    if not (ins_shape_is_right(entry.ins.extension) and names and traits.birth_date and traits.sex in ("M", "F")):
        return (_fault(IntegrationError.INS_INCOMPLETE, "ins-incomplete", entry.uri),)
    return ()


def header_faults(entry: DocumentEntry, header: Header) -> tuple[Fault, ...]:
    """What keeps the CDA document from being integrated, and where the metadata says something else than its header."""
    patient = header.patient
    faults = []
    if header.patient_count != 1:
        faults.append(Fault("patient-count", _SENTENCES["patient-count"], entry.uri))
    if patient.ins is None:
        faults.append(_fault(IntegrationError.INS_ABSENT, "ins-absent", entry.uri))
    elif _missing_traits(patient):
        faults.append(_fault(IntegrationError.INS_INCOMPLETE, "ins-incomplete", entry.uri))
    if _is_somebody_else(entry, patient):
        faults.append(Fault("patient-differs", _SENTENCES["patient-differs"], entry.uri, IntegrationError.INS_DIFFERS))
    if not _same_document(entry, header.id):
        faults.append(Fault("document-differs", _SENTENCES["document-differs"], entry.uri))
    if entry.type_code.code and header.type.code and entry.type_code.code != header.type.code:
        faults.append(Fault("type-differs", _SENTENCES["type-differs"], entry.uri))
    return tuple(faults)


def _is_somebody_else(entry: DocumentEntry, patient: Patient) -> bool:
    """True when a claim contradicts the header: INS, birth name, first given name, birth date or sex."""
    traits = entry.source_patient
    first = patient.first_given_name or patient.given_names
    pairs: Iterable[tuple[object, object]] = (
        (entry.ins and (entry.ins.root, entry.ins.extension), patient.ins and (patient.ins.root, patient.ins.extension)),
        (traits.birth_date, patient.birth_date),
        (traits.sex, patient.sex),
    )
    if any(claimed and said and claimed != said for claimed, said in pairs):
        return True
    names = ((traits.birth_family_name, patient.birth_family_name), (traits.first_given_name, first))
    return any(claimed and said and not names_agree(claimed, said) for claimed, said in names)


def _same_document(entry: DocumentEntry, identity: Identifier | None) -> bool:
    claimed = entry.document_id
    if claimed is None or identity is None:
        return False
    try:
        return claimed == document_id(identity.root, identity.extension)
    except Invalid:
        return False


def _fault(error: IntegrationError, code: str, where: str) -> Fault:
    return Fault(code, error.sentence, where, error)
