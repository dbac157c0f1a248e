"""Write the pages of `docs/` that the code tells by itself: `make docs`, or `python -m tools.documentation`.

- `docs/doors.md`: every door with the first sentence of its docstring;
- `docs/scenarios/`: each file of scenario tests as a page (`tools/scenarios.py`);
- the tables of `docs/operations/scale.md`, from the measured costs of `docs/performance.md` (`tools/capacity.py`).

The same tree gives the same pages. Nothing is imported: the files are read.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tools import capacity, scenarios

REPOSITORY = Path(__file__).resolve().parent.parent
DOCS = REPOSITORY / "docs"
SCENARIOS = REPOSITORY / "tests" / "scenarios"
WRITTEN = "<!-- Written by `make docs`. Change the code, not this page. -->"


@dataclass(frozen=True, slots=True)
class Door:
    """A door as the page shows it."""

    package: str
    name: str
    reads: bool
    sentence: str


def doors() -> list[Door]:
    """Every public door of the product, by package and name."""
    found = [
        door
        for path in sorted((REPOSITORY / "socle").rglob("*.py"))
        if {"actions", "queries"} & {*path.parts, path.stem}
        for door in _doors_of(path)
    ]
    return sorted(found, key=lambda door: (door.package, door.name))


def _doors_of(path: Path) -> Iterator[Door]:
    parts = path.relative_to(REPOSITORY / "socle").with_suffix("").parts
    slot = next(index for index, part in enumerate(parts) if part in ("actions", "queries"))
    for node in ast.parse(path.read_text("utf-8")).body:
        if not isinstance(node, ast.FunctionDef) or node.name.startswith("_"):
            continue
        for mark in node.decorator_list:
            if isinstance(mark, ast.Call) and ast.unparse(mark.func) == "door":
                name = ".".join((*parts[slot:], node.name))
                yield Door(".".join(parts[:slot]), name, _reads(mark), scenarios.first_sentence(ast.get_docstring(node) or ""))


def _reads(mark: ast.Call) -> bool:
    return any(one.arg == "reads" and isinstance(one.value, ast.Constant) and one.value.value is True for one in mark.keywords)


def doors_page(found: list[Door]) -> str:
    lines = [
        "# Doors",
        "",
        WRITTEN,
        "",
        "Nobody gets data any other way (`ARCHITECTURE.md`, Doors). Each takes `actor`, asks a rule, and writes its line of the"
        " journal in its own transaction.",
    ]
    for package in sorted({door.package for door in found}):
        lines += ["", f"## `{package}`", "", "| door | | says |", "|---|---|---|"]
        lines += [
            f"| `{door.name}` | {'reads' if door.reads else 'writes'} | {_cell(door.sentence)} |"
            for door in found
            if door.package == package
        ]
    return "\n".join(lines) + "\n"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def main() -> None:
    pages = {DOCS / "doors.md": doors_page(doors())}
    for path in sorted(SCENARIOS.glob("test_*.py")):
        page = DOCS / "scenarios" / f"{path.stem.removeprefix('test_')}.md"
        pages[page] = scenarios.page_of(path, path.relative_to(REPOSITORY).as_posix())
    for stale in set((DOCS / "scenarios").glob("*.md")) - set(pages):
        stale.unlink()
    for page, text in pages.items():
        page.parent.mkdir(parents=True, exist_ok=True)
        page.write_text(text, "utf-8")
    capacity.rewrite()


if __name__ == "__main__":
    main()
