"""The texts of the story (`texts/*.toml`) -> drafts.

A file is about one patient: `patient`, `attending` (médecin traitant of that time, where it is not today's), tables of
`problems` and `treatments` that its documents name, then `[[document]]` entries: `key`, `author`, `on` (a date, moved as
`times.py` says) or `ago` (days before today), `kind` (a name of `drafts.py`), `title`, and one body: `report`, `paper`, `note`,
`summary`, `discharge`, `laboratory` or `vaccinations`. In any text, `{2026-06-12}` and `{-7}` become the date of telling.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from typing import Any

from socle.deploy.story import clinic, drafts
from socle.deploy.story.drafts import Body, Draft, Note, Paper, Vaccinations
from socle.deploy.story.times import Times, french
from socle.formats.cda.values import Code
from socle.formats.cda.writer import (
    OTHER_FACILITY,
    PLANNED_ADMISSION,
    RETURN_HOME,
    URGENT_ADMISSION,
    Allergy,
    Discharge,
    FamilyHistory,
    Habit,
    Immunisation,
    MedicalSummary,
    Problem,
    Report,
    Stay,
    Treatment,
    moment,
)
from socle.formats.cda.writer import sections as s

_DATED = re.compile(r"\{(?:(\d{4})-(\d{2})-(\d{2})|-(\d+))\}")
_BEFORE = (("reason", s.REASON), ("history", s.HISTORY), ("examination", s.EXAMINATION), ("results", s.RESULTS))
_AFTER = (("conclusion", s.ASSESSMENT), ("plan", s.CARE_PLAN), ("remark", s.REMARK))
_HABITS = {
    "tobacco": Code("74011-8", s.LOINC, "Consommation tabagique"),
    "alcohol": Code("74013-4", s.LOINC, "Consommation d'alcool"),
    "exercise": Code("73985-4", s.LOINC, "Exercice physique"),
    "diet": Code("81663-7", s.LOINC, "Régime"),
    "other": Code("11345-6", s.LOINC, "Autre élément social"),
}
_HABIT_LABELS = {
    "tobacco": "Consommation tabagique",
    "alcohol": "Consommation d’alcool",
    "exercise": "Activité physique",
    "diet": "Régime",
    "other": "Conditions de vie",
}
_KINSHIPS = {
    "mother": (Code("MTH", "2.16.840.1.113883.5.111", "Mère"), "F"),
    "father": (Code("FTH", "2.16.840.1.113883.5.111", "Père"), "M"),
}
_ADMISSIONS = {"urgent": URGENT_ADMISSION, "planned": PLANNED_ADMISSION}
_DISCHARGES = {"home": RETURN_HOME, "facility": OTHER_FACILITY}

Table = Mapping[str, Any]


def read(name: str, times: Times) -> list[Draft]:
    """The drafts of one file, in its order."""
    return _File(tomllib.loads((files(__package__) / "texts" / f"{name}.toml").read_text("utf-8")), times).drafts()


@dataclass(frozen=True)
class _File:
    content: Table
    times: Times

    def drafts(self) -> list[Draft]:
        return [self._draft(entry) for entry in self.content["document"]]

    def _draft(self, entry: Table) -> Draft:
        hour, minute = map(int, entry.get("at", "10:00").split(":"))
        since = entry.get("since")
        return Draft(
            key=entry["key"],
            patient=self.content["patient"],
            attending=entry.get("attending", self.content.get("attending", "")),
            author=entry["author"],
            on=self._day(entry),
            at=(hour, minute),
            kind=getattr(drafts, entry["kind"]),
            title=self._text(entry["title"]),
            body=self._body(entry),
            depositor=entry.get("depositor", ""),
            episode=entry.get("episode", ""),
            encounter=entry.get("encounter", "AMB"),
            since=self._moved(since) if since else None,
            replaces=entry.get("replaces", ""),
            version=entry.get("version", 1),
            visibility=tuple(entry.get("visibility", ())),
        )

    def _day(self, entry: Table) -> date:
        return self.times.ago(entry["ago"]) if "ago" in entry else self._moved(entry["on"])

    def _moved(self, day: date | int) -> date:
        if isinstance(day, int):
            return self.times.ago(day)
        return self.times.on(day.year, day.month, day.day)

    def _text(self, text: str) -> str:
        def dated(match: re.Match[str]) -> str:
            if match[4]:
                return french(self.times.ago(int(match[4])))
            return french(self.times.on(int(match[1]), int(match[2]), int(match[3])))

        return _DATED.sub(dated, text).strip()

    def _body(self, entry: Table) -> Body:
        if "report" in entry:
            return self._report(entry["report"])
        if "paper" in entry:
            return Paper(tuple(self._text(entry["paper"]).splitlines()))
        if "note" in entry:
            return Note(self._text(entry["note"]))
        if "summary" in entry:
            return self._summary(entry["summary"])
        if "discharge" in entry:
            return self._discharge(entry["discharge"])
        if "vaccinations" in entry:
            return Vaccinations(tuple(self._vaccine(given) for given in entry["vaccinations"]))
        laboratory = entry["laboratory"]
        remark = self._text(laboratory.get("remark", ""))
        return clinic.laboratory(laboratory["values"], laboratory.get("previous", {}), remark)

    def _report(self, report: Table) -> Report:
        named = report.get("treatments")
        return Report(
            words=tuple((kind, self._text(report[name])) for name, kind in _BEFORE if name in report),
            measures=clinic.signs(**report.get("signs", {})),
            problems=self._problems(report.get("problems", ())),
            allergies=self._allergies(report),
            treatments=self._treatments(named) if named is not None else None,
            closing=tuple((kind, self._text(report[name])) for name, kind in _AFTER if name in report),
        )

    def _summary(self, summary: Table) -> MedicalSummary:
        return MedicalSummary(
            problems=self._problems(summary["problems"]),
            history=self._problems(summary.get("history", ())),
            acts=tuple(
                clinic.operation(act["label"], self._moved(act["on"]), act.get("place", "")) for act in summary.get("acts", ())
            ),
            allergies=self._allergies(summary),
            habits=tuple(
                Habit(label=_HABIT_LABELS[name], code=_HABITS[name], value=self._text(text))
                for name, text in summary.get("habits", {}).items()
            ),
            occupational_risks=summary.get("occupational_risks", ""),
            family=tuple(
                FamilyHistory(kinship=_KINSHIPS[who][0], sex=_KINSHIPS[who][1], label=label)
                for who, label in summary.get("family", {}).items()
            ),
            attention=self._text(summary.get("attention", "Aucun point de vigilance")),
            treatments=self._treatments(summary.get("treatments", ())),
        )

    def _discharge(self, discharge: Table) -> Discharge:
        return Discharge(
            reason=self._text(discharge["reason"]),
            stay=Stay(
                admitted=moment(self._moved(discharge["admitted"])),
                discharged=moment(self._moved(discharge["discharged"])),
                admission=_ADMISSIONS[discharge.get("admission", "urgent")],
                discharge=_DISCHARGES[discharge.get("leaving", "home")],
                summary=self._text(discharge["course"]),
            ),
            treatments=self._treatments(discharge.get("treatments", ())),
            allergies=self._allergies(discharge),
            results=self._text(discharge.get("results", "")),
            plan=self._text(discharge.get("plan", "")),
        )

    def _problems(self, names: tuple[str, ...] | list[str]) -> tuple[Problem, ...]:
        found = []
        for name in names:
            entry = self.content["problems"][name]
            since, until = entry.get("since"), entry.get("until")
            found.append(
                clinic.problem(
                    entry["label"],
                    entry.get("disease", ""),
                    self._moved(since) if since else None,
                    self._moved(until) if until else None,
                    self._text(entry.get("remark", "")),
                )
            )
        return tuple(found)

    def _treatments(self, names: tuple[str, ...] | list[str]) -> tuple[Treatment, ...]:
        found = []
        for name in names:
            entry = self.content["treatments"][name]
            since, until = entry.get("since"), entry.get("until")
            found.append(
                clinic.treatment(
                    entry["label"],
                    entry["substance"],
                    entry["dosage"],
                    since=self._moved(since) if since else None,
                    until=self._moved(until) if until else None,
                    dose=entry.get("dose", ""),
                    unit=entry.get("unit", "{tbl}"),
                    every_hours=entry.get("every_hours", 0),
                    reason=entry.get("reason", ""),
                    disease=entry.get("disease", ""),
                )
            )
        return tuple(found)

    def _allergies(self, entry: Table) -> tuple[Allergy, ...] | None:
        """`allergies = []` says that none is known; without the key nothing is said."""
        if "allergies" not in entry:
            return None
        return tuple(
            clinic.allergy(known["agent"], known.get("code", ""), known.get("reaction", ""), self._moved(known["since"]))
            for known in entry["allergies"]
        )

    def _vaccine(self, given: Table) -> Immunisation:
        return clinic.vaccine(
            given["vaccine"],
            self._moved(given["on"]),
            kind=given.get("kind", "IMMUNIZ"),
            rank=given.get("rank", 0),
            lot=given.get("lot", ""),
        )
