"""Scenario tests told as pages: `tests/scenarios` is written in a small vocabulary of gestures, which reads as sentences.

Each file is a page; each test a chapter: its docstring, then one line a gesture (`journey.press(journey.button("Ouvrir"))` reads
Presse « Ouvrir ») or a thing seen. A step that is only known when the test runs is left out. Files are read, never run.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

UNKNOWN = "…"


@dataclass(slots=True)
class Scenario:
    """One test of a situation: its title, what it says, and its steps in order."""

    title: str
    text: str
    steps: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Words:
    """What names stand for in a file: its constants, and what its own functions say they do."""

    constants: Mapping[str, str]
    gestures: Mapping[str, str]

    def of(self, node: ast.expr) -> str:
        """The text of an expression."""
        if isinstance(node, ast.Constant):
            return str(node.value)
        if isinstance(node, ast.Name):
            return self.constants.get(node.id, UNKNOWN)
        if isinstance(node, ast.JoinedStr):
            return "".join(str(part.value) if isinstance(part, ast.Constant) else self.of(part) for part in node.values)
        if isinstance(node, ast.FormattedValue):
            return self.of(node.value)
        if isinstance(node, ast.Call) and _name(node) == "compile" and node.args:
            return re.sub(r"\\[a-zA-Z]\+?|\.\*", " ", self.of(node.args[0]))
        return UNKNOWN

    def target(self, node: ast.expr) -> str:
        """What a gesture is about: the accessible name that its locator holds, else the text it filters by."""
        found = ""
        for call in _inner_calls(node):
            names = [one.value for one in call.keywords if one.arg in ("name", "has_text", "label")]
            if _name(call) in ("link", "button", "get_by_label", "get_by_text", "get_by_placeholder"):
                names += call.args[:1]
            told = [text for name in names if (text := self.of(name)) != UNKNOWN]
            found = found or next(iter(told), "")
        return found or UNKNOWN


def _screen(words: _Words, call: ast.Call) -> str:
    without = any(one.arg == "scripts" and words.of(one.value) == "False" for one in call.keywords)
    return f"{words.of(call.args[0])} se connecte{', sans JavaScript' if without else ''}"


def _search(words: _Words, call: ast.Call) -> str:
    letters = f", et « {words.of(call.args[1])} »" if len(call.args) > 1 else ""
    return f"Cherche la date de naissance {words.of(call.args[0])}{letters}"


_GESTURES: dict[str, Callable[[_Words, ast.Call], str]] = {
    "screen": _screen,
    "search": _search,
    "go": lambda words, call: f"Va à l’adresse « {words.of(call.args[0])} »",
    "press": lambda words, call: f"Presse « {words.target(call.args[0])} »",
    "tick": lambda words, call: f"Coche « {words.target(call.args[0])} »",
    "write": lambda words, call: f"Écrit « {words.of(call.args[1])} » dans « {words.target(call.args[0])} »",
    "seen": lambda words, call: f"Voit « {words.of(call.args[0])} »",
    "seen_within_a_minute": lambda words, call: f"Voit, dans la minute, « {words.of(call.args[0])} »",
    "not_seen": lambda words, call: f"Ne voit pas « {words.of(call.args[0])} »",
    "to_contain_text": lambda words, call: f"Voit « {words.of(call.args[0])} »",
    "to_have_text": lambda words, call: f"Voit « {words.of(call.args[0])} »",
    "not_to_contain_text": lambda words, call: f"Ne voit pas « {words.of(call.args[0])} »",
}


def page_of(path: Path, source: str) -> str:
    """The page in Markdown; `source` names the file for its reader."""
    title, text, tests = scenarios_of(path)
    lines = [f"# {title}", "", "<!-- Written by `make docs`. Change the test, not this page. -->", "", f"Source : `{source}`"]
    lines += ["", text] if text else []
    for test in tests:
        lines += ["", f"## {test.title}"]
        lines += ["", test.text] if test.text else []
        lines += ["", *(f"{number}. {step}" for number, step in enumerate(test.steps, start=1))] if test.steps else []
    return "\n".join(lines) + "\n"


def scenarios_of(path: Path) -> tuple[str, str, list[Scenario]]:
    """(title, text, tests) of one file of scenarios."""
    tree = ast.parse(path.read_text("utf-8"))
    title, text = _titled(ast.get_docstring(tree) or path.stem)
    words = _Words(_constants(tree), _own_gestures(tree))
    functions = [node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")]
    return title, text, [_scenario(node, words) for node in functions]


def _scenario(node: ast.FunctionDef, words: _Words) -> Scenario:
    title, text = _titled(ast.get_docstring(node) or node.name.removeprefix("test_").replace("_", " ").capitalize())
    given = _parameters(node, words)
    if "width" in given:
        text = f"{text} Sur grand écran et sur téléphone.".strip()
    steps: list[str] = []
    for step in _steps(node, _Words({**words.constants, **given}, words.gestures)):
        if f"« {UNKNOWN} »" not in step and not step.startswith(UNKNOWN) and step not in steps[-1:]:
            steps.append(step)
    return Scenario(title, text, steps)


def _parameters(node: ast.FunctionDef, words: _Words) -> dict[str, str]:
    """What `parametrize` gives to each name: its texts, joined by « ou »."""
    found: dict[str, str] = {}
    for mark in node.decorator_list:
        if not (isinstance(mark, ast.Call) and _name(mark) == "parametrize" and len(mark.args) == 2):
            continue
        names = ast.literal_eval(mark.args[0])
        names = [names] if isinstance(names, str) else list(names)
        rows = mark.args[1].elts if isinstance(mark.args[1], ast.List | ast.Tuple) else []
        for index, name in enumerate(names):
            cells = [row.elts[index] if isinstance(row, ast.Tuple) else row for row in rows]
            texts = dict.fromkeys(words.of(cell) for cell in cells)
            found[name] = " ou ".join(texts) if UNKNOWN not in texts else UNKNOWN
    return found


def _steps(node: ast.AST, words: _Words) -> Iterator[str]:
    """In the order of the source; what stands inside a gesture is part of it."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Assert):
            yield from _asserted(child.test, words)
            continue
        if isinstance(child, ast.Call):
            name = _name(child)
            if name in _GESTURES and (child.args or name == "screen"):
                yield _GESTURES[name](words, child)
                continue
            if name in words.gestures:
                yield words.gestures[name]
                continue
        yield from _steps(child, words)


