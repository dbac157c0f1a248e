"""The capacity model of `docs/operations/scale.md`: measured cost of an operation × national rate = processors.

Costs are read in `docs/performance.md` (processor time a request, of the server, of the database and of the work done after the
answer); rates are stated here with where they come from. What is not measured yet is said, never guessed.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent
MEASURES = REPOSITORY / "docs" / "performance.md"
PAGE = REPOSITORY / "docs" / "operations" / "scale.md"
START, END = "<!-- model -->", "<!-- /model -->"
BUSY = 0.6
"""Share of a processor that is planned: the rest absorbs what comes in bursts."""
WORKING_S = 22 * 12 * 3600
"""Seconds of work in a month: 22 days of 12 hours."""
PEAK = 3
"""How much busier the busiest hour is than the mean of working hours."""
ILE_DE_FRANCE = 0.18
_COST = re.compile(r"([\d.]+)\s*\+\s*([\d.]+)(?:\s*\+\s*([\d.]+))?\s*ms")


@dataclass(frozen=True, slots=True)
class Load:
    """One kind of operation: `row` begins its line in the measures; `a_month` is the nation's, `source` says whose figure."""

    name: str
    row: str
    a_month: float
    source: str

    @property
    def a_second(self) -> float:
        return self.a_month / WORKING_S * PEAK


DOCUMENTS = 35e6
SIGN_INS = 11.3e6
LOADS = (
    Load(
        "deposit of a document (CDA of 30 KB)", "dépôt ITI-105, CDA de 30 ko", DOCUMENTS, "35 M documents a month (January 2026)"
    ),
    Load("search of the newest documents", "recherche des 20 documents", DOCUMENTS, "assumed: one a document deposited"),
    Load(
        "reading of one document's metadata",
        "lecture d’un DocumentReference :",
        3 * DOCUMENTS,
        "assumed: three a document deposited",
    ),
    Load(
        "synthèse of a record of 900 documents",
        "CPU par page",
        5 * SIGN_INS,
        "11.3 M sign-ins a month by Pro Santé Connect (2024), assumed: five records each",
    ),
)


@dataclass(frozen=True, slots=True)
class Cost:
    """Processor time of one operation, in milliseconds; `server` includes what the worker does later."""

    server: float
    database: float


def costs(text: str) -> dict[str, Cost]:
    """The measured cost of each load, by its name; loads that no line measures are left out."""
    found = {}
    for load in LOADS:
        for line in text.splitlines():
            cost = _COST.search(line)
            if line.startswith(f"| {load.row}") and cost:
                found[load.name] = Cost(float(cost[1]) + float(cost[3] or 0), float(cost[2]))
                break
    return found


def processors(load: Load, milliseconds: float, share: float = 1.0) -> int:
    """Processors that the busiest hour takes."""
    return math.ceil(load.a_second * share * milliseconds / 1000 / BUSY)


def tables(measures: str) -> str:
    """The model in Markdown."""
    known = costs(measures)
    lines = [
        "| operation | whole country, busiest hour | cost: server + database | processors: server + database | Île-de-France |",
        "|---|---:|---:|---:|---:|",
    ]
    totals = [0, 0, 0, 0]
    for load in LOADS:
        cost = known.get(load.name)
        if cost is None:
            lines.append(f"| {load.name} | {load.a_second:.0f}/s | not measured yet | | |")
            continue
        cells = [
            processors(load, milliseconds, share)
            for share in (1.0, ILE_DE_FRANCE)
            for milliseconds in (cost.server, cost.database)
        ]
        totals = [total + cell for total, cell in zip(totals, cells, strict=True)]
        lines.append(
            f"| {load.name} | {load.a_second:.0f}/s | {cost.server:.1f} + {cost.database:.1f} ms"
            f" | {cells[0]} + {cells[1]} | {cells[2]} + {cells[3]} |"
        )
    lines.append(f"| **together** | | | **{totals[0]} + {totals[1]}** | **{totals[2]} + {totals[3]}** |")
    lines += ["", "Where the rates come from:", ""]
    lines += [f"- {load.name} — {load.source}" for load in LOADS]
    return "\n".join(lines)


def rewrite() -> None:
    """The model's part of the page follows the measures; the page keeps the rest. Nothing when either page is absent."""
    if not (PAGE.exists() and MEASURES.exists()):
        return
    text = PAGE.read_text("utf-8")
    before, _, rest = text.partition(START)
    _, _, after = rest.partition(END)
    PAGE.write_text(f"{before}{START}\n{tables(MEASURES.read_text('utf-8'))}\n{END}{after}", "utf-8")
