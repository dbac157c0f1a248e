"""What is written is read back, is the same each time, and has the form of the French convention."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from socle.errors import Invalid
from socle.formats import xdm
from socle.formats.cda.values import Code, Identifier
from tests.formats.xdm import samples

words = st.text(st.characters(exclude_categories=("Cc", "Cs", "Cn"), max_codepoint=0x2FFF), min_size=1, max_size=12).filter(
    lambda text: text == text.strip()
)
ids = st.from_regex(r"[A-Za-z0-9.^&~|\\-]{1,15}", fullmatch=True)
oids = st.lists(st.integers(0, 10**6), min_size=1, max_size=6).map(lambda arcs: ".".join(["1", "2", *map(str, arcs)]))
codes = st.builds(Code, words, words, words)
identifiers = st.builds(Identifier, oids, ids)
people = st.builds(xdm.Person, ids, words, words, st.just("") | words, oids, st.sampled_from(["IDNPS", "RI", "NH", ""]))
institutions = st.builds(xdm.Institution, words, ids, oids, st.sampled_from(["IDNST", ""]))
specialties = codes | st.builds(Code, st.just(""), st.just(""), words)
authors = st.builds(
    xdm.Author,
    people,
    st.lists(institutions, max_size=2).map(tuple),
    st.lists(words, max_size=2).map(tuple),
    st.lists(specialties, max_size=2).map(tuple),
)
instants = st.datetimes(datetime(1000, 1, 1), datetime(9999, 12, 31), timezones=st.just(UTC)).map(  # noqa: DTZ001
    lambda at: at.replace(microsecond=0)
)
patients = st.builds(
    xdm.SourcePatient,
    st.lists(identifiers, max_size=2).map(tuple),
    *[st.just("") | words] * 5,
    st.none() | st.dates(date(1850, 1, 1)),
    st.sampled_from(["M", "F", "U", ""]),
    st.just("") | st.from_regex(r"[0-9AB]{5}", fullmatch=True),
)


@st.composite
def documents(draw: st.DrawFn, number: int) -> xdm.DocumentEntry:
    media_type = draw(st.sampled_from(["text/xml", "application/pdf", "text/plain", "image/png"]))
    return xdm.DocumentEntry(
        content=draw(st.binary(max_size=200)),
        uri=xdm.document_uri(number, media_type),
        unique_id=draw(oids) + f".{number}",
        entry_uuid=UUID(int=number).urn,
        media_type=media_type,
        title=draw(words),
        comments=draw(st.just("") | words),
        language=draw(st.sampled_from(["fr-FR", "en-US"])),
        version=draw(st.sampled_from(["", "1", "12"])),
        type_code=draw(codes),
        class_code=draw(codes),
        format_code=draw(codes),
        practice_setting=draw(codes),
        facility_type=draw(codes),
        confidentiality=draw(st.lists(codes, min_size=1, max_size=3).map(tuple)),
        event_codes=draw(st.lists(codes, max_size=2).map(tuple)),
        reference_ids=draw(st.lists(ids, max_size=2).map(tuple)),
        created_at=draw(instants),
        started_at=draw(instants),
        ended_at=draw(st.none() | instants),
        authors=draw(st.lists(authors, min_size=1, max_size=2).map(tuple)),
        legal_authenticator=draw(st.none() | people),
        patient_id=draw(identifiers),
        source_patient_id=draw(identifiers),
        source_patient=draw(patients),
        action=draw(st.sampled_from(xdm.Action)),
    )


@st.composite
def submissions(draw: st.DrawFn) -> xdm.Submission:
    found = tuple(draw(documents(rank)) for rank in range(1, draw(st.integers(1, 3)) + 1))
    link = st.builds(
        xdm.Relationship,
        st.sampled_from(xdm.Relation),
        st.sampled_from([document.entry_uuid for document in found]),
        st.uuids().map(lambda uuid: uuid.urn),
    )
    return xdm.Submission(
        unique_id=draw(oids),
        entry_uuid=UUID(int=1000).urn,
        source_id=draw(oids),
        submitted_at=draw(instants),
        title=draw(st.just("") | words),
        comments=draw(st.just("") | words),
        content_type=draw(codes),
        authors=draw(st.lists(authors, min_size=1, max_size=2).map(tuple)),
        patient_id=draw(identifiers),
        documents=found,
        relationships=draw(st.lists(link, max_size=2).map(tuple)),
    )


@settings(max_examples=300, deadline=None)
@given(submissions())
def test_what_is_written_is_read_back(submission: xdm.Submission) -> None:
    written = xdm.write(submission)
    assert samples.accepted(written).submissions == (submission,)
    assert xdm.write(submission) == written


def test_a_report_with_its_pdf_in_the_layout_of_the_convention() -> None:
    submission = samples.with_pdf()
    written = xdm.write(submission, sender=samples.SENDER)
    files = samples.unzipped(written)
    assert list(files) == [
        "INDEX.HTM",
        "README.TXT",
        "IHE_XDM/SUBSET01/METADATA.XML",
        "IHE_XDM/SUBSET01/DOC00001.XML",
        "IHE_XDM/SUBSET01/DOC00002.PDF",
    ]
    assert files["IHE_XDM/SUBSET01/DOC00001.XML"] == samples.FIRST
    readme = files["README.TXT"].decode("ascii")
    assert readme.count("\n") == readme.count("\r\n")
    assert "Maison de sante des Essais" in readme
    assert b'<a href="IHE_XDM/SUBSET01/DOC00002.PDF">' in files["INDEX.HTM"]
    found = samples.accepted(written)
    assert found.submissions == (submission,)
    assert found.faults == ()
    assert found.ignored == ()


def test_nothing_about_the_person_is_in_names_or_in_the_files_for_people() -> None:
    files = samples.unzipped(xdm.write(samples.submission(), sender=samples.SENDER))
    shown = "".join(files) + (files["INDEX.HTM"] + files["README.TXT"]).decode()
    for trait in ("BELHADRI", "KARIM", "187114410900038"):
        assert trait not in shown
        assert trait.encode() in files["IHE_XDM/SUBSET01/METADATA.XML"]


def test_who_it_is_about_stays_out_of_repr() -> None:
    shown = repr(samples.accepted(xdm.write(samples.submission())))
    assert "BELHADRI" not in shown
    assert "187114410900038" not in shown


def test_two_sets_have_a_folder_each() -> None:
    sets = samples.submission(), samples.submission(samples.entry(samples.REPLACING, 2), number=101)
    assert samples.accepted(xdm.write(*sets)).submissions == sets
    with pytest.raises(Invalid):
        xdm.write(sets[0], sets[0])


def test_the_header_of_a_document_becomes_its_metadata() -> None:
    entry = samples.entry(samples.REPLACING)
    assert entry.unique_id == "2.25.123456789012345678901234567890"
    assert entry.type_code.code == "11488-4"
    assert entry.facility_type.code == "SA52"
    assert entry.practice_setting.code == "AMBULATOIRE"
    assert [code.code for code in entry.confidentiality] == ["N"]
    assert entry.created_at == entry.started_at == datetime(2026, 6, 12, 9, 30, tzinfo=UTC)
    assert entry.patient_id == Identifier("1.2.250.1.213.1.4.10", "187114410900038")
    traits = entry.source_patient
    assert (traits.birth_family_name, traits.first_given_name, traits.given_names) == ("BELHADRI", "KARIM", "KARIM AHMED")
    assert (traits.birth_date, traits.sex, traits.birthplace_code) == (date(1987, 11, 4), "M", "44109")
    (author,) = entry.authors
    assert author.person
    assert (author.person.id, author.person.id_type, author.person.family) == ("899700000019", "IDNPS", "ESSAI")
    assert author.institutions[0].id == "1930000015"
    assert xdm.header_faults(entry, samples.parsed(samples.REPLACING)) == ()


def test_the_forms_of_identities_in_the_metadata() -> None:
    metadata = samples.unzipped(xdm.write(samples.submission()))["IHE_XDM/SUBSET01/METADATA.XML"].decode()
    for form in (
        "187114410900038^^^&amp;1.2.250.1.213.1.4.10&amp;ISO^NH",
        "PID-5|BELHADRI^KARIM^KARIM AHMED^^^^L",
        "PID-7|19871104",
        "PID-11|^^^^^^BDL^^44109",
        "899700000019^ESSAI^Claire^^^MME^^^&amp;1.2.250.1.71.4.2.1&amp;ISO^D^^^IDNPS",
        "Maison de santé des Essais (fictif)^^^^^&amp;1.2.250.1.71.4.2.2&amp;ISO^IDNST^^^1930000015",
        "20260612093000",
    ):
        assert form in metadata, form


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"title": ""}, "DocumentEntry[1].title"),
        ({"type_code": Code()}, "DocumentEntry[1].typeCode"),
        ({"confidentiality": ()}, "DocumentEntry[1].confidentialityCode"),
        ({"authors": ()}, "DocumentEntry[1].author"),
        ({"patient_id": None}, "DocumentEntry[1].patientId"),
        ({"created_at": None}, "DocumentEntry[1].creationTime"),
        ({"created_at": datetime(2026, 1, 1, tzinfo=UTC, microsecond=1)}, "DocumentEntry[1].creationTime"),
        ({"uri": "../DOC1.XML"}, "DocumentEntry[1].URI"),
        ({"uri": "METADATA.XML"}, "DocumentEntry[1].URI"),
        ({"unique_id": "urn:oid:1.2.3"}, "DocumentEntry[1].uniqueId"),
        ({"entry_uuid": "Document01"}, "DocumentEntry[1].entryUUID"),
        ({"title": "deux\nlignes"}, "DocumentEntry[1].title"),
        ({"media_type": "text/xml; x"}, "DocumentEntry[1].mimeType"),
        ({"language": "x" * 257}, "DocumentEntry[1].languageCode"),
    ],
)
def test_what_the_convention_asks_for_is_required(changes: dict[str, object], where: str) -> None:
    with pytest.raises(Invalid) as caught:
        xdm.write(samples.submission(samples.entry(**changes)))
    assert where in [issue.where for issue in caught.value.issues]


def test_a_set_without_documents_or_with_the_same_one_twice_is_not_written() -> None:
    entry = samples.entry()
    for documents in ((), (entry, replace(entry, uri="DOC00002.XML"))):
        with pytest.raises(Invalid):
            xdm.write(replace(samples.submission(entry), documents=documents))
