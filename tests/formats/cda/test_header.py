"""Facts of the header, model set and embedded files on the sample documents."""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from socle.formats import cda
from socle.formats.cda import datatypes
from tests.formats.cda.sample import COURRIER, SYNTHESE, changed


@pytest.fixture(scope="module")
def header() -> cda.Header:
    return cda.parse(SYNTHESE).header


class TestFacts:
    def test_document(self, header):
        assert header.unique_id == "urn:oid:1.2.250.1.999.1.1^SYN-2"
        assert header.set_id == cda.Identifier("1.2.250.1.999.1.1.7", "SYN")
        assert header.version == 2
        assert header.replaces == (cda.Identifier("1.2.250.1.999.1.1", "SYN-1"),)
        assert [(parent.relation, parent.version) for parent in header.parents] == [("RPLC", 1)]
        assert (header.type.code, header.type.system, header.title) == ("SYNTH", "1.2.250.1.213.1.1.4.12", "Synthèse médicale")
        assert header.effective.at == datetime(2026, 3, 12, 9, 15, tzinfo=UTC)
        assert header.effective.precision is cda.Precision.SECOND
        assert [code.code for code in header.confidentiality] == ["N"]
        assert header.language == "fr-FR"
        assert "1.2.250.1.213.1.1.1.13" in {template.root for template in header.template_ids}
        assert header.orders == (cda.Identifier("1.2.250.1.999.1.3", "DEM-42"),)

    def test_a_uuid_is_lower_case_in_its_urn(self):
        assert cda.parse(COURRIER).header.unique_id == "urn:uuid:7a3c9e52-1111-4222-8333-abcdefabcdef"

    def test_patient(self, header):
        patient = header.patient
        assert patient.ins == cda.Identifier("1.2.250.1.213.1.4.10", "285057800604877")
        assert [found.extension for found in patient.ids] == ["285057800604877", "IPP-000123"]
        assert (patient.birth_family_name, patient.used_family_name) == ("BRUNEL", "MARCHAL")
        assert (patient.given_names, patient.first_given_name, patient.used_given_name) == ("CAMILLE ANNE", "CAMILLE", "CAMILLE")
        assert (patient.birth_date, patient.sex, patient.birthplace_code) == (date(1985, 5, 14), "F", "78646")
        assert patient.birth_place == "VERSAILLES"
        assert patient.address.city == "VERSAILLES"
        assert patient.name.shown == "CAMILLE MARCHAL"

    def test_people_and_places(self, header):
        (author,) = header.authors
        assert author.ids == (cda.Identifier("1.2.250.1.71.4.2.1", "899700000014"),)
        assert author.code.code == "G15_10/SM26"
        assert author.function.code == "PCP"
        assert author.name.shown == "MME DR Irène VASSEUR"
        assert author.organization.ids == (cda.Identifier("1.2.250.1.71.4.2.2", "1780000014"),)
        assert author.organization.name == "Cabinet du Dr Vasseur"
        assert author.time.raw == "20260312101500+0100"
        assert header.custodian.ids[0].extension == "1780000014"
        assert header.legal_authenticator.ids[0].extension == "899700000014"
        assert [(found.role, found.code.code, found.name.shown) for found in header.informants] == [
            ("ECON", "SIS", "Louise BRUNEL")
        ]

    def test_acts_and_encounter(self, header):
        (event,) = header.events
        assert event.code.code == "34117-2"
        assert event.period.end.raw == "20260312101500+0100"
        assert header.practice_setting.code == "AMBULATOIRE"
        assert header.encounter.ids == (cda.Identifier("1.2.250.1.999.1.4", "SEJ-77"),)
        assert (header.encounter.code.code, header.encounter.facility_type.code) == ("AMB", "SA07")
        assert header.encounter.period.start
        assert not header.encounter.period.end

    def test_what_is_missing_is_empty(self):
        bare = cda.parse(b'<ClinicalDocument xmlns="urn:hl7-org:v3"/>')
        assert bare.header == cda.Header()
        assert bare.incomplete
        assert bare.level == 1


class TestModelSet:
    def test_current(self):
        assert cda.parse(SYNTHESE).model_set == cda.ModelSet(cda.Generation.CURRENT)
        assert cda.parse(COURRIER).model_set == cda.ModelSet(cda.Generation.CURRENT)

    @pytest.mark.parametrize(
        ("before", "after", "where"),
        [
            ('<family qualifier="CL">MARCHAL', '<family qualifier="SP">MARCHAL', "name/family"),
            ('<given qualifier="CL">CAMILLE', '<given qualifier="AC">CAMILLE', "name/given"),
            ('<family qualifier="BR">BRUNEL', "<family>BRUNEL", "name/family[@qualifier='BR']"),
            ('<given qualifier="BR">CAMILLE</given>', "", "name/given[@qualifier='BR']"),
            ("<given>CAMILLE ANNE</given>", "", "name/given[not(@qualifier)]"),
            ('<birthTime value="19850514"/>', "", "birthTime"),
            ("<county>78646</county>", "", "birthplace/place/addr/county"),
            ('<administrativeGenderCode code="F"', "<administrativeGenderCode", "administrativeGenderCode"),
            ('<templateId root="1.2.250.1.213.1.1.1.13" extension="2022.01"/>', "", "templateId"),
        ],
    )  # fmt: skip
    def test_one_thing_makes_it_older(self, before, after, where):
        found = changed((before, after)).model_set
        assert found.generation is cda.Generation.OLDER
        assert [
            issue.where.removeprefix("/ClinicalDocument/").removeprefix("recordTarget/patientRole/patient/")
            for issue in found.faults
        ] == [where]
        assert found.faults[0].code == "model"

    def test_traits_are_asked_only_with_an_ins(self):
        without = (("1.2.250.1.213.1.4.10", "1.2.250.1.999.9"), ("<county>78646</county>", ""))
        assert changed(*without).model_set.generation is cda.Generation.CURRENT
        assert changed(without[1]).model_set.generation is cda.Generation.OLDER

    def test_two_patients(self):
        target = SYNTHESE.decode().partition("<recordTarget>")[2].partition("</recordTarget>")[0]
        doubled = changed(("</recordTarget>", f"</recordTarget><recordTarget>{target}</recordTarget>"))
        assert doubled.header.patient_count == 2
        assert doubled.model_set.generation is cda.Generation.OLDER

    @pytest.mark.parametrize("root", ["2.16.840.1.113883.2.8.2.1", "1.2.250.1.213.1.1.1.1"])
    def test_foreign_without_the_french_templates(self, root):
        assert changed((f'root="{root}"', 'root="1.2.3"')).model_set.generation is cda.Generation.FOREIGN
        assert changed(('realmCode code="FR"', 'realmCode code="US"')).model_set.generation is cda.Generation.FOREIGN


