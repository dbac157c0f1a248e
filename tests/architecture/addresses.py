"""Every address of the pages, from Django's own table."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import URLPattern, URLResolver, get_resolver

from socle import clock

_PARAMETER = re.compile(r"<(?:(\w+):)?(\w+)>")


@dataclass(frozen=True, slots=True)
class Route:
    """`template` as it is written (`pro/patients/<uuid:patient_id>/acces`), `path` an address that it matches."""

    template: str
    path: str


def routes() -> list[Route]:
    """In the order of the table."""
    samples = {"uuid": str(clock.new_id()), "int": "1", "slug": "un", "path": "socle.css", "str": "un", None: "un"}

    def example(template: str) -> str:
        return "/" + _PARAMETER.sub(lambda found: samples[found[1]], template)

    found = [Route(template, example(template)) for template in _templates(get_resolver().url_patterns, "")]
    assert len(found) > 40
    return found


def _templates(patterns: list[URLPattern | URLResolver], before: str) -> Iterator[str]:
    for pattern in patterns:
        template = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _templates(pattern.url_patterns, template)
        else:
            yield template
