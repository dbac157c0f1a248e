"""Tables of the queue. Their SQL is in the first migration: the event table is partitioned by range of its id."""

from __future__ import annotations

from django.db import models

APPEND_ONLY_TABLES = ("events_event",)


class Event(models.Model):
    """Something that happened, with opaque ids only: no name, no health word ever stands in `facts`."""

    id = models.UUIDField(primary_key=True)
    at = models.DateTimeField()
    kind = models.TextField()
    aggregate_id = models.UUIDField()
    patient_id = models.UUIDField(null=True)
    facts = models.JSONField()
    cause_id = models.UUIDField(null=True)

    class Meta:
        managed = False
        db_table = "events_event"


class Reaction(models.Model):
    """What one package has to do about one event, or a job due at a time (`event_id` empty)."""

    id = models.UUIDField(primary_key=True)
    event_id = models.UUIDField(null=True)
    name = models.TextField()
    aggregate_id = models.UUIDField()
    state = models.TextField()
    due_at = models.DateTimeField()
    leased_until = models.DateTimeField(null=True)
    lease_id = models.UUIDField(null=True)
    attempts = models.IntegerField()
    last_error = models.TextField()
    done_at = models.DateTimeField(null=True)

    class Meta:
        managed = False
        db_table = "events_reaction"
