"""The extraction of activities: read, compared, merged, repeated."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from django.conf import settings

from socle.base.access.actor import Actor, Kind, system
from socle.base.access.doors import sql_allowed
from socle.base.audit.models import Entry
from socle.base.directory import models
from socle.base.directory.actions.imports import import_file
from socle.errors import Forbidden, Invalid
from tests.base.directory.extraction import ACTIVITIES, activity, finess, load, rpps, write
from tests.corpora import shared
from tests.minting import doctor

pytestmark = pytest.mark.usefixtures("installation")


def person(number: str) -> models.Practitioner:
    with sql_allowed("tests"):
        return models.Practitioner.objects.get(rpps=number)


def situations(number: str, **filters: object) -> list[models.Situation]:
    with sql_allowed("tests"):
        rows = models.Situation.objects.filter(practitioner__rpps=number, **filters)
        return list(rows.select_related("organisation").order_by("id"))


def test_the_shared_extraction_gives_one_person_a_number_and_one_situation_a_line() -> None:
    path = shared("corpora/directory/rpps-synthetic.txt")
    with path.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file, delimiter="|", quoting=csv.QUOTE_NONE))
    first = load(path)
    again = load(path)
    assert (first.lines, first.bad_count) == (len(rows), 0)
    assert (again.added, again.changed, again.gone, again.unchanged) == (0, 0, 0, len(rows))
    numbers = {row["Identifiant PP"] for row in rows}
    with sql_allowed("tests"):
        assert models.Practitioner.objects.filter(rpps__in=numbers, active=True).count() == len(numbers) == 150
        stored = models.Situation.objects.filter(practitioner__rpps__in=numbers, active=True)
        assert stored.count() == len(rows) == 243
        found = {(s.practitioner.rpps, s.city, s.departement, s.phone) for s in stored.select_related("practitioner")}
    assert found == {
        (
            row["Identifiant PP"],
            row["Libellé commune (coord. structure)"],
            row["Code Département (structure)"],
            row["Téléphone (coord. structure)"],
        )
        for row in rows
    }


def test_a_line_becomes_a_person_a_place_and_a_situation(tmp_path: Path) -> None:
    number, place = rpps(), finess()
    line = activity(number, family="D’Sauvage-Coste", given="Zoé", finess=place, technical=f"F{place}", name="MAISON DE SANTÉ")
    load(write(tmp_path / "a.txt", ACTIVITIES, [line]))
    one = person(number)
    assert (one.national_id, one.family, one.given, one.title, one.sort_key) == (
        f"8{number}",
        "D’Sauvage-Coste",
        "Zoé",
        "DR",
        "DSAUVAGECOSTE ZOE",
    )
    (situation,) = situations(number)
    assert (situation.profession, situation.know_how, situation.mode, situation.sector) == ("10", "SM54", "L", "SA07")
    assert (situation.address, situation.postal_code, situation.city, situation.town_key) == (
        "12 Rue DES TILLEULS",
        "93100",
        "Montreuil",
        "MONTREUIL 93",
    )
    assert situation.organisation is not None
    assert (situation.organisation.national_id, situation.organisation.finess, situation.organisation.name) == (
        f"1{place}",
        place,
        "MAISON DE SANTÉ",
    )


def test_encodings_line_ends_quotes_and_last_separators_give_the_same_rows(tmp_path: Path) -> None:
    number = rpps()
    line = activity(number, family="LEFÈVRE", given="Noël", name='SELARL "LES LILAS" NORD', technical=f"R{number}003")
    load(write(tmp_path / "plain.txt", ACTIVITIES, [line]))
    for name, encoding, end, shown in (
        ("windows.txt", "cp1252", "\r\n", line),
        ("marked.txt", "utf-8-sig", "\n", line),
    ):
        report = load(write(tmp_path / name, ACTIVITIES, [shown], encoding=encoding, end=end))
        assert (report.unchanged, report.added, report.changed, report.bad_count) == (1, 0, 0, 0), name
    quoted = line.replace('SELARL "LES LILAS" NORD', '"SELARL ""LES LILAS"" NORD"')
    report = load(write(tmp_path / "quoted.txt", f"{ACTIVITIES}|", [f"{quoted}|"]))
    assert (report.bad_count, report.added, report.gone) == (0, 0, 0)
    (situation,) = situations(number)
    assert situation.organisation is not None
    assert (person(number).family, situation.organisation.name) == ("LEFÈVRE", 'SELARL "LES LILAS" NORD')
    assert situation.organisation.national_id == f"4{number}003"


def test_an_open_quote_does_not_swallow_the_lines_after_it(tmp_path: Path) -> None:
    one, two = rpps(), rpps()
    lines = [activity(one, name='"CABINET DU CANAL', technical="X1"), activity(two)]
    report = load(write(tmp_path / "a.txt", ACTIVITIES, lines))
    assert (report.lines, report.bad_count) == (2, 0)
    assert len(situations(one)) == len(situations(two)) == 1


def test_bad_lines_are_reported_by_number_and_the_rest_is_imported(tmp_path: Path) -> None:
    good, wrong_key = rpps(), rpps()
    wrong_key = wrong_key[:-1] + str((int(wrong_key[-1]) + 1) % 10)
    lines = [
        activity(good),  # 2
        activity(rpps()).rsplit("|", 5)[0],  # 3
        activity("1234", national="81234"),  # 4
        activity(rpps(), national="899700000000"),  # 5
        activity(rpps(), family=""),  # 6
        activity(rpps(), finess="12345"),  # 7
        activity(rpps(), family="A\0B"),  # 8
        activity(rpps(), name="A" * 20_000),  # 9
        activity(wrong_key),  # 10
        "",
        activity(rpps(), family="ÉLÉ").replace("É", "\udcc9"),  # 12
    ]
    path = tmp_path / "a.txt"
    path.write_bytes("\r\n".join([ACTIVITIES, *lines]).encode("utf-8", "surrogateescape"))
    report = load(path)
    assert {issue.number: issue.code for issue in report.bad} == {
        3: "colonnes",
        4: "identifiant",
        5: "identifiant-incoherent",
        6: "nom",
        7: "identifiant-structure",
        8: "encodage",
        9: "longueur",
        12: "encodage",
    }
    assert [(issue.number, issue.code) for issue in report.warned] == [(10, "cle")]
    assert len(situations(good)) == len(situations(wrong_key)) == 1
    assert "ligne 9 : ligne trop longue" in report.as_text()
    assert good not in report.as_text()


def test_a_wrong_key_is_refused_in_production(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "SOCLE_PROFILE", "production")
    good, wrong_key = rpps(), rpps()
    wrong_key = wrong_key[:-1] + str((int(wrong_key[-1]) + 1) % 10)
    report = load(write(tmp_path / "a.txt", ACTIVITIES, [activity(good), activity(wrong_key)]))
    assert [(issue.number, issue.code) for issue in report.bad] == [(3, "cle")]
    assert len(situations(good)) == 1
    assert situations(wrong_key) == []


def test_what_changes_is_changed_and_what_leaves_stays_inactive(tmp_path: Path) -> None:
    stays, moves, leaves, place = rpps(), rpps(), rpps(), finess()
    first = [
        activity(stays),
        activity(moves, phone="0199000002"),
        activity(moves, mode="S", technical=f"F{place}", finess=place),
        activity(leaves, technical=f"F{place}", finess=place),
    ]
    load(write(tmp_path / "1.txt", ACTIVITIES, first))
    before = person(moves).version
    kept = situations(moves, mode="L")[0].id
    later = [activity(stays), activity(moves, phone="0199000003")]
    report = load(write(tmp_path / "2.txt", ACTIVITIES, later))
    assert (report.added, report.changed, report.unchanged, report.gone) == (0, 1, 1, 2)
    (changed,) = situations(moves, active=True)
    assert (changed.id, changed.phone, changed.version) == (kept, "0199000003", 2)
    assert person(moves).version == before + 1
    assert (person(stays).active, person(stays).version) == (True, 1)
    assert not person(leaves).active
    with sql_allowed("tests"):
        assert not models.Organisation.objects.get(key=f"F{place}").active
    back = load(write(tmp_path / "3.txt", ACTIVITIES, first))
    assert (back.added, back.unchanged) == (0, 1)
    assert person(leaves).active
    assert len(situations(leaves, active=True)) == 1
    assert len(situations(moves, active=True)) == 2
    with sql_allowed("tests"):
        assert models.Organisation.objects.get(key=f"F{place}").active


def test_a_new_name_follows_in_every_search_key(tmp_path: Path) -> None:
    number = rpps()
    load(write(tmp_path / "1.txt", ACTIVITIES, [activity(number), activity(number, mode="S")]))
    renamed = [activity(number, family="ESSAI-NOUVEAU"), activity(number, family="ESSAI-NOUVEAU", mode="S")]
    load(write(tmp_path / "2.txt", ACTIVITIES, renamed))
    assert person(number).sort_key == "ESSAINOUVEAU CAMILLE"
    assert {situation.sort_key for situation in situations(number)} == {"ESSAINOUVEAU CAMILLE"}
    with sql_allowed("tests"):
        assert models.Name.objects.filter(start="NOUVEAU", family="ESSAINOUVEAU").exists()


def test_two_lines_of_one_situation_stay_stable_import_after_import(tmp_path: Path) -> None:
    number = rpps()
    twice = [activity(number, phone="0199000004"), activity(number, phone="0199000005")]
    path = write(tmp_path / "1.txt", ACTIVITIES, twice)
    assert load(path).added == 1
    phone = situations(number)[0].phone
    for _ in range(2):
        report = load(path)
        assert (report.added, report.changed, report.gone) == (0, 0, 0)
    assert [situation.phone for situation in situations(number)] == [phone]


def test_a_file_cut_short_is_refused_whole(tmp_path: Path) -> None:
    many = [activity(rpps()) for _ in range(1300)]
    load(write(tmp_path / "whole.txt", ACTIVITIES, many))
    newcomer = rpps()
    cut = write(tmp_path / "cut.txt", ACTIVITIES, [activity(newcomer), *many[:100]])
    with pytest.raises(Invalid) as refused:
        load(cut, accept_removals=False)
    assert refused.value.code == "annuaire-tronque"
    assert situations(newcomer) == []
    with sql_allowed("tests"):
        assert models.Situation.objects.filter(active=True, digest__isnull=False).count() == 1300
    assert load(cut, accept_removals=True).gone == 1200


@pytest.mark.parametrize(
    "content",
    [b"", b"\n", b"nom;prenom\r\nA;B\r\n", "Nom|Prénom\nA|B\n".encode(), b"\x00\xff\xfe" * 4000, b"a|" * 20_000],
    ids=["empty", "blank", "csv", "unknown", "binary", "endless"],
)
def test_a_file_of_something_else_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.txt"
    path.write_bytes(content)
    with pytest.raises(Invalid) as refused:
        load(path)
    assert refused.value.code == "annuaire-format"


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Invalid) as refused:
        load(tmp_path / "absent.txt")
    assert refused.value.code == "annuaire-fichier"


def test_progress_goes_to_the_end(tmp_path: Path) -> None:
    seen: list[float] = []
    path = write(tmp_path / "a.txt", ACTIVITIES, [activity(rpps()) for _ in range(3)])
    import_file(actor=system("annuaire"), path=path, progress=seen.append, accept_removals=True)
    assert seen[-1] == 1.0
    assert seen == sorted(seen)


def test_the_platform_and_the_administrator_import_others_are_refused_and_each_leaves_one_line(tmp_path: Path) -> None:
    path = write(tmp_path / "a.txt", ACTIVITIES, [activity(rpps())])
    other = doctor()
    with pytest.raises(Forbidden):
        import_file(actor=other, path=path, accept_removals=True)
    administrator = Actor(kind=Kind.ADMINISTRATOR, person_id=other.structure_id, name="A", rights=frozenset({"directory"}))
    import_file(actor=administrator, path=path, accept_removals=True)
    with sql_allowed("tests"):
        (refused,) = Entry.objects.filter(actor_id=other.person_id)
        (done,) = Entry.objects.filter(actor_id=administrator.person_id)
    assert (refused.outcome, refused.object_kind) == ("refused", "directory-import")
    assert (done.outcome, done.door, done.object_kind) == ("done", "directory.actions.imports.import_file", "directory-import")
    assert done.reason.startswith("Personne_activite : 1 ajoutées")
