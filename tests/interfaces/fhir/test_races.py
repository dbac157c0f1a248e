"""Parallel software: one document once, and more calls than connections end in success or a clean 503."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import httpx
import pytest
from django.conf import settings
from django.db import connection

from socle.base.access.doors import sql_allowed
from tests import minting
from tests.interfaces.fhir import samples
from tests.interfaces.fhir.serving import Wire
from tests.interfaces.fhir.test_documents import code_of, deposited, found
from tests.interfaces.fhir.test_transactions import lot

POOL = settings.DATABASES["default"]["OPTIONS"]["pool"]["max_size"]


def together(calls: list[Callable[[], httpx.Response]]) -> list[httpx.Response]:
    """All calls at once."""
    barrier = threading.Barrier(len(calls))

    def one(call: Callable[[], httpx.Response]) -> httpx.Response:
        barrier.wait()
        return call()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(one, calls))


@contextmanager
def every_connection_taken() -> Iterator[None]:
    """All connections of the pool are held by threads that wait."""
    release, held = threading.Event(), threading.Barrier(POOL + 1)

    def hold() -> None:
        with sql_allowed("tests"):
            connection.ensure_connection()
            held.wait()
            release.wait()
            connection.close()

    threads = [threading.Thread(target=hold) for _ in range(POOL)]
    for thread in threads:
        thread.start()
    held.wait()
    try:
        yield
    finally:
        release.set()
        for thread in threads:
            thread.join()


def test_thirty_two_identical_creates_give_one_document(wire: Wire) -> None:
    patient, author = minting.patient(), minting.doctor()
    resource = samples.published(patient, author)
    clients = [wire.client(author) for _ in range(32)]
    answers = together([lambda client=client: client.post("DocumentReference", json=resource) for client in clients])  # type: ignore[misc]
    done = [answer for answer in answers if answer.status_code != 503]
    assert {answer.status_code for answer in done} <= {200, 201}
    assert sum(answer.status_code == 201 for answer in done) == 1
    assert len({answer.json()["id"] for answer in done}) == 1
    assert len(found(wire.client(minting.holder(patient.id)), patient)) == 1


def test_one_lot_sent_by_many_is_one_lot(wire: Wire) -> None:
    patient, author = minting.patient(), minting.doctor()
    sent = lot(patient, author, [b"Un.", b"Deux."])
    clients = [wire.client(author) for _ in range(8)]
    answers = together([lambda client=client: client.post("", json=sent) for client in clients])  # type: ignore[misc]
    done = [answer for answer in answers if answer.status_code == 200]
    assert len(done) + sum(answer.status_code == 503 for answer in answers) == 8
    statuses = sorted(answer.json()["entry"][0]["response"]["status"] for answer in done)
    assert statuses.count("201 Created") == 1
    assert len(found(wire.client(minting.holder(patient.id)), patient)) == 2


def test_four_times_more_transactions_than_connections_all_end_well(wire: Wire) -> None:
    author = minting.doctor()
    patients = [minting.patient() for _ in range(4 * POOL)]
    clients = [wire.client(author) for _ in patients]
    bundles = [lot(patient, author, [b"Un.", b"Deux.", b"Trois."]) for patient in patients]
    answers = together([lambda client=c, sent=b: client.post("", json=sent) for c, b in zip(clients, bundles, strict=True)])  # type: ignore[misc]
    for patient, answer in zip(patients, answers, strict=True):
        kept = found(wire.client(minting.holder(patient.id)), patient)
        if answer.status_code == 200:
            assert len(kept) == 3
        else:
            assert (answer.status_code, code_of(answer), kept) == (503, "saturation", [])
            assert int(answer.headers["Retry-After"]) > 0
    assert any(answer.status_code == 200 for answer in answers)


def test_without_a_connection_the_answer_is_a_clean_503_and_comes_back(wire: Wire) -> None:
    patient, author = minting.patient(), minting.doctor()
    id_ = deposited(wire, patient, author)
    client = wire.client(minting.holder(patient.id))
    assert client.get(f"DocumentReference/{id_}").status_code == 200
    with every_connection_taken():
        answer = client.get(f"DocumentReference/{id_}")
        assert (answer.status_code, code_of(answer)) == (503, "saturation")
        assert int(answer.headers["Retry-After"]) > 0
    assert client.get(f"DocumentReference/{id_}").status_code == 200


@pytest.mark.parametrize("times", [16])
def test_parallel_masks_of_one_document_lose_none(wire: Wire, times: int) -> None:
    patient, author = minting.patient(), minting.doctor()
    id_ = deposited(wire, patient, author)
    mask = [{"op": "add", "path": "/securityLabel/-", "value": samples.label("MASQUE_PS")[0]}]
    headers = {"Content-Type": "application/json-patch+json", "If-Match": 'W/"1"'}
    clients = [wire.client(author) for _ in range(times)]
    answers = together([lambda client=c: client.patch(f"DocumentReference/{id_}", json=mask, headers=headers) for c in clients])  # type: ignore[misc]
    done = [answer for answer in answers if answer.status_code != 503]
    assert sum(answer.status_code == 200 for answer in done) == 1
    assert {answer.status_code for answer in done} <= {200, 412}
