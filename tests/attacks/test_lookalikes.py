"""Names that look like others: letters of other alphabets, signs without width, combining accents, signs of direction.

They make no identity, match none, merge none, and are shown as what they are."""

from __future__ import annotations

import unicodedata
from datetime import date
from typing import Any
from uuid import UUID

import httpx
import pytest

from socle.base.access.actor import Purpose
from socle.base.access.doors import sql_allowed
from socle.base.identity.models import Patient
from socle.record.actions import openings
from socle.record.models import Document
from socle.record.queries import accesses
from tests import minting
from tests.base.identity import people
from tests.documents import report
from tests.interfaces.fhir import samples
from tests.interfaces.fhir.serving import Wire
from tests.interfaces.fhir.test_documents import refusal, sent
from tests.interfaces.fhir.test_patients import told
from tests.portal.professional.forms import Visit, caring, put, record, send, words
from tests.races.test_deposits import cda_reference

pytestmark = pytest.mark.usefixtures("platform")
HOMOGLYPHS = {
    "cyrillic": "DU\u0420ONT",
    "greek": "DUP\u039fNT",
    "cherokee": "\u13a0UPONT",
    "no latin": "\u0414\u0423\u0420\u041e\u041d\u0422",
}
"""DUPONT with letters of another alphabet."""
UNSEEN = {
    "zero width": "DU\u200bPO\u200dNT",
    "byte order": "\ufeffDUPONT",
    "soft accents": "DU\u0301\u0302\u0303\u0304PONT",
    "direction": "\u202eDUPONT\u202c",
    "isolate": "\u2067DUPONT\u2069",
    "mathematical": "\U0001d403\U0001d414\U0001d40f\U0001d40e\U0001d40d\U0001d413",
    "full width": "\uff24\uff35\uff30\uff2f\uff2e\uff34",
}
"""DUPONT by its letters, with signs that nobody sees, or drawn otherwise."""
PLAIN = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ'- ")


def dupont(**changes: object) -> Patient:
    known = {"birth_name": "DUPONT", "first_given": "ZOE", "given_names": "ZOE ANNE", "sex": "F", "birth_date": people.day()}
    return minting.patient(**{**known, **changes})


def sent_as(patient: Patient, name: str, **changes: Any) -> samples.Json:
    """The identity of this person as software would send it, under another family name."""
    resource = told(birthDate=str(patient.birth_date), **changes)
    resource["name"][0]["family"] = name
    return resource


def born(day: object) -> list[Patient]:
    with sql_allowed("tests"):
        return list(Patient.objects.filter(birth_date=day).order_by("id"))


def kept(patient: Patient) -> list[Document]:
    with sql_allowed("tests"):
        return list(Document.objects.filter(patient_id=patient.id))


def odd(text: str) -> set[str]:
    """Signs of a page that change how it reads and that nobody sees."""
    return {sign for sign in text if unicodedata.category(sign) == "Cf"} - {"\u2060"}


@pytest.mark.parametrize("name", HOMOGLYPHS.values(), ids=HOMOGLYPHS)
def test_letters_of_another_alphabet_make_no_identity_and_qualify_none(wire: Wire, name: str) -> None:
    patient = dupont()
    client = wire.client(people.software())
    for matricule in ("", minting.matricule(), str(patient.matricule)):
        answer = client.post("Patient", json=sent_as(patient, name, matricule=matricule))
        assert answer.status_code == 422
        assert [one["details"]["coding"][0]["code"] for one in answer.json()["issue"]] == ["name-characters"]
    assert [one.id for one in born(patient.birth_date)] == [patient.id]
    used = sent_as(patient, "DUPONT", matricule=minting.matricule())
    used["name"].append({"use": "usual", "family": name, "given": ["ZOE"]})
    assert client.post("Patient", json=used).status_code == 422
    assert [one.birth_name for one in born(patient.birth_date)] == ["DUPONT"]


