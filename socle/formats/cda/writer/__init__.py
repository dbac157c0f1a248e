"""French CDA R2 documents of level 1 and 3 from plain values: headers are those of the reader, facts are our own classes.

Pure: the ids and the times of a document are the caller's; the same arguments give the same bytes.
"""

from socle.formats.cda.writer.facts import (
    DISEASE,
    DRUG_ALLERGY,
    FOOD_ALLERGY,
    SUBSTANCE_ALLERGY,
    SYMPTOM,
    Act,
    Allergy,
    Chapter,
    FamilyHistory,
    Habit,
    Immunisation,
    Measure,
    Panel,
    Problem,
    Result,
    Treatment,
    measured,
)
from socle.formats.cda.writer.header import NORMAL
from socle.formats.cda.writer.models import (
    Discharge,
    MedicalSummary,
    Report,
    write_discharge,
    write_laboratory,
    write_report,
    write_summary,
    write_unstructured,
    write_vaccinations,
)
from socle.formats.cda.writer.parties import MEDECIN_TRAITANT, moment, organization, patient, professional, relative
from socle.formats.cda.writer.stay import OTHER_FACILITY, PLANNED_ADMISSION, RETURN_HOME, URGENT_ADMISSION, Stay

__all__ = [
    "DISEASE",
    "DRUG_ALLERGY",
    "FOOD_ALLERGY",
    "MEDECIN_TRAITANT",
    "NORMAL",
    "OTHER_FACILITY",
    "PLANNED_ADMISSION",
    "RETURN_HOME",
    "SUBSTANCE_ALLERGY",
    "SYMPTOM",
    "URGENT_ADMISSION",
    "Act",
    "Allergy",
    "Chapter",
    "Discharge",
    "FamilyHistory",
    "Habit",
    "Immunisation",
    "Measure",
    "MedicalSummary",
    "Panel",
    "Problem",
    "Report",
    "Result",
    "Stay",
    "Treatment",
    "measured",
    "moment",
    "organization",
    "patient",
    "professional",
    "relative",
    "write_discharge",
    "write_laboratory",
    "write_report",
    "write_summary",
    "write_unstructured",
    "write_vaccinations",
]
