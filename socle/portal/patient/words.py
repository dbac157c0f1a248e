"""Everyday words for medical terms. A table of ours (`words.csv`), kept small and careful: a term that is not there is shown
as it is. `codes` are LOINC codes or categories of ICD-10; `starts` is how the term begins, in comparable form."""

from __future__ import annotations

import csv
import functools
import io
from dataclasses import dataclass
from importlib import resources

from socle.formats.names import comparable


@dataclass(frozen=True, slots=True)
class Word:
    """How a thing is called in everyday words, and one sentence about it (may be empty)."""

    everyday: str
    explanation: str


def word(label: str, code: str = "") -> Word | None:
    """The everyday word of a term, by its code, else by how it begins; None when we have none."""
    coded, begun = _table()
    found = coded.get(code) or coded.get(code.partition(".")[0]) if code else None
    if found is not None:
        return found
    form = comparable(label)
    return next((one for start, one in begun if form == start or form.startswith(f"{start} ")), None)


def plain(label: str, code: str = "") -> str:
    """« Tension trop haute (hypertension artérielle) »; the term itself when it has no other word."""
    found = word(label, code)
    if found is None or comparable(found.everyday) == comparable(label):
        return label
    term = lowered(label).replace(" (", ", ").replace(")", "")
    return f"{found.everyday} ({term})"


def lowered(text: str) -> str:
    """The first letter small, unless the word is an acronym."""
    return text if text[1:2].isupper() or text[1:2] in "-0123456789" else text[:1].lower() + text[1:]


@functools.cache
def _table() -> tuple[dict[str, Word], tuple[tuple[str, Word], ...]]:
    content = resources.files("socle.portal.patient").joinpath("words.csv").read_text("utf-8")
    coded: dict[str, Word] = {}
    begun: list[tuple[str, Word]] = []
    for row in csv.DictReader(io.StringIO(content, newline="")):
        one = Word(row["everyday"], row["explanation"])
        coded |= dict.fromkeys(row["codes"].split(), one)
        begun.append((comparable(row["starts"]), one))
    return coded, tuple(sorted(begun, key=lambda pair: -len(pair[0])))
