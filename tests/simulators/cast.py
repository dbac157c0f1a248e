"""The people of these tests: richer in borderline cases than the demo's, in the same shape."""

from __future__ import annotations

from pathlib import Path

PEOPLE = Path(__file__).parent / "people.json"