@pytest.mark.parametrize("name", UNSEEN.values(), ids=UNSEEN)
def test_signs_that_nobody_sees_are_no_part_of_a_name_and_merge_nobody(wire: Wire, name: str) -> None:
    patient = dupont()
    client = wire.client(people.software())
    again = client.post("Patient", json=sent_as(patient, name, matricule=str(patient.matricule)))
    assert (again.status_code, again.json()["id"]) == (200, str(patient.id))  # its INS and all key traits: the same person
    other = client.post("Patient", json=sent_as(patient, name, local=samples.urn()))
    assert other.status_code == 201
    assert other.json()["id"] != str(patient.id)  # without INS it is somebody else, until two referents say otherwise
    first, second = born(patient.birth_date)
    assert (first.version, first.birth_name, second.birth_name, second.master_id) == (1, "DUPONT", "DUPONT", None)
    assert second.matricule is None
    assert set(second.birth_name + second.given_names + second.used_name) <= PLAIN


def test_two_that_look_alike_are_never_shown_without_a_word_of_it(visit: Visit, wire: Wire) -> None:
    patient = dupont()
    wire.client(people.software()).post("Patient", json=sent_as(patient, UNSEEN["direction"], local=samples.urn()))
    browser = visit(minting.doctor())
    day = date.fromisoformat(str(patient.birth_date))
    found = browser.post("/pro/patients/recherche", {"birth_date": f"{day:%d/%m/%Y}", "name_start": "dup"})
    page = browser.get(found.headers["Location"])
    assert "Deux dossiers proches : comparez avant d’ouvrir." in words(page)
    assert odd(page.text) == set()


@pytest.mark.parametrize("name", [*HOMOGLYPHS.values(), *UNSEEN.values()])
def test_an_identity_typed_at_a_desk_is_held_to_the_same(visit: Visit, name: str) -> None:
    browser = visit(minting.doctor())
    day = people.day()
    typed = {"first_given": "Zoé", "birth_date": f"{day:%d/%m/%Y}", "sex": "F", "birthplace_cog": "75112"}
    found = browser.post("/pro/patients/recherche", {"birth_date": f"{day:%d/%m/%Y}"}).headers["Location"]
    address = f"/pro/patients/nouveau?recherche={found.rpartition('/')[2]}"
    answer = send(browser, address, birth_name=name, **typed)
    made = born(day)
    if name in HOMOGLYPHS.values():
        assert (answer.status_code, made) == (400, [])
        assert "n’appartient pas à l’alphabet latin" in words(answer)
    else:
        assert answer.status_code == 302, words(answer)
        assert [(one.birth_name, one.status) for one in made] == [("DUPONT", "provisional")]
        assert odd(browser.get(answer.headers["Location"]).text) == set()


@pytest.mark.parametrize("name", HOMOGLYPHS.values(), ids=HOMOGLYPHS)
def test_a_header_with_other_letters_is_of_nobody(wire: Wire, name: str) -> None:
    patient, author = dupont(), minting.doctor()
    headed = dupont(birth_date=patient.birth_date, status="provisional", matricule=None, oid=None)
    headed.birth_name, headed.matricule, headed.oid = name, patient.matricule, patient.oid
    answer = sent(wire.client(author), cda_reference(patient, report(headed, author=author)))
    assert refusal(answer) == (422, "identity-conflict")
    assert kept(patient) == kept(headed) == []


@pytest.mark.parametrize("name", ["zero width", "direction", "soft accents"])
def test_a_header_with_unseen_signs_is_shown_under_the_name_that_is_held(visit: Visit, wire: Wire, name: str) -> None:
    patient, author = dupont(), minting.doctor()
    known, patient.birth_name = patient.birth_name, UNSEEN[name]
    answer = sent(
        wire.client(author), cda_reference(patient, report(patient, author=author, text="Toux \u202eznom siort\u202c."))
    )
    assert answer.status_code == 201, answer.text
    browser = visit(caring(patient))
    for path in ("synthese", "documents", f"documents/{answer.json()['id']}", "identite"):
        page = browser.get(record(patient, path))
        assert (page.status_code, known in words(page)) == (200, True)
        assert odd(page.text) == set(), path


def reached(wire: Wire, **typed: str) -> httpx.Response:
    return wire.client(minting.doctor()).get("Patient", params=typed)


