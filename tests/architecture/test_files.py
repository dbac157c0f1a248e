"""Sizes, names and contents of files."""

from __future__ import annotations

import ast
import re

import pytest

from tests.architecture.tree import REPOSITORY, modules, nodes, shown, text_of, tracked

LONGEST_MODULE = 500
NUDGED_MODULE = 300
NUDGED_FUNCTION = 40
LONGEST_FUNCTION = 60
BANNED = {"utils", "helpers", "common", "core", "manager", "data", "info", "misc"}
MACHINE_PATH = re.compile(r"(?<![\w.])/(?:work|root|home/\w+|Users/\w+)/")
HOST = re.compile(r"pythonhosted|pypi\.org|npmjs\.(?:org|com)|registry\.(?:yarn|npm)|artifactory|proxy\.golang|/simple/?[\"'\s]")
REGISTRY = re.compile(r"(?:files\.pythonhosted\.org|pypi\.org|/simple/|--index-url|--extra-index-url|--find-links [^\\s])")


def test_no_module_is_longer_than_500_lines() -> None:
    long = [
        f"{shown(path)} has {lines} lines"
        for path in tracked(".py")
        if "migrations" not in path.parts and (lines := len(text_of(path).splitlines())) > LONGEST_MODULE
    ]
    assert long == []


def test_what_grows_is_told_before_it_is_too_long(capsys: pytest.CaptureFixture[str]) -> None:
    """Product modules over 300 lines and functions over 40 are printed: they ask to be split. Functions over 60 fail."""
    product = [path for package in ("socle", "simulators", "tools", "bench") for path in modules(package)]
    long = [(lines, shown(path)) for path in product if (lines := len(text_of(path).splitlines())) > NUDGED_MODULE]
    functions = [
        ((node.end_lineno or 0) - node.lineno + 1, f"{shown(path, node.lineno)} {node.name}()")
        for path in product
        for node in nodes(path)
        if isinstance(node, ast.FunctionDef)
    ]
    with capsys.disabled():
        for lines, place in sorted(long + [one for one in functions if one[0] > NUDGED_FUNCTION], reverse=True):
            print(f"\n  {lines} lines: {place}", end="")
    assert [place for lines, place in functions if lines > LONGEST_FUNCTION] == []


def test_no_module_or_package_has_a_name_that_says_nothing() -> None:
    named = [
        shown(path)
        for path in tracked(".py")
        if BANNED & {part.removesuffix(".py") for part in path.relative_to(REPOSITORY).parts}
    ]
    assert named == []


def test_no_file_names_a_folder_of_somebodys_machine_or_a_registry() -> None:
    found = [
        shown(path, number)
        for path in tracked()
        if path.name != "test_files.py"
        for number, line in enumerate(text_of(path).splitlines(), start=1)
        if MACHINE_PATH.search(line) or HOST.search(line)
    ]
    assert found == []


def test_locks_hold_versions_and_hashes_and_no_address() -> None:
    for lock in tracked(".lock"):
        lines = text_of(lock).splitlines()
        assert [shown(lock, number) for number, line in enumerate(lines, start=1) if REGISTRY.search(line) or "://" in line] == []
        pinned = [line for line in lines if re.match(r"[a-z0-9]", line)]
        assert pinned
        assert [line for line in pinned if "==" not in line or not line.endswith("\\")] == []
