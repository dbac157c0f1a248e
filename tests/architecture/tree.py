"""The files of the repository, as git knows them."""

from __future__ import annotations

import subprocess
from functools import cache
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent.parent


@cache
def tracked(suffix: str = "") -> tuple[Path, ...]:
    """Every file under version control, or about to be, whose name ends so."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    paths = (REPOSITORY / name for name in listed.split("\0") if name.endswith(suffix) and name)
    return tuple(path for path in paths if path.is_file())


def shown(path: Path, line: int | None = None) -> str:
    """How a test names a place."""
    name = path.relative_to(REPOSITORY).as_posix()
    return name if line is None else f"{name}:{line}"


def text_of(path: Path) -> str:
    """A file's text; empty for one that is not text."""
    try:
        return path.read_text("utf-8")
    except UnicodeDecodeError:
        return ""
