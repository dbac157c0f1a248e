"""The few codes that the story needs: diseases, substances, analyses, measures, vaccines."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from socle.deploy.story.drafts import LOINC, Laboratory
from socle.formats.cda.values import Code, Period, Quantity, Range
from socle.formats.cda.writer import (
    Act,
    Allergy,
    Chapter,
    Immunisation,
    Measure,
    Panel,
    Problem,
    Result,
    Treatment,
    measured,
    moment,
)

_CIM10 = "2.16.840.1.113883.6.3"
_ATC = "2.16.840.1.113883.6.73"

DISEASES = {
    "asthma": Code("J45.0", _CIM10, "Asthme à prédominance allergique"),
    "hypertension": Code("I10", _CIM10, "Hypertension essentielle (primitive)"),
    "back pain": Code("M54.5", _CIM10, "Lombalgie basse"),
    "hernia": Code("K40.9", _CIM10, "Hernie inguinale unilatérale ou sans précision, sans occlusion ni gangrène"),
    "heart failure": Code("I50.0", _CIM10, "Insuffisance cardiaque congestive"),
    "diabetes": Code("E11.9", _CIM10, "Diabète sucré de type 2, sans complication"),
    "knee": Code("M17.0", _CIM10, "Gonarthrose primaire, bilatérale"),
    "kidney": Code("N18.3", _CIM10, "Maladie rénale chronique, stade 3"),
    "prostate": Code("N40", _CIM10, "Hyperplasie de la prostate"),
    "pancreas": Code("C25.9", _CIM10, "Tumeur maligne du pancréas, sans précision"),
    "depression": Code("F32.1", _CIM10, "Épisode dépressif moyen"),
    "hypothyroidism": Code("E03.9", _CIM10, "Hypothyroïdie, sans précision"),
    "naevus": Code("D22.9", _CIM10, "Naevus à mélanocytes, sans précision"),
    "dyslipidaemia": Code("E78.5", _CIM10, "Hyperlipidémie, sans précision"),
    "copd": Code("J44.9", _CIM10, "Maladie pulmonaire obstructive chronique, sans précision"),
    "schizophrenia": Code("F20.9", _CIM10, "Schizophrénie, sans précision"),
    "rhinitis": Code("J30.1", _CIM10, "Rhinite allergique due au pollen"),
    "fall": Code("R29.6", _CIM10, "Tendance à tomber"),
}

SUBSTANCES = {
    "budesonide-formoterol": Code("R03AK07", _ATC, "formotérol et budésonide"),
    "salbutamol": Code("R03AC02", _ATC, "salbutamol"),
    "amlodipine": Code("C08CA01", _ATC, "amlodipine"),
    "paracetamol": Code("N02BE01", _ATC, "paracétamol"),
    "furosemide": Code("C03CA01", _ATC, "furosémide"),
    "bisoprolol": Code("C07AB07", _ATC, "bisoprolol"),
    "metformin": Code("A10BA02", _ATC, "metformine"),
    "ibuprofen": Code("M01AE01", _ATC, "ibuprofène"),
    "ramipril": Code("C09AA05", _ATC, "ramipril"),
    "tamsulosin": Code("G04CA02", _ATC, "tamsulosine"),
    "atorvastatin": Code("C10AA05", _ATC, "atorvastatine"),
    "levothyroxine": Code("H03AA01", _ATC, "lévothyroxine sodique"),
    "morphine": Code("N02AA01", _ATC, "morphine"),
    "midazolam": Code("N05CD08", _ATC, "midazolam"),
    "paliperidone": Code("N05AX13", _ATC, "palipéridone"),
    "tiotropium": Code("R03BB04", _ATC, "bromure de tiotropium"),
    "sertraline": Code("N06AB06", _ATC, "sertraline"),
    "apixaban": Code("B01AF02", _ATC, "apixaban"),
}

_VACCINES = {
    "dTP": ("Diphtérie, tétanos, poliomyélite", Code("J07CA01", _ATC, "diphtérie - poliomyélite - tétanos")),
    "hexavalent": (
        "Diphtérie, tétanos, poliomyélite, coqueluche, Hib, hépatite B",
        Code("J07CA09", _ATC, "diphtérie - haemophilus influenzae b - coqueluche - poliomyélite - tétanos - hépatite B"),
    ),
    "MMR": ("Rougeole, oreillons, rubéole", Code("J07BD52", _ATC, "rougeole, associations avec oreillons et rubéole")),
    "hepatitis B": ("Hépatite B", Code("J07BC01", _ATC, "hépatite B, antigène purifié")),
    "influenza": ("Grippe saisonnière", Code("J07BB02", _ATC, "grippe, virus inactivé entier")),
    "pneumococcus": ("Pneumocoque", Code("J07AL02", _ATC, "pneumocoque, polysaccharidique conjugué")),
    "HPV": ("Papillomavirus humains", Code("J07BM03", _ATC, "papillomavirus humain (types 6, 11, 16, 18, 31, 33, 45, 52, 58)")),
    "meningococcus": ("Méningocoques ACWY", Code("J07AH08", _ATC, "méningocoque A, C, Y, W-135, tétravalent conjugué")),
    "zoster": ("Zona", Code("J07BK03", _ATC, "zona, antigène purifié")),
    "covid": ("Covid-19", Code("J07BN01", _ATC, "covid-19, ARN")),
}


@dataclass(frozen=True, slots=True)
class _Analyte:
    label: str
    loinc: str
    unit: str
    low: str
    high: str
    chapter: str


def _a(label: str, loinc: str, unit: str, low: str, high: str, chapter: str = "biochemistry") -> _Analyte:
    return _Analyte(label, loinc, unit, low, high, chapter)


ANALYTES = {
    "hb": _a("Hémoglobine", "718-7", "g/dL", "12.0", "17.0", "haematology"),
    "wbc": _a("Leucocytes", "6690-2", "10*9/L", "4.0", "10.0", "haematology"),
    "plt": _a("Plaquettes", "777-3", "10*9/L", "150", "400", "haematology"),
    "eos": _a("Éosinophiles", "711-2", "10*9/L", "0.02", "0.50", "haematology"),
    "creatinine": _a("Créatinine", "14682-9", "umol/L", "59", "104"),
    "gfr": _a("DFG estimé (CKD-EPI)", "62238-1", "mL/min/{1.73_m2}", "90", ""),
    "k": _a("Potassium", "2823-3", "mmol/L", "3.5", "5.0"),
    "na": _a("Sodium", "2951-2", "mmol/L", "136", "145"),
    "glucose": _a("Glycémie à jeun", "14771-0", "mmol/L", "3.9", "6.1"),
    "hba1c": _a("Hémoglobine glyquée (HbA1c)", "4548-4", "%", "4.0", "6.0"),
    "ldl": _a("LDL-cholestérol", "22748-8", "mmol/L", "", "3.4"),
    "hdl": _a("HDL-cholestérol", "14646-4", "mmol/L", "1.0", ""),
    "tg": _a("Triglycérides", "14927-8", "mmol/L", "", "1.7"),
    "crp": _a("Protéine C réactive", "1988-5", "mg/L", "", "5"),
    "alt": _a("ALAT", "1742-6", "U/L", "", "45"),
    "tsh": _a("TSH", "11580-8", "m[IU]/L", "0.4", "4.0"),
    "ferritin": _a("Ferritine", "2276-4", "ug/L", "30", "300"),
    "bnp": _a("NT-proBNP", "33762-6", "pg/mL", "", "450"),
    "psa": _a("PSA", "2857-1", "ug/L", "", "4.0"),
    "acr": _a("Albuminurie / créatininurie", "14959-1", "mg/g", "", "30"),
    "ige": _a("IgE totales", "19113-0", "k[IU]/L", "", "100", "immunology"),
    "albumin": _a("Albumine", "1751-7", "g/L", "35", "50"),
}
_CHAPTERS = {
    "haematology": ("Hématologie", Code("18723-7", LOINC, "Hématologie")),
    "biochemistry": ("Biochimie", Code("18719-5", LOINC, "Biochimie")),
    "immunology": ("Sérologie", Code("18727-8", LOINC, "Sérologie")),
}
_SIGNS = {
    "weight": ("Poids", "29463-7", "kg"),
    "height": ("Taille", "8302-2", "cm"),
    "systolic": ("Pression artérielle systolique", "8480-6", "mm[Hg]"),
    "diastolic": ("Pression artérielle diastolique", "8462-4", "mm[Hg]"),
    "pulse": ("Fréquence cardiaque", "8867-4", "/min"),
    "saturation": ("Saturation en O2", "20564-1", "%"),
    "temperature": ("Température corporelle", "8310-5", "Cel"),
    "breathing": ("Fréquence respiratoire", "9279-1", "/min"),
}


def laboratory(values: dict[str, str], previous: dict[str, str] | None = None, remark: str = "") -> Laboratory:
    """A report from `analyte: value`; `previous` holds values of the report before. A value in words stays words."""
    chapters = []
    for name, (title, code) in _CHAPTERS.items():
        results = tuple(
            _result(analyte, values[analyte], (previous or {}).get(analyte, ""))
            for analyte in values
            if ANALYTES[analyte].chapter == name
        )
        if results:
            chapters.append(Chapter(title=title, code=code, panels=(Panel(title=title, code=code, results=results),)))
    return Laboratory(tuple(chapters), remark)


def _result(name: str, value: str, previous: str) -> Result:
    analyte = ANALYTES[name]
    low = measured(analyte.low, analyte.unit) if analyte.low else None
    high = measured(analyte.high, analyte.unit) if analyte.high else None
    return Result(
        label=analyte.label,
        code=Code(analyte.loinc, LOINC, analyte.label),
        value=measured(value, analyte.unit),
        normal=Range(low, high),
        previous=previous.replace(".", ","),
    )


def signs(**values: str) -> tuple[Measure, ...]:
    """Vital signs by name: `systolic="148", diastolic="92"`."""
    return tuple(
        Measure(label=_SIGNS[name][0], code=Code(_SIGNS[name][1], LOINC, _SIGNS[name][0]), value=measured(value, _SIGNS[name][2]))
        for name, value in values.items()
    )


def problem(label: str, disease: str = "", since: date | None = None, until: date | None = None, remark: str = "") -> Problem:
    period = Period(moment(since) if since else None, moment(until) if until else None)
    return Problem(label=label, code=DISEASES[disease] if disease else Code(), period=period, remark=remark)


def treatment(
    label: str,
    substance: str,
    dosage: str,
    *,
    since: date | None = None,
    until: date | None = None,
    dose: str = "",
    unit: str = "{tbl}",
    every_hours: int = 0,
    reason: str = "",
    disease: str = "",
) -> Treatment:
    return Treatment(
        label=label,
        codes=(SUBSTANCES[substance],),
        period=Period(moment(since) if since else None, moment(until) if until else None),
        dosage=dosage,
        dose=measured(dose, unit) if dose else None,
        every=Quantity(Decimal(every_hours), "h") if every_hours else None,
        reason=reason,
        reason_code=DISEASES[disease] if disease else Code(),
    )


def allergy(agent: str, code: str, reaction: str, since: date) -> Allergy:
    """`code` is an ATC code of the agent, or empty."""
    return Allergy(
        agent=agent,
        agent_code=Code(code, _ATC, agent) if code else Code(),
        reaction=reaction,
        since=moment(since),
    )


def vaccine(name: str, on: date, *, kind: str = "IMMUNIZ", rank: int = 0, lot: str = "") -> Immunisation:
    label, code = _VACCINES[name]
    return Immunisation(label=label, on=moment(on), codes=(code,), kind=kind, lot=lot, rank=rank)


def operation(label: str, on: date, place: str = "") -> Act:
    return Act(label=label, on=moment(on), place=place)
