"""The journal's tables, in SQL: a table partitioned by range of its id, and the chain of seals."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import migrations, models

SQL = """
CREATE TABLE audit_entry (
    id uuid PRIMARY KEY,
    at timestamptz NOT NULL,
    xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
    outcome text NOT NULL CONSTRAINT audit_entry_outcome CHECK (outcome IN ('done', 'refused')),
    door text NOT NULL,
    code text NOT NULL DEFAULT '',
    actor_kind text NOT NULL,
    actor_id uuid,
    actor_name text NOT NULL DEFAULT '',
    actor_role text NOT NULL DEFAULT '',
    structure_id uuid,
    structure_name text NOT NULL DEFAULT '',
    on_behalf_of uuid,
    patient_id uuid,
    purpose text NOT NULL DEFAULT '',
    reason text NOT NULL DEFAULT '',
    channel text NOT NULL DEFAULT '',
    object_kind text NOT NULL DEFAULT '',
    object_ids uuid[] NOT NULL DEFAULT '{}',
    object_count integer NOT NULL DEFAULT 0,
    object_hash bytea,
    revision bigint,
    cause_id uuid
) PARTITION BY RANGE (id);
CREATE INDEX audit_entry_patient ON audit_entry (patient_id, id) WHERE patient_id IS NOT NULL;
CREATE INDEX audit_entry_actor ON audit_entry (actor_id, id);
CREATE INDEX audit_entry_xid ON audit_entry (xid);
CREATE TABLE audit_seal (
    sequence bigint PRIMARY KEY,
    at timestamptz NOT NULL,
    from_xid xid8 NOT NULL,
    to_xid xid8 NOT NULL,
    entry_count integer NOT NULL,
    previous bytea NOT NULL,
    root bytea NOT NULL,
    signature bytea NOT NULL,
    CONSTRAINT audit_seal_range CHECK (from_xid < to_xid)
);
"""


def make_partitions(apps: object, schema_editor: object) -> None:
    from socle.base.audit.partitions import ensure

    ensure("audit_entry")


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        migrations.RunSQL(SQL, "DROP TABLE audit_seal; DROP TABLE audit_entry"),
        migrations.RunPython(make_partitions, migrations.RunPython.noop),
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name="Entry",
                    fields=[
                        ("id", models.UUIDField(primary_key=True, serialize=False)),
                        ("at", models.DateTimeField()),
                        ("outcome", models.TextField()),
                        ("door", models.TextField()),
                        ("code", models.TextField()),
                        ("actor_kind", models.TextField()),
                        ("actor_id", models.UUIDField(null=True)),
                        ("actor_name", models.TextField()),
                        ("actor_role", models.TextField()),
                        ("structure_id", models.UUIDField(null=True)),
                        ("structure_name", models.TextField()),
                        ("on_behalf_of", models.UUIDField(null=True)),
                        ("patient_id", models.UUIDField(null=True)),
                        ("purpose", models.TextField()),
                        ("reason", models.TextField()),
                        ("channel", models.TextField()),
                        ("object_kind", models.TextField()),
                        ("object_ids", ArrayField(models.UUIDField())),
                        ("object_count", models.IntegerField()),
                        ("object_hash", models.BinaryField(null=True)),
                        ("revision", models.BigIntegerField(null=True)),
                        ("cause_id", models.UUIDField(null=True)),
                    ],
                    options={"db_table": "audit_entry", "managed": False},
                ),
                migrations.CreateModel(
                    name="Seal",
                    fields=[
                        ("sequence", models.BigIntegerField(primary_key=True, serialize=False)),
                        ("at", models.DateTimeField()),
                        ("entry_count", models.IntegerField()),
                        ("previous", models.BinaryField()),
                        ("root", models.BinaryField()),
                        ("signature", models.BinaryField()),
                    ],
                    options={"db_table": "audit_seal", "managed": False},
                ),
            ]
        ),
    ]
