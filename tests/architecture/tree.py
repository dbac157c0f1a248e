"""The files of the repository, as git knows them, and what they say."""

from __future__ import annotations

import ast
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


@cache
def modules(package: str) -> tuple[Path, ...]:
    """The Python files of a package, migrations aside: `modules("socle.portal")`. AssertionError when there is none."""
    folder = REPOSITORY.joinpath(*package.split("."))
    found = tuple(path for path in tracked(".py") if folder in path.parents and "migrations" not in path.parts)
    assert found, f"no module in {package}"
    return found


def named(path: Path) -> str:
    """The dotted name of a Python file."""
    parts = path.relative_to(REPOSITORY).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@cache
def syntax(path: Path) -> ast.Module:
    """The parsed file."""
    return ast.parse(text_of(path), filename=str(path))


@cache
def nodes(path: Path) -> tuple[ast.AST, ...]:
    """Every node of the parsed file, walked once."""
    return tuple(ast.walk(syntax(path)))


@cache
def roots(path: Path) -> frozenset[str]:
    """The top-level packages that the file imports."""
    found = {alias.name.split(".")[0] for node in nodes(path) if isinstance(node, ast.Import) for alias in node.names}
    found |= {
        node.module.split(".")[0] for node in nodes(path) if isinstance(node, ast.ImportFrom) and node.module and not node.level
    }
    return frozenset(found)


@cache
def imported(path: Path) -> dict[str, str]:
    """What each name that the file imports stands for: `note` → `socle.base.access.doors.note`, `np` → `numpy`. A plain
    `import a.b` binds `a`."""
    names: dict[str, str] = {}
    for node in nodes(path):
        if isinstance(node, ast.Import):
            for alias in node.names:
                first = alias.name.split(".")[0]
                names[alias.asname or first] = alias.name if alias.asname else first
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names |= {alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in node.names}
    return names


def target(node: ast.expr, path: Path) -> str:
    """The full dotted name that an expression of the file speaks of: `clock.now` → `socle.clock.now`, a name of the file itself
    under the file's own; empty for anything that is not a name."""
    written = _dotted(node)
    if not written:
        return ""
    first, _, rest = written.partition(".")
    known = imported(path).get(first, f"{named(path)}.{first}")
    return f"{known}.{rest}" if rest else known


@cache
def calls(path: Path) -> list[tuple[ast.Call, str]]:
    """Every call of the file with the full name of what is called."""
    return [(node, target(node.func, path)) for node in nodes(path) if isinstance(node, ast.Call)]


def shown(path: Path, line: int | None = None) -> str:
    """How a test names a place."""
    name = path.relative_to(REPOSITORY).as_posix()
    return name if line is None else f"{name}:{line}"


@cache
def text_of(path: Path) -> str:
    """A file's text; empty for one that is not text."""
    try:
        return path.read_text("utf-8")
    except UnicodeDecodeError:
        return ""


def _dotted(node: ast.expr) -> str:
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        inner = _dotted(node.value)
        return f"{inner}.{node.attr}" if inner else ""
    return ""
