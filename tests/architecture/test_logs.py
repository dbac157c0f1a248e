"""Logs hold event codes and opaque values: nothing about people can enter a line (ARCHITECTURE.md, Logs)."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

from tests.architecture.tree import calls, modules, named, nodes, shown

LEVELS = {"debug", "info", "warning", "error", "critical", "log", "exception"}
EVENT = re.compile(r"[a-z]+(-[a-z]+)*(\.[a-z]+(-[a-z]+)*)+")
EXTRAS = {
    "again_in_s": "a duration",
    "child": "a process of ours",
    "error": "type and place of a failure (`logs.place_of`)",
    "reaction": "the name of a reaction in the code",
    "status": "an exit status",
    "task": "a task of the worker",
    "wire": "a wire of ours",
}
"""What a line may say beside its event. A new key enters here with what it holds, and never holds what somebody typed."""


@cache
def loggers(path: Path) -> set[str]:
    """The names that hold a logger in this module."""
    return {
        one.id
        for node in nodes(path)
        if isinstance(node, ast.Assign)
        and isinstance(node.value, ast.Call)
        and ast.unparse(node.value.func) == "logging.getLogger"
        for one in node.targets
        if isinstance(one, ast.Name)
    }


@cache
def lines() -> list[tuple[Path, ast.Call]]:
    """Every call that writes a log line."""
    found = [
        (path, node)
        for path in modules("socle")
        for node in nodes(path)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in LEVELS
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id in loggers(path) | {"logging"}
    ]
    assert len(found) > 5
    return found


def test_a_line_is_an_event_code_and_listed_values() -> None:
    for path, call in lines():
        where = shown(path, call.lineno)
        assert isinstance(call.func, ast.Attribute)
        assert call.func.attr not in {"exception", "log"}, f"{where}: prints the message of the failure"
        assert len(call.args) == 1, f"{where}: an event code alone"
        [event] = call.args
        assert isinstance(event, ast.Constant), f"{where}: an event code is written in full"
        assert EVENT.fullmatch(str(event.value)), f"{where}: {event.value}"
        for keyword in call.keywords:
            assert keyword.arg == "extra", f"{where}: {keyword.arg}"
            assert isinstance(keyword.value, ast.Dict), where
            keys = {key.value if isinstance(key, ast.Constant) else None for key in keyword.value.keys}
            assert keys <= set(EXTRAS), f"{where}: {keys - set(EXTRAS)}"


def test_what_is_logged_of_a_failure_is_its_type_and_place() -> None:
    for path, call in lines():
        for keyword in call.keywords:
            assert isinstance(keyword.value, ast.Dict)
            for key, value in zip(keyword.value.keys, keyword.value.values, strict=True):
                if isinstance(key, ast.Constant) and key.value == "error":
                    assert isinstance(value, ast.Call), shown(path, value.lineno)
                    assert ast.unparse(value.func).rpartition(".")[2].strip("_") in {"place_of", "place"}, shown(
                        path, value.lineno
                    )


def test_every_listed_value_is_logged_somewhere() -> None:
    logged = {
        key.value
        for _, call in lines()
        for keyword in call.keywords
        if isinstance(keyword.value, ast.Dict)
        for key in keyword.value.keys
        if isinstance(key, ast.Constant)
    }
    assert set(EXTRAS) == logged


def test_loggers_are_ours_by_name() -> None:
    for path in modules("socle"):
        for call, name in calls(path):
            if name == "logging.getLogger":
                assert isinstance(call.args[0], ast.Constant), shown(path, call.lineno)
                assert re.fullmatch(r"socle\.[a-z]+", str(call.args[0].value)), shown(path, call.lineno)


def test_only_commands_print() -> None:
    """Standard output is the operator's; serving processes write JSON lines and nothing else."""
    may_print = ("socle.deploy.commands.", "socle.deploy.command", "socle.deploy.schema", "socle.deploy.story.__main__")
    printing = {
        named(path): shown(path, call.lineno)
        for path in modules("socle")
        for call, _ in calls(path)
        if isinstance(call.func, ast.Name) and call.func.id == "print"
    }
    assert [place for name, place in printing.items() if not name.startswith(may_print)] == []
