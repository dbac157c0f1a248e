from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from socle.formats.cda import model_set, parse
from socle.formats.cda.generation import Generation
from socle.formats.cda.values import Identifier, NamePart, Range
from socle.formats.cda.writer import Problem, Report, Result, measured, moment, write_report, write_unstructured
from socle.formats.cda.writer.elements import clean
from socle.formats.cda.writer.sections import HISTORY
from tests.formats.cda_writer.samples import CHAPTERS, DOCUMENTS, PDF, PERSON, header

NS = {"h": "urn:hl7-org:v3"}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_written_document_reads_back_as_its_header(name: str) -> None:
    read = parse(DOCUMENTS[name][0]).header
    asked = header()
    assert (read.id, read.set_id, read.version) == (asked.id, asked.set_id, asked.version)
    assert read.replaces == (Identifier("2.25.1"),)
    assert read.effective == asked.effective
    assert read.patient == PERSON
    assert read.patient.ins == Identifier("1.2.250.1.213.1.4.10", "187114410900038")
    assert [(author.ids, author.name, author.code.code) for author in read.authors] == [
        (author.ids, author.name, author.code.code) for author in asked.authors
    ]
    assert read.custodian is not None
    assert read.custodian.name == "Maison de santé des Essais (fictif)"
    assert read.practice_setting.code == "AMBULATOIRE"
    assert read.encounter is not None
    assert read.encounter.ids == (Identifier("2.25.55", "S-1"),)
    assert read.encounter.facility_type.code == "SA52"
    assert model_set(read).generation is Generation.CURRENT


def test_an_embedded_file_comes_back_byte_for_byte() -> None:
    for name in ("prescription", "laboratory"):
        (attachment,) = parse(DOCUMENTS[name][0]).attachments
        assert attachment.content == PDF
        assert attachment.media_type == "application/pdf"


def test_the_same_arguments_give_the_same_bytes_and_another_document_other_entry_ids() -> None:
    body = Report(words=((HISTORY, "Rien."),), problems=(Problem(label="Toux"),))
    first = write_report(header(), body)
    assert first == write_report(header(), body)
    other = write_report(replace(header(), id=Identifier("2.25.77")), body)
    ids = [set(etree.fromstring(document).xpath("//h:section//h:id/@root", namespaces=NS)) for document in (first, other)]
    assert ids[0]
    assert not ids[0] & ids[1]


def test_every_reference_of_an_entry_points_to_narrative_of_the_document() -> None:
    for document, _ in DOCUMENTS.values():
        root = etree.fromstring(document)
        anchors = root.xpath("//@ID")
        assert len(anchors) == len(set(anchors))
        references = {value.removeprefix("#") for value in root.xpath("//h:reference/@value", namespaces=NS)}
        assert references <= set(anchors)


@given(st.text(max_size=60), st.text(max_size=60))
def test_any_words_are_written_and_read_back_without_the_characters_that_xml_forbids(name: str, text: str) -> None:
    asked = header()
    person = replace(PERSON, name=replace(PERSON.name, families=(NamePart("X" + name, "BR"),)))
    document = write_report(replace(asked, patient=person, title=text or "T"), Report(words=((HISTORY, text),)))
    root = etree.fromstring(document)
    assert root.findtext("h:recordTarget//h:family", namespaces=NS) == clean("X" + name)
    assert root.findtext("h:title", namespaces=NS) == clean(text or "T")


@pytest.mark.parametrize(
    ("value", "normal", "expected"),
    [
        ("0.62", Range(measured("0.02", "G"), measured("0.50", "G")), "H"),
        ("0.50", Range(measured("0.02", "G"), measured("0.50", "G")), "N"),
        ("71", Range(measured("90", "G")), "L"),
        ("71", Range(), ""),
    ],
)
def test_a_result_is_high_low_or_normal_against_its_range(value: str, normal: Range, expected: str) -> None:
    code = CHAPTERS[0].panels[0].results[0].code
    assert Result(label="R", code=code, value=measured(value, "G"), normal=normal).interpretation.code == expected


def test_a_time_is_written_in_paris_and_a_day_as_a_day() -> None:
    assert moment(datetime(2026, 6, 12, 9, 30, tzinfo=UTC)).raw == "20260612113000+0200"
    assert moment(datetime(2026, 1, 31, 23, 30, tzinfo=UTC)).raw == "20260201003000+0100"
    assert moment(date(2019, 3, 14)).raw == "20190314"


def test_text_is_carried_as_a_file_of_text() -> None:
    content = "Compte rendu : éosinophiles élevés".encode()
    (attachment,) = parse(write_unstructured(header(), "text/plain", content)).attachments
    assert (attachment.media_type, attachment.content) == ("text/plain", content)
