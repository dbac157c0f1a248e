"""Every document of the story, in the order in which it was deposited."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from socle.deploy.story.binding import StoryDocument, bind
from socle.deploy.story.drafts import Draft, ordered
from socle.deploy.story.people import cast
from socle.deploy.story.reading import read
from socle.deploy.story.times import Times
from socle.deploy.story.years import ordinary_years

KARIM_SHOWS = 240
"""Current documents of P2: too many to read, so that the allergy stays buried. Two replaced versions come on top."""

_OTHERS = ("odette", "sylvie", "jean-baptiste", "lucette", "henri", "marguerite", "ines", "leo", "ahmed", "homonym", "gerard")


def build(today: date) -> Iterator[StoryDocument]:
    """The documents as of `today`, oldest first; the same day gives the same bytes. A version follows the one it replaces."""
    everyone = cast()
    for draft in drafts(today):
        yield bind(draft, everyone)


def drafts(today: date) -> list[Draft]:
    times = Times(today)
    karim = read("karim", times)
    found = [*karim, *ordinary_years(times, karim, KARIM_SHOWS)]
    for name in _OTHERS:
        found += read(name, times)
    return ordered(found)
