"""The wires that attacks come by: FHIR in this process, FHIR and pages of the platform that runs beside."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import TYPE_CHECKING

import httpx
import pytest

from socle.base.access.actor import Actor
from socle.deploy.environment import Environment
from tests.portal.conftest import visit
from tests.running import Platform

if TYPE_CHECKING:
    from tests.interfaces.fhir.serving import Wire

__all__ = ["visit"]


@pytest.fixture(scope="package")
def wire(installation: Environment) -> Iterator[Wire]:
    """The FHIR wire on a real socket."""
    from tests.interfaces.fhir.serving import serve  # reads models: settings are not complete when this file is

    with serve() as served:
        yield served


@pytest.fixture
def calling(platform: Platform) -> Iterator[Callable[[Actor], httpx.Client]]:
    """`calling(actor)`: a client of the FHIR wire of the platform that runs beside, with a token of that actor."""
    from tests.interfaces.fhir.serving import Wire

    wire = Wire(platform.endpoints["http"])
    with ExitStack() as opened:
        yield lambda actor: opened.enter_context(wire.client(actor))
