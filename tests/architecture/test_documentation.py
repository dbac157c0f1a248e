"""Pages of documentation: what is generated, and that what they name exists."""

from __future__ import annotations

import re
from pathlib import Path

from tests.architecture.tree import REPOSITORY, shown, text_of, tracked
from tools import capacity, documentation, scenarios

LINK = re.compile(r"!?\[[^\]]*\]\(([^)#\s]+)(?:#[^)]*)?\)")
NAMED_FILE = re.compile(r"`((?:socle|tests|docs|tools|bench|simulators)/[\w./-]+\.(?:py|md|csv|json|txt|css|html))`")

SAMPLE = '''"""S1 — A newcomer opens a record.

Told by whoever was there.
"""

CLAIRE, KARIM = "Claire NOVAREL", "04/11/1987"


def to_the_synthesis(journey):
    """From the list to the synthèse. Two gestures."""
    journey.press(journey.button("Hidden from the page"))


@pytest.mark.parametrize(("persona", "width"), [(CLAIRE, WIDE), ("Samuel", PHONE)])
def test_opening(stage, persona, width):
    """The record opens in three gestures. Nothing is asked twice."""
    with stage.screen(persona, width=width) as journey:
        journey.search(KARIM, "BEL")
        to_the_synthesis(journey)
        assert journey.heading() == "Synthèse"
        assert journey.interactions <= 3
        first = journey.page.locator("main").first
        expect(first).to_contain_text("allergie")
        journey.press(first.get_by_role("link", name="Lire le document"))
        journey.write(journey.page.get_by_label("Motif"), f"Urgent, {width} px")
        journey.not_seen("secret")
        journey.press(journey.page.locator("a.person").first)


def test_without_docstring(stage):
    with stage.screen(CLAIRE, scripts=False) as journey:
        journey.seen("Seul")
'''


def test_a_scenario_becomes_a_page_of_what_people_do_and_see(tmp_path: Path) -> None:
    file = tmp_path / "test_sample.py"
    file.write_text(SAMPLE, "utf-8")
    title, text, tests = scenarios.scenarios_of(file)
    assert (title, text) == ("S1 — A newcomer opens a record", "Told by whoever was there.")
    assert [(one.title, one.text) for one in tests] == [
        ("The record opens in three gestures", "Nothing is asked twice. Sur grand écran et sur téléphone."),
        ("Without docstring", ""),
    ]
    assert tests[0].steps == [
        "Claire NOVAREL ou Samuel se connecte",
        "Cherche la date de naissance 04/11/1987, et « BEL »",
        "From the list to the synthèse",
        "Arrive sur « Synthèse »",
        "En 3 gestes au plus",
        "Voit « allergie »",
        "Presse « Lire le document »",
        "Écrit « Urgent, … px » dans « Motif »",
        "Ne voit pas « secret »",
    ]
    assert tests[1].steps == ["Claire NOVAREL se connecte, sans JavaScript", "Voit « Seul »"]


def test_the_page_of_doors_has_each_with_its_first_sentence() -> None:
    found = {f"{door.package}.{door.name}": door for door in documentation.doors()}
    block = found["base.access.actions.authorisations.block"]
    assert not block.reads
    assert block.sentence.endswith("nor does anyone acting for them.")
    assert found["record.queries.documents.read"].reads
    page = documentation.doors_page(list(found.values()))
    assert page.count("\n| `") == len(found) > 50


def test_every_door_has_a_first_sentence_that_fits_a_line() -> None:
    long = [door.name for door in documentation.doors() if not 5 < len(door.sentence) < 260]
    assert long == []


def test_the_capacity_model_multiplies_measured_costs_by_rates() -> None:
    [deposit, *_] = capacity.LOADS
    measures = f"| {deposit.row} : calcul du serveur + de la base + différé ; p50, p99 | 6.00 + 3.00 + 4.00 ms ; 1, 2 ms |  |  |"
    assert capacity.costs(measures) == {deposit.name: capacity.Cost(server=10.0, database=3.0)}
    assert round(deposit.a_second) == 110
    assert capacity.processors(deposit, 10.0) == 2  # 110/s × 10 ms = 1.1 processors, at 60 %
    assert capacity.processors(deposit, 1000.0, share=0.5) == 93
    table = capacity.tables(measures)
    assert f"| {deposit.name} | 110/s | 10.0 + 3.0 ms | 2 + 1 | 1 + 1 |" in table
    assert table.count("not measured yet") == len(capacity.LOADS) - 1


def test_the_measures_of_this_tree_are_read() -> None:
    assert capacity.costs(text_of(capacity.MEASURES)), "docs/performance.md changed its words: tools/capacity.py reads nothing"


def test_every_link_and_picture_of_a_page_leads_somewhere() -> None:
    for page in tracked(".md"):
        for target in LINK.findall(text_of(page)):
            if "://" not in target and not target.startswith("mailto:"):
                assert (page.parent / target).exists(), f"{shown(page)}: {target}"


def test_every_file_that_a_page_names_exists() -> None:
    for page in tracked(".md"):
        for name in NAMED_FILE.findall(text_of(page)):
            assert (REPOSITORY / name).exists(), f"{shown(page)}: {name}"


def test_the_figures_that_operators_are_told_are_those_of_the_code() -> None:
    from django.conf import settings

    from socle.deploy.programs import SERVER_SETTINGS
    from socle.deploy.serving import THREADS

    [pool, lock] = [settings.DATABASES["default"]["OPTIONS"][name] for name in ("pool", "options")]
    scale = " ".join(text_of(REPOSITORY / "docs" / "operations" / "scale.md").split())
    assert f"one process of {THREADS} threads that share {pool['max_size']} connections" in scale
    most = int(SERVER_SETTINGS["max_connections"])
    assert f"(embedded: {most}, that is {most // pool['max_size'] - 1} workers, web or not)" in scale
    run = " ".join(text_of(REPOSITORY / "docs" / "operations" / "run.md").split())
    assert (
        f"waits {pool['timeout']:.0f} s for a connection and {lock.rpartition('=')[2].removesuffix('s')} s for another's lock"
        in run
    )
