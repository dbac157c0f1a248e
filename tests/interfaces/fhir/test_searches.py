"""Searches of documents and lots: every parameter finds and does not find, and nothing hidden shows anywhere."""

from __future__ import annotations

import pytest

from socle.base.access.actor import Actor
from socle.base.identity.models import Patient
from socle.record.actions import openings
from tests import minting
from tests.interfaces.fhir import samples
from tests.interfaces.fhir.serving import Wire
from tests.interfaces.fhir.test_documents import deposited, found, refusal, treating
from tests.interfaces.fhir.test_transactions import lot

FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def rich(patient: Patient, author: Actor) -> samples.Json:
    """A document that fills every element a search looks at."""
    resource = samples.comprehensive(patient, author, "", b"Texte.")
    attachment = resource["content"][0]["attachment"]
    del attachment["url"]
    attachment["data"] = "VGV4dGUu"
    resource["context"]["period"]["end"] = "2026-03-05T12:00:00+01:00"
    resource["context"]["event"] = [
        {"coding": [{"system": "https://smt.esante.gouv.fr/terminologie-ccam", "code": "DEQP003", "display": "ECG"}]}
    ]
    resource["context"]["related"] = [{"identifier": {"system": "urn:ietf:rfc:3986", "value": "urn:oid:1.2.3^ACC-7"}}]
    return resource


@pytest.mark.parametrize(
    ("query", "matches"),
    [
        ("type=11488-4", True),
        ("type=http://loinc.org|11488-4", True),
        ("type=http://loinc.org|11502-2", False),
        ("type=urn:oid:1.2.250.1.213.1.1.4.12|11488-4", False),
        ("type=11502-2,11488-4", True),
        ("type=|11488-4", False),
        (f"category={samples.NOS}/TRE_A03-ClasseDocument/FHIR/TRE-A03-ClasseDocument|10", True),
        ("category=11", False),
        ("facility=SA07", True),
        ("facility=http://snomed.info/sct|SA07", False),
        ("setting=AMBULATOIRE", True),
        ("setting=HAD", False),
        ("format=urn:ihe:iti:xds-sd:text:2008", True),
        ("format=urn:ihe:iti:xds-sd:pdf:2008", False),
        ("event=DEQP003", True),
        ("event=DEQP004", False),
        ("creation=2026-03-02", True),
        ("creation=lt2026-03-02", False),
        ("date=ge2026-03-02&date=lt2026-03-03", True),
        ("date=gt2026-03-02", False),
        ("date=ne2026-03-02", False),
        ("date=eb2026-04", True),
        ("date=ap2026-03-03", True),
        ("period=2026-03", True),
        ("period=2026-03-02", False),
        ("period=ge2026-03-04", True),
        ("period=sa2026-03-03", False),
        ("period=ap2026-03-04", True),
        ("period-start=2026-03-02", True),
        ("period-start=gt2026-03-02", False),
        ("period-end=2026-03-05", True),
        ("period-end=lt2026-03-05", False),
        ("author.family=lec", True),
        ("author.family=LECLERC&author.given=Soph", True),
        ("author.family=durand", False),
        ("author.given=clerc", False),
        ("author.given=Leclerc", False),
        ("author.family=Sophie", False),
        ("author.family=Leclerc&author.given=Leclerc", False),
        ("related=urn:oid:1.2.3^ACC-7", True),
        ("related:identifier=urn:ietf:rfc:3986|urn:oid:1.2.3^ACC-7", True),
        ("related=urn:oid:1.2.3^ACC-8", False),
        ("security-label=N", True),
        (f"security-label={samples.VISIBILITY}|MASQUE_PS", False),
        ("security-label=R", False),
        ("isArchived=false", True),
        ("isArchived=true", False),
        ("_lastUpdated=ge2026-01-01", True),
        ("_lastUpdated=lt2026-01-01", False),
        ("relatesto=DocumentReference/01a20fac-3250-7482-8ae7-6a67ccffa9ad", False),
    ],
)
def test_each_parameter_finds_and_does_not_find(wire: Wire, query: str, matches: bool) -> None:
    patient, author = minting.patient(), minting.doctor()
    kept = wire.client(author).post("DocumentReference", json=rich(patient, author))
    assert kept.status_code == 201, kept.text
    holder = wire.client(minting.holder(patient.id))
    answer = holder.get(f"DocumentReference?patient={patient.id}&status=current&{query}")
    assert answer.status_code == 200, answer.text
    assert answer.json()["total"] == int(matches)
    assert len(answer.json().get("entry", ())) == int(matches)


