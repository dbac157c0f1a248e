"""Professionals known by their sign-in or by a structure, and what is read of them."""

from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path

import pytest

from socle import clock
from socle.base.access.actor import VISITOR, Actor, Kind, system
from socle.base.access.doors import sql_allowed
from socle.base.audit.models import Entry
from socle.base.directory import models
from socle.base.directory.actions.practitioners import end_worker, ensure_practitioner, register_worker
from socle.base.directory.queries import practitioners as queries
from socle.base.directory.queries.search import search
from socle.base.directory.stated import Known, StatedPerson, StatedPractice
from socle.errors import Forbidden, Invalid, NotFound
from tests.base.directory.extraction import ACTIVITIES, MAILBOXES, activity, finess, load, mailbox, rpps, write
from tests.minting import doctor

pytestmark = pytest.mark.usefixtures("installation")

PLATFORM = system("signin")
LETTERS = str.maketrans("0123456789", "ABCDEFGHIJ")


def gp(number: str, place: str, **changes: object) -> StatedPerson:
    practice = StatedPractice(
        profession="10", know_how_type="S", know_how="SM54", mode="L", sector="SA07", genre="GENR01", technical=f"F{place}",
        finess=place, name="Maison de santé", commune="93048", postal_code="93100",
    )  # fmt: skip
    person = StatedPerson(
        national_id=f"8{number}", family=f"Connexion {number.translate(LETTERS)}", given="Alix", title="DR", practices=(practice,)
    )
    return replace(person, **changes)  # type: ignore[arg-type]


def ensure(person: StatedPerson) -> Known:
    return ensure_practitioner(actor=PLATFORM, person=person)


def test_a_signed_in_professional_is_in_the_directory_with_practice_and_place() -> None:
    number, place = rpps(), finess()
    known = ensure(gp(number, place))
    person = queries.by_national_id(actor=VISITOR, national_id=f"8{number}")
    (situation,) = queries.situations(actor=VISITOR, practitioner_id=known.practitioner_id)
    organisation = queries.organisation(actor=VISITOR, organisation_id=situation.organisation_id)  # type: ignore[arg-type]
    assert (person.id, person.rpps, person.profession, person.kind, person.origin) == (
        known.practitioner_id, number, "10", "health", "sign-in",
    )  # fmt: skip
    assert (known.situations[0].id, known.situations[0].organisation_id) == (situation.id, organisation.id)
    assert (situation.title, situation.city, situation.departement) == ("Médecin généraliste", "Montreuil", "93")
    assert (organisation.national_id, organisation.shown_name) == (f"1{place}", "Maison de santé")
    assert queries.organisation_of(actor=VISITOR, finess=place) == organisation
    assert queries.find_for_author(actor=VISITOR, national_id=f"8{number}") == person
    assert queries.find_for_author(actor=VISITOR, national_id=f"8{rpps()}") is None
    found = search(actor=VISITOR, name=person.family, place="montreuil").found
    assert person.id in [one.practitioner.id for one in found]


def test_the_same_statement_changes_nothing_and_another_amends() -> None:
    number, place, other = rpps(), finess(), finess()
    first = gp(number, place)
    known = ensure(first)
    assert ensure(first) == known
    assert queries.practitioner(actor=VISITOR, practitioner_id=known.practitioner_id).version == 1
    moved = gp(number, other, family=f"Nouveau {number.translate(LETTERS)}")
    again = ensure(moved)
    assert again.practitioner_id == known.practitioner_id
    situations = queries.situations(actor=VISITOR, practitioner_id=known.practitioner_id, inactive=True)
    assert [(one.id, one.active) for one in situations] == [(known.situations[0].id, False), (again.situations[0].id, True)]
    person = queries.practitioner(actor=VISITOR, practitioner_id=known.practitioner_id)
    assert (person.family, person.version) == (moved.family, 2)
    assert search(actor=VISITOR, name=moved.family).found[0].practitioner.id == person.id
    assert search(actor=VISITOR, name=moved.family.split()[1]).found[0].match == "word"
    assert ensure(first).situations == known.situations


def test_sign_in_and_extraction_name_the_same_rows(tmp_path: Path) -> None:
    number, place = rpps(), finess()
    known = ensure(gp(number, place))
    line = activity(number, family="ESSAI", technical=f"F{place}", finess=place, phone="0199000009", name="MAISON DE SANTE")
    report = load(write(tmp_path / "a.txt", ACTIVITIES, [line]))
    assert (report.added, report.changed) == (0, 1)
    (situation,) = queries.situations(actor=VISITOR, practitioner_id=known.practitioner_id)
    assert (situation.id, situation.phone) == (known.situations[0].id, "0199000009")
    assert queries.practitioner(actor=VISITOR, practitioner_id=known.practitioner_id).origin == "national"
    assert ensure(gp(number, place, family="ESSAI", given="Camille")).situations[0].id == situation.id
    organisation = queries.organisation(actor=VISITOR, organisation_id=situation.organisation_id)  # type: ignore[arg-type]
    assert organisation.name == "MAISON DE SANTE"


