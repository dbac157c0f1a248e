"""What a workload measures, and the page that keeps it: the figure with its target, its data, its command and its machine."""

from __future__ import annotations

import os
import platform
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bench.processes import Machine

PAGE = Path(__file__).resolve().parent.parent / "docs" / "performance.md"
HEAD = (
    "# Mesures\n\nÉcrit par `make bench`. Comparez les lignes d’un même passage. Une mesure prise pendant que d’autres programmes"
    " occupaient la machine garde sa valeur, sans dire si la cible est atteinte.\n"
)
START, END = "<!-- {name} -->", "<!-- /{name} -->"
BUSY_LOAD = 2.5
BUSY_SHARE = 0.10
"""Beyond this load at the start, or this share of the processors taken by others, no target is said reached or missed."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One measure. `reached` is None when it has no target; `timed` is False for one that other programs do not change."""

    what: str
    value: str
    target: str = ""
    reached: bool | None = None
    timed: bool = True

    def row(self, *, judged: bool) -> str:
        mark = {True: "atteint", False: "manqué", None: ""}[self.reached]
        if self.reached is not None and self.timed and not judged:
            mark = "machine occupée"
        return f"| {self.what} | {self.value} | {self.target} | {mark} |"


def percentile(values: Sequence[float], share: float) -> float:
    """The value that `share` (0 to 1) of the measures do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def median(values: Sequence[float]) -> float:
    return statistics.median(values)


def machine() -> str:
    """Cores, memory, processor and versions, in one line."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    model = next(
        (line.partition(":")[2].strip() for line in Path("/proc/cpuinfo").read_text().splitlines() if "model name" in line), "?"
    )
    return f"{os.cpu_count()} cœurs ({model}), {memory:.0f} Gio, Linux {platform.release()}, Python {platform.python_version()}"


def keep(name: str, title: str, dataset: str, command: str, figures: Sequence[Figure], begun: Machine) -> None:
    """The section of this workload in the page is this run, which began at `begun`; the other sections stay."""
    others = Machine.now().others_since(begun)
    judged = begun.load <= BUSY_LOAD and others <= BUSY_SHARE
    lines = [
        START.format(name=name),
        f"## {title}",
        "",
        f"- machine : {machine()}",
        f"- données : {dataset}",
        f"- commande : `{command}`, le {datetime.now(UTC):%d/%m/%Y %H:%M} UTC",
        f"- charge : {begun.load:.1f} au départ, {100 * others:.0f} % du temps de calcul pris par d’autres programmes",
        "",
        "| mesure | valeur | cible | |",
        "|---|---:|---|---|",
        *(figure.row(judged=judged) for figure in figures),
        END.format(name=name),
    ]
    section = "\n".join(lines)
    text = PAGE.read_text("utf-8") if PAGE.exists() else HEAD
    start, end = text.find(START.format(name=name)), text.find(END.format(name=name))
    if start >= 0 and end > start:
        text = text[:start] + section + text[end + len(END.format(name=name)) :]
    else:
        text = text.rstrip() + "\n\n" + section + "\n"
    PAGE.write_text(text, "utf-8")
    print("\n".join(lines[1:-1]), flush=True)