def test_a_search_finds_by_the_letters_and_not_by_their_look(visit: Visit, wire: Wire) -> None:
    patient = dupont()
    day = date.fromisoformat(str(patient.birth_date))
    browser = visit(minting.doctor())

    def found(letters: str) -> str:
        answer = browser.post("/pro/patients/recherche", {"birth_date": f"{day:%d/%m/%Y}", "name_start": letters})
        return browser.get(answer.headers["Location"]).text

    address = f"/pro/patients/{patient.id}/ouvrir"
    assert address in found("DUP")
    assert address in found("D\u200bU")
    for letters in ("DU\u0420", "\u13a0UP", "\u202ePU", "P\u202eU"):
        page = found(letters)
        assert address not in page
        assert odd(page) == set()
    asked = {"birthdate": str(patient.birth_date)}
    assert reached(wire, **asked, family="dup").json()["total"] == 1
    assert reached(wire, **asked, family="DU\u0420").json()["total"] == 0
    assert refusal(reached(wire, **asked, family="D\u200bUP")) == (400, "search-value")
    assert refusal(reached(wire, **asked, family="\u202eDUP")) == (400, "search-value")


def described(id_: UUID) -> dict[str, str]:
    with sql_allowed("tests"):
        row = Document.objects.get(id=id_)
    names = ("title", "author_name", "author_title", "author_structure_name", "custodian_name")
    return {name: getattr(row, name) for name in names}


def test_what_stands_beside_a_document_reads_as_it_is_written(visit: Visit, wire: Wire) -> None:
    patient, author = minting.patient(), minting.doctor()
    resource = samples.published(patient, author, custodian={"display": "Clinique \u2067des\u2069 Lilas\u200b"})
    resource["contained"][0]["name"] = [{"family": "LE\u0301\u0302\u0303\u0304CLERC", "given": ["\u202eSophie\u202c"]}]
    resource["content"][0]["attachment"]["title"] = "Bilan \u202efdp.\u202cexe"
    answer = sent(wire.client(author), resource)
    assert answer.status_code == 201, answer.text
    shown = described(answer.json()["id"])
    assert (shown["title"], shown["custodian_name"]) == ("Bilan fdp.exe", "Clinique des Lilas")
    assert shown["author_name"] == "Sophie LE\u0301\u0302CLERC"
    assert odd(answer.text) == odd("".join(shown.values())) == set()
    page = visit(caring(patient)).get(record(patient, f"documents/{answer.json()['id']}"))
    assert odd(page.text) == set()


@pytest.mark.parametrize("where", ["author", "structure", "custodian"])
def test_a_name_of_two_alphabets_signs_no_document(wire: Wire, where: str) -> None:
    patient, author = minting.patient(), minting.doctor()
    false = "Dr S\u043ephie LECLERC"
    resource = samples.published(patient, author)
    if where == "author":
        resource["contained"][0]["name"] = [{"text": false}]
    elif where == "custodian":
        resource["custodian"] = {"display": false}
    else:
        resource["author"].append({"type": "Organization", "display": false})
    assert refusal(sent(wire.client(author), resource)) == (422, "name-characters")
    assert kept(patient) == []
    assert sent(wire.client(author), samples.published(patient, author)).status_code == 201


def test_the_reason_of_an_urgent_access_reads_as_it_was_typed() -> None:
    patient, doctor = minting.patient(), minting.doctor()
    reason = "\u202eMalaise sur la voie publique\u202c\u200b"
    openings.open_urgently(actor=doctor, patient_id=patient.id, purpose=Purpose.EMERGENCY, reason=reason)
    lines = accesses.page(actor=minting.holder(patient.id), patient_id=patient.id).lines
    assert "Malaise sur la voie publique" in {line.reason for line in lines}
    assert odd("".join(line.reason for line in lines)) == set()


def test_a_document_put_by_the_page_is_titled_as_it_reads(visit: Visit) -> None:
    patient = minting.patient()
    id_ = put(patient, content=report(patient, text="Texte\u202e."))
    assert odd(visit(caring(patient)).get(record(patient, f"documents/{id_}")).text) == set()
