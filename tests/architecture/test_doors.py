"""Doors: every one is journalled, says what it does, and is the only way in (ARCHITECTURE.md, Doors)."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

from socle.record.queries.accesses import WHAT
from tests.architecture.tree import calls, modules, named, nodes, shown, syntax, target

NOTES = {"socle.base.access.doors.note", "socle.base.access.doors.not_journalled"}
DOOR = "socle.base.access.doors.door"
NO_DOORS = {
    "socle.record.actions.deposits.deposit": "parses and seals, then calls its door",
    "socle.record.actions.deposits.deposit_lot": "parses and seals, then calls its door",
    "socle.record.queries.conditions.document_uri": "pure: reads no table",
    "socle.base.access.actions.openings.decided": "asked inside a door of the package above",
    "socle.base.identity.queries.patients.named_by": "asked inside a door of the package above",
}
"""Public functions of `actions` and `queries` that other packages call although they are no doors, and why."""
NO_LINE = {
    "socle.record.queries.told.allergy_here_alone": "whoever is about to hide a document asks; the hiding has its line",
    "socle.record.queries.entrance.entrance": "shows nothing of the record",
    "socle.record.queries.lots.retried": "one's own lot, sent again",
    "socle.record.queries.recents.mine": "one's own list",
    "socle.record.queries.rights.professional": "who may read, not what",
    "socle.record.queries.rights.rights": "who may read, not what",
    "socle.record.queries.rights.state": "who may read, not what",
    "socle.record.queries.traces.mine": "one's own lines",
    "socle.record.queries.wire.identified": "gives ids, which are read by their own doors",
}
"""Doors that read of a record and that the person's journal has no sentence for, and why."""
STORY = "socle.deploy.story."
"""The demo's own doors: loading a person spans packages of the ground."""


@cache
def functions() -> dict[str, tuple[Path, ast.FunctionDef]]:
    """Every function of the product's modules by full name."""
    return {
        f"{named(path)}.{node.name}": (path, node)
        for path in modules("socle")
        for node in syntax(path).body
        if isinstance(node, ast.FunctionDef)
    }


def is_door(path: Path, node: ast.FunctionDef) -> bool:
    return any(isinstance(one, ast.Call) and target(one.func, path) == DOOR for one in node.decorator_list)


def doors() -> dict[str, tuple[Path, ast.FunctionDef]]:
    found = {name: place for name, place in functions().items() if is_door(*place)}
    assert len(found) > 50
    return found


def slot_of(name: str) -> tuple[str, str]:
    """(package, slot) of a full name: `socle.base.identity.actions.merges.merge` → (`socle.base.identity`, `actions`)."""
    parts = name.split(".")
    for slot in ("actions", "queries"):
        if slot in parts:
            return ".".join(parts[: parts.index(slot)]), slot
    return "", ""


def test_doors_stand_in_actions_and_queries_only() -> None:
    assert [name for name in doors() if not slot_of(name)[1] and not name.startswith(STORY)] == []


def test_other_packages_enter_by_doors_only() -> None:
    """What is public in `actions` and `queries` and no door serves its own package alone."""
    found = []
    for path in modules("socle"):
        for call, name in calls(path):
            package, slot = slot_of(name)
            if not slot or name not in functions() or named(path).startswith(f"{package}."):
                continue
            if not is_door(*functions()[name]) and name not in NO_DOORS:
                found.append(f"{shown(path, call.lineno)} calls {name}")
    assert not found, "\n".join(found)


def test_every_listed_exception_exists() -> None:
    assert [name for name in NO_DOORS if name not in functions()] == []


def test_every_door_tells_the_journal_whom_it_is_about() -> None:
    """It calls `note` or `not_journalled`, itself or by what it calls; what an inner door notes is that door's."""
    assert [shown(path, node.lineno) for path, node in doors().values() if not _notes(path, node, frozenset())] == []


def _notes(path: Path, node: ast.FunctionDef, seen: frozenset[str]) -> bool:
    for call in ast.walk(node):
        if not isinstance(call, ast.Call):
            continue
        name = target(call.func, path)
        if name in NOTES:
            return True
        place = functions().get(name)
        if place is not None and name not in seen and not is_door(*place) and _notes(*place, seen | {name}):
            return True
    return False


def test_every_public_door_says_what_is_true_afterwards() -> None:
    public = [(path, node) for path, node in doors().values() if not node.name.startswith("_")]
    assert [shown(path, node.lineno) for path, node in public if not ast.get_docstring(node)] == []


def test_pages_and_wires_hold_no_sql_and_open_no_transaction() -> None:
    found = []
    for package in ("socle.portal", "socle.interfaces"):
        for path in modules(package):
            for node in nodes(path):
                module = node.module or "" if isinstance(node, ast.ImportFrom) else ""
                names = {alias.name for alias in node.names} if isinstance(node, ast.ImportFrom | ast.Import) else set()
                if (
                    module.endswith(".models")
                    or (module == "django.db" and names & {"connection", "connections", "transaction", "models"})
                    or (module.startswith("django.db.") and not module.startswith("django.db.utils"))
                    or any(name.startswith(("psycopg", "django.db")) for name in names | {module} - {"django.db"})
                ):
                    found.append(shown(path, node.lineno))
    assert not found, "\n".join(found)


def test_every_reading_of_a_record_has_its_sentence_for_the_person() -> None:
    """A door that shows a document and that `accesses.WHAT` forgets would be a reading that nobody is told of."""
    reading = {name for name in doors() if name.startswith("socle.record.queries.")}
    told = {f"socle.{name}" for name in WHAT}
    assert reading - told == set(NO_LINE)
