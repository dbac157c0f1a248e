"""The shipped people: the whole cast, with numbers that are right and cannot be anybody's."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from simulators import people
from simulators.folder import BadFile, write_json
from socle.formats.identifiers import ins, professional, structure
from socle.formats.identifiers.checksum import luhn_is_right
from tests.corpora import shared
from tests.simulators.cast import PEOPLE

CAST = people.load(PEOPLE).everyone
PUBLISHED = people.load(Path(people.__file__).parent / "insi" / "test_identities.json").everyone


def test_everybody_of_the_story_is_there() -> None:
    names = " ".join(person.name for person in CAST)
    families = (
        "NOVAREL|ETCHEGARD|FERHAOUI|GUILBAUD|ROCHAMBEL|COURTELAIN|PIOT|DESRUES|HARAMBOURE|SISSOKHO|TAHIRI|"
        "MARCHANVAL|BELHADRI|TRANOIS|OKOMBI|VERDIAN|CASTELBON|PUYSÉGOND|MOREL-KANTÉ|BENSALEM|DUVALLOIS|LONGPRÉ"
    )
    for family in families.split("|"):
        assert family in names
    assert {person.kind for person in CAST} == {"professional", "patient", "representative", "administrator"}


def test_matricules_are_of_order_000_with_a_right_key_in_the_test_oid() -> None:
    holders = [person for person in CAST if person.ins]
    assert len({person.ins.value for person in holders if person.ins}) == len(holders) == 16
    for person in holders:
        assert person.ins is not None
        assert person.identity is not None
        born = person.identity.birth_date
        assert ins.ins_key_is_right(person.ins.value), person.id
        assert person.ins.oid == "1.2.250.1.213.1.4.10"
        assert person.ins.value[:13] == f"{'12'[person.identity.sex == 'F']}{born:%y%m}{person.identity.birthplace}000"


def test_birthplaces_have_the_code_of_the_day_of_birth() -> None:
    folder = shared("terminology/cog")
    today = {line.split(",")[0] for line in (folder / "communes.csv").read_text(encoding="utf-8").splitlines()}
    former = {}
    for line in (folder / "communes-anciennes.csv").read_text(encoding="utf-8").splitlines()[1:]:
        code, *_, until, _event = line.split(",")
        former[code] = until
    for person in CAST:
        if person.identity is None or person.identity.born_abroad:
            continue
        place, born = person.identity.birthplace, person.identity.birth_date.isoformat()
        assert place in today or born < former[place], person.id
        # Seine and Seine-et-Oise ended on 1968-01-01: no 91 to 95 before.
        assert place[:2] not in {"91", "92", "93", "94", "95"} or born >= "1968-01-01", person.id


def test_professional_numbers_are_of_the_test_range_with_right_keys() -> None:
    for person in CAST:
        if person.professional is None:
            continue
        rpps = person.professional.rpps
        assert rpps.startswith("99700")
        assert professional.rpps_key_is_right(rpps), person.id
        for activity in _activities(person.professional):
            for name in ("numeroFinessSite", "numeroFinessetablissementJuridique"):
                assert not activity.get(name) or structure.finess_key_is_right(activity[name]), person.id
            for name in ("numeroSirenSite", "numeroSiretSite"):
                assert not activity.get(name) or luhn_is_right(activity[name]), person.id
            assert "(FICTIF)" in activity["raisonSocialeSite"]


def test_who_is_what() -> None:
    by_id = {person.id: person.professional for person in CAST if person.professional}
    assert [len(_activities(by_id[name])) for name in ("claire-novarel", "emeline-rochambel")] == [1, 2]
    assert [name for name, entry in by_id.items() if entry.regulation] == ["regulation-samu"]
    (pharmacy,) = _activities(by_id["paul-henri-guilbaud"])
    assert (pharmacy["codeSectionPharmacien"], pharmacy["codeSecteurDactivite"]) == ("A", "SA33")
    (nurse,) = _activities(by_id["nadia-ferhaoui"])
    assert nurse["codeModeExercice"] == "L"


def test_codes_are_of_the_nomenclatures() -> None:
    def codes(name: str) -> set[str]:
        return {line.split(",")[0] for line in shared("terminology/" + name).read_text(encoding="utf-8").splitlines()[1:]}

    known = {
        "codeProfession": codes("subject-roles-dmp.csv"),
        "codeSavoirFaire": codes("know-how-all.csv"),
        "codeModeExercice": codes("practice-modes.csv"),
        "codeSecteurDactivite": codes("activity-sectors.csv"),
        "codeGenreActivite": codes("activity-kinds.csv"),
        "codeSectionPharmacien": codes("pharmacist-sections.csv"),
        "codeTypeDeVoie": codes("street-types.csv"),
        "codeRole": codes("functions.csv") | codes("care-roles.csv") | codes("function-codes.csv") | {"331"},
    }
    for person in CAST:
        if person.professional:
            for entry in (*person.professional.exercices, *_activities(person.professional)):
                for name, allowed in known.items():
                    assert not entry.get(name) or entry[name] in allowed, (person.id, name)


def test_the_published_identities_keep_their_keys() -> None:
    wrong = [person.id for person in PUBLISHED if person.ins and not ins.ins_key_is_right(person.ins.value)]
    assert wrong == ["hermann-gatien"]


def test_a_patient_without_tag_shows_an_age() -> None:
    (odette,) = [person for person in CAST if person.id == "odette-marchanval"]
    assert odette.identity is not None
    days = (date(2026, 5, 11), date(2026, 5, 12), date(2026, 12, 31))
    assert [odette.identity.age_on(day) for day in days] == [86, 87, 87]
    assert int(odette.badge) >= 87
    assert CAST[0].badge == "MG"


@pytest.mark.parametrize(
    "content",
    [
        [],
        {},
        {"people": [{}]},
        {"people": [{"id": "a", "kind": "roi", "name": "", "caption": "", "tag": ""}]},
        {"people": [{"id": "a", "kind": "patient", "name": "", "caption": "", "tag": "", "france_connect": "eidas1"}]},
        {"people": [{"id": "a", "kind": "patient", "name": 1, "caption": "", "tag": ""}]},
        {"people": [{"id": "a", "kind": "patient", "name": "", "caption": "", "tag": ""}] * 2},
    ],
)
def test_a_wrong_file_is_told_by_place_and_without_values(tmp_path: Path, content: Any) -> None:
    path = tmp_path / "people.json"
    write_json(path, content)
    with pytest.raises(BadFile, match=r"^people\.json: "):
        people.load(path)
    path.write_text(json.dumps(content)[:-1], encoding="utf-8")
    with pytest.raises(BadFile, match=r"^people\.json: JSONDecodeError$"):
        people.load(path)


def _activities(entry: people.Professional) -> list[dict[str, str]]:
    return [activity for exercice in entry.exercices for activity in exercice["activities"]]
