"""The models of documents that the platform writes: a header and facts in, the bytes of a document out.

Each function sets what its model fixes in the header (templates, type, principal act where the model imposes one) and leaves
the rest to the caller. The same arguments always give the same bytes: ids of entries derive from the document's id.
Source: CI-SIS VSM 1.4 (2022.01), LDL-SES 2022.01, CR-BIO 2024.01, VAC 2023.01; IHE XDS-SD for unstructured documents.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from uuid import NAMESPACE_OID, uuid5

from lxml import etree

from socle.formats.cda.header import Header, ServiceEvent
from socle.formats.cda.values import Code, Identifier, Moment
from socle.formats.cda.writer import attached, background, medicines, problems, results, sections, stay
from socle.formats.cda.writer.elements import Element, IdSequence, add
from socle.formats.cda.writer.facts import (
    Act,
    Allergy,
    Chapter,
    FamilyHistory,
    Habit,
    Immunisation,
    Measure,
    Problem,
    Treatment,
)
from socle.formats.cda.writer.header import NORMAL, write_header
from socle.formats.cda.writer.sections import LOINC, Kind

_FRANCE = (Identifier("2.16.840.1.113883.2.8.2.1"), Identifier("1.2.250.1.213.1.1.1.1"))
_VSM = (Identifier("1.2.250.1.213.1.1.1.13"),)
_DISCHARGE = (Identifier("1.2.250.1.213.1.1.1.29", "2022.01"),)
_LABORATORY = (Identifier("1.3.6.1.4.1.19376.1.3.3"), Identifier("1.2.250.1.213.1.1.1.55"))
_VACCINATIONS = (Identifier("1.3.6.1.4.1.19376.1.5.3.1.1.18.1.2"), Identifier("1.2.250.1.213.1.1.1.37"))
_REPORT = (Identifier("1.3.6.1.4.1.19376.1.5.3.1.1.1"),)
_UNSTRUCTURED = (Identifier("1.3.6.1.4.1.19376.1.2.20"),)

SUMMARY_TYPE = Code("SYNTH", "1.2.250.1.213.1.1.4.12", "Synthèse")
SUMMARY_ACT = Code("34117-2", LOINC, "Historique et clinique")
DISCHARGE_TYPE = Code("11490-0", LOINC, "Lettre de liaison à la sortie d'un établissement de soins")
STAY_ACT = Code("IMP", "2.16.840.1.113883.5.4", "Hospitalisation (établissement, y compris HAD)")
LABORATORY_TYPE = Code("11502-2", LOINC, "CR d'examens biologiques")
LABORATORY_TITLE = "Compte rendu d'examens biologiques"
"""Fixed by the model, apostrophe included."""
VACCINATIONS_TYPE = Code("11369-6", LOINC, "Historique des vaccinations")


@dataclass(frozen=True, slots=True, kw_only=True)
class MedicalSummary:
    """A *volet de synthèse médicale*. `allergies` None is "not filled"; an empty tuple is "none known"."""

    problems: tuple[Problem, ...]
    history: tuple[Problem, ...] = ()
    acts: tuple[Act, ...] = ()
    allergies: tuple[Allergy, ...] | None = None
    habits: tuple[Habit, ...] = ()
    occupational_risks: str = ""
    family: tuple[FamilyHistory, ...] = ()
    attention: str = "Aucun point de vigilance"
    """Results and points to watch, one a line."""
    treatments: tuple[Treatment, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Discharge:
    reason: str
    stay: stay.Stay
    treatments: tuple[Treatment, ...] = ()
    allergies: tuple[Allergy, ...] | None = None
    results: str = ""
    plan: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A report in words with coded parts: consultation, visit to the emergency room, operation, follow-up of care.

    `words` are sections in their order; `closing` come after the coded ones.
    """

    words: tuple[tuple[Kind, str], ...]
    measures: tuple[Measure, ...] = ()
    problems: tuple[Problem, ...] = ()
    allergies: tuple[Allergy, ...] | None = None
    treatments: tuple[Treatment, ...] | None = None
    closing: tuple[tuple[Kind, str], ...] = ()
    titles: dict[str, str] = field(default_factory=dict)
    """Titles that replace the usual ones, by LOINC code of the section."""


def write_summary(header: Header, body: MedicalSummary) -> bytes:
    """A VSM: the three top sections are always there, and what is empty is said so."""
    header = _act(_complete(header, _VSM, SUMMARY_TYPE), SUMMARY_ACT)
    root, structured, ids = _open(header)
    summary = sections.open_section(structured, sections.SUMMARY, ids)
    history = sections.open_section(summary, sections.SUMMARY_HISTORY, ids)
    problems.problems(history, sections.ACTIVE_PROBLEMS, ids, body.problems)
    if body.history:
        problems.problems(history, sections.PAST_PROBLEMS, ids, body.history)
    if body.acts:
        background.acts(history, ids, body.acts)
    if body.allergies is not None:
        problems.allergies(history, ids, body.allergies)
    risks = sections.open_section(summary, sections.SUMMARY_RISKS, ids)
    if body.habits:
        background.habits(risks, ids, body.habits)
    sections.words(risks, sections.OCCUPATIONAL_RISKS, ids, body.occupational_risks or "Non renseigné")
    if body.family:
        background.family(risks, ids, body.family)
    sections.words(structured, sections.RESULTS, ids, body.attention, "Points de vigilance")
    long_term = sections.open_section(structured, sections.SUMMARY_TREATMENT, ids)
    medicines.treatments(long_term, sections.TREATMENTS, ids, body.treatments)
    return _bytes(root)


