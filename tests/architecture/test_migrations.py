"""The migrations say all that the models say."""

from __future__ import annotations

from django.apps import apps
from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.questioner import NonInteractiveMigrationQuestioner
from django.db.migrations.state import ProjectState


def test_no_model_waits_for_a_migration() -> None:
    loader = MigrationLoader(None, ignore_no_migrations=True)
    detector = MigrationAutodetector(
        loader.project_state(),
        ProjectState.from_apps(apps),
        NonInteractiveMigrationQuestioner(specified_apps=set(), dry_run=True),
    )
    missing = detector.changes(graph=loader.graph)
    assert {app: [migration.operations for migration in found] for app, found in missing.items()} == {}


def test_no_two_migrations_of_an_application_claim_the_same_place() -> None:
    assert MigrationLoader(None, ignore_no_migrations=True).detect_conflicts() == {}
