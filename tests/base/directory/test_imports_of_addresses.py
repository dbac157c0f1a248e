"""The extractions of mailboxes and of know-how."""

from __future__ import annotations

from pathlib import Path

import pytest

from socle.base.access.doors import sql_allowed
from socle.base.directory import models
from tests.base.directory.extraction import ACTIVITIES, MAILBOXES, SKILLS, activity, finess, load, mailbox, rpps, skill, write

pytestmark = pytest.mark.usefixtures("installation")


def box(address: str) -> models.SecureAddress:
    with sql_allowed("tests"):
        return models.SecureAddress.objects.select_related("practitioner", "organisation").get(address=address)


def test_boxes_belong_to_the_people_and_places_of_the_directory(tmp_path: Path) -> None:
    number, place = rpps(), finess()
    load(write(tmp_path / "a.txt", ACTIVITIES, [activity(number, finess=place, technical=f"F{place}", name="HÔPITAL")]))
    own, shared_box = f"{number}@medecin.example", f"secretariat-{place}@hopital.example"
    lines = [
        mailbox(own.upper(), national=f"8{number}", family="ESSAI", given="Camille"),
        mailbox(f"at.{own}", national=f"8{number}", family="ESSAI", place_kind="1", place=place),
        mailbox(shared_box, "ORG", place_kind="FINESS", place=f"1{place}", service="Cardiologie"),
    ]
    report = load(write(tmp_path / "b.txt", MAILBOXES, lines))
    assert (report.kind, report.added, report.bad_count) == ("Correspondance_MSSante", 3, 0)
    one, at, organisational = box(own), box(f"at.{own}"), box(shared_box)
    assert one.practitioner is not None
    assert (one.kind, one.practitioner.rpps, one.organisation, one.dematerialisation) == ("PER", number, None, True)
    assert one.practitioner.version == 2
    assert at.organisation is not None
    assert at.organisation.finess == place
    assert organisational.organisation is not None
    assert (organisational.practitioner, organisational.service) == (None, "Cardiologie")
    assert (organisational.organisation.name, organisational.organisation.id) == ("HÔPITAL", at.organisation.id)
    again = load(write(tmp_path / "c.txt", MAILBOXES, lines))
    assert (again.added, again.changed, again.gone, again.unchanged) == (0, 0, 0, 3)


def test_holders_unknown_so_far_enter_the_directory(tmp_path: Path) -> None:
    number, place = rpps(), finess()
    lines = [
        mailbox(f"{number}@infirmier.example", national=f"8{number}", family="LE GOFF", given="Ève", profession="60"),
        mailbox(
            f"{place}@labo.example", "APP", place_kind="1", place=place, name="BIODÉMO", city_line="93100 MONTREUIL",
            postal_code="93100",
        ),
    ]  # fmt: skip
    load(write(tmp_path / "b.txt", MAILBOXES, lines))
    holder, laboratory = box(f"{number}@infirmier.example").practitioner, box(f"{place}@labo.example").organisation
    assert holder is not None
    assert (holder.origin, holder.family, holder.sort_key, holder.profession) == ("mailbox", "LE GOFF", "LEGOFF EVE", "60")
    assert laboratory is not None
    assert (laboratory.origin, laboratory.name, laboratory.town_key) == ("mailbox", "BIODÉMO", "MONTREUIL 93")
    load(write(tmp_path / "a.txt", ACTIVITIES, [activity(number, family="LE GOFF", profession="60", finess=place)]))
    assert box(f"{number}@infirmier.example").practitioner.origin == "national"  # type: ignore[union-attr]


def test_boxes_change_leave_and_keep_their_red_list(tmp_path: Path) -> None:
    number = rpps()
    stays, leaves = f"{number}@a.example", f"{number}@b.example"
    first = [mailbox(address, national=f"8{number}", family="ESSAI") for address in (stays, leaves)]
    load(write(tmp_path / "1.txt", MAILBOXES, first))
    with sql_allowed("tests"):
        models.SecureAddress.objects.filter(address=stays).update(red_list=True)
    changed = mailbox(stays, national=f"8{number}", family="ESSAI", **{"Dématérialisation": "N"})
    report = load(write(tmp_path / "2.txt", MAILBOXES, [changed]))
    assert (report.added, report.changed, report.gone) == (0, 1, 1)
    assert (box(stays).dematerialisation, box(stays).red_list, box(stays).active) == (False, True, True)
    assert not box(leaves).active


def test_bad_boxes_are_reported_by_number(tmp_path: Path) -> None:
    number = rpps()
    lines = [
        mailbox("no address", national=f"8{number}", family="ESSAI"),  # 2
        mailbox(f"{number}@a.example", "XXX", national=f"8{number}", family="ESSAI"),  # 3
        mailbox(f"{number}@a.example"),  # 4
        mailbox(f"{number}@a.example", "ORG", place_kind="9", place="1"),  # 5
        mailbox(f"{number}@a.example", national=f"8{number}"),  # 6
        mailbox(f"{number}@a.example", national="8123", family="ESSAI"),  # 7
        mailbox(f"{number}@c.example", national=f"8{number}", family="ESSAI"),
    ]
    report = load(write(tmp_path / "b.txt", MAILBOXES, lines))
    assert {issue.number: issue.code for issue in report.bad} == {
        2: "adresse",
        3: "type-boite",
        4: "titulaire",
        5: "identifiant-structure",
        6: "nom",
        7: "identifiant",
    }
    assert box(f"{number}@c.example").active


def test_know_how_joins_known_people_and_unknown_ones_are_reported(tmp_path: Path) -> None:
    number = rpps()
    load(write(tmp_path / "a.txt", ACTIVITIES, [activity(number)]))
    lines = [skill(number, "SM04"), skill(rpps(), "SM04"), skill(number, ""), skill(number, "CAPA05", "CAPA")]
    report = load(write(tmp_path / "s.txt", SKILLS, lines))
    assert (report.kind, report.added) == ("SavoirFaire", 2)
    assert {issue.number: issue.code for issue in report.bad} == {3: "professionnel-inconnu", 4: "savoir-faire"}
    report = load(write(tmp_path / "t.txt", SKILLS, [skill(number, "SM04"), skill(number, "SM05")]))
    assert (report.added, report.changed, report.unchanged, report.gone) == (1, 0, 1, 1)
    with sql_allowed("tests"):
        rows = models.Qualification.objects.filter(practitioner__rpps=number, active=True).order_by("know_how")
        assert [row.know_how for row in rows] == ["SM04", "SM05"]
        assert models.Practitioner.objects.get(rpps=number).version == 2
