"""More work than connections: every call ends, in success or in a clean 503, and the health check tells the truth."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

import httpx
from django.conf import settings

from socle.base.access.doors import sql_allowed
from socle.deploy.postgres import Cluster
from socle.deploy.serving import THREADS, workers
from socle.record.models import Document
from tests import minting
from tests.interfaces.fhir import samples
from tests.interfaces.fhir.test_documents import sent
from tests.interfaces.fhir.test_transactions import lot
from tests.races.stuck import frozen, journal_held
from tests.races.together import Calling, together
from tests.running import Platform

POOL = int(settings.DATABASES["default"]["OPTIONS"]["pool"]["max_size"])
MANY = 4 * POOL * workers()
DEADLINE_S = 60.0


def health(platform: Platform) -> tuple[int, dict[str, str]]:
    answer = httpx.get(f"{platform.endpoints['http']}/healthz", timeout=DEADLINE_S)
    return answer.status_code, answer.json()


def until(condition: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + DEADLINE_S
    while not condition():
        assert time.monotonic() < deadline, f"never came: {what}"
        threading.Event().wait(0.05)


def is_clean(answer: httpx.Response) -> bool:
    """Success, or a refusal that says when to come back, in the language of the wire."""
    if answer.status_code == 503:
        return int(answer.headers["Retry-After"]) > 0 and answer.json()["resourceType"] == "OperationOutcome"
    return answer.status_code in (200, 201)


def test_the_web_process_has_more_threads_than_connections() -> None:
    assert THREADS > POOL


def test_four_times_as_many_transactions_as_connections_all_end(calling: Calling) -> None:
    author = minting.doctor()
    client = calling(author)
    people = [minting.patient() for _ in range(MANY)]
    bundles = [lot(one, author, [b"Un.", b"Deux."]) for one in people]
    answers = together([lambda one=one: client.post("", json=one, timeout=DEADLINE_S) for one in bundles])
    assert [one.text for one in answers if not is_clean(one)] == []
    with sql_allowed("tests"):
        kept = Counter(Document.objects.filter(patient_id__in=[one.id for one in people]).values_list("patient_id", flat=True))
    for person, answer in zip(people, answers, strict=True):
        assert kept[person.id] == (2 if answer.status_code == 200 else 0)
    assert any(one.status_code == 200 for one in answers)


def test_a_stuck_pool_fails_the_health_check_and_every_call_ends(platform: Platform, calling: Calling) -> None:
    author = minting.doctor()
    client = calling(author)
    resources = [samples.published(minting.patient(), author) for _ in range(MANY)]
    assert health(platform) == (200, {"status": "ok"})
    with ThreadPoolExecutor(MANY) as pool:
        with journal_held():
            calls: list[Future[httpx.Response]] = [pool.submit(sent, client, one) for one in resources]
            until(lambda: health(platform) == (503, {"status": "unavailable", "reason": "pool"}), "a failing health check")
            answers = [one.result(DEADLINE_S) for one in calls]
        assert Counter(one.status_code for one in answers) == {503: MANY}
        assert [one.text for one in answers if not is_clean(one)] == []
        until(lambda: health(platform) == (200, {"status": "ok"}), "health again")
        again = [one.result(DEADLINE_S) for one in [pool.submit(sent, client, one) for one in resources]]
    assert [one.text for one in again if not is_clean(one)] == []
    assert any(one.status_code == 201 for one in again)


def test_a_database_that_stands_still_fails_the_health_check_and_loses_nothing(
    platform: Platform, cluster: Cluster, calling: Calling
) -> None:
    author = minting.doctor()
    client = calling(author)
    resources = [samples.published(minting.patient(), author) for _ in range(MANY)]
    with ThreadPoolExecutor(MANY) as pool:
        with frozen(cluster.pid):
            calls = [pool.submit(sent, client, one) for one in resources]
            until(lambda: health(platform)[0] == 503, "a failing health check")
        answers = [one.result(DEADLINE_S) for one in calls]
    assert [one.text for one in answers if not is_clean(one)] == []
    until(lambda: health(platform) == (200, {"status": "ok"}), "health again")
    again = [sent(client, one) for one in resources]
    assert {(first.status_code, second.status_code) for first, second in zip(answers, again, strict=True)} <= {
        (201, 200),
        (503, 201),
    }
