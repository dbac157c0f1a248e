"""The documents of the story: what the demo and its scenarios count on."""

from __future__ import annotations

import io
import time
from datetime import date

import pypdf
import pytest
from lxml import etree

from socle.deploy.story.binding import StoryDocument
from socle.deploy.story.documents import KARIM_SHOWS, build, drafts
from socle.deploy.story.people import cast
from socle.formats.cda import Document, Generation, model_set, parse
from socle.formats.names import stored_name
from tests.conformance.schematron.official import findings

TODAY = date(2026, 11, 23)
NS = {"h": "urn:hl7-org:v3"}
OWN_SCHEMATRONS = {
    "SYNTH": "CI-SIS_VSM_1.4_2022.01.sch",
    "11490-0": "CI-SIS_LDL-SES_2022.01.sch",
    "11502-2": "CI-SIS_BIO-CR-BIO_2024.01.sch",
    "11369-6": "CI-SIS_VAC_2023.01.sch",
}


@pytest.fixture(scope="module")
def story() -> list[StoryDocument]:
    return list(build(TODAY))


def of(story: list[StoryDocument], patient: str) -> list[StoryDocument]:
    return [document for document in story if document.patient == patient]


def named(story: list[StoryDocument], key: str) -> StoryDocument:
    return next(document for document in story if document.key == key)


def words(document: StoryDocument) -> str:
    """All the text that a reader of the document can see, its PDF pages too."""
    parsed = parse(document.cda)
    text = " ".join("".join(etree.fromstring(document.cda).itertext()).split())
    for attachment in parsed.attachments:
        if attachment.media_type == "application/pdf":
            assert attachment.content is not None
            text += " ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(attachment.content)).pages)
    return text


@pytest.mark.parametrize("patient", sorted({draft.patient for draft in drafts(TODAY)}))
def test_all_are_valid_against_the_official_schema_and_schematrons(story: list[StoryDocument], patient: str) -> None:
    wrong = {
        document.key: found
        for document in of(story, patient)
        if (found := findings(document.cda, OWN_SCHEMATRONS.get(document.type_code, "")))
    }
    assert wrong == {}


def test_the_same_day_gives_the_same_bytes_in_less_than_ten_seconds(story: list[StoryDocument]) -> None:
    started = time.process_time()
    again = list(build(TODAY))
    assert time.process_time() - started < 10
    assert again == story


def test_each_document_carries_the_identity_of_its_patient_as_the_gate_asks(story: list[StoryDocument]) -> None:
    for document in story:
        header = parse(document.cda).header
        person = cast().patients[document.patient]
        assert model_set(header).generation is Generation.CURRENT
        assert header.unique_id == document.document_id
        assert header.type.code == document.type_code
        assert header.patient.ins is not None
        assert (header.patient.ins.root, header.patient.ins.extension) == (person.ins_oid, person.ins)
        assert header.patient.birth_family_name == stored_name(person.birth_name)
        assert header.patient.first_given_name == stored_name(person.given_names[0])
        assert header.patient.birth_date == person.birth_on
        assert header.patient.sex == person.sex
        assert header.effective is not None
        assert header.effective.at == document.deposited_at


def test_keys_are_of_the_cast_and_nobody_is_written_twice(story: list[StoryDocument]) -> None:
    everyone = cast()
    depositors = {*everyone.professionals, *everyone.software, *everyone.patients}
    for document in story:
        assert document.author in everyone.professionals or document.author == document.patient
        assert document.depositor in depositors
    assert len({document.key for document in story}) == len(story)
    assert len({document.document_id for document in story}) == len(story)


def test_the_opposed_and_the_unidentified_have_none_and_the_others_some(story: list[StoryDocument]) -> None:
    patients = {patient.key for patient in cast().patients.values() if patient.kind == "patient"}
    assert patients - {document.patient for document in story} == {"therese-duvallois", "patient-non-identifie"}


def test_karim_shows_240_documents_since_2011_and_two_replaced_versions(story: list[StoryDocument]) -> None:
    karim = of(story, "karim-belhadri")
    replaced = {document.replaces for document in karim if document.replaces}
    current = [document for document in karim if document.document_id not in replaced]
    assert len(current) == KARIM_SHOWS == 240
    assert len(karim) == 242
    assert karim[0].deposited_on == date(2011, 9, 12)
    assert karim[-1].deposited_on == date(2026, 10, 12)


