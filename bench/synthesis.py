"""The synthèse of the reference patient: 900 documents, 4 000 facts, four readers at once."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

from bench import reference_patient, visitor
from bench.figures import Figure, percentile
from bench.processes import spent
from tests import minting
from tests.running import Platform

NAME, TITLE = "synthese", "Synthèse d’un dossier de 900 documents"
DATASET = "un patient, 900 documents sur 5 ans, 4 000 faits ; 4 lecteurs, connexions gardées, journal durable"
READERS, PAGES = 4, 40


def dataset(full: bool) -> str:
    return DATASET


def run(platform: Platform, full: bool) -> Iterator[Figure]:
    patient = minting.patient()
    reference_patient.fill(patient.id)
    client = visitor.professional(platform.endpoints["http"])
    visitor.open_record(client, patient.id)
    address = f"/pro/patients/{patient.id}/synthese"
    page = client.get(address)
    assert page.status_code == 200, page.status_code
    durations: list[float] = []
    lock = threading.Lock()

    def read() -> None:
        mine = []
        for _ in range(PAGES):
            begun = time.perf_counter()
            answer = client.get(address)
            mine.append(time.perf_counter() - begun)
            assert answer.status_code == 200
        with lock:
            durations.extend(mine)

    before = spent(platform.process.pid)
    threads = [threading.Thread(target=read) for _ in range(READERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    used = spent(platform.process.pid).since(before)
    count = READERS * PAGES
    server, database = 1000 * used.server / count, 1000 * used.database / count
    p95 = 1000 * percentile(durations, 0.95)
    yield Figure("CPU par page, serveur et base", f"{server:.1f} + {database:.1f} ms", "75 ms", server + database <= 75)
    yield Figure("p95 à 4 lecteurs", f"{p95:.0f} ms", "300 ms", p95 <= 300)
    yield Figure("p50 à 4 lecteurs", f"{1000 * percentile(durations, 0.5):.0f} ms")
    yield Figure("page non compressée", f"{len(page.content) / 1000:.0f} ko")
