"""Sizes, names and contents of files."""

from __future__ import annotations

import re

from tests.architecture.tree import REPOSITORY, shown, text_of, tracked

LONGEST_MODULE = 500
BANNED = {"utils", "helpers", "common", "core", "manager", "data", "info", "misc"}
MACHINE_PATH = re.compile(r"(?<![\w.])/(?:work|root|home/\w+|Users/\w+)/")
REGISTRY = re.compile(r"(?:files\.pythonhosted\.org|pypi\.org|/simple/|--index-url|--extra-index-url|--find-links [^\\s])")


def test_no_module_is_longer_than_500_lines() -> None:
    long = [
        f"{shown(path)} has {lines} lines"
        for path in tracked(".py")
        if "migrations" not in path.parts and (lines := len(text_of(path).splitlines())) > LONGEST_MODULE
    ]
    assert long == []


def test_no_module_or_package_has_a_name_that_says_nothing() -> None:
    named = [
        shown(path)
        for path in tracked(".py")
        if BANNED & {part.removesuffix(".py") for part in path.relative_to(REPOSITORY).parts}
    ]
    assert named == []


def test_no_file_names_a_folder_of_somebodys_machine() -> None:
    found = [
        shown(path, number)
        for path in tracked()
        if path.suffix not in {".lock", ".csv", ".xml", ".json"} and path.name != "test_files.py"
        for number, line in enumerate(text_of(path).splitlines(), start=1)
        if MACHINE_PATH.search(line)
    ]
    assert found == []


def test_locks_hold_versions_and_hashes_and_no_address() -> None:
    for lock in tracked(".lock"):
        lines = text_of(lock).splitlines()
        assert [shown(lock, number) for number, line in enumerate(lines, start=1) if REGISTRY.search(line) or "://" in line] == []
        pinned = [line for line in lines if re.match(r"[a-z0-9]", line)]
        assert pinned
        assert [line for line in pinned if "==" not in line or not line.endswith("\\")] == []


def test_no_python_catches_everything_in_silence() -> None:
    """A bare `except`, and `except Exception` outside the edges of a process, which say why (`noqa: BLE001 - …`)."""
    found = [
        shown(path, number)
        for path in tracked(".py")
        for number, line in enumerate(text_of(path).splitlines(), start=1)
        if re.match(r"\s*except(\s+(Exception|BaseException)\b.*)?:", line) and "BLE001 - " not in line
    ]
    assert found == []
