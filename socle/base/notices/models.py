"""Notices: one row a person told."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from socle import clock


class Notice(models.Model):
    """That something happened, for one person, or for whoever holds a right (access controller). Its words come from its kind:
    nothing typed by anybody stands here."""

    id = models.UUIDField(primary_key=True, default=clock.new_id)
    recipient_id = models.UUIDField(null=True)
    right = models.TextField(blank=True)
    kind = models.TextField()
    patient_id = models.UUIDField(null=True)
    subject_id = models.UUIDField()
    """What it is about: an urgent access, a person. With the kind and the recipient, it happens once."""
    actor_name = models.TextField(blank=True)
    created_at = models.DateTimeField(default=clock.now)
    read_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(recipient_id__isnull=False) | ~Q(right=""), name="notices_notice_for_somebody"),
            models.UniqueConstraint(fields=["recipient_id", "kind", "subject_id"], name="notices_notice_once"),
            models.UniqueConstraint(
                fields=["right", "kind", "subject_id"], condition=Q(recipient_id__isnull=True), name="notices_notice_right_once"
            ),
        ]
        indexes = [models.Index(fields=["recipient_id", "-created_at"], name="notices_notice_newest")]
