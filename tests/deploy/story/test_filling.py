"""The demo's background comes after the start, step by step and once, whole people only, and stays out of the story's way."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import psycopg
import pytest

from socle import clock
from socle.base.access.actor import system
from socle.base.access.doors import sql_allowed
from socle.base.audit.models import Entry
from socle.base.events.models import Event
from socle.base.identity.models import Patient
from socle.deploy import demotion, environment, installation, postgres
from socle.deploy.story import filling
from socle.deploy.story.background import Population
from socle.deploy.story.people import cast
from socle.errors import Forbidden
from socle.record.models import Document
from tests import minting, running
from tests.signing_in import browser

SETTLED = (
    "SELECT count(*), min(held), max(held) FROM (SELECT count(d.id) AS held FROM identity_patient p"
    " LEFT JOIN record_document d ON d.patient_id = p.id WHERE p.matricule = ANY(%s) GROUP BY p.id) AS each"
)
WAIT_S = 120


def matricules() -> list[str]:
    people = filling.background()
    return [people.patient(number).ins for number in filling.numbers_of_patients()]


def test_nobody_of_the_background_shares_a_birth_date_or_a_number_with_the_story() -> None:
    everyone, people = cast(), filling.background()
    born = {people.patient(number).birth_on for number in filling.numbers_of_patients()}
    assert len(filling.numbers_of_patients()) == len(set(matricules())) == filling.PATIENTS
    assert born.isdisjoint({person.birth_on for person in everyone.patients.values()})
    assert set(matricules()).isdisjoint({person.ins for person in everyone.patients.values()})
    load = Population(10, 0, 200, filling.SEED, clock.today())
    for others in (load.professionals(), everyone.professionals.values()):
        assert {one.rpps for one in people.professionals()}.isdisjoint({one.rpps for one in others})
    for structures in (load.structures(), everyone.structures.values()):
        assert {one.finess for one in people.structures()}.isdisjoint({one.finess for one in structures})


@pytest.mark.usefixtures("installation")
def test_people_settle_whole_or_not_at_all_and_by_the_platform_alone() -> None:
    people = Population(3, 6, 2, 4711, clock.today())
    wanted = [people.patient(number).ins for number in range(3)]
    with pytest.raises(Forbidden):
        filling.settle(actor=minting.doctor(), people=people, numbers=range(3), documents=2)
    with pytest.raises(Forbidden):
        filling.employ(actor=minting.doctor(), people=people, numbers=range(2))
    with pytest.raises(Forbidden):
        filling.advance(actor=minting.doctor(), reached=0, ready=True)
    with pytest.raises(IndexError):  # the last number is nobody's: a step that fails leaves none of its people
        filling.settle(actor=system("test"), people=_Short(3, 6, 2, 4711, clock.today()), numbers=range(3), documents=2)
    with sql_allowed("tests"):
        assert not Patient.objects.filter(matricule__in=wanted).exists()
    assert filling.settle(actor=system("test"), people=people, numbers=range(3), documents=2) == 3
    assert filling.settle(actor=system("test"), people=people, numbers=range(3), documents=2) == 0
    with sql_allowed("tests"):
        ids = list(Patient.objects.filter(matricule__in=wanted).values_list("id", flat=True))
        assert Document.objects.filter(patient_id__in=ids).count() == 6
        line = Entry.objects.filter(door="deploy.story.filling.settle", object_ids__contains=[ids[0]]).get()
    assert (line.outcome, set(line.object_ids)) == ("done", set(ids))


class _Short(Population):
    """A population whose last document cannot be made."""

    def document(self, patient: int, rank: int) -> Any:
        if (patient, rank) == (2, 1):
            raise IndexError
        return super().document(patient, rank)


@pytest.mark.usefixtures("installation")
def test_a_step_waits_until_the_platform_answers_and_asks_the_next_one() -> None:
    last = filling.PROFESSIONALS + filling.PATIENTS - filling.STEP
    marks = matricules()[-filling.STEP :]
    filling.advance(actor=system("test"), reached=last, ready=False)
    with sql_allowed("tests"):
        assert Event.objects.filter(kind=filling.ASKED).latest("id").facts == {"reached": str(last)}
        assert not Patient.objects.filter(matricule__in=marks).exists()
    before = _asked()
    filling.advance(actor=system("test"), reached=last, ready=True)
    with sql_allowed("tests"):
        assert Patient.objects.filter(matricule__in=marks).count() == filling.STEP
    assert _asked() == before  # nobody is left: nothing more is asked
    filling.ask(actor=system("test"))
    assert _asked() == before  # once in an installation


def _asked() -> int:
    with sql_allowed("tests"):
        return Event.objects.filter(kind=filling.ASKED).count()


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    tmp_path.chmod(0o711)
    yield tmp_path / "demo"
    demotion.remove_place(tmp_path / "demo" / "postgres")


def test_a_demo_fills_after_its_start_and_a_stop_between_loses_nobody(folder: Path, never_logged: set[str]) -> None:
    everybody = matricules()
    platform = running.start(folder)
    try:
        until(lambda: 0 < rows(folder, SETTLED, everybody)[0][0] < filling.PATIENTS)
    finally:
        assert platform.stop() == 0
    platform = running.start(folder)
    try:
        until(lambda: rows(folder, SETTLED, everybody)[0][0] == filling.PATIENTS)
        assert rows(folder, SETTLED, everybody) == [(filling.PATIENTS, filling.DOCUMENTS, filling.DOCUMENTS)]
        here = "SELECT count(*) FROM directory_practitioner WHERE national_id LIKE '89972%%' AND active"
        assert rows(folder, here) == [(filling.PROFESSIONALS,)]
        one = filling.background().patient(filling.numbers_of_patients()[-1])
        assert one.birth_name.upper() in found(platform, one.birth_on)
        karim = cast().patients["karim-belhadri"]
        assert {person.ins for person in cast().patients.values() if person.birth_on == karim.birth_on} == {karim.ins}
        page = found(platform, karim.birth_on)
        assert "BELHADRI" in page
        assert "1 personne" in page
        assert "Données fictives" in page
    finally:
        assert platform.stop() == 0
    assert running.leaks([platform.log, folder / "postgres" / "server.log"], never_logged) == []
    waiting = "SELECT count(*) FROM events_reaction WHERE name LIKE 'deploy.story.%%' AND state <> 'done'"
    platform = running.start(folder, "--no-story")
    try:
        assert rows(folder, waiting) == [(0,)]
    finally:
        assert platform.stop() == 0


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + WAIT_S
    while not condition():
        assert time.monotonic() < deadline, "the background does not come"
        time.sleep(0.05)


def rows(data: Path, statement: str, *parameters: Any) -> list[tuple[Any, ...]]:
    """One statement on the running installation of that folder, as the owner of its tables."""
    there = environment.read({"SOCLE_DATA": str(data), "SOCLE_PROFILE": "demo"})
    to = installation.connection_settings(there, postgres.OWNER_ROLE)
    names = {"host": "HOST", "port": "PORT", "dbname": "NAME", "user": "USER", "password": "PASSWORD"}
    with psycopg.connect(**{name: str(to[key]) for name, key in names.items()}) as connection:
        return connection.execute(statement.encode(), parameters).fetchall()


def found(platform: running.Platform, born: date) -> str:
    """What Dr Novarel reads when she searches that date of birth."""
    with browser(platform.endpoints["http"]) as chrome:
        chrome.sign_in("claire-novarel")
        to = chrome.post("/pro/patients/recherche", {"birth_date": born.strftime("%d/%m/%Y")})
        page = chrome.get(to.headers["Location"]).text
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))