def test_parallel_sign_ins_of_one_person_give_one_person() -> None:
    number, place = rpps(), finess()
    gate, known = threading.Barrier(4), list[Known]()

    def sign_in() -> None:
        gate.wait()
        known.append(ensure(gp(number, place)))

    threads = [threading.Thread(target=sign_in) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(known) == 4
    assert len(set(known)) == 1


@pytest.mark.parametrize(
    ("change", "code"),
    [({"national_id": "8123"}, "rpps-shape"), ({"national_id": "x y"}, "idnps-shape"), ({"family": "?"}, "nom")],
)
def test_a_statement_of_something_else_is_refused(change: dict[str, str], code: str) -> None:
    with pytest.raises(Invalid) as refused:
        ensure(gp(rpps(), finess(), **change))
    assert refused.value.code == code


def test_only_the_platform_records_sign_ins() -> None:
    person = gp(rpps(), finess())
    for actor in (doctor(), VISITOR):
        with pytest.raises(Forbidden):
            ensure_practitioner(actor=actor, person=person)
    with pytest.raises(NotFound):
        queries.by_national_id(actor=VISITOR, national_id=person.national_id)


def test_a_structure_answers_for_its_workers_until_they_leave() -> None:
    place = finess()
    organisation_id = ensure(gp(rpps(), place)).situations[0].organisation_id
    assert organisation_id is not None
    administrator = Actor(
        kind=Kind.ADMINISTRATOR, person_id=clock.new_id(), structure_id=organisation_id, rights=frozenset({"structure"})
    )
    family = f"Aide {place.translate(LETTERS)}"

    def register(actor: Actor, **changes: str) -> Known:
        stated = {"family": family, "given": "Awa", "profession": "42", "internal_id": "A-12"} | changes
        return register_worker(actor=actor, organisation_id=organisation_id, **stated)

    for other in (doctor(), replace(administrator, structure_id=clock.new_id()), replace(administrator, rights=frozenset())):
        with pytest.raises(Forbidden):
            register(other)
    known = register(administrator)
    person = queries.practitioner(actor=VISITOR, practitioner_id=known.practitioner_id)
    assert (person.national_id, person.rpps, person.kind, person.origin) == (f"3{place}/A-12", "", "social", "structure")
    assert register(administrator) == known
    assert register(administrator, internal_id="") != known
    assert search(actor=VISITOR, name=family).found[0].situations[0].organisation_name == "Maison de santé"
    with pytest.raises(Invalid, match="numero-interne"):
        register(administrator, internal_id="a b")
    with pytest.raises(Forbidden):
        end_worker(actor=doctor(), practitioner_id=person.id, organisation_id=organisation_id)
    end_worker(actor=administrator, practitioner_id=person.id, organisation_id=organisation_id)
    assert queries.situations(actor=VISITOR, practitioner_id=person.id) == ()
    assert not queries.practitioner(actor=VISITOR, practitioner_id=person.id).active
    assert person.id not in {one.practitioner.id for one in search(actor=VISITOR, name=family).found}
    with sql_allowed("tests"):
        doors = Entry.objects.filter(actor_id=administrator.person_id, outcome="done").values_list("door", flat=True)
        assert sorted(doors) == [
            *["directory.actions.practitioners.end_worker"],
            *["directory.actions.practitioners.register_worker"] * 3,
        ]


def test_an_unknown_structure_answers_for_nobody() -> None:
    with pytest.raises(NotFound):
        register_worker(actor=PLATFORM, organisation_id=clock.new_id(), family="A", given="B", profession="42")


def test_boxes_on_the_red_list_are_for_their_holder_only(tmp_path: Path) -> None:
    number, place = rpps(), finess()
    known = ensure(gp(number, place))
    organisation_id = known.situations[0].organisation_id
    open_box, hidden = f"{number}@open.example", f"{number}@hidden.example"
    lines = [mailbox(address, national=f"8{number}", family="ESSAI") for address in (open_box, hidden)]
    lines.append(mailbox(f"{place}@orga.example", "ORG", place_kind="1", place=place))
    load(write(tmp_path / "b.txt", MAILBOXES, lines))
    with sql_allowed("tests"):
        models.SecureAddress.objects.filter(address=hidden).update(red_list=True)
    holder = replace(doctor(), person_id=known.practitioner_id)
    for actor, expected in ((doctor(), [open_box]), (holder, sorted([hidden, open_box]))):
        boxes = queries.secure_addresses(actor=actor, practitioner_id=known.practitioner_id)
        assert [box.address for box in boxes] == expected
        assert (queries.address(actor=actor, address=hidden) is not None) == (actor is holder)
    boxes = queries.secure_addresses(actor=VISITOR, organisation_id=organisation_id)
    assert [(box.address, box.kind) for box in boxes] == [(f"{place}@orga.example", "ORG")]
    assert queries.address(actor=VISITOR, address=open_box.upper()).practitioner_id == known.practitioner_id  # type: ignore[union-attr]
    assert queries.secure_addresses(actor=VISITOR) == ()