def test_identifiers_status_and_id_find_one_document(wire: Wire) -> None:
    patient, author = minting.patient(), minting.doctor()
    unique_id = samples.urn()
    id_ = deposited(wire, patient, author, unique_id=unique_id)
    deposited(wire, patient, author)
    holder = wire.client(minting.holder(patient.id))
    assert found(holder, patient, identifier=f"urn:ietf:rfc:3986|{unique_id.upper().replace('URN:UUID', 'urn:uuid')}") == [id_]
    assert found(holder, patient, identifier=unique_id) == [id_]
    assert found(holder, patient, _id=id_) == [id_]
    assert found(holder, patient, _id="nothing") == []
    assert found(holder, patient, **{"author.identifier": f"{samples.IDNPS}|{author.national_id}", "_id": id_}) == [id_]
    assert found(holder, patient, **{"author:identifier": "899700000000"}) == []
    assert found(holder, patient, status="superseded") == []
    assert len(found(holder, patient, status="current,superseded")) == 2
    assert found(holder, patient, status="entered-in-error") == []


def test_the_person_is_named_by_id_or_by_identifier(wire: Wire) -> None:
    patient, other, author = minting.patient(), minting.patient(), minting.doctor()
    id_ = deposited(wire, patient, author)
    holder = wire.client(minting.holder(patient.id))
    ins = f"urn:oid:{patient.oid}|{patient.matricule}"
    answer = holder.get("DocumentReference", params={"patient.identifier": ins, "status": "current"})
    assert [entry["resource"]["id"] for entry in answer.json()["entry"]] == [id_]
    assert str(patient.matricule) not in answer.json()["link"][0]["url"]
    both = {"patient.identifier": ins, "patient": str(other.id), "status": "current"}
    assert holder.get("DocumentReference", params=both).json()["total"] == 0
    unknown = {"patient.identifier": f"urn:oid:{patient.oid}|{minting.matricule()}", "status": "current"}
    assert holder.get("DocumentReference", params=unknown).json()["total"] == 0


