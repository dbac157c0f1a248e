"""The FHIR wire that attacks come by."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from socle.deploy.environment import Environment

if TYPE_CHECKING:
    from tests.interfaces.fhir.serving import Wire


@pytest.fixture(scope="package")
def wire(installation: Environment) -> Iterator[Wire]:
    """The FHIR wire on a real socket."""
    from tests.interfaces.fhir.serving import serve  # reads models: settings are not complete when this file is

    with serve() as served:
        yield served
