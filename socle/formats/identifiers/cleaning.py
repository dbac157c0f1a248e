"""Taking off what people and systems put between the characters of an identifier."""

from __future__ import annotations

import re

_SEPARATORS = re.compile(r"[\s.\-\u2010-\u2015\u00ad\u200b\ufeff]+")
_LONGEST = 128


def compact(text: str) -> str:
    """The text in upper case without spaces, dots and hyphens; empty when longer than any identifier people write."""
    return _SEPARATORS.sub("", text).upper() if len(text) <= _LONGEST else ""
