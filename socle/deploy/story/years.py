"""The ordinary years of Karim BELHADRI: enough visits, prescriptions and analyses for a record that nobody can read whole.

The same for everyone who starts the demo: values follow the rank of the visit, nothing is drawn at random.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from functools import partial
from importlib.resources import files
from typing import Any

from socle.deploy.story import clinic, drafts
from socle.deploy.story.drafts import Draft, Paper
from socle.deploy.story.times import Times
from socle.formats.cda.writer import Report
from socle.formats.cda.writer.sections import ASSESSMENT, EXAMINATION, HISTORY, REASON

_FIRST, _LAST = date(2011, 10, 10), date(2026, 5, 4)
_GP, _LUNG, _BIOLOGIST = "yannig-plouverne", "maelle-corvoisier", "hugo-lanterniau"
_HALF_YEARS = (2015, 2017, 2019, 2021, 2022, 2023, 2025)

Table = Mapping[str, Any]


def ordinary_years(times: Times, others: Sequence[Draft], wanted: int) -> list[Draft]:
    """What to add to `others` so that the record shows `wanted` current documents, versions replaced left aside."""
    content = tomllib.loads((files(__package__) / "texts" / "karim-years.toml").read_text("utf-8"))
    draft = partial(Draft, patient=content["patient"], attending=content["attending"])
    found = [
        *_single(content["single"], draft, times),
        *_certificates(content["certificate"][0], draft, times),
        *_lung_visits(content["lung"][0], draft, times),
        *_analyses(draft, times),
    ]
    replaced = {other.replaces for other in others if other.replaces}
    missing = wanted - len(found) - sum(other.key not in replaced for other in others)
    return [*found, *_visits(content["visit"], draft, times, missing)]


def _moved(times: Times, day: date) -> date:
    return times.on(day.year, day.month, day.day)


def _single(entries: Sequence[Table], draft: partial[Draft], times: Times) -> Iterator[Draft]:
    for entry in entries:
        hour, minute = map(int, entry.get("at", "11:00").split(":"))
        yield draft(
            key=entry["key"],
            author=entry["author"],
            on=_moved(times, entry["on"]),
            at=(hour, minute),
            kind=getattr(drafts, entry["kind"]),
            title=entry["title"],
            episode=entry.get("episode", ""),
            encounter=entry.get("encounter", "AMB"),
            body=Paper(tuple(entry["paper"].strip().splitlines())),
        )


def _certificates(entry: Table, draft: partial[Draft], times: Times) -> Iterator[Draft]:
    for year in range(2012, 2026):
        yield draft(
            key=f"karim-certificate-{year}",
            author=_GP,
            on=times.on(year, entry["month"], 4 + year % 20),
            kind=drafts.CERTIFICATE,
            title=entry["title"],
            body=Paper((entry["text"],)),
        )


def _lung_visits(entry: Table, draft: partial[Draft], times: Times) -> Iterator[Draft]:
    for rank, year in enumerate(range(2012, 2026)):
        day = times.on(year, entry["month"], 10 + rank % 15)
        score, percent = 20 - rank % 3, 84 - rank // 2
        numbers = {"score": score, "percent": percent, "fev": f"{percent * 4.02 / 100:.2f}".replace(".", ",")}
        episode = f"karim-lung-{year}"
        yield draft(
            key=f"karim-lung-{year}",
            author=_LUNG,
            on=day,
            kind=drafts.CONSULTATION,
            title="Consultation de pneumologie",
            episode=episode,
            body=Report(
                words=((HISTORY, entry["history"].format(**numbers)), (EXAMINATION, entry["examination"])),
                closing=((ASSESSMENT, entry["conclusion"]),),
            ),
        )
        yield draft(
            key=f"karim-spirometry-{year}",
            author=_LUNG,
            on=day,
            at=(10, 30),
            kind=drafts.FUNCTIONAL,
            title="Spirométrie",
            episode=episode,
            body=Paper((entry["spirometry"].format(gain=12 + rank % 6, **numbers),)),
        )


def _analyses(draft: partial[Draft], times: Times) -> Iterator[Draft]:
    days = [date(year, 6, 5 + year % 15) for year in range(2012, 2026) if year != 2024]
    days += [date(year, 11, 3 + year % 15) for year in _HALF_YEARS]
    previous: dict[str, str] = {}
    for rank, day in enumerate(sorted(days)):
        values = {
            "hb": f"{14.6 + rank % 5 / 10:.1f}",
            "wbc": f"{6.2 + rank % 7 / 5:.1f}",
            "plt": str(236 + rank * 7 % 40),
            "eos": f"0.{30 + rank % 9}",
            "creatinine": str(84 + rank // 2),
            "gfr": str(104 - rank // 2),
            "glucose": f"{4.9 + rank % 4 / 10:.1f}",
        }
        yield draft(
            key=f"karim-lab-{day:%Y-%m}",
            author=_BIOLOGIST,
            depositor="biodemo",
            on=_moved(times, day),
            at=(15, 0),
            kind=drafts.LABORATORY,
            title="Biologie — BioDémo — Nantes",
            body=clinic.laboratory(values, previous),
        )
        previous = values


def _visits(entries: Sequence[Table], draft: partial[Draft], times: Times, missing: int) -> Iterator[Draft]:
    """`missing` documents: a report and its prescription by turns, the last one alone when the number is odd."""
    count = (missing + 1) // 2
    step = (_LAST - _FIRST) / max(count - 1, 1)
    for rank in range(count):
        entry = entries[rank * 5 % len(entries)]
        told = _FIRST + timedelta(days=(step * rank).days)
        if told.weekday() > 4:
            told -= timedelta(days=2)
        day = _moved(times, told)
        numbers = {"flow": 520 - rank % 6 * 15, "score": 19 + rank % 4}
        systolic = 122 + rank * 22 // count + rank % 4
        episode = f"karim-visit-{rank + 1}"
        yield draft(
            key=f"karim-visit-{rank + 1}",
            author=_GP,
            on=day,
            at=(9 + rank % 8, rank * 20 % 60),
            kind=drafts.CONSULTATION,
            title=entry["title"],
            episode=episode,
            body=Report(
                words=(
                    (REASON, entry["reason"]),
                    (HISTORY, entry["history"].format(**numbers)),
                    (EXAMINATION, entry["examination"].format(**numbers)),
                ),
                measures=clinic.signs(
                    weight=f"{74 + rank * 8 // count}", systolic=str(systolic), diastolic=str(76 + rank * 12 // count)
                ),
                closing=((ASSESSMENT, entry["conclusion"]),),
            ),
        )
        if 2 * rank + 2 <= missing:
            yield draft(
                key=f"karim-visit-{rank + 1}-prescription",
                author=_GP,
                on=day,
                at=(9 + rank % 8, rank * 20 % 60 + 10),
                kind=drafts.PRESCRIPTION,
                title="Ordonnance",
                episode=episode,
                body=Paper(tuple(entry["prescription"].strip().splitlines())),
            )