def test_a_form_posted_is_the_same_search(wire: Wire) -> None:
    patient, author = minting.patient(), minting.doctor()
    for _ in range(3):
        deposited(wire, patient, author)
    holder = wire.client(minting.holder(patient.id))
    query = {"patient": str(patient.id), "status": "current", "_count": "2"}
    got = holder.get("DocumentReference", params=query).json()
    posted = holder.post("DocumentReference/_search", data=query, headers=FORM).json()
    mixed = holder.post(
        f"DocumentReference/_search?patient={patient.id}", data={"status": "current", "_count": "2"}, headers=FORM
    ).json()
    assert got["entry"] == posted["entry"] == mixed["entry"]
    assert refusal(holder.post("DocumentReference/_search", json=query)) == (415, "media")
    assert refusal(holder.post("DocumentReference/_search", content=b"\xff", headers=FORM)) == (400, "search-value")
    assert holder.post("Binary/_search", data=query, headers=FORM).status_code == 405


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("status=current", "search-required"),
        ("patient=x", "search-required"),
        ("patient=x&status=", "search-required"),
        ("patient=x&status=current&colour=blue", "search-parameter"),
        ("patient=x&status=current&type:text=a", "search-parameter"),
        ("patient=x&status=current&date=yesterday", "search-value"),
        ("patient=x&status=current&type=a|b|c", "search-value"),
        ("patient=x&patient=y&status=current", "search-value"),
        ("patient=x&status=current&_count=many", "search-value"),
        ("patient=x&status=current&_sort=title", "search-value"),
        ("patient=x&status=current&_total=perhaps", "search-value"),
        ("patient=x&status=current&_include=DocumentReference:author", "search-parameter"),
        ("patient=x&status=current&type=%00", "search-value"),
        ("patient=x&status=current&type=%FF", "search-value"),
        ("patient=x&status=current&type=" + "a," * 60, "search-value"),
        ("patient.identifier=123&status=current", "search-value"),
        ("patient=Practitioner/x&status=current", "search-value"),
        ("_page=abc", "search-value"),
        ("_page=abc&status=current", "search-value"),
    ],
)
def test_what_a_search_does_not_know_is_an_error(wire: Wire, query: str, code: str) -> None:
    client = wire.client(minting.doctor())
    assert refusal(client.get(f"DocumentReference?{query}")) == (400, code)


def test_a_lenient_client_goes_on_without_what_is_unknown(wire: Wire) -> None:
    patient, author = minting.patient(), minting.doctor()
    id_ = deposited(wire, patient, author)
    holder = wire.client(minting.holder(patient.id))
    query = f"DocumentReference?patient={patient.id}&status=current&colour=blue&_include=DocumentReference:author"
    answer = holder.get(query, headers={"Prefer": "handling=lenient"})
    assert [entry["resource"]["id"] for entry in answer.json()["entry"]] == [id_]
    assert "colour" not in answer.json()["link"][0]["url"]


def test_pages_follow_one_another_in_order_and_belong_to_their_reader(wire: Wire) -> None:
    patient, author = minting.patient(), minting.doctor()
    for day in range(1, 8):
        deposited(wire, patient, author, date=f"2026-02-{day:02d}T10:00:00+01:00")
    holder = wire.client(minting.holder(patient.id))
    for sort, expected in (("-date", list(range(7, 0, -1))), ("date", list(range(1, 8)))):
        answer = holder.get(f"DocumentReference?patient={patient.id}&status=current&_count=3&_sort={sort}&_total=accurate")
        days: list[int] = []
        pages = 0
        while True:
            pages += 1
            bundle = answer.json()
            assert bundle["total"] == 7
            days += [int(entry["resource"]["date"][8:10]) for entry in bundle["entry"]]
            following = [link["url"] for link in bundle["link"] if link["relation"] == "next"]
            if not following:
                break
            assert str(patient.id) not in following[0]
            stolen = wire.client(treating(patient)).get(following[0])
            assert refusal(stolen) == (400, "search-value")
            assert refusal(holder.get(f"{following[0]}&_count=50")) == (400, "search-value")
            answer = holder.get(following[0])
        assert (days, pages) == (expected, 3)


def test_totals_counts_and_elements(wire: Wire) -> None:
    patient, author = minting.patient(), minting.doctor()
    for _ in range(3):
        deposited(wire, patient, author)
    holder = wire.client(minting.holder(patient.id))
    search = f"DocumentReference?patient={patient.id}&status=current"
    only = holder.get(f"{search}&_count=0").json()
    assert (only["total"], "entry" in only) == (3, False)
    assert holder.get(f"{search}&_summary=count").json()["total"] == 3
    assert "total" not in holder.get(f"{search}&_count=1").json()
    assert "total" not in holder.get(f"{search}&_total=none").json()
    assert holder.get(f"{search}&_count=1&_total=estimate").json()["total"] == 3
    one = holder.get(f"{search}&_elements=type,date&_count=1").json()["entry"][0]["resource"]
    assert set(one) == {"resourceType", "id", "meta", "status", "subject", "type", "date"}
    assert one["meta"]["tag"][0]["code"] == "SUBSETTED"
    assert len(holder.get(f"{search}&_count=5000").json()["entry"]) == 3