class TestIns:
    def test_a_nir_goes_before_a_nia(self):
        second = '<id root="1.2.250.1.213.1.4.9" extension="785057800604877"/>'
        before = changed(("<patientRole>", "<patientRole>" + second)).header.patient
        assert before.ins.root == "1.2.250.1.213.1.4.10"
        assert len(before.ids) == 3

    def test_another_authority_is_not_an_ins(self):
        assert changed(("1.2.250.1.213.1.4.10", "1.2.250.1.213.1.4.2")).header.patient.ins is None


class TestFiles:
    def test_body(self):
        document = cda.parse(COURRIER)
        (found,) = document.attachments
        assert document.level == 1
        assert not document.incomplete
        assert (found.place, found.media_type) == (cda.Place.BODY, "application/pdf")
        assert found.content.startswith(b"%PDF-1.4\n")
        assert found.content.endswith(b"%%EOF\n")
        assert found.sha256 == hashlib.sha256(found.content).hexdigest()

    def test_media(self):
        (found,) = cda.parse(SYNTHESE).attachments
        assert (found.place, found.media_type, found.id, found.section_code) == (
            cda.Place.MEDIA,
            "image/png",
            "courbe",
            "55107-7",
        )
        assert found.content.startswith(b"\x89PNG\r\n")
        assert found.complete

    @pytest.mark.parametrize(
        ("inside", "fault", "incomplete"),
        [
            ('<text mediaType="application/pdf"><reference value="http://127.0.0.1/a.pdf"/></text>', "reference", True),
            ('<text mediaType="application/pdf" representation="B64">*pas*</text>', "base64", True),
            ('<text mediaType="application/pdf" representation="B64">JVBERi0</text>', "base64", True),
            ('<text mediaType="application/pdf" representation="B64"> </text>', "empty", True),
            ('<text mediaType="application/pdf" representation="B64" compression="DF">JVBERi0=</text>', "compressed", True),
            ('<text mediaType="application/pdf" representation="B64">JVBE\n Ri0=</text>', "", False),
            ("<text>Bonjour, é</text>", "", False),
        ],
    )
    def test_faults(self, inside, fault, incomplete):
        body = f"<component><nonXMLBody>{inside}</nonXMLBody></component>"
        document = cda.parse(f'<ClinicalDocument xmlns="urn:hl7-org:v3">{body}</ClinicalDocument>'.encode())
        (found,) = document.attachments
        assert found.fault == fault
        assert document.incomplete == incomplete
        assert (found.content == b"") == bool(fault)


class TestMoments:
    @pytest.mark.parametrize(
        ("raw", "precision", "expected"),
        [
            ("1985", "year", "1985-01-01T00:00:00+01:00"),
            ("198505", "month", "1985-05-01T00:00:00+02:00"),
            ("19850514", "day", "1985-05-14T00:00:00+02:00"),
            ("2026031210", "hour", "2026-03-12T10:00:00+01:00"),
            ("202603121015+0100", "minute", "2026-03-12T10:15:00+01:00"),
            ("20260312101500-0330", "second", "2026-03-12T10:15:00-03:30"),
            ("20260312101500.123Z", "second", "2026-03-12T10:15:00+00:00"),
        ],
    )
    def test_read(self, raw, precision, expected):
        found = datatypes.moment_of(raw)
        assert (found.precision, found.at.isoformat(), found.raw) == (precision, expected, raw)

    @pytest.mark.parametrize(
        "raw", ["", "85", "19851", "19851301", "20260230", "20260312250000", "20260312+9900", "٢٠٢٦", "00000101", "demain"]
    )
    def test_not_a_time(self, raw):
        assert datatypes.moment_of(raw) is None

    @given(st.text(max_size=25))
    def test_any_text(self, raw):
        found = datatypes.moment_of(raw)
        assert found is None or found.at.utcoffset() is not None

    @given(st.datetimes(), st.integers(-720, 840))
    def test_a_written_time_comes_back(self, naive, minutes):
        hours, rest = divmod(abs(minutes), 60)
        sign = "-" if minutes < 0 else "+"
        assume(1 < naive.year < 9999)  # the very ends of the calendar have no UTC form
        digits = f"{naive.year:04d}{naive:%m%d%H%M%S}"
        found = datatypes.moment_of(f"{digits}{sign}{hours:02d}{rest:02d}")
        assert found.at.replace(tzinfo=None) == naive.replace(microsecond=0)
        assert found.at.utcoffset() == timedelta(minutes=minutes)
