"""More transactions at once than connections, and a pool that is stuck: nothing waits for ever, and the health check says so."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial

import httpx
from django.conf import settings

from bench import bodies
from bench.figures import Figure, percentile
from socle.base.signin import tokens
from socle.deploy.serving import workers
from tests import minting
from tests.races.stuck import journal_held
from tests.races.together import together
from tests.running import Platform

NAME, TITLE = "saturation", "Saturation"
POOL = int(settings.DATABASES["default"]["OPTIONS"]["pool"]["max_size"])
MANY = 4 * POOL * workers()
DEADLINE_S = 60.0


def dataset(full: bool) -> str:
    return f"{MANY} transactions d’un lot de 9 textes à la fois, pour {workers()} processus de {POOL} connexions"


@dataclass(frozen=True, slots=True)
class Ended:
    """How one call ended, and after how many seconds."""

    status: int
    retry_after: str
    seconds: float

    @property
    def clean(self) -> bool:
        return self.status == 200 or (self.status == 503 and self.retry_after.isdigit())


def run(platform: Platform, full: bool) -> Iterator[Figure]:
    token = platform.command("token", "claire-novarel").stdout.strip()
    actor = tokens.authenticate(f"Bearer {token}")
    requests = [bodies.lot(minting.patient(), actor) for _ in range(MANY)]
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/fhir+json"}
    limits = httpx.Limits(max_connections=MANY)
    with httpx.Client(headers=headers, timeout=DEADLINE_S, limits=limits, trust_env=False) as http:
        send = partial(_send, http, platform.endpoints["fhir"])
        free = together([partial(send, bodies.filled(one)) for one in requests])
        yield from _figures("connexions libres", free)
        with ThreadPoolExecutor(MANY) as threads:
            with journal_held():
                stuck = [threads.submit(send, bodies.filled(one)) for one in requests]
                failing = _until(platform, 503)
                held = [one.result(DEADLINE_S) for one in stuck]
            recovered = _until(platform, 200)
        yield from _figures("journal verrouillé", held)
        yield Figure("contrôle de santé en échec après", f"{failing:.1f} s", "échec", True, timed=False)
        yield Figure("contrôle de santé bon de nouveau après", f"{recovered:.1f} s", "reprise", True, timed=False)


def _send(http: httpx.Client, address: str, body: bytes) -> Ended:
    begun = time.perf_counter()
    answer = http.post(address, content=body)
    return Ended(answer.status_code, answer.headers.get("Retry-After", ""), time.perf_counter() - begun)


def _until(platform: Platform, status: int) -> float:
    """Seconds until `/healthz` answers so. RuntimeError after a minute."""
    begun = time.perf_counter()
    while httpx.get(f"{platform.endpoints['http']}/healthz", timeout=DEADLINE_S).status_code != status:
        if time.perf_counter() - begun > DEADLINE_S:
            raise RuntimeError(f"/healthz never answers {status}")
        time.sleep(0.05)
    return time.perf_counter() - begun


def _figures(what: str, ended: list[Ended]) -> Iterator[Figure]:
    told = ", ".join(f"{count} × {status}" for status, count in sorted(Counter(one.status for one in ended).items()))
    clean = all(one.clean for one in ended)
    yield Figure(f"{what} : fins", told, "succès ou 503 avec Retry-After", clean, timed=False)
    durations = [one.seconds for one in ended]
    yield Figure(f"{what} : durée, p50 et la plus longue", f"{percentile(durations, 0.5):.1f} et {max(durations):.1f} s")
