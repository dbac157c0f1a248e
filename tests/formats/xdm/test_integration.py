"""Claims against the CDA header, and requests to replace or delete: what may happen without a reader, and why not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from socle.formats import xdm
from socle.formats.cda.header import Header
from socle.formats.cda.values import Code, Identifier
from socle.formats.xdm.codes import IntegrationError
from tests.formats.xdm import samples

IPP = Identifier("1.2.250.1.999.2", "IPP-7")


def codes(faults: tuple[xdm.Fault, ...]) -> list[tuple[str, str]]:
    return [(fault.code, fault.integration.value) for fault in faults]


def test_a_document_whose_claims_are_true_has_no_fault() -> None:
    assert xdm.claimed_identity_faults(samples.entry()) == ()
    assert xdm.header_faults(samples.entry(), samples.parsed()) == ()


def test_metadata_without_ins_or_without_its_traits() -> None:
    entry = samples.entry()
    unknown = replace(entry, patient_id=IPP, source_patient_id=IPP, source_patient=replace(entry.source_patient, ids=(IPP,)))
    assert codes(xdm.claimed_identity_faults(unknown)) == [("ins-absent", "903")]
    poorer = replace(entry, source_patient=replace(entry.source_patient, birth_date=None))
    assert codes(xdm.claimed_identity_faults(poorer)) == [("ins-incomplete", "905")]
    found = samples.accepted(xdm.write(samples.submission(unknown)))
    assert codes(found.faults) == [("ins-absent", "903")]
    assert found.documents == (unknown,)  # it stays readable


def test_a_header_without_ins_or_without_its_traits() -> None:
    header = samples.parsed()
    for lost, expected in (
        ({"ids": (IPP,)}, ("ins-absent", "903")),
        ({"birth_on": None}, ("ins-incomplete", "905")),
        ({"sex": "U"}, ("ins-incomplete", "905")),
        ({"ids": (Identifier("1.2.250.1.213.1.4.10", "18711441"),)}, ("ins-incomplete", "905")),
    ):
        poorer = replace(header, patient=replace(header.patient, **lost))
        assert expected in codes(xdm.header_faults(samples.entry(), poorer))


@pytest.mark.parametrize(
    "lie",
    [
        {"patient_id": Identifier("1.2.250.1.213.1.4.10", "279035121518989")},
        {"birth_family_name": "AUTRE"},
        {"first_given_name": "AUTRE"},
        {"sex": "F"},
    ],
)
def test_metadata_that_names_somebody_else(lie: dict[str, object]) -> None:
    entry = samples.entry()
    changes = lie if "patient_id" in lie else {"source_patient": replace(entry.source_patient, **lie)}
    entry = replace(entry, **changes)
    assert ("patient-differs", "904") in codes(xdm.header_faults(entry, samples.parsed()))


def test_accents_and_hyphens_are_not_another_person() -> None:
    entry = samples.entry()
    same = replace(entry, source_patient=replace(entry.source_patient, first_given_name="Karïm"))
    assert xdm.header_faults(same, samples.parsed()) == ()


def test_metadata_of_another_document() -> None:
    header = samples.parsed()
    assert codes(xdm.header_faults(samples.entry(unique_id="2.25.999"), header)) == [("document-differs", "906")]
    other = samples.entry(type_code=Code("34112-3", "2.16.840.1.113883.6.1", "CR hospitalisation"))
    assert codes(xdm.header_faults(other, header)) == [("type-differs", "906")]
    assert ("patient-count", "906") in codes(xdm.header_faults(samples.entry(), replace(header, patient_count=2)))


def test_two_people_in_one_archive() -> None:
    entry = samples.entry(samples.REPLACING, 2)
    other = replace(entry, patient_id=Identifier("1.2.250.1.213.1.4.10", "279035121518989"))
    found = samples.accepted(xdm.write(samples.submission(samples.entry(), other)))
    assert [fault.code for fault in found.faults] == ["several-patients"]


def held(content: bytes = samples.FIRST) -> xdm.Held:
    found = xdm.held_of(samples.parsed(content))
    assert found
    return found


def somebody_else(header: Header) -> Header:
    author = header.authors[0]
    assert author.organization
    elsewhere = replace(author.organization, ids=(Identifier("1.2.250.1.71.4.2.2", "1750000099"),))
    return replace(
        header, authors=(replace(author, ids=(Identifier("1.2.250.1.71.4.2.1", "899700000099"),), organization=elsewhere),)
    )


def test_a_first_document_only_asks_to_be_added() -> None:
    header = samples.parsed()
    request = xdm.request_of(samples.entry(), header)
    assert request == xdm.Request(xdm.Action.SEND)
    assert xdm.request_error(request, header, None) is None


def test_a_header_that_names_a_parent_replaces_it() -> None:
    header = samples.parsed(samples.REPLACING)
    request = xdm.request_of(samples.entry(samples.REPLACING), header)
    assert request == xdm.Request(xdm.Action.REPLACE, (held().latest,))
    assert xdm.request_error(request, header, held()) is None
    assert xdm.request_error(request, header, None) is IntegrationError.VERSION
    assert xdm.request_error(request, header, held(samples.REPLACING)) is IntegrationError.VERSION
    stranger = somebody_else(header)
    assert xdm.request_error(request, stranger, held()) is IntegrationError.AUTHOR
    colleague = replace(stranger, authors=(replace(stranger.authors[0], organization=header.authors[0].organization),))
    assert xdm.request_error(request, colleague, held()) is None


def test_a_replacement_without_parent_has_no_target() -> None:
    request = xdm.request_of(samples.entry(action=xdm.Action.REPLACE), samples.parsed())
    assert request == xdm.Request(xdm.Action.REPLACE)
    assert xdm.request_error(request, samples.parsed(), held()) is IntegrationError.VERSION


def test_a_deletion_carries_the_document_itself() -> None:
    entry = samples.entry(action=xdm.Action.DELETE)
    (received,) = samples.accepted(xdm.write(samples.submission(entry))).documents
    header = samples.parsed()
    request = xdm.request_of(received, header)
    assert request == xdm.Request(xdm.Action.DELETE, (held().latest,))
    assert xdm.request_error(request, header, held()) is None
    assert xdm.request_error(request, header, held(samples.REPLACING)) is IntegrationError.VERSION
    assert xdm.request_error(request, somebody_else(header), held()) is IntegrationError.AUTHOR