def test_the_allergy_is_in_the_letter_of_14_march_2019_and_in_no_coded_entry(story: list[StoryDocument]) -> None:
    karim = of(story, "karim-belhadri")
    letter = named(story, "karim-ent-letter")
    assert letter.deposited_on == date(2019, 3, 14)
    assert letter.author == "helene-guerissac"
    assert "allergie connue à la pénicilline (œdème de Quincke en 2012)" in words(letter)
    dental = named(story, "karim-dental-2021")
    assert dental.deposited_on == date(2021, 5, 3)
    assert "pas d’allergie déclarée" in words(dental)
    assert [d.key for d in karim if "pénicilline" in words(d)] == ["karim-ent-letter", "karim-dental-2021"]
    assert [d.key for d in karim if "bêta-lactamine" in words(d)] == ["karim-ent-prescription"]
    for document in karim:
        assert etree.fromstring(document.cda).xpath("//h:code[@code='48765-2']", namespaces=NS) == []


def test_the_synthesis_of_karim_rests_on_coded_entries(story: list[StoryDocument]) -> None:
    summary = etree.fromstring(named(story, "karim-summary-2026-06").cda)
    active = "//h:section[h:code/@code='11450-4']//h:observation/h:value/@code"
    assert summary.xpath(active, namespaces=NS) == ["J45.0", "I10"]
    laboratory = etree.fromstring(named(story, "karim-lab-2026-06").cda)
    path = "//h:observation[h:interpretationCode[@code='H' or @code='L']]/h:code/@displayName"
    assert laboratory.xpath(path, namespaces=NS) == ["Éosinophiles", "DFG estimé (CKD-EPI)"]
    visit = etree.fromstring(named(story, "karim-review-visit").cda)
    assert visit.xpath("//h:observation[h:code/@code='8480-6']/h:value/@value", namespaces=NS) == ["148"]
    vaccines = etree.fromstring(named(story, "karim-vaccination-record").cda)
    assert vaccines.xpath("//h:substanceAdministration/h:effectiveTime/@value", namespaces=NS)[-1] == "20130411"


def test_the_documents_of_one_matter_share_their_encounter(story: list[StoryDocument]) -> None:
    attack = [document for document in of(story, "karim-belhadri") if "attack" in document.key or "chest-2026" in document.key]
    encounters = set()
    for document in attack:
        encounter = parse(document.cda).header.encounter
        assert encounter is not None
        encounters.add(encounter.ids)
    assert len(attack) == 6
    assert len(encounters) == 1


def test_what_is_hidden_is_hidden_from_whom(story: list[StoryDocument]) -> None:
    assert {document.key: document.visibility for document in story if document.visibility} == {
        "jean-baptiste-private": ("MASQUE_PS",),
        "ines-secret-visit": ("INVISIBLE_REPRESENTANTS_LEGAUX",),
        "ines-secret-prescription": ("INVISIBLE_REPRESENTANTS_LEGAUX",),
        "ahmed-scan": ("INVISIBLE_PATIENT",),
    }


def test_a_version_comes_after_the_one_it_replaces_and_says_so_in_its_header(story: list[StoryDocument]) -> None:
    seen: dict[str, Document] = {}
    versions = 0
    for document in story:
        parsed = parse(document.cda)
        if document.replaces:
            before = seen[document.replaces].header
            assert [found.uri for found in parsed.header.replaces] == [document.replaces]
            assert before.version is not None
            assert parsed.header.version == before.version + 1
            assert parsed.header.set_id == before.set_id
            versions += 1
        seen[document.document_id] = parsed
    assert versions == 3


def test_a_printed_page_shows_the_traits_and_that_all_is_fictive(story: list[StoryDocument]) -> None:
    text = words(named(story, "karim-ent-prescription"))
    for shown in ("BELHADRI", "04/11/1987", "187114410900038", "44109", "Données fictives", "CHU de Nantes (fictif)"):
        assert shown in text


@pytest.mark.parametrize(
    "today", [date(2026, 11, 1), date(2026, 11, 30), date(2027, 2, 28), date(2028, 5, 31), date(2026, 12, 24)]
)
def test_no_document_is_later_than_the_day_of_telling(today: date) -> None:
    told = drafts(today)
    assert all(draft.on <= today for draft in told)
    assert all(draft.since is None or draft.since <= draft.on for draft in told)
    assert next(draft for draft in told if draft.key == "karim-ent-letter").on == date(2019, 3, 14)
    karim = [draft for draft in told if draft.patient == "karim-belhadri"]
    assert len(karim) == 242
