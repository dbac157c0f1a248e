"""One complete document of each model, about invented people."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

from socle.formats.cda.header import Encounter, Header, ParentDocument, ServiceEvent
from socle.formats.cda.values import Address, Code, Identifier, Period, Quantity, Range
from socle.formats.cda.writer import (
    MEDECIN_TRAITANT,
    RETURN_HOME,
    URGENT_ADMISSION,
    Act,
    Allergy,
    Chapter,
    Discharge,
    FamilyHistory,
    Habit,
    Immunisation,
    Measure,
    MedicalSummary,
    Panel,
    Problem,
    Report,
    Result,
    Stay,
    Treatment,
    measured,
    moment,
    organization,
    patient,
    professional,
    relative,
    write_discharge,
    write_laboratory,
    write_report,
    write_summary,
    write_unstructured,
    write_vaccinations,
)
from socle.formats.cda.writer.sections import ASSESSMENT, EXAMINATION, HISTORY, LOINC, REASON

NOW = datetime(2026, 6, 12, 9, 30, tzinfo=UTC)
DAY = date(2026, 6, 12)
PDF = b"%PDF-1.4\n%%EOF\n"
CIM10 = "2.16.840.1.113883.6.3"
ATC = "2.16.840.1.113883.6.73"
CONSULTATION = Code("11488-4", LOINC, "CR ou fiche de consultation ou de visite")
PRESCRIPTION = Code("57833-6", LOINC, "Prescription de produits de santé")

CLINIC = organization(
    "1930000015",
    "Maison de santé des Essais (fictif)",
    setting=("AMBULATOIRE", "Ambulatoire"),
    address=Address(("12 bis rue des Essais",), "93100", "MONTREUIL"),
    telecoms=("tel:0199000001",),
)
DOCTOR = professional(
    "899700000019",
    family="ESSAI",
    given="Claire",
    prefix="MME",
    suffix="DR",
    profession=Code("G15_10/SM54", "1.2.250.1.213.1.1.4.5", "Médecin - Médecine Générale (SM)"),
    organization=CLINIC,
)
PERSON = patient(
    Identifier("1.2.250.1.213.1.4.10", "187114410900038"),
    birth_name="BELHADRI",
    first_given="KARIM",
    given_names="KARIM AHMED",
    used_name="BELHADRI",
    used_given="KARIM",
    birth_on=date(1987, 11, 4),
    sex="M",
    birthplace_code="44109",
    birthplace="NANTES",
    address=Address(("3 allée des Essais", "Bâtiment C"), "94200", "IVRY-SUR-SEINE", "FRANCE"),
    telecoms=("tel:0639980001",),
)


def header(kind: Code = CONSULTATION, title: str = "Document d’essai") -> Header:
    at = moment(NOW)
    author = replace(DOCTOR, time=at)
    return Header(
        id=Identifier("2.25.123456789012345678901234567890"),
        set_id=Identifier("2.25.987654321"),
        version=2,
        type=kind,
        title=title,
        effective=at,
        patient=PERSON,
        authors=(replace(author, function=MEDECIN_TRAITANT),),
        informants=(relative("ECON", ("SIS", "Soeur"), "BELHADRI", "Lina"),),
        custodian=CLINIC,
        legal_authenticator=author,
        participants=(replace(DOCTOR, type="INF", role="PROV", function=MEDECIN_TRAITANT),),
        events=(ServiceEvent(period=Period(at, at), performers=(DOCTOR,)),),
        encounter=Encounter(
            ids=(Identifier("2.25.55", "S-1"),),
            code=Code("AMB", "2.16.840.1.113883.5.4", "Ambulatoire (hors établissement)"),
            period=Period(at),
            facility_type=Code("SA52", "1.2.250.1.71.4.2.4", "Maison de santé ou Pôle de santé"),
            facility_name="Maison de santé des Essais (fictif)",
            responsible=DOCTOR,
        ),
        parents=(
            ParentDocument(
                relation="RPLC",
                ids=(Identifier("2.25.1"),),
                set_id=Identifier("2.25.987654321"),
                version=1,
            ),
        ),
    )


ASTHMA = Problem(
    label="Asthme persistant modéré",
    code=Code("J45.0", CIM10, "Asthme à prédominance allergique"),
    period=Period(moment(date(2009, 3, 1))),
)
PENICILLIN = Allergy(
    agent="Pénicilline",
    agent_code=Code("J01C", ATC, "Bêtalactamines : pénicillines"),
    reaction="Œdème de Quincke",
    reaction_code=Code("T78.3", CIM10, "Œdème angioneurotique"),
    since=moment(date(2012, 1, 1)),
)
INHALER = Treatment(
    label="Budésonide / formotérol 200/6",
    codes=(Code("R03AK07", ATC, "formotérol et budésonide"),),
    period=Period(moment(date(2020, 1, 10))),
    dosage="2 bouffées matin et soir",
    dose=Quantity(Decimal(2)),
    every=Quantity(Decimal(12), "h"),
    reason="Asthme",
    reason_code=Code("J45.0", CIM10, "Asthme à prédominance allergique"),
)
SUMMARY = MedicalSummary(
    problems=(ASTHMA, Problem(label="Lombalgie chronique")),
    history=(
        Problem(
            label="Hernie inguinale",
            code=Code("K40.9", CIM10, "Hernie inguinale unilatérale"),
            period=Period(moment(date(2023, 9, 1)), moment(date(2023, 9, 19))),
        ),
    ),
    acts=(Act(label="Cure de hernie inguinale", on=moment(date(2023, 9, 19)), place="Clinique (fictif)"),),
    allergies=(PENICILLIN,),
    habits=(
        Habit(
            label="Consommation tabagique",
            code=Code("74011-8", LOINC, "Consommation tabagique"),
            value=measured("4", "{pack}/a"),
        ),
        Habit(label="Activité physique", code=Code("73985-4", LOINC, "Exercice physique"), value="Marche quotidienne"),
    ),
    family=(FamilyHistory(kinship=Code("MTH", "2.16.840.1.113883.5.111", "Mère"), sex="F", label="Diabète de type 2"),),
    attention="DFG en baisse : 71 mL/min/1,73 m² < 84 en 2024 & à suivre",
    treatments=(INHALER, Treatment(label="Paracétamol 1 g", dosage="si besoin")),
)
CHAPTERS = (
    Chapter(
        title="Hématologie",
        code=Code("18723-7", LOINC, "Hématologie"),
        panels=(
            Panel(
                title="Numération formule sanguine",
                code=Code("58410-2", LOINC, "Hémogramme"),
                results=(
                    Result(
                        label="Éosinophiles",
                        code=Code("711-2", LOINC, "Polynucléaires éosinophiles [Nombre/Volume] Sang ; Numérique"),
                        value=measured("0.62", "10*9/L"),
                        normal=Range(measured("0.02", "10*9/L"), measured("0.50", "10*9/L")),
                        previous="0,41",
                    ),
                ),
                remark="Contrôle conseillé.",
            ),
        ),
    ),
    Chapter(
        title="Biochimie",
        code=Code("18719-5", LOINC, "Biochimie"),
        panels=(
            Panel(
                title="Fonction rénale",
                code=Code("18719-5", LOINC, "Biochimie"),
                results=(
                    Result(
                        label="DFG estimé (CKD-EPI)",
                        code=Code("62238-1", LOINC, "DFG estimé [Volume/Temps/Surface] CKD-EPI"),
                        value=measured("71", "mL/min/{1.73_m2}"),
                        normal=Range(measured("90", "mL/min/{1.73_m2}")),
                    ),
                    Result(label="Aspect", code=Code("5767-9", LOINC, "Aspect"), value="Limpide"),
                ),
            ),
        ),
    ),
)
VACCINES = (
    Immunisation(
        label="Vaccin diphtérie tétanos poliomyélite",
        on=moment(date(2013, 4, 11)),
        codes=(Code("J07CA01", ATC, "diphtérie - poliomyélite - tétanos"),),
        kind="BOOSTER",
        lot="FICTIF-01",
        rank=4,
        performer=DOCTOR,
    ),
    Immunisation(label="Vaccin grippal", on=moment(date(2025, 10, 20))),
)
DISCHARGE = Discharge(
    reason="Crise d’asthme sévère",
    stay=Stay(
        admitted=moment(datetime(2026, 2, 8, 1, 10, tzinfo=UTC)),
        discharged=moment(datetime(2026, 2, 8, 15, 0, tzinfo=UTC)),
        admission=URGENT_ADMISSION,
        discharge=RETURN_HOME,
        summary="Bonne réponse aux nébulisations.",
    ),
    treatments=(INHALER,),
    allergies=(),
    results="Radiographie du thorax normale",
    plan="Contrôle à J+7",
)
REPORT = Report(
    words=((REASON, "Suivi annuel"), (HISTORY, "Deux exacerbations."), (EXAMINATION, "Auscultation libre.")),
    measures=(
        Measure(
            label="Pression artérielle systolique",
            code=Code("8480-6", LOINC, "Pression artérielle systolique"),
            value=measured("148", "mm[Hg]"),
        ),
    ),
    problems=(ASTHMA,),
    allergies=(),
    treatments=(),
    closing=((ASSESSMENT, "Revoir dans trois mois.\nBilan biologique."),),
)
SEED = UUID(int=1)

DOCUMENTS: dict[str, tuple[bytes, str]] = {
    "summary": (write_summary(header(), SUMMARY), "CI-SIS_VSM_1.4_2022.01.sch"),
    "empty summary": (
        write_summary(header(), MedicalSummary(problems=(ASTHMA,), allergies=())),
        "CI-SIS_VSM_1.4_2022.01.sch",
    ),
    "discharge": (write_discharge(header(), DISCHARGE), "CI-SIS_LDL-SES_2022.01.sch"),
    "laboratory": (write_laboratory(header(), CHAPTERS, PDF, "À contrôler"), "CI-SIS_BIO-CR-BIO_2024.01.sch"),
    "vaccinations": (write_vaccinations(header(), VACCINES), "CI-SIS_VAC_2023.01.sch"),
    "report": (write_report(header(), REPORT), ""),
    "prescription": (write_unstructured(header(PRESCRIPTION), "application/pdf", PDF), ""),
}
