"""Settings of another profile, for what only production refuses."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.test import override_settings


@pytest.fixture
def settings_of_production() -> Iterator[None]:
    with override_settings(SOCLE_PROFILE="production"):
        yield
