"""The queue's tables, in SQL: events partitioned by range of their id; reactions leased by workers."""

from __future__ import annotations

from django.db import migrations, models

SQL = """
CREATE TABLE events_event (
    id uuid PRIMARY KEY,
    at timestamptz NOT NULL,
    xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
    kind text NOT NULL,
    aggregate_id uuid NOT NULL,
    patient_id uuid,
    facts jsonb NOT NULL,
    cause_id uuid
) PARTITION BY RANGE (id);
CREATE INDEX events_event_xid ON events_event (xid);
CREATE TABLE events_reaction (
    id uuid PRIMARY KEY,
    event_id uuid,
    name text NOT NULL,
    aggregate_id uuid NOT NULL,
    state text NOT NULL DEFAULT 'due' CONSTRAINT events_reaction_state CHECK (state IN ('due', 'done', 'dead')),
    due_at timestamptz NOT NULL,
    leased_until timestamptz,
    lease_id uuid,
    attempts integer NOT NULL DEFAULT 0,
    last_error text NOT NULL DEFAULT '',
    done_at timestamptz
);
CREATE INDEX events_reaction_due ON events_reaction (due_at) WHERE state = 'due';
CREATE INDEX events_reaction_order ON events_reaction (aggregate_id, name, id) WHERE state = 'due';
CREATE UNIQUE INDEX events_reaction_once ON events_reaction (event_id, name) WHERE event_id IS NOT NULL;
CREATE UNIQUE INDEX events_reaction_job ON events_reaction (name) WHERE event_id IS NULL AND state = 'due';
"""


def make_partitions(apps: object, schema_editor: object) -> None:
    from socle.base.audit.partitions import ensure

    ensure("events_event")


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        migrations.RunSQL(SQL, "DROP TABLE events_reaction; DROP TABLE events_event"),
        migrations.RunPython(make_partitions, migrations.RunPython.noop),
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name="Event",
                    fields=[
                        ("id", models.UUIDField(primary_key=True, serialize=False)),
                        ("at", models.DateTimeField()),
                        ("kind", models.TextField()),
                        ("aggregate_id", models.UUIDField()),
                        ("patient_id", models.UUIDField(null=True)),
                        ("facts", models.JSONField()),
                        ("cause_id", models.UUIDField(null=True)),
                    ],
                    options={"db_table": "events_event", "managed": False},
                ),
                migrations.CreateModel(
                    name="Reaction",
                    fields=[
                        ("id", models.UUIDField(primary_key=True, serialize=False)),
                        ("event_id", models.UUIDField(null=True)),
                        ("name", models.TextField()),
                        ("aggregate_id", models.UUIDField()),
                        ("state", models.TextField()),
                        ("due_at", models.DateTimeField()),
                        ("leased_until", models.DateTimeField(null=True)),
                        ("lease_id", models.UUIDField(null=True)),
                        ("attempts", models.IntegerField()),
                        ("last_error", models.TextField()),
                        ("done_at", models.DateTimeField(null=True)),
                    ],
                    options={"db_table": "events_reaction", "managed": False},
                ),
            ]
        ),
    ]
