"""Write the pages of `docs/` that the code tells by itself: `make docs`, or `python -m tools.documentation`.

- `docs/doors.md`: every door with the first sentence of its docstring;
- `docs/scenarios/`: each scenario test as a page, from its titles, docstrings and steps;
- the tables of `docs/operations/scale.md`, from the measured costs of `docs/performance.md` (`tools/capacity.py`).

The same tree gives the same pages. Nothing is imported: the files are read.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tools import capacity

REPOSITORY = Path(__file__).resolve().parent.parent
DOCS = REPOSITORY / "docs"
SCENARIOS = REPOSITORY / "tests" / "scenarios"
STEP = "step"
"""What a scenario calls, with a sentence, at each thing that somebody does or sees."""
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
                yield Door(".".join(parts[:slot]), name, _reads(mark), first_sentence(ast.get_docstring(node) or ""))


def _reads(mark: ast.Call) -> bool:
    return any(one.arg == "reads" and isinstance(one.value, ast.Constant) and one.value.value is True for one in mark.keywords)


def first_sentence(text: str) -> str:
    """Up to the first full stop that ends a sentence, on one line."""
    line = " ".join(text.split("\n\n")[0].split())
    return re.split(r"(?<=[.!?])\s(?=[A-ZÉÀ«`])", line, maxsplit=1)[0]


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


@dataclass(slots=True)
class Scenario:
    """One test of a situation: its title, what it says, and its steps in order."""

    title: str
    text: str
    steps: list[str] = field(default_factory=list)


def scenarios_of(path: Path) -> tuple[str, str, list[Scenario]]:
    """(title, text, tests) of one file of scenarios."""
    tree = ast.parse(path.read_text("utf-8"))
    title, text = _split(ast.get_docstring(tree) or path.stem)
    tests = [_scenario(node) for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")]
    return title, text, tests


def _scenario(node: ast.FunctionDef) -> Scenario:
    title, text = _split(ast.get_docstring(node) or node.name.removeprefix("test_").replace("_", " ").capitalize())
    calls = sorted(
        (one for one in ast.walk(node) if isinstance(one, ast.Call) and _called(one) == STEP and one.args),
        key=lambda one: (one.lineno, one.col_offset),
    )
    return Scenario(title, text, [_words(one.args[0]) for one in calls])


def _called(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else call.func.id if isinstance(call.func, ast.Name) else ""


def _words(node: ast.expr) -> str:
    """The sentence of a step; what is only known when it runs stands as an ellipsis."""
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "…" for part in node.values)
    return "…"


def scenario_page(path: Path) -> str:
    title, text, tests = scenarios_of(path)
    lines = [f"# {title}", "", WRITTEN, "", f"Source: `{path.relative_to(REPOSITORY).as_posix()}`"]
    lines += ["", text] if text else []
    for test in tests:
        lines += ["", f"## {test.title}"]
        lines += ["", test.text] if test.text else []
        lines += ["", *(f"{number}. {step}" for number, step in enumerate(test.steps, start=1))] if test.steps else []
    return "\n".join(lines) + "\n"


def _split(docstring: str) -> tuple[str, str]:
    """The first sentence, without its full stop, and what follows it."""
    title = first_sentence(docstring)
    rest = docstring[len(re.match(_spaced(title), docstring)[0]) :] if title else docstring  # type: ignore[index]
    return title.rstrip("."), rest.strip()


def _spaced(sentence: str) -> str:
    """A pattern of the sentence as it stood in the docstring, whatever its line breaks."""
    return r"\s+".join(re.escape(word) for word in sentence.split())


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def main() -> None:
    pages = {DOCS / "doors.md": doors_page(doors())}
    for path in sorted(SCENARIOS.glob("test_*.py")):
        pages[DOCS / "scenarios" / f"{path.stem.removeprefix('test_')}.md"] = scenario_page(path)
    for stale in set((DOCS / "scenarios").glob("*.md")) - set(pages):
        stale.unlink()
    for page, text in pages.items():
        page.parent.mkdir(parents=True, exist_ok=True)
        page.write_text(text, "utf-8")
    capacity.rewrite()


if __name__ == "__main__":
    main()
