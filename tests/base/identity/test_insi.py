"""The INSi teleservice: the published test identities against the simulator's process, and every way an answer can fail."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from django.test import override_settings
from hypothesis import given as examples
from hypothesis import settings as effort
from hypothesis import strategies as st

from socle import clock
from socle.base.identity.actions import statuses
from socle.base.identity.gateways import insi, insi_messages
from socle.base.identity.gateways.insi import Service
from socle.base.identity.gateways.insi_messages import Answer, Asked
from socle.base.identity.models import Patient
from socle.base.identity.queries import comparisons
from socle.errors import Conflict, Forbidden, Invalid, Unavailable
from tests import minting
from tests.base.identity import people
from tests.simulators.conftest import start, stop

SENDER = "899700900014"
ADRUN = Asked("ADRUN", ("ZOE",), "F", date(1975, 12, 31), "63220")
CORSE = Asked("CORSE", ("ANTHONY",), "M", date(1980, 3, 2), "2B020")
HERMANN = Asked("HERMANN", ("GATIEN",), "M", date(1981, 3, 24), "63220")
ECETINSI = Asked("ECETINSI", ("PIERRE-ALAIN", "MURIEL", "FLORIANT"), "M", date(2009, 7, 14), "63220")
TCHITCHI = Asked("TCHITCHI", ("OLA", "CATARINA", "BELLA"), "F", date(1936, 6, 21), "63220")
HOUILLES = Asked("HOUILLES", ("PIERRE", "PAUL", "JACQUES"), "M", date(1993, 1, 27), "63220")
DOUBLON = Asked("DOUBLON", ("CAMILLE",), "F", date(1980, 5, 5))


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """The simulator in a process of its own."""
    data = tmp_path_factory.mktemp("insi")
    process = start(data)
    try:
        with override_settings(SOCLE_SIMULATORS=data / "simulators"):
            yield Service.configured()
    finally:
        stop(process)


def test_one_person_answers_with_ins_and_traits(service: Service) -> None:
    answer = insi.search(ADRUN, sender=SENDER, service=service)
    assert answer.code == "00"
    assert answer.found is not None
    assert (answer.found.ins.value, answer.found.ins.oid) == ("275126322074974", "1.2.250.1.213.1.4.10")
    traits = answer.found.traits
    assert (traits.birth_name, traits.given_names, traits.sex) == ("ADRUN", "ZOE", "F")
    assert (traits.birth_date, traits.birthplace_cog) == (date(1975, 12, 31), "63220")


@pytest.mark.parametrize(
    ("asked", "code", "number"),
    [
        (CORSE, "00", "180032B02040123"),
        (ECETINSI, "00", "109076322083489"),
        (TCHITCHI, "00", "236066322083656"),
        (replace(TCHITCHI, given_names=("OLA",)), "01", ""),
        (HOUILLES, "01", ""),
        (DOUBLON, "02", ""),
        (replace(DOUBLON, birthplace_cog="99999"), "02", ""),
        (replace(DOUBLON, birthplace_cog="63113"), "00", "280056311300087"),
        (replace(DOUBLON, given_names=("CAMILLE", "LOUISE")), "00", "280057510500003"),
        (replace(ADRUN, birthplace_cog="75101"), "00", "275126322074974"),
        (Asked("d’Artagnan de l’Hérault", ("Pierre-Alain",), "M", date(2001, 6, 17)), "00", "101066322000038"),
    ],
)
def test_first_names_one_by_one_and_the_place_only_when_several(service: Service, asked: Asked, code: str, number: str) -> None:
    answer = insi.search(asked, sender=SENDER, service=service)
    assert (answer.code, answer.found.ins.value if answer.found else "") == (code, number)


def test_former_numbers_come_with_the_answer(service: Service) -> None:
    found = insi.search(ECETINSI, sender=SENDER, service=service).found
    assert found is not None
    assert [former.value for former in found.history] == ["209076322083439", "209066322012355"]


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"birth_name": "ADRUN 2"}, "birth_name"),
        ({"birth_name": "Ж"}, "birth_name"),
        ({"birth_name": ""}, "birth_name"),
        ({"given_names": ("ZOE3",)}, "given_names"),
        ({"given_names": ()}, "given_names"),
        ({"sex": "I"}, "sex"),
    ],
)
def test_what_the_teleservice_cannot_take_is_refused_without_a_call(changes: dict[str, object], where: str) -> None:
    nowhere = Service("http://127.0.0.1:1/")
    with pytest.raises(Invalid) as refusal:
        insi.search(replace(ADRUN, **changes), sender=SENDER, service=nowhere)  # type: ignore[arg-type]
    assert [issue.where for issue in refusal.value.issues] == [where]


def test_a_fault_a_wrong_secret_and_an_absent_service_are_unavailable(service: Service) -> None:
    broken = Asked("D'AEION", ("CŒUR",), "M", date(1980, 1, 1))
    for asked, where in (
        (broken, service),
        (ADRUN, replace(service, secret="faux")),
        (ADRUN, replace(service, url=service.url + "/ailleurs")),
        (ADRUN, replace(service, url="http://127.0.0.1:1/")),
        (ADRUN, replace(service, url="pas une adresse")),
        (ADRUN, replace(service, certificate="/nulle/part.pem")),
    ):
        with pytest.raises(Unavailable) as refusal:
            insi.search(asked, sender=SENDER, service=where)
        assert "INSi" in refusal.value.sentence
    with override_settings(SOCLE_SIMULATORS=None), pytest.raises(Unavailable, match="insi-absent"):
        insi.search(ADRUN, sender=SENDER)


def test_a_service_that_says_nothing_is_unavailable_in_time() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        where = Service(f"http://127.0.0.1:{silent.getsockname()[1]}/", timeout_s=0.2)
        with pytest.raises(Unavailable):
            insi.search(ADRUN, sender=SENDER, service=where)


@pytest.mark.parametrize(
    "answered",
    [(200, b""), (200, b"<html/>"), (204, b""), (302, b""), (200, b"<a>" * 500_000), (200, b"x" * 300_000)],
)
def test_an_answer_that_is_none_is_unavailable(answered: tuple[int, bytes]) -> None:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(answered[0])
            self.send_header("Location", "http://127.0.0.1:1/")
            self.send_header("Content-Length", str(len(answered[1])))
            self.end_headers()
            try:
                self.wfile.write(answered[1])
            except OSError:
                return

        def log_message(self, *_: object) -> None:
            """Nothing is logged."""

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            with pytest.raises(Unavailable):
                insi.search(ADRUN, sender=SENDER, service=Service(f"http://127.0.0.1:{server.server_port}/"))
        finally:
            server.shutdown()
            thread.join()


_SOAP = "http://www.w3.org/2003/05/soap-envelope"


def envelope(body: str) -> bytes:
    return (
        f'<s:Envelope xmlns:s="{_SOAP}" xmlns="http://www.cnamts.fr/INSiResultat"><s:Body>{body}</s:Body></s:Envelope>'.encode()
    )


def person(**changes: str) -> bytes:
    parts = {
        "number": "2751263220749",
        "key": "74",
        "oid": "1.2.250.1.213.1.4.8",
        "name": "ADRUN",
        "given": "ZOE",
        "sex": "F",
        "born": "1975-12-31",
        "place": "63220",
        **changes,
    }
    return envelope(
        "<RESULTAT><CR><CodeCR>00</CodeCR></CR><INDIVIDU><INSACTIF><IdIndividu><NumIdentifiant>{number}</NumIdentifiant>"
        "<Cle>{key}</Cle></IdIndividu><OID>{oid}</OID></INSACTIF><TIQ><NomNaissance>{name}</NomNaissance><ListePrenom>{given}"
        "</ListePrenom><Sexe>{sex}</Sexe><DateNaissance>{born}</DateNaissance><LieuNaissance>{place}</LieuNaissance></TIQ>"
        "</INDIVIDU></RESULTAT>".format(**parts)
    )


def test_a_literal_answer_is_read() -> None:
    found = insi_messages.answer(person()).found
    assert found is not None
    assert (found.ins.value, found.traits.birth_name) == ("275126322074974", "ADRUN")
    assert insi_messages.answer(envelope("<RESULTAT><CR><CodeCR>01</CodeCR></CR></RESULTAT>")) == Answer("01")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe",
        b"<a/>",
        envelope(""),
        envelope("<RESULTAT/>"),
        envelope("<RESULTAT><CR><CodeCR>99</CodeCR></CR></RESULTAT>"),
        envelope("<RESULTAT><CR><CodeCR>00</CodeCR></CR></RESULTAT>"),
        envelope("<RESULTAT><CR><CodeCR>00</CodeCR></CR><INDIVIDU/></RESULTAT>"),
        person(number="1"),
        person(oid="1.2.3"),
        person(born="1975"[:2]),
        person(name=""),
        person(given="Ж"),
        b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + person(name="&amp;x;"),
        b'<!DOCTYPE a [<!ENTITY x "ADRUN">]>' + person(name="&x;"),
        b'<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Body><s:Fault/></s:Body></s:Envelope>',
    ],
)
def test_whatever_is_no_whole_answer_is_unavailable(content: bytes) -> None:
    with pytest.raises(Unavailable):
        insi_messages.answer(content)


@effort(deadline=None)
@examples(st.binary(max_size=400), st.integers(0, 900), st.integers(0, 80))
def test_altered_answers_are_read_or_unavailable(noise: bytes, place: int, length: int) -> None:
    content = person()
    altered = content[:place] + noise + content[place + length :]
    try:
        answer = insi_messages.answer(altered)
    except Unavailable:
        return
    assert answer.code in ("00", "01", "02")


# --- what an answer does to an identity


def identity(asked: Asked, status: str = "provisional", /, **traits: object) -> Patient:
    given = " ".join(asked.given_names)
    document = {"document_kind": "CN"} if status == "validated" else {}
    return minting.patient(
        **{
            "birth_name": asked.birth_name,
            "first_given": asked.given_names[0],
            "given_names": given,
            "sex": asked.sex,
            "birth_date": asked.birth_date,
            "birthplace_cog": asked.birthplace_cog,
            "status": status,
            "matricule": None,
            "oid": None,
            **document,
            **traits,
        }
    )


def answered(**changes: str) -> Answer:
    """An answer about somebody whose number is new."""
    number = minting.matricule()
    told = {"number": number[:13], "key": number[13:], "oid": "1.2.250.1.213.1.4.10", **changes}
    return insi_messages.answer(person(**told))


def retrieve(patient: Patient, answer: Answer, *, accepted: bool = False, version: int = 1) -> Patient:
    statuses.retrieve_ins(actor=minting.doctor(), patient_id=patient.id, version=version, answer=answer, accepted=accepted)
    return people.row(patient.id)


@pytest.mark.usefixtures("installation")
@pytest.mark.parametrize(("before", "after"), [("provisional", "retrieved"), ("validated", "qualified")])
def test_a_coherent_answer_gives_ins_and_traits(service: Service, before: str, after: str) -> None:
    asked = {"provisional": ECETINSI, "validated": CORSE}[before]
    patient = identity(asked, before)
    call = comparisons.insi_call(actor=minting.doctor(), patient_id=patient.id)
    assert call == asked
    row = retrieve(patient, insi.search(call, sender=SENDER, service=service))
    assert (row.status, row.oid) == (after, "1.2.250.1.213.1.4.10")
    assert row.ins_verified_at is not None
    if asked is ECETINSI:
        assert row.matricule == "109076322083489"
        assert {number for number, _ in people.previous(patient.id)} == {"209076322083439", "209066322012355"}


@pytest.mark.usefixtures("installation")
@pytest.mark.parametrize(
    "changes",
    [
        {"name": "ADRON"},
        {"given": "ZELIE"},
        {"sex": "M"},
        {"born": "1975-12-30"},
        {"place": ""},
    ],
)
def test_a_key_trait_that_differs_or_lacks_blocks_whatever_is_accepted(changes: dict[str, str]) -> None:
    """Invariant 5 (EXI PP 20)."""
    for status in ("provisional", "validated"):
        patient = identity(ADRUN, status)
        answer = answered(**changes)
        with pytest.raises(Conflict, match="insi-traits"):
            retrieve(patient, answer, accepted=True)
        seen = comparisons.with_insi(actor=minting.doctor(), patient_id=patient.id, answer=answer)
        assert seen.comparison is not None
        assert seen.comparison.blocks
        assert (people.row(patient.id).status, people.row(patient.id).matricule) == (status, None)


@pytest.mark.usefixtures("installation")
def test_hyphens_do_not_count_and_the_traits_of_the_answer_replace_ours() -> None:
    patient = identity(replace(ADRUN, birth_name="ADRUN-D'ISLE", given_names=("ZOE",)), first_given="ZOE", given_names="ZOE")
    row = retrieve(patient, answered(name="ADRUN D ISLE"))
    assert (row.birth_name, row.birth_name_key, row.status) == ("ADRUN D ISLE", "ADRUN D ISLE", "retrieved")


@pytest.mark.usefixtures("installation")
@pytest.mark.parametrize("changes", [{"given": "ZOE MARIE"}, {"place": "75101"}])
def test_other_first_names_or_place_need_a_person_to_accept(changes: dict[str, str]) -> None:
    patient, answer = identity(ADRUN), answered(**changes)
    with pytest.raises(Conflict, match="insi-a-comparer"):
        retrieve(patient, answer)
    seen = comparisons.with_insi(actor=minting.doctor(), patient_id=patient.id, answer=answer)
    assert seen.comparison is not None
    assert (seen.comparison.blocks, len(seen.comparison.to_accept)) == (False, 1)
    row = retrieve(patient, answer, accepted=True)
    assert (row.status, row.given_names) == ("retrieved", changes.get("given", "ZOE"))
    assert row.birthplace_cog == changes.get("place", "63220")


@pytest.mark.usefixtures("installation")
def test_an_answer_about_nobody_or_several_retrieves_nothing() -> None:
    patient = identity(ADRUN)
    for code, refusal in (("01", "insi-personne"), ("02", "insi-plusieurs")):
        with pytest.raises(Conflict, match=refusal):
            retrieve(patient, Answer(code))
        seen = comparisons.with_insi(actor=minting.doctor(), patient_id=patient.id, answer=Answer(code))
        assert (seen.code, seen.comparison) == (code, None)


@pytest.mark.usefixtures("installation")
def test_a_wrong_key_or_a_production_number_is_not_kept_in_a_demonstration(service: Service) -> None:
    patient = identity(HERMANN)
    with pytest.raises(Conflict, match="ins-cle"):
        retrieve(patient, insi.search(HERMANN, sender=SENDER, service=service))
    with pytest.raises(Conflict, match="ins-oid"):
        retrieve(identity(ADRUN), answered(oid="1.2.250.1.213.1.4.8"))
    assert people.row(patient.id).matricule is None


@pytest.mark.usefixtures("installation")
def test_an_ins_held_by_another_identity_asks_for_a_merge() -> None:
    """Invariant 3 (EXI SI 32)."""
    answer = answered()
    first, second = identity(ADRUN), identity(ADRUN)
    assert retrieve(first, answer).status == "retrieved"
    with pytest.raises(Conflict, match="ins-deja-attribuee"):
        retrieve(second, answer)
    assert people.row(second.id).matricule is None


@pytest.mark.usefixtures("installation")
def test_a_new_number_keeps_the_former_one() -> None:
    patient = identity(ADRUN)
    first = retrieve(patient, answered())
    second = retrieve(patient, answered(), version=2)
    assert second.matricule != first.matricule
    assert people.previous(patient.id) == [(first.matricule, "replaced")]


@pytest.mark.usefixtures("installation")
@pytest.mark.parametrize("flag", ["doubtful", "fictitious"])
def test_a_doubtful_or_fictitious_identity_is_not_called_nor_given_an_ins(flag: str) -> None:
    """Invariant 2 (EXI SI 09, 22)."""
    patient = identity(ADRUN, **{flag: True})
    with pytest.raises(Conflict):
        comparisons.insi_call(actor=minting.doctor(), patient_id=patient.id)
    with pytest.raises(Conflict):
        retrieve(patient, answered(), accepted=True)
    assert people.row(patient.id).matricule is None


@pytest.mark.usefixtures("installation")
def test_an_installation_may_want_a_document_before_the_call() -> None:
    provisional, validated = identity(ADRUN), identity(ADRUN, "validated")
    with override_settings(SOCLE_INSI_FROM_PROVISIONAL=False):
        comparisons.insi_call(actor=minting.doctor(), patient_id=validated.id)
        with pytest.raises(Forbidden, match="insi-provisoire"):
            comparisons.insi_call(actor=minting.doctor(), patient_id=provisional.id)
    comparisons.insi_call(actor=minting.doctor(), patient_id=provisional.id)
    for actor in (minting.doctor(profession="41"), minting.holder(provisional.id)):
        with pytest.raises(Forbidden):
            comparisons.insi_call(actor=actor, patient_id=provisional.id)


@pytest.mark.usefixtures("installation")
def test_two_identities_stand_side_by_side() -> None:
    one = minting.patient(birth_name="D'ARC", first_given="JEANNE", given_names="JEANNE MARIE", sex="F")
    other = minting.patient(birth_name="D ARC", first_given="JEANNE", given_names="JEANNE", sex="F", birthplace_cog="44109")
    seen = comparisons.of_two(actor=minting.doctor(), left_id=one.id, right_id=other.id)
    assert [line.same for line in seen.comparison.lines] == [True, True, False, True, True, False]
    assert (seen.same_ins, seen.comparison.blocks) == (False, False)
    comparisons.of_two(actor=people.referent(), left_id=one.id, right_id=other.id)
    with pytest.raises(Forbidden):
        comparisons.of_two(actor=minting.holder(one.id), left_id=one.id, right_id=other.id)


def test_the_message_carries_what_the_teleservice_asks_for() -> None:
    caller = insi_messages.Caller(SENDER, "AE123", "1", "socle", "socle")
    sent = insi_messages.search(ADRUN, ("ZOE",), "", caller, "id", clock.now()).decode()
    assert "LieuNaissance" not in sent
    assert sent.count("ContexteLPS") == 2
    with_place = insi_messages.search(ADRUN, ("ZOE",), "63220", caller, "id", clock.now()).decode()
    assert "<LieuNaissance>63220</LieuNaissance>" in with_place
