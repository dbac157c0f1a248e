"""The memory of the web workers under mixed load: how much after ten minutes, and whether it still grows then."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

from bench import bodies, load, many_patients, visitor
from bench.figures import Figure, median
from bench.processes import web_workers
from socle.base.signin import tokens
from tests.running import Platform

NAME, TITLE = "memoire", "Mémoire des processus web"
SAMPLE_S = 5.0
PERIOD_S = 10
MEGABYTE = 1_000_000
LIMIT_MB = 300
FLAT = 0.05
"""Growth of the second part over the first that still counts as flat."""
_seeds = itertools.count(int(time.time()) % 1_000_000_000 + 1_000_000)


def dataset(full: bool) -> str:
    warm, after = _minutes(full)
    return (
        f"{warm:g} min puis {after:g} min de lectures, recherches, dépôts de textes, de CDA de 30 ko et de lots, et de synthèses,"
        f" tous à la fois ; un relevé toutes les {SAMPLE_S:.0f} s ; 50 patients × 200 documents"
    )


def _minutes(full: bool) -> tuple[float, float]:
    return (10.0, 5.0) if full else (0.5, 0.5)


def run(platform: Platform, full: bool) -> Iterator[Figure]:
    if not load.installed():
        yield Figure("mémoire", load.ABSENT)
        return
    warm_s, after_s = (60 * minutes for minutes in _minutes(full))
    samples = _sampled_under_load(platform, warm_s + after_s)
    places = {name: [mb for at, mb in samples if first <= at <= last] for name, first, last in _windows(warm_s, after_s)}
    reached = max(places["warm"])
    growth = median(places["end"]) / median(places["warm"]) - 1
    minutes = f"{warm_s / 60:g}"
    what, target = f"le plus gros processus web après {minutes} min", f"{LIMIT_MB} Mo"
    yield Figure(what, f"{reached:.0f} Mo", target, reached < LIMIT_MB if full else None, timed=False)
    what, target = f"croissance pendant les {after_s / 60:g} min suivantes", f"{100 * FLAT:.0f} %"
    yield Figure(what, f"{100 * growth:.1f} %", target, growth <= FLAT if full else None, timed=False)
    yield Figure("au repos, avant la charge", f"{samples[0][1]:.0f} Mo")


def _windows(warm_s: float, after_s: float) -> list[tuple[str, float, float]]:
    """The last fifth of each part."""
    return [("warm", 0.8 * warm_s, warm_s), ("end", warm_s + 0.8 * after_s, warm_s + after_s)]


def _sampled_under_load(platform: Platform, seconds: float) -> list[tuple[float, float]]:
    """(seconds since the start, megabytes of the largest worker) while the load runs."""
    stopping = threading.Event()
    calls = _load(platform)
    begun = time.monotonic()
    samples = [(0.0, _largest(platform))]
    with ThreadPoolExecutor(len(calls)) as pool:
        running = [pool.submit(_again_and_again, call, stopping) for call in calls]
        try:
            while time.monotonic() - begun < seconds and not any(one.done() for one in running):
                time.sleep(SAMPLE_S)
                samples.append((time.monotonic() - begun, _largest(platform)))
        finally:
            stopping.set()
        for one in running:
            one.result()
    return samples


def _largest(platform: Platform) -> float:
    return max(float(one.memory_info().rss) for one in web_workers(platform.process.pid)) / MEGABYTE


def _again_and_again(call: Callable[[], None], stopping: threading.Event) -> None:
    while not stopping.is_set():
        call()


def _load(platform: Platform) -> list[Callable[[], None]]:
    token = platform.command("token", "claire-novarel").stdout.strip()
    actor = tokens.authenticate(f"Bearer {token}")
    people = many_patients.make(actor, patients=50, documents=200)
    folder, base = platform.data.parent, platform.endpoints["fhir"]
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/fhir+json"}
    reads, searches = folder / "mixed-reads", folder / "mixed-searches"
    reads.write_text("".join(f"/fhir/DocumentReference/{id_}\n" for id_ in people.documents), "ascii")
    searches.write_text("".join(f"/fhir/DocumentReference?patient={p.id}&status=current\n" for p in people.patients), "ascii")
    forms = {
        name: bodies.write(folder / f"mixed-{name}", (build(one, actor) for one in people.patients))
        for name, build in (("text", bodies.text), ("cda", bodies.cda), ("lot", bodies.lot))
    }
    wrk = partial(_wrk, headers)
    documents = f"{base}/DocumentReference"
    return [
        partial(wrk, base, "get.lua", reads),
        partial(wrk, base, "get.lua", searches),
        partial(wrk, documents, "post.lua", forms["text"]),
        partial(wrk, documents, "post.lua", forms["cda"]),
        partial(wrk, base, "post.lua", forms["lot"]),
        _pages(platform, people),
    ]


def _wrk(headers: dict[str, str], address: str, script: str, lines: Path) -> None:
    load.run(address, script, lines, seed=next(_seeds), seconds=PERIOD_S, headers=headers, connections=2)


def _pages(platform: Platform, people: many_patients.Population) -> Callable[[], None]:
    """A professional who reads one synthèse after the other."""
    client = visitor.professional(platform.endpoints["http"])
    opened = people.patients[:10]
    for one in opened:
        visitor.open_record(client, one.id)
    turn = itertools.cycle(opened)

    def read() -> None:
        client.get(f"/pro/patients/{next(turn).id}/synthese").raise_for_status()

    return read
