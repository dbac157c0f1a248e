"""A real Chromium on the demo that `make run` starts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import sync_playwright

from tests.running import Platform

if TYPE_CHECKING:
    from tests.scenarios.journeys import Stage


@pytest.fixture(scope="module")
def stage(story_platform: Platform) -> Iterator[Stage]:
    """The demo, and whoever signs in on it. One a module: a second driver of browsers cannot start while another one runs."""
    from tests.scenarios.journeys import Stage

    with sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        try:
            yield Stage(chromium, story_platform)
        finally:
            chromium.close()
