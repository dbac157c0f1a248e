"""FHIR on two cores, load generator included, all checks and the durable journal on (targets: the issue of the ground)."""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import httpx
from django.db import connection

from bench import bare_reading, bodies, load, many_patients
from bench.figures import Figure
from bench.load import Told
from bench.processes import Spent, spent
from socle.base.access.actor import Actor
from socle.base.access.doors import sql_allowed
from socle.base.signin import tokens
from tests.running import Platform

NAME, TITLE = "fhir", "FHIR"
ROUNDS = 3
DOCUMENTS = 200
_seeds = itertools.count(int(time.time()) % 1_000_000_000)


def dataset(full: bool) -> str:
    patients, seconds = _size(full)
    return (
        f"{patients} patients × {DOCUMENTS} documents ; wrk, 16 connexions, {ROUNDS} tours de {seconds} s entrelacés, le meilleur"
        " de chacun ; toutes les vérifications, journal durable, extraction des faits en parallèle"
    )


def _size(full: bool) -> tuple[int, int]:
    return (500, 6) if full else (50, 2)


@dataclass(slots=True)
class Case:
    """One kind of request, and its rounds so far. `script` draws requests from `lines`; `server` is another process than ours."""

    address: str
    script: str
    lines: Path
    server: int | None = None
    rounds: list[tuple[Told, Spent]] = field(default_factory=list)

    @property
    def best(self) -> tuple[Told, Spent]:
        return max(self.rounds, key=lambda one: one[0].rate)


def run(platform: Platform, full: bool) -> Iterator[Figure]:
    if not load.installed():
        yield Figure("FHIR", load.ABSENT)
        return
    patients, seconds = _size(full)
    token = platform.command("token", "claire-novarel").stdout.strip()
    actor = tokens.authenticate(f"Bearer {token}")
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/fhir+json", "Accept": "application/fhir+json"}
    people = many_patients.make(actor, patients=patients, documents=DOCUMENTS)
    folder, base = platform.data.parent, platform.endpoints["fhir"]
    read_plan = bare_reading.plan(actor, people.patients[0].id, people.documents[0])
    with bare_reading.serving(read_plan, folder) as bare:
        readings = _readings(people, base, folder) | {"bare": _bare(people, bare, folder)}
        _measure(platform, readings, seconds, headers)
    yield from _told_of_reads(readings, bare.statements)
    deposits = _deposits(people, actor, base, folder)
    _check(deposits, headers)
    _measure(platform, deposits, seconds, headers)
    yield from _told_of_deposits(deposits)


def _readings(people: many_patients.Population, base: str, folder: Path) -> dict[str, Case]:
    reads, searches = folder / "reads", folder / "searches"
    reads.write_text("".join(f"/fhir/DocumentReference/{id_}\n" for id_ in people.documents), "ascii")
    newest = "status=current&_sort=-date&_count=20"
    searches.write_text("".join(f"/fhir/DocumentReference?patient={one.id}&{newest}\n" for one in people.patients), "ascii")
    return {"read": Case(base, "get.lua", reads), "search": Case(base, "get.lua", searches)}


def _bare(people: many_patients.Population, served: bare_reading.Served, folder: Path) -> Case:
    lines = folder / "bare-reads"
    lines.write_text("".join(f"/{id_}\n" for id_ in people.documents), "ascii")
    return Case(served.address, "get.lua", lines, served.pid)


def _deposits(people: many_patients.Population, actor: Actor, base: str, folder: Path) -> dict[str, Case]:
    made = {"text": bodies.text, "cda": bodies.cda, "lot": bodies.lot}
    address = {"text": f"{base}/DocumentReference", "cda": f"{base}/DocumentReference", "lot": base}
    return {
        name: Case(address[name], "post.lua", bodies.write(folder / name, (build(one, actor) for one in people.patients)))
        for name, build in made.items()
    }


def _check(cases: dict[str, Case], headers: dict[str, str]) -> None:
    """Each form is accepted and stored, so that a measure is not one of refusals."""
    for name, case in cases.items():
        body = bodies.filled(case.lines.read_bytes().split(b"\n", 1)[0])
        answer = httpx.post(case.address, content=body, headers=headers, timeout=60)
        if answer.status_code not in (200, 201):
            raise RuntimeError(f"{name}: {answer.status_code} {answer.text[:600]}")


def _measure(platform: Platform, cases: dict[str, Case], seconds: int, headers: dict[str, str]) -> None:
    for _ in range(ROUNDS):
        for case in cases.values():
            before = spent(platform.process.pid, case.server)
            told = load.run(case.address, case.script, case.lines, seed=next(_seeds), seconds=seconds, headers=headers)
            used = spent(platform.process.pid, case.server).since(before)
            _wait_for_reactions()
            later = spent(platform.process.pid, case.server).since(before).worker
            case.rounds.append((told, replace(used, worker=later)))


def _wait_for_reactions() -> None:
    """What deposits left to the worker is done, and is not counted with the next measure."""
    while True:
        with sql_allowed("tests"), connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM events_reaction WHERE state = 'due' AND event_id IS NOT NULL")
            due = cursor.fetchone()[0]
        connection.close()
        if not due:
            return
        time.sleep(0.2)


def _told_of_reads(cases: dict[str, Case], statements: int) -> Iterator[Figure]:
    read, bare = cases["read"].best[0], cases["bare"].best[0]
    share = read.rate / bare.rate
    what = f"lecture d’un DocumentReference, part d’un WSGI nu ({statements} mêmes requêtes, une transaction)"
    yield Figure(what, f"{100 * share:.0f} %", "60 %", share >= 0.6 and _clean(cases["read"]) and _clean(cases["bare"]))
    yield from _figures("lecture d’un DocumentReference", cases["read"], 2000)
    yield from _figures("le même par un WSGI nu", cases["bare"])
    yield from _figures("recherche des 20 documents les plus récents", cases["search"], 1000)


def _told_of_deposits(cases: dict[str, Case]) -> Iterator[Figure]:
    yield from _figures("dépôt ITI-105, texte de 2 ko", cases["text"], 700)
    yield from _figures("transaction ITI-65 : un lot de 9 textes de 2 ko", cases["lot"], 150)
    yield from _figures("dépôt ITI-105, CDA de 30 ko", cases["cda"], 200)


def _figures(what: str, case: Case, target: int = 0) -> Iterator[Figure]:
    told, used = case.best
    clean = _clean(case)
    value = f"{told.rate:.0f}" if clean else f"{told.rate:.0f} dont des échecs"
    goal = f"{target}" if target else ""
    yield Figure(f"{what}, par seconde", value, goal, (told.rate >= target and clean) if target else None)
    server, database, worker = (1000 * part / told.requests for part in (used.server, used.database, used.worker))
    yield Figure(
        f"{what} : calcul du serveur + de la base + différé ; p50, p99",
        f"{server:.2f} + {database:.2f} + {worker:.2f} ms ; {told.p50_ms:.1f}, {told.p99_ms:.0f} ms",
    )


def _clean(case: Case) -> bool:
    return all(not told.refused and not told.failed for told, _ in case.rounds)
