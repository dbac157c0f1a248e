"""A browser without scripts and a real Chromium on the running platform, for people whom the tests mint."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest

from tests.running import Platform

if TYPE_CHECKING:
    from socle.base.access.actor import Actor
    from tests.signing_in import Browser


@pytest.fixture
def visit(platform: Platform) -> Iterator[Callable[[Actor], Browser]]:
    """A browser signed in as the actor given; each call opens another one."""
    from contextlib import ExitStack

    from tests.signing_in import browser, session_for

    with ExitStack() as opened:

        def call(actor: Actor) -> Browser:
            found = opened.enter_context(browser(platform.endpoints["http"]))
            found.carry(session_for(actor))
            return found

        yield call
