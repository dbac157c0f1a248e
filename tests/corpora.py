"""Where the shared test material lies: beside the repository, never inside it (architecture.md §8)."""

from __future__ import annotations

from pathlib import Path

import pytest

SHARED = Path(__file__).resolve().parent.parent.parent / "shared"


def shared(relative: str) -> Path:
    """The path of a file or folder of the shared material; the test is skipped, saying so, where it is absent."""
    path = SHARED / relative
    if not path.exists():
        pytest.skip(f"shared test material absent: {relative}")
    return path
