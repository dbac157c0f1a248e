"""The people whom the simulators of the running platform know."""

from __future__ import annotations

from tests.base.signin.conftest import cast

__all__ = ["cast"]
