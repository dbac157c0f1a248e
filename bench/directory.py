"""The national directory: a whole extraction imported, the next day's again, and searches in what it gives."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bench import directory_extraction
from bench.figures import Figure, percentile
from socle.base.access.actor import Actor
from socle.base.directory.queries.search import search
from tests import minting
from tests.running import REPOSITORY, Platform

NAME, TITLE = "annuaire", "Annuaire national"
CHANGED = 0.02
SEARCHES = 2000
PLACES = ("Paris", "Lyon", "Nantes", "75012", "Montreuil", "33", "Brest", "69003")
PROFESSIONS = ("10", "60", "70", "35")
MEGABYTE = 1_000_000


def dataset(full: bool) -> str:
    lines = f"{_lines(full):,}".replace(",", " ")
    return (
        f"extraction produite de {lines} lignes d’activité, puis la même avec {100 * CHANGED:.0f} % de changements ;"
        f" {SEARCHES} recherches l’une après l’autre : noms entiers, débuts de noms, fautes de frappe, lieux, professions"
    )


def _lines(full: bool) -> int:
    return 2_200_000 if full else 50_000


@dataclass(frozen=True, slots=True)
class Imported:
    """One import: seconds, and the most memory that its process held (bytes)."""

    seconds: float
    memory: int
    report: dict[str, int]


def run(platform: Platform, full: bool) -> Iterator[Figure]:
    lines = _lines(full)
    first, next_day = platform.data.parent / "first.txt", platform.data.parent / "next.txt"
    _write(first, lines, changed=0.0)
    _write(next_day, lines, changed=CHANGED)
    whole, again = _imported(first), _imported(next_day)
    yield _time("premier import", whole, 360, full)
    yield _time(f"import du lendemain, {100 * CHANGED:.0f} % de changements", again, 180, full)
    memory = max(whole.memory, again.memory) / MEGABYTE
    yield Figure("mémoire de l’import, au plus", f"{memory:.0f} Mo", "500 Mo", memory < 500 if full else None, timed=False)
    yield Figure("lignes ajoutées, modifiées, retirées le lendemain", "{added}, {changed}, {gone}".format(**again.report))
    durations = _searched(lines)
    p99 = 1000 * percentile(durations, 0.99)
    yield Figure("recherche, p99", f"{p99:.1f} ms", "20 ms", p99 < 20 if full else None)
    yield Figure("recherche, p50", f"{1000 * percentile(durations, 0.5):.1f} ms")


def _time(what: str, one: Imported, target_s: int, full: bool) -> Figure:
    return Figure(what, f"{one.seconds:.0f} s", f"{target_s} s", one.seconds < target_s if full else None)


def _write(path: Path, lines: int, *, changed: float) -> None:
    command = [sys.executable, "-m", "bench.directory_extraction", str(path), "--lines", str(lines), "--changed", str(changed)]
    subprocess.run(command, cwd=REPOSITORY, check=True)


def _imported(path: Path) -> Imported:
    """In a process of its own, as `socle import annuaire` does."""
    done = subprocess.run(
        [sys.executable, "-m", "bench.directory_import", str(path)],
        cwd=REPOSITORY,
        env=dict(os.environ),
        check=True,
        capture_output=True,
        text=True,
    )
    return Imported(**json.loads(done.stdout))


def _searched(lines: int) -> list[float]:
    """Seconds of each search, through the door; every name is one that the extraction holds, or nearly."""
    chance = random.Random(3)
    names = _names(lines, chance)
    actor = minting.doctor()
    for one in names[:20]:
        search(actor=actor, name=one)
    durations = []
    for number in range(SEARCHES):
        asked = _asked(number, names, chance)
        begun = time.perf_counter()
        _search(actor, asked)
        durations.append(time.perf_counter() - begun)
    return durations


def _search(actor: Actor, asked: dict[str, str]) -> None:
    search(actor=actor, **asked)


def _names(lines: int, chance: random.Random) -> list[str]:
    drawn = directory_extraction.Extraction(min(lines, 20_000), 1)
    fields = [line.split("|") for line in drawn.lines()]
    return [f"{one[7]} {one[8]}" if chance.random() < 0.5 else one[7] for one in chance.sample(fields, 2000)]


def _asked(number: int, names: list[str], chance: random.Random) -> dict[str, str]:
    name = chance.choice(names)
    family = name.split()[0]
    kind = number % 6
    if kind == 1:
        return {"name": family[: max(3, len(family) // 2)]}
    if kind == 2 and len(family) > 4:
        place = chance.randrange(1, len(family) - 1)
        return {"name": family[:place] + family[place + 1 :]}
    if kind == 3:
        return {"name": family, "place": chance.choice(PLACES)}
    if kind == 4:
        return {"name": family, "profession": chance.choice(PROFESSIONS)}
    if kind == 5:
        return {"place": chance.choice(PLACES), "profession": chance.choice(PROFESSIONS)}
    return {"name": name}
