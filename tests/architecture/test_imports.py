"""Imports go down only: the contracts of pyproject.toml, checked by import-linter."""

from __future__ import annotations

import subprocess
import sys

from tests.architecture.tree import REPOSITORY


def test_the_import_contracts_hold() -> None:
    program = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    done = subprocess.run([sys.executable, "-c", program], cwd=REPOSITORY, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "0 broken" in done.stdout
