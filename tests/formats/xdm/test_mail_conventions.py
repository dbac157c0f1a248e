"""Subjects, `X-MSS-*` fields, visibility marks, answers and names: values and texts, both ways."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from socle.errors import Invalid
from socle.formats import xdm
from socle.formats.cda.values import Identifier
from socle.formats.xdm.audience import Audience, VisibilityMarks
from socle.formats.xdm.codes import IntegrationError
from tests.formats.xdm import samples

BORN = date(1988, 10, 12)
SUBJECT = "XDM/1.0/DDM+ECHOGRAPHIE ABDOMINOPELVIENNE CORSE FIGATELLIX 12/10/1988"
names = st.lists(st.from_regex(r"[A-ZÉÈ][a-zéèA-Z]{0,9}(?:[-'][A-Z][a-z]{1,5})?", fullmatch=True), min_size=1, max_size=2).map(
    " ".join
)
labels = st.lists(st.from_regex(r"[A-Za-zéè'(][A-Za-zéè0-9/.,')]{0,9}", fullmatch=True), min_size=1, max_size=5).map(" ".join)


def test_the_subject_of_the_guide() -> None:
    assert xdm.write_subject("ECHOGRAPHIE ABDOMINOPELVIENNE", "Corse", "FIGATELLIX", BORN) == SUBJECT
    found = xdm.read_subject(SUBJECT)
    assert found == xdm.XdmSubject("ECHOGRAPHIE ABDOMINOPELVIENNE CORSE FIGATELLIX", BORN, is_xdm=True)
    assert found.label_for("CORSE", "Figatellix") == "ECHOGRAPHIE ABDOMINOPELVIENNE"
    assert found.label_for("CORSE", "OCATARINETA") is None
    assert found.label_for("", "") is None


@given(labels, names, names, st.dates(date(1850, 1, 1), date(2100, 1, 1)), st.booleans())
def test_a_subject_leads_back_to_its_parts(label: str, family: str, given_name: str, born: date, closes: bool) -> None:
    found = xdm.read_subject(xdm.write_subject(label, family, given_name, born, closes=closes))
    assert (found.is_xdm, found.birth_date, found.closes, found.is_failure) == (True, born, closes, False)
    assert found.label_for(family, given_name) == label


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Re: " + SUBJECT, xdm.XdmSubject("Re: ECHOGRAPHIE ABDOMINOPELVIENNE CORSE FIGATELLIX", BORN, is_xdm=True)),
        ("xdm/1.0/ddm + CR DOE Jean 01-02-1950", xdm.XdmSubject("CR DOE Jean", date(1950, 2, 1), is_xdm=True)),
        ("XDM/1.0/DDM+CR DOE Jean", xdm.XdmSubject("CR DOE Jean", is_xdm=True)),
        ("XDM/1.0/DDM+CR DOE Jean 45/13/1950", xdm.XdmSubject("CR DOE Jean 45/13/1950", is_xdm=True)),
        ("Rendez-vous le 12/10/2026", xdm.XdmSubject("Rendez-vous le 12/10/2026")),
        ("[FIN] Vos résultats", xdm.XdmSubject("Vos résultats", closes=True)),
        ("Fin de prise en charge", xdm.XdmSubject("Fin de prise en charge")),
        ("", xdm.XdmSubject("")),
        ("a\r\nBcc: x", xdm.XdmSubject("a Bcc: x")),
    ],
)
def test_subjects_as_they_come(text: str, expected: xdm.XdmSubject) -> None:
    assert xdm.read_subject(text) == expected


@pytest.mark.parametrize(
    "mark",
    [
        "[KO Intégration système !][902]",
        "[KO Integration systeme !] [902]",
        "[Erreur d’intégration !][902]",
        "[Erreur d'intégration !][902]",
    ],
)
def test_answers_of_systems_that_could_not_integrate(mark: str) -> None:
    found = xdm.read_subject(f"{mark} {SUBJECT}")
    assert (found.is_failure, found.error, found.is_xdm, found.birth_date) == (True, IntegrationError.PATIENT_UNKNOWN, True, BORN)
    assert found.title == "ECHOGRAPHIE ABDOMINOPELVIENNE CORSE FIGATELLIX"
    unknown = xdm.read_subject("[KO Intégration système ! ][777] x")
    assert (unknown.is_failure, unknown.error) == (True, None)


def test_the_subject_of_a_failure() -> None:
    written = xdm.failure_subject(IntegrationError.PATIENT_UNKNOWN, SUBJECT)
    assert written == "[KO Intégration système !][902] " + SUBJECT
    assert xdm.failure_subject(IntegrationError.OTHER, written) == "[KO Intégration système !][906] " + SUBJECT
    assert xdm.read_subject(written).error is IntegrationError.PATIENT_UNKNOWN


@pytest.mark.parametrize(
    ("label", "family", "given_name"),
    [
        ("", "A", "B"),
        ("CR", " ", "B"),
        ("CR", "A\r\nBcc: x@y", "B"),
        ("CR [FIN]", "A", "B"),
        ("XDM/1.0/DDM+x", "A", "B"),
        ("Re: x", "A", "B"),
    ],
)
def test_subjects_that_are_not_written(label: str, family: str, given_name: str) -> None:
    with pytest.raises(Invalid):
        xdm.write_subject(label, family, given_name, BORN)


product_codes = st.lists(st.from_regex(r"[A-Za-z0-9][A-Za-z0-9_-]{0,9}", fullmatch=True), max_size=4, unique=True).map(tuple)


@given(product_codes, st.booleans(), st.from_regex(r"[!-~]{1,20}", fullmatch=True), st.booleans())
def test_fields_lead_back_to_the_same_values(codes: tuple[str, ...], qualified: bool, product: str, closes: bool) -> None:
    headers = xdm.MssHeaders(codes, qualified if codes else None, product, closes)
    assert xdm.read_headers(xdm.write_headers(headers)) == headers


def test_fields_of_the_referential() -> None:
    headers = xdm.headers_of([samples.parsed()], "123-REF", closes=True)
    assert xdm.write_headers(headers) == (
        ("X-MSS-CODECDA", "11488-4"),
        ("X-MSS-INS", "O"),
        ("X-MSS-NIL", "123-REF"),
        ("X-MSS-MES", "FIN"),
    )
    assert xdm.write_headers(xdm.headers_of([], "123-REF")) == (("X-MSS-NIL", "123-REF"),)


def test_an_ins_without_one_of_its_traits_is_not_claimed_as_qualified() -> None:
    header = samples.parsed()
    assert xdm.ins_is_complete(header.patient)
    for lost in (
        {"birth_on": None},
        {"sex": "U"},
        {"ids": (Identifier("1.2.3", "IPP"),)},
        {"name": replace(header.patient.name, families=())},
    ):
        poorer = replace(header, patient=replace(header.patient, **lost))
        assert xdm.headers_of([header, poorer], "x").qualified_ins is False
        assert not xdm.headers_agree(xdm.MssHeaders(("11488-4",), True, "x"), [poorer])
        assert xdm.headers_agree(xdm.MssHeaders(("11488-4",), False, "x"), [poorer])


def test_fields_that_claim_other_documents_do_not_agree() -> None:
    header = samples.parsed()
    assert xdm.headers_agree(xdm.MssHeaders(("11488-4",), True), [header])
    assert xdm.headers_agree(xdm.MssHeaders(), [header])
    assert not xdm.headers_agree(xdm.MssHeaders(("34112-3",), True), [header])
    assert not xdm.headers_agree(xdm.MssHeaders(("11488-4",), True), [])


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        (
            [("x-mss-ins", " o "), ("X-Mss-Codecda", "34112-3 ,\r\n PRESC-BIO;15508-5,,34112-3")],
            (("34112-3", "PRESC-BIO", "15508-5"), True),
        ),
        ([("X-MSS-INS", "O"), ("X-MSS-INS", "N")], ((), None)),
        ([("X-MSS-INS", "peut-être"), ("X-MSS-CODECDA", "<script>, é")], ((), None)),
        ([("X-MSS-INS", "non")], ((), False)),
        ([], ((), None)),
    ],
)
def test_fields_as_they_come(fields: list[tuple[str, str]], expected: tuple[tuple[str, ...], bool | None]) -> None:
    found = xdm.read_headers(fields)
    assert (found.codes, found.qualified_ins) == expected


@pytest.mark.parametrize(
    "headers",
    [
        xdm.MssHeaders(),
        xdm.MssHeaders(product="a\r\nBcc: x"),
        xdm.MssHeaders(("11488-4",), None, "x"),
        xdm.MssHeaders((), True, "x"),
        xdm.MssHeaders(("a,b",), True, "x"),
        xdm.MssHeaders(("a", "a"), True, "x"),
    ],
)
def test_fields_that_are_not_written(headers: xdm.MssHeaders) -> None:
    with pytest.raises(Invalid):
        xdm.write_headers(headers)


def test_only_three_combinations_of_marks_go() -> None:
    """The whole table: masked, hidden from the person, hidden from representatives, secret connection."""
    going = {
        (False, False, False, False): Audience.PROFESSIONALS_AND_PATIENT,
        (False, True, False, False): Audience.PROFESSIONALS,
        (True, False, False, False): Audience.PATIENT,
        (False, False, True, False): Audience.PATIENT,
        (True, False, True, False): Audience.PATIENT,
    }
    for combination in itertools.product((False, True), repeat=4):
        marks = VisibilityMarks(*combination)
        assert marks.audience is going.get(combination, Audience.NOBODY), combination
        assert xdm.read_marks(dict(xdm.write_marks(marks))) == marks
        assert xdm.marks_of(marks.codes) == replace(marks, secret_connection=False)
        assert marks.audience.sentence.endswith(".")
    assert Audience.PROFESSIONALS.professionals
    assert not Audience.PROFESSIONALS.patient
    assert not Audience.PATIENT.professionals


def test_marks_as_they_come() -> None:
    assert dict(xdm.write_marks(VisibilityMarks(hidden_from_representatives=True))) == {
        "MASQUE_PS": "N",
        "INVISIBLE_PATIENT": "N",
        "INVISIBLE_REP_LEGAUX": "Y",
        "CONNEXION_SECRETE": "N",
    }
    assert xdm.read_marks({"masque_ps": "y", "INVISIBLE_REPRESENTANTS_LEGAUX": "O"}) == VisibilityMarks(True, False, True)
    entry = samples.entry(confidentiality=(samples.NORMAL, samples.MASKED))
    assert xdm.marks_of(code.code for code in entry.confidentiality).audience is Audience.PATIENT


def test_every_error_has_a_national_label_and_a_sentence() -> None:
    assert [error.value for error in IntegrationError] == [str(code) for code in range(900, 907)]
    for error in IntegrationError:
        assert error.label
        assert error.sentence.endswith(".")
        assert xdm.integration_error(f" {error.value} ") is error
    assert xdm.integration_error("207") is None


RECEIPT = xdm.Receipt(
    xdm.Disposition.PROCESSED,
    "service_auto@exemple.mssante.fr",
    "<20240219230100.23456@exemple.mssante.fr>",
    "service@exemple.mssante.fr",
    "pfi.exemple.mssante.fr; PFI des Essais",
    failed=True,
    error=IntegrationError.PATIENT_UNKNOWN,
)


def test_the_receipt_of_the_guide() -> None:
    assert xdm.write_receipt(RECEIPT).split("\r\n") == [
        "Reporting-UA: pfi.exemple.mssante.fr; PFI des Essais",
        "Original-Recipient: rfc822;service@exemple.mssante.fr",
        "Final-Recipient: rfc822;service_auto@exemple.mssante.fr",
        "Original-Message-ID: <20240219230100.23456@exemple.mssante.fr>",
        "Disposition: automatic-action/MDN-sent-automatically; processed/error",
        "Error: 902^Identifiant de patient inconnu^applicationErrorCondition| E^Error^errorSeverity",
        "",
    ]
    assert xdm.read_receipt(xdm.write_receipt(RECEIPT)) == RECEIPT


@given(
    st.sampled_from(xdm.Disposition),
    st.booleans(),
    st.none() | st.sampled_from(IntegrationError),
    st.booleans(),
)
def test_receipts_lead_back_to_the_same_values(
    disposition: xdm.Disposition, automatic: bool, error: IntegrationError | None, failed: bool
) -> None:
    receipt = xdm.Receipt(
        disposition, "a@exemple.mssante.fr", "<1@x>", automatic=automatic, failed=failed or error is not None, error=error
    )
    assert xdm.read_receipt(xdm.write_receipt(receipt)) == receipt
    words = xdm.receipt_words(receipt)
    assert words.endswith(".\r\n")
    assert error is None or (error.label in words and error.value in words)


@pytest.mark.parametrize(
    "disposition",
    [
        "automatic-action/MDN-sent-automatically; processed/Error: 902^Identifiant de patient inconnu^messageErrorCondition| E",
        "automatic-action/MDN-sent-automatically;\r\n processed/error\r\nError: 902^Identifiant de patient inconnu",
    ],
)
def test_both_forms_of_an_error_are_read(disposition: str) -> None:
    found = xdm.read_receipt(f"final-recipient: rfc822; a@b\r\nDisposition:{disposition}\r\n")
    assert found
    assert (found.final_recipient, found.failed, found.error) == ("a@b", True, IntegrationError.PATIENT_UNKNOWN)


def test_receipts_that_say_nothing() -> None:
    assert xdm.read_receipt("") is None
    assert xdm.read_receipt("Final-Recipient: rfc822;a@b\r\nDisposition: x; eaten") is None
    assert xdm.read_receipt("Disposition: manual-action/MDN-sent-manually; displayed") is None
    with pytest.raises(Invalid):
        xdm.write_receipt(replace(RECEIPT, final_recipient="a@b\r\nX: y"))
    with pytest.raises(Invalid):
        xdm.write_receipt(replace(RECEIPT, reporting_agent="a\nb"))


def test_the_words_of_a_failure() -> None:
    words = xdm.failure_words(IntegrationError.INS_ABSENT, "Maison de santé des Essais")
    for expected in (
        "903",
        IntegrationError.INS_ABSENT.label,
        IntegrationError.INS_ABSENT.sentence,
        "Maison de santé des Essais",
    ):
        assert expected in words
    assert words.count("\n") == words.count("\r\n")


def test_names_beside_an_archive() -> None:
    name = xdm.pdf_name(date(2022, 5, 31), "CR d'imagerie médicale", "Corse", "FIGATELLIX")
    assert name == "20220531_CR d'imagerie médicale_CORSE_FIGATELLIX.pdf"
    hostile = xdm.pdf_name(date(2022, 5, 31), "../../x\r\n", 'A_B"', "C/..", "12\\3")
    assert hostile == "20220531_x_A B_C_12 3.pdf"
    with pytest.raises(Invalid):
        xdm.pdf_name(date(2022, 5, 31), "CR", "", "X")
    assert xdm.display_name("Dr", "Claire", "Essai") == "Dr_Claire_ESSAI"
    assert xdm.display_name("", "", "", "Secrétariat, <cardiologie>") == "Secrétariat cardiologie"
