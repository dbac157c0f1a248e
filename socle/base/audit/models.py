"""Tables of the journal. Their SQL is in the first migration: Django cannot describe a partitioned table."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

APPEND_ONLY_TABLES = ("audit_entry", "audit_seal")


class Entry(models.Model):
    """One line of the journal. Names are copied as they were that day: the line stays true when people change."""

    id = models.UUIDField(primary_key=True)
    at = models.DateTimeField()
    outcome = models.TextField()
    door = models.TextField()
    code = models.TextField()
    actor_kind = models.TextField()
    actor_id = models.UUIDField(null=True)
    actor_name = models.TextField()
    actor_role = models.TextField()
    structure_id = models.UUIDField(null=True)
    structure_name = models.TextField()
    on_behalf_of = models.UUIDField(null=True)
    patient_id = models.UUIDField(null=True)
    purpose = models.TextField()
    reason = models.TextField()
    channel = models.TextField()
    object_kind = models.TextField()
    object_ids = ArrayField(models.UUIDField())
    object_count = models.IntegerField()
    object_hash = models.BinaryField(null=True)
    revision = models.BigIntegerField(null=True)
    cause_id = models.UUIDField(null=True)

    class Meta:
        managed = False
        db_table = "audit_entry"


class Seal(models.Model):
    """A signed root over the entries of a range of transactions; each holds the root before it."""

    sequence = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()
    entry_count = models.IntegerField()
    previous = models.BinaryField()
    root = models.BinaryField()
    signature = models.BinaryField()

    class Meta:
        managed = False
        db_table = "audit_seal"
