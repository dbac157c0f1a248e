"""The directory by FHIR search parameters: what is found, in pages, and what never is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest

from socle import clock
from socle.base.access.actor import VISITOR
from socle.base.access.doors import sql_allowed
from socle.base.directory import models
from socle.base.directory.queries import fhir
from socle.base.directory.search.conditions import OrganisationCriteria, PractitionerCriteria, RoleCriteria, TextMatch
from socle.errors import Invalid, NotFound
from tests.base.directory.extraction import ACTIVITIES, MAILBOXES, activity, finess, load, mailbox, rpps, write

pytestmark = pytest.mark.usefixtures("installation")

IDNPS, RPPS = "urn:oid:1.2.250.1.71.4.2.1", "https://rpps.esante.gouv.fr"
IDNST, FINESS = "urn:oid:1.2.250.1.71.4.2.2", "https://finess.esante.gouv.fr"
GP, NURSE, BOTH = rpps(), rpps(), rpps()
HOSPITAL, PHARMACY = finess(), finess()


@pytest.fixture(scope="module", autouse=True)
def _directory(installation: object, tmp_path_factory: pytest.TempPathFactory) -> None:
    hospital = {"finess": HOSPITAL, "technical": f"F{HOSPITAL}", "name": "HOPITAL DES ORMEAUX", "Code secteur d'activité": "SA01"}
    pharmacy = {
        "finess": PHARMACY,
        "technical": f"F{PHARMACY}",
        "name": "PHARMACIE DES ORMEAUX",
        "Code secteur d'activité": "SA33",
    }
    lyon = {"city": "Lyon 3e Arrondissement", "commune": "69383", "postal_code": "69003"}
    lines = [
        activity(GP, family="ZYGOMARD", given="Odilon", **hospital),
        activity(NURSE, family="ZYGOMARDEAU", given="Barnabé", profession="60", skill="", skill_type="", **hospital),
        activity(BOTH, family="ODILONIER", given="Zygo", skill="SM04", mode="S", **pharmacy, **lyon),
        activity(BOTH, family="ODILONIER", given="Zygo", skill="SM04", **hospital),
    ]
    folder = tmp_path_factory.mktemp("fhir")
    load(write(folder / "a.txt", ACTIVITIES, lines))
    boxes = [
        mailbox(f"{GP}@own.example", national=f"8{GP}", family="ZYGOMARD"),
        mailbox(f"{NURSE}@hidden.example", national=f"8{NURSE}", family="ZYGOMARDEAU"),
        mailbox(f"{BOTH}@there.example", national=f"8{BOTH}", family="ODILONIER", place_kind="1", place=HOSPITAL),
        mailbox(f"{HOSPITAL}@orga.example", "ORG", place_kind="1", place=HOSPITAL),
    ]
    load(write(folder / "b.txt", MAILBOXES, boxes))
    with sql_allowed("tests"):
        models.SecureAddress.objects.filter(address__endswith="hidden.example").update(red_list=True)


def who(**criteria: Any) -> list[str]:
    page = fhir.practitioners(actor=VISITOR, criteria=PractitionerCriteria(**criteria))
    return [one.resource["name"][0]["family"] for one in page.served if "name" in one.resource]


def where(**criteria: Any) -> list[str]:
    page = fhir.organisations(actor=VISITOR, criteria=OrganisationCriteria(**criteria))
    return [one.resource.get("name", "") for one in page.served]


def test_practitioners_by_identifier_in_any_system() -> None:
    for system, value in ((IDNPS, f"8{GP}"), (RPPS, GP), ("http://rpps.fr", GP), (None, GP), (None, f"8{GP}")):
        assert who(identifiers=((system, value),)) == ["ZYGOMARD"], system
    assert who(identifiers=((RPPS, GP), (IDNPS, f"8{NURSE}"))) == ["ZYGOMARD", "ZYGOMARDEAU"]
    for system, value in ((FINESS, GP), ("urn:oid:1.2.3", GP), (RPPS, "x"), (None, "\0")):
        assert who(identifiers=((system, value),)) == [], system


def test_practitioners_by_name() -> None:
    assert who(family=("zygom",)) == ["ZYGOMARD", "ZYGOMARDEAU"]
    assert who(family=("zygom",), given=("barna",)) == ["ZYGOMARDEAU"]
    assert who(given=("BARNABE",)) == ["ZYGOMARDEAU"]
    assert who(name=("odilon",)) == ["ODILONIER", "ZYGOMARD"]
    assert who(name=("zygo",)) == ["ZYGOMARD", "ZYGOMARDEAU", "ODILONIER"]
    assert who(family=("?",)) == []


def test_practitioners_by_what_they_are() -> None:
    assert who(qualifications=((None, "60"),), family=("zygo",)) == ["ZYGOMARDEAU"]
    assert who(qualifications=((None, "SM04"),), family=("odilon",)) == ["ODILONIER"]
    assert who(qualifications=((None, "SM04"), (None, "60")), name=("zygo",)) == ["ODILONIER", "ZYGOMARDEAU"]
    assert who(qualifications=((None, "60"), (None, "21")), family=("zygo",), active=True) == ["ZYGOMARDEAU"]
    assert who(qualifications=((None, "60"),), family=("zygo",), given=("x",)) == []


def test_boxes_find_their_holders_and_red_ones_nobody() -> None:
    assert who(mailbox=TextMatch(f"{GP}@own.example", "exact")) == ["ZYGOMARD"]
    assert who(mailbox=TextMatch(f"{GP}@OWN")) == ["ZYGOMARD"]
    assert who(mailbox=TextMatch(f"{GP[3:]}@own", "contains")) == ["ZYGOMARD"]
    assert who(mailbox=TextMatch("@", "contains"), family=("zygo",)) == ["ZYGOMARD"]
    assert who(mailbox=TextMatch(f"{NURSE}@hidden.example", "exact")) == []
    assert who(mailbox=TextMatch("%", "contains"), family=("zygo",)) == []
    page = fhir.practitioners(actor=VISITOR, criteria=PractitionerCriteria(identifiers=((RPPS, NURSE),)))
    assert "telecom" not in page.served[0].resource
    assert where(mailbox=TextMatch(f"{HOSPITAL}@orga.example", "exact")) == ["HOPITAL DES ORMEAUX"]
    roles = fhir.roles(actor=VISITOR, criteria=RoleCriteria(mailbox=TextMatch(f"{BOTH}@there", "starts"))).served
    assert [one.resource["telecom"][-1]["value"] for one in roles] == [f"{BOTH}@there.example"]


def test_roles_by_person_place_code_and_specialty() -> None:
    (person,) = fhir.practitioners(actor=VISITOR, criteria=PractitionerCriteria(identifiers=((RPPS, BOTH),))).served
    (place,) = fhir.organisations(actor=VISITOR, criteria=OrganisationCriteria(identifiers=((FINESS, HOSPITAL),))).served

    def count(**criteria: Any) -> int:
        return len(fhir.roles(actor=VISITOR, criteria=RoleCriteria(**criteria)).served)

    assert count(practitioners=(person.id,)) == 2
    assert count(organisations=(place.id,)) == 3
    assert count(practitioners=(person.id,), organisations=(place.id,)) == 1
    assert count(practitioners=(person.id,), roles=((None, "S"),)) == 1
    assert count(practitioners=(person.id,), roles=((None, "GENR01"),), specialties=((None, "SM04"),)) == 2
    assert count(practitioners=(person.id,), specialties=((None, "SM54"),)) == 0
    assert count(practitioners=(person.id,), active=False) == 0
    (role,) = fhir.roles(actor=VISITOR, criteria=RoleCriteria(practitioners=(person.id,), organisations=(place.id,))).served
    assert role.resource["practitioner"]["reference"] == f"Practitioner/{person.id}"
    assert role.resource["organization"]["reference"] == f"Organization/{place.id}"
    included = fhir.included(actor=VISITOR, kind="Organization", ids=[place.id, place.id, clock.new_id()])
    assert [one.id for one in included] == [place.id]


def test_organisations_by_identifier_name_place_and_type() -> None:
    for system, value in ((FINESS, HOSPITAL), (IDNST, f"1{HOSPITAL}"), (None, HOSPITAL), (None, f"1{HOSPITAL}")):
        assert where(identifiers=((system, value),)) == ["HOPITAL DES ORMEAUX"], system
    assert where(identifiers=((FINESS, "x"), (RPPS, GP))) == []
    assert where(name=("hôpital des orm",)) == ["HOPITAL DES ORMEAUX"]
    assert where(name=("pharmacie des ormeaux",), city=("Lyon",)) == ["PHARMACIE DES ORMEAUX"]
    assert where(name=("pharmacie des ormeaux",), postal_code=("690",), types=((None, "SA33"),)) == ["PHARMACIE DES ORMEAUX"]
    assert where(name=("hopital des orm",), types=((None, "SA33"),)) == []
    assert where(name=("hopital des orm",), city=("Lyon",)) == []


@pytest.mark.parametrize(
    ("search", "criteria"),
    [
        (fhir.practitioners, PractitionerCriteria(name=("zygo",))),
        (fhir.practitioners, PractitionerCriteria(family=("zygo", "odilonier"))),
        (fhir.practitioners, PractitionerCriteria(qualifications=((None, "10"), (None, "60")), name=("zygo", "odil"))),
        (fhir.practitioners, PractitionerCriteria(identifiers=((RPPS, GP), (RPPS, NURSE), (RPPS, BOTH)))),
        (fhir.organisations, OrganisationCriteria(identifiers=((FINESS, HOSPITAL), (FINESS, PHARMACY)))),
        (fhir.organisations, OrganisationCriteria(city=("Lyon", "Montreuil"), name=("hopital des orm", "pharmacie des orm"))),
    ],
    ids=["name", "family", "qualification", "identifier", "organisation-id", "organisation-name"],
)
def test_pages_of_one_follow_each_other(search: Callable[..., fhir.ServedPage], criteria: Any) -> None:
    whole = [one.id for one in search(actor=VISITOR, criteria=criteria).served]
    assert len(whole) >= 2
    seen: list[UUID] = []
    after = ""
    while True:
        page = search(actor=VISITOR, criteria=criteria, after=after, limit=1)
        seen += [one.id for one in page.served]
        after = page.after
        if not after:
            break
    assert seen == whole


def test_reading_by_id_and_what_is_unknown() -> None:
    (person,) = fhir.practitioners(actor=VISITOR, criteria=PractitionerCriteria(identifiers=((RPPS, GP),))).served
    assert fhir.read(actor=VISITOR, kind="Practitioner", id_=person.id) == person
    for kind in ("Practitioner", "PractitionerRole", "Organization"):
        with pytest.raises(NotFound):
            fhir.read(actor=VISITOR, kind=kind, id_=clock.new_id())
    with pytest.raises(Invalid):
        fhir.practitioners(actor=VISITOR, criteria=PractitionerCriteria(family=("zygo",)), after="e30=")