def hidden_case(wire: Wire) -> tuple[Patient, list[str], list[str]]:
    """A record with a lot of one visible and one masked document: (patient, visible ids, masked ids)."""
    patient, author = minting.patient(), minting.doctor()
    sent = lot(patient, author, [b"Visible.", b"Masque."])
    sent["entry"][3]["resource"]["securityLabel"] = samples.label("N", "MASQUE_PS")
    answer = wire.client(author).post("", json=sent)
    assert answer.status_code == 200, answer.text
    ids = [entry["response"]["location"].split("/")[-3] for entry in answer.json()["entry"] if "etag" in entry["response"]]
    return patient, [ids[1]], [ids[2]]


def test_nothing_hidden_shows_in_totals_pages_or_inclusions(wire: Wire) -> None:
    patient, visible, masked = hidden_case(wire)
    holder, reader = wire.client(minting.holder(patient.id)), wire.client(treating(patient))
    search = f"DocumentReference?patient={patient.id}&status=current&_total=accurate&_revinclude=List:item"
    assert holder.get(search).json()["total"] == 2
    seen = reader.get(search)
    assert seen.json()["total"] == 1
    assert reader.get(f"{search}&_count=0").json()["total"] == 1
    modes = [(entry["search"]["mode"], entry["resource"]["resourceType"]) for entry in seen.json()["entry"]]
    assert modes == [("match", "DocumentReference"), ("include", "List")]
    assert masked[0] not in seen.text
    assert [one["item"]["reference"] for one in seen.json()["entry"][1]["resource"]["entry"]] == [
        f"DocumentReference/{visible[0]}"
    ]
    for query in ("security-label=MASQUE_PS", f"_id={masked[0]}", "author.family=leclerc&isArchived=true"):
        assert reader.get(f"{search}&{query}").json()["total"] == 0
    lots = f"List?patient={patient.id}&status=current&code=submissionset&_include=List:item"
    assert masked[0] in holder.get(lots).text
    listed = reader.get(lots)
    assert (listed.json()["total"], masked[0] in listed.text) == (1, False)
    assert [entry["resource"]["id"] for entry in listed.json()["entry"][1:]] == visible


def test_a_lot_without_a_visible_document_is_not_there(wire: Wire) -> None:
    patient, author = minting.patient(), minting.doctor()
    sent = lot(patient, author, [b"Masque."])
    sent["entry"][1]["resource"]["securityLabel"] = samples.label("N", "MASQUE_PS")
    place = wire.client(author).post("", json=sent).json()["entry"][0]["response"]["location"].partition("/fhir/")[2]
    address = place.partition("/_history")[0]
    holder, reader = wire.client(minting.holder(patient.id)), wire.client(treating(patient))
    assert holder.get(address).status_code == 200
    assert refusal(reader.get(address)) == (404, "introuvable")
    lots = f"List?patient={patient.id}&status=current&code=submissionset&_total=accurate"
    assert holder.get(lots).json()["total"] == 1
    assert reader.get(lots).json()["total"] == 0
    assert wire.client(minting.doctor()).get(address).status_code == 404