def _asserted(test: ast.expr, words: _Words) -> Iterator[str]:
    """`journey.heading() == "Synthèse"` and `journey.interactions <= 3` say something to whoever reads."""
    if not isinstance(test, ast.Compare) or len(test.ops) != 1:
        return
    right = test.comparators[0]
    if isinstance(test.left, ast.Call) and _name(test.left) == "heading":
        yield f"Arrive sur « {words.of(right)} »"
    elif isinstance(test.left, ast.Attribute) and test.left.attr == "interactions":
        yield f"En {ast.unparse(right)} gestes au plus"


def _inner_calls(node: ast.expr) -> list[ast.Call]:
    """The calls of a locator, the last one of the chain first."""
    return [one for one in ast.walk(node) if isinstance(one, ast.Call)]


def _name(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else call.func.id if isinstance(call.func, ast.Name) else ""


def _constants(tree: ast.Module) -> dict[str, str]:
    """Names of the file that stand for a text; several may be given at once."""
    found: dict[str, str] = {}
    for node in tree.body:
        if not isinstance(node, ast.Assign):
            continue
        for target in node.targets:
            names = target.elts if isinstance(target, ast.Tuple) else [target]
            values = node.value.elts if isinstance(node.value, ast.Tuple) else [node.value]
            for name, value in zip(names, values, strict=False):
                if isinstance(name, ast.Name) and isinstance(value, ast.Constant) and isinstance(value.value, str):
                    found[name.id] = value.value
    return found


def _own_gestures(tree: ast.Module) -> dict[str, str]:
    """Functions of the file that are no tests: what their docstring says is one step."""
    return {
        node.name: _titled(docstring)[0]
        for node in tree.body
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("test_") and (docstring := ast.get_docstring(node))
    }


def _titled(docstring: str) -> tuple[str, str]:
    """The first sentence, without its full stop, and what follows it."""
    title = first_sentence(docstring)
    spaced = r"\s+".join(re.escape(word) for word in title.split())
    found = re.match(spaced, docstring)
    return title.rstrip("."), docstring[found.end() if found else 0 :].strip()


def first_sentence(text: str) -> str:
    """Up to the first full stop that ends a sentence, on one line."""
    line = " ".join(text.split("\n\n")[0].split())
    return re.split(r"(?<=[.!?])\s(?=[A-ZÉÀ«`])", line, maxsplit=1)[0]