def write_discharge(header: Header, body: Discharge) -> bytes:
    """A letter given when the person leaves a hospital."""
    header = _act(_complete(header, _DISCHARGE, DISCHARGE_TYPE), STAY_ACT)
    root, structured, ids = _open(header)
    stay.document_status(structured, ids, _written(header))
    sections.words(structured, sections.REASON, ids, body.reason, "Motif d’hospitalisation")
    stay.stay_events(structured, ids, body.stay)
    medicines.treatments(structured, sections.DISCHARGE_TREATMENTS, ids, body.treatments)
    if body.results:
        sections.words(structured, sections.RESULTS, ids, body.results)
    if body.plan:
        sections.words(structured, sections.CARE_PLAN, ids, body.plan, "Suite à donner")
    if body.allergies is not None:
        problems.allergies(structured, ids, body.allergies)
    return _bytes(root)


def write_laboratory(header: Header, chapters: Sequence[Chapter], copy: bytes, remark: str = "") -> bytes:
    """A laboratory report with its PDF, which the model requires; results carry the start of the principal act as their time.

    The encounter must name the biologist responsible.
    """
    header = replace(_complete(header, _LABORATORY, LABORATORY_TYPE), title=LABORATORY_TITLE)
    header = _act(header, chapters[0].code)
    header = replace(header, events=header.events + tuple(ServiceEvent(code=c.code) for c in chapters[1:]))
    root, structured, ids = _open(header)
    period = header.events[0].period
    results.chapters(structured, ids, chapters, period.start or period.end or _written(header))
    if remark:
        sections.words(structured, sections.REMARK, ids, remark)
    attached.copy(structured, ids, copy)
    return _bytes(root)


def write_vaccinations(header: Header, facts: Sequence[Immunisation]) -> bytes:
    """The history of the vaccinations of a person."""
    header = _act(_complete(header, _VACCINATIONS, VACCINATIONS_TYPE), VACCINATIONS_TYPE)
    root, structured, ids = _open(header)
    medicines.immunisations(structured, ids, facts)
    return _bytes(root)


def write_report(header: Header, body: Report) -> bytes:
    """A report whose type is the header's own."""
    header = _complete(header, _REPORT, header.type)
    root, structured, ids = _open(header)
    for kind, text in body.words:
        sections.words(structured, kind, ids, text, body.titles.get(kind.code.code, ""))
    if body.problems:
        problems.problems(structured, sections.ACTIVE_PROBLEMS, ids, body.problems)
    if body.allergies is not None:
        problems.allergies(structured, ids, body.allergies)
    if body.measures:
        results.measures(structured, ids, body.measures, _written(header))
    if body.treatments is not None:
        medicines.treatments(structured, sections.TREATMENTS, ids, body.treatments)
    for kind, text in body.closing:
        sections.words(structured, kind, ids, text, body.titles.get(kind.code.code, ""))
    return _bytes(root)


def write_unstructured(header: Header, media_type: str, content: bytes) -> bytes:
    """A document of level 1: a French header around one file."""
    header = _complete(header, _UNSTRUCTURED, header.type)
    root = write_header(header)
    body = add(add(root, "component"), "nonXMLBody")
    add(body, "text", base64.b64encode(content).decode("ascii"), mediaType=media_type, representation="B64")
    return _bytes(root)


def _complete(header: Header, model: tuple[Identifier, ...], kind: Code) -> Header:
    return replace(
        header,
        realm="FR",
        template_ids=_FRANCE + model,
        type=kind,
        language=header.language or "fr-FR",
        confidentiality=header.confidentiality or (NORMAL,),
        set_id=header.set_id or header.id,
        version=header.version or 1,
    )


def _act(header: Header, code: Code) -> Header:
    """The principal act takes the code that the model fixes."""
    first, *others = header.events or (ServiceEvent(),)
    return replace(header, events=(replace(first, code=code), *others))


def _open(header: Header) -> tuple[Element, Element, IdSequence]:
    root = write_header(header)
    structured = add(add(root, "component"), "structuredBody")
    return root, structured, IdSequence(uuid5(NAMESPACE_OID, header.unique_id))


def _written(header: Header) -> Moment:
    assert header.effective is not None
    return header.effective


def _bytes(root: Element) -> bytes:
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")