def test_the_document_replaced_is_named_only_to_who_sees_it(wire: Wire) -> None:
    patient, author = minting.patient(), minting.doctor()
    old = deposited(wire, patient, author, labels=("N", "MASQUE_PS"))
    relation = [{"code": "replaces", "target": {"reference": f"DocumentReference/{old}"}}]
    new = deposited(wire, patient, author, relatesTo=relation)
    holder, reader = wire.client(minting.holder(patient.id)), wire.client(treating(patient))
    assert reader.get(f"DocumentReference/{new}").status_code == 404  # the mask of a document passes to its next version
    unmasked = holder.patch(
        f"DocumentReference/{new}",
        json=[{"op": "remove", "path": "/securityLabel/1"}],
        headers={"Content-Type": "application/json-patch+json"},
    )
    assert unmasked.status_code == 200, unmasked.text
    assert holder.get(f"DocumentReference/{new}").json()["relatesTo"][0]["target"]["reference"].endswith(old)
    for text in (
        reader.get(f"DocumentReference/{new}").text,
        reader.get(f"DocumentReference?patient={patient.id}&status=current").text,
    ):
        assert new in text
        assert old not in text
    assert found(holder, patient, relatesto=old) == [new]
    assert found(reader, patient, relatesto=old) == []


def test_a_closed_blocked_or_foreign_record_gives_nothing(wire: Wire) -> None:
    patient, author = minting.patient(), minting.doctor()
    id_ = deposited(wire, patient, author)
    reader, stranger = treating(patient), minting.doctor()
    openings.block(actor=minting.holder(patient.id), patient_id=patient.id, person_id=reader.person_id, person_name="x")  # type: ignore[arg-type]
    search = f"DocumentReference?patient={patient.id}&status=current"
    blocked, without = wire.client(reader).get(search), wire.client(stranger).get(search)
    assert refusal(blocked) == refusal(without) == (403, "dossier-sans-autorisation")
    assert blocked.text == without.text
    assert wire.client(reader).get(f"DocumentReference/{id_}").status_code == 404
    other = wire.client(minting.holder(minting.patient().id))
    assert other.get(search).json()["total"] == 0
    assert other.get(search).json() == other.get(search.replace(str(patient.id), id_)).json() | {
        "link": other.get(search).json()["link"]
    }


@pytest.mark.parametrize(
    ("query", "matches"),
    [
        ("title=consult", True),
        ("title=autre", False),
        ("date=2026-03-02", True),
        ("date=lt2026-03-02", False),
        ("designationType=07", True),
        ("designationType=08", False),
        ("sourceId=urn:oid:1.2.3.4", True),
        ("sourceId=urn:oid:1.2.3.5", False),
        ("source.family=essai", True),
        ("source.family=leclerc", False),
        ("source.given=alix", True),
        ("source.given=essai", False),
        ("source.family=alix", False),
        ("isArchived=true", False),
    ],
)
def test_lots_are_searched(wire: Wire, query: str, matches: bool) -> None:
    patient, author = minting.patient(), minting.doctor(name="Dr Alix ESSAI")
    assert wire.client(author).post("", json=lot(patient, author, [b"Un."])).status_code == 200
    holder = wire.client(minting.holder(patient.id))
    answer = holder.get(f"List?patient={patient.id}&status=current&code=submissionset&{query}")
    assert answer.status_code == 200, answer.text
    assert answer.json()["total"] == int(matches)


def test_lots_need_person_code_and_status_and_folders_are_none(wire: Wire) -> None:
    patient = minting.patient()
    holder = wire.client(minting.holder(patient.id))
    for query in (
        "status=current&code=submissionset",
        f"patient={patient.id}&status=current",
        f"patient={patient.id}&code=folder",
    ):
        assert refusal(holder.get(f"List?{query}")) == (400, "search-required")
    assert holder.get(f"List?patient={patient.id}&status=current&code=folder").json()["total"] == 0


def test_the_person_comes_along_when_asked_for(wire: Wire) -> None:
    patient, author = minting.patient(), minting.doctor()
    deposited(wire, patient, author)
    reader = wire.client(treating(patient))
    answer = reader.get(f"DocumentReference?patient={patient.id}&status=current&_include=DocumentReference:subject")
    included = [entry["resource"] for entry in answer.json()["entry"] if entry["search"]["mode"] == "include"]
    assert [(one["resourceType"], one["id"]) for one in included] == [("Patient", str(patient.id))]
