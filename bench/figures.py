"""What a workload measures, and the page that keeps it: the figure with its target, its data, its command and its machine."""

from __future__ import annotations

import os
import platform
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

PAGE = Path(__file__).resolve().parent.parent / "docs" / "performance.md"
START, END = "<!-- {name} -->", "<!-- /{name} -->"


@dataclass(frozen=True, slots=True)
class Figure:
    """One measure. `reached` is None when it has no target, or when the machine was too busy to tell."""

    what: str
    value: str
    target: str = ""
    reached: bool | None = None

    def row(self) -> str:
        mark = {True: "atteint", False: "manqué", None: ""}[self.reached]
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


def keep(name: str, title: str, dataset: str, command: str, figures: Sequence[Figure]) -> None:
    """The section of this workload in the page is this run; the other sections stay."""
    load = os.getloadavg()[0]
    lines = [
        START.format(name=name),
        f"## {title}",
        "",
        f"- machine : {machine()}",
        f"- données : {dataset}",
        f"- commande : `{command}`, le {datetime.now(UTC):%d/%m/%Y %H:%M} UTC, charge de la machine {load:.1f}",
        "",
        "| mesure | valeur | cible | |",
        "|---|---:|---|---|",
        *(figure.row() for figure in figures),
        END.format(name=name),
    ]
    section = "\n".join(lines)
    text = (
        PAGE.read_text("utf-8")
        if PAGE.exists()
        else "# Mesures\n\nÉcrit par `make bench`. Comparez les lignes d’un même passage.\n"
    )
    start, end = text.find(START.format(name=name)), text.find(END.format(name=name))
    if start >= 0 and end > start:
        text = text[:start] + section + text[end + len(END.format(name=name)) :]
    else:
        text = text.rstrip() + "\n\n" + section + "\n"
    PAGE.write_text(text, "utf-8")
    print("\n".join(lines[1:-1]), flush=True)
