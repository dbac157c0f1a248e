"""Logs tell types, places, routes and event codes; never what somebody typed."""

from __future__ import annotations

import json
import logging
import subprocess
import sys

from django.http import Http404
from django.test import RequestFactory
from django.urls import ResolverMatch

from socle.deploy import logs
from tests.running import REPOSITORY

SECRET = "ZERBINETTE"


def line(name: str, message: str, *arguments: object, failure: BaseException | None = None, **extra: object) -> dict[str, object]:
    caught = (type(failure), failure, failure.__traceback__) if failure else None
    record = logging.getLogger(name).makeRecord(name, logging.ERROR, "file.py", 7, message, arguments, caught, extra=extra)
    text = logs.JsonLine().format(record)
    assert SECRET not in text
    assert "\n" not in text
    told: dict[str, object] = json.loads(text)
    return told


def failed() -> BaseException:
    try:
        try:
            raise ValueError(SECRET)
        except ValueError as problem:
            raise RuntimeError(f"about {SECRET}") from problem
    except RuntimeError as problem:
        return problem


def test_our_events_carry_their_code_and_opaque_values() -> None:
    told = line("socle.worker", "reaction.failed", failure=failed(), reaction="record.index", attempts=3)
    assert (told["event"], told["reaction"], told["attempts"]) == ("reaction.failed", "record.index", 3)
    assert str(told["error"]).startswith("RuntimeError at test_logs.py:")
    assert " from ValueError at test_logs.py:" in str(told["error"])


def test_a_librarys_words_are_replaced_by_its_place() -> None:
    told = line("some.library", f"no row for {SECRET}", failure=failed())
    assert told["place"] == "file:7"
    assert "event" not in told


def test_arguments_are_never_put_into_the_line() -> None:
    assert line("socle.web", "seen %s", SECRET)["event"] == "seen %s"


def test_a_request_is_named_by_its_route() -> None:
    request = RequestFactory().get(f"/pro/{SECRET}/?q={SECRET}")
    request.resolver_match = ResolverMatch(lambda: None, (), {"name": SECRET}, route="pro/<str:name>/")
    told = line(
        "django.request", f"Internal Server Error: /pro/{SECRET}", failure=Http404(SECRET), request=request, status_code=500
    )
    assert (told["route"], told["method"], told["status"]) == ("pro/<str:name>/", "GET", 500)


def test_a_cycle_of_causes_ends() -> None:
    first, second = ValueError(), ValueError()
    first.__cause__, second.__cause__ = second, first
    assert logs.place_of(first).count("ValueError") == 2


FAILING = f"""import logging.config
from socle.deploy import logs
logging.config.dictConfig(logs.configuration())
logs.quiet_failures()
raise ValueError('{SECRET}')"""


def test_what_nobody_caught_is_told_without_its_message() -> None:
    done = subprocess.run([sys.executable, "-c", FAILING], cwd=REPOSITORY, capture_output=True, text=True)
    assert done.returncode == 1
    assert SECRET not in done.stderr
    assert json.loads(done.stderr)["error"] == "ValueError at <string>:5"
