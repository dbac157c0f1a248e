"""The wire of the platform that runs beside: real processes, real connections."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import httpx
import pytest

from socle.base.access.actor import Actor
from tests.running import Platform


@pytest.fixture
def calling(platform: Platform) -> Iterator[Callable[[Actor], httpx.Client]]:
    """`calling(actor)`: a client of the served FHIR wire with a token of that actor, closed at the end of the test."""
    from tests.interfaces.fhir.serving import Wire  # reads models: settings are not complete when this file is

    wire = Wire(platform.endpoints["http"])
    with ExitStack() as opened:
        yield lambda actor: opened.enter_context(wire.client(actor))
