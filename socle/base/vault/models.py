"""Keys (wrapped by the installation's master) and contents (encrypted)."""

from __future__ import annotations

from django.db import models

from socle import clock


class Key(models.Model):
    """The key of one owner: a record, a mailbox, a circle. Destroying it makes all that it encrypted unreadable for ever."""

    id = models.UUIDField(primary_key=True, default=clock.new_id)
    owner_kind = models.TextField()
    owner_id = models.UUIDField()
    wrapped = models.BinaryField(null=True)
    master = models.TextField()
    created_at = models.DateTimeField()
    destroyed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["owner_kind", "owner_id"], name="vault_key_owner"),
            models.CheckConstraint(
                condition=models.Q(wrapped__isnull=False) | models.Q(destroyed_at__isnull=False),
                name="vault_key_wrapped",
            ),
        ]


class Content(models.Model):
    """One encrypted content: in the row up to 64 KiB, beyond that in a file named by its id."""

    id = models.UUIDField(primary_key=True)
    owner_kind = models.TextField()
    owner_id = models.UUIDField()
    kind = models.TextField()
    size = models.BigIntegerField()
    sha256 = models.BinaryField()
    nonce = models.BinaryField()
    sealed = models.BinaryField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(size__gte=0), name="vault_content_size")]
