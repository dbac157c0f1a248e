"""The facts that access rules read. People, patients and structures stand here by identifier, without foreign key: this package
knows nobody (architecture.md §1). Their history is the journal's; a row here is what holds now."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from socle import clock

WEIGHT = ("deceased", "opposed", "closed", "open", "announced")
"""States of a record, the one that prevails among a person's identities first."""


class Opening(models.Model):
    """The state of a person's record and space. Source: rules.md §2.6, §3.1 (R1111-28, -36, -40)."""

    class State(models.TextChoices):
        ANNOUNCED = "announced", "annoncé"
        OPEN = "open", "ouvert"
        OPPOSED = "opposed", "opposition"
        CLOSED = "closed", "clôturé"
        DECEASED = "deceased", "décès"

    patient_id = models.UUIDField(primary_key=True)
    state = models.TextField(choices=State)
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["announced", "open", "opposed", "closed", "deceased"]),
                name="access_opening_state",
            )
        ]


class Authorisation(models.Model):
    """That one professional may read one record, or may not (blocked). One row a pair; no row: no authorisation.
    Source: rules.md §2.5 (VALIDE, INTERDIT, EXPIRE)."""

    class State(models.TextChoices):
        VALID = "valid", "valide"
        BLOCKED = "blocked", "interdite"

    id = models.UUIDField(primary_key=True, default=clock.new_id)
    patient_id = models.UUIDField()
    person_id = models.UUIDField()
    person_name = models.TextField()
    """As it was when the row was last written: the patient reads this list."""
    person_title = models.TextField(blank=True)
    structure_id = models.UUIDField(null=True)
    structure_name = models.TextField(blank=True)
    state = models.TextField(choices=State)
    since = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["patient_id", "person_id"], name="access_authorisation_pair"),
            models.CheckConstraint(condition=Q(state__in=["valid", "blocked"]), name="access_authorisation_state"),
        ]
        indexes = [models.Index(fields=["person_id", "since"], name="access_authorisation_person")]


class Consent(models.Model):
    """An agreement of the person, recorded by whoever collected it. Kind `initial` must exist before a care team's first reading
    of the record (Conseil d'État, 15-10-2025; rules.md §2.5 and §10 line 14). The team is the structure's, or the lone
    professional's."""

    id = models.UUIDField(primary_key=True, default=clock.new_id)
    patient_id = models.UUIDField()
    kind = models.TextField()
    team_id = models.UUIDField()
    """The structure, or the professional who practises alone."""
    mode = models.TextField()
    """How it was collected: `oral-informed`, `written`, `electronic`."""
    collector_id = models.UUIDField()
    collector_name = models.TextField()
    collected_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["patient_id", "kind", "team_id"], condition=Q(ended_at__isnull=True), name="access_consent_once"
            ),
            models.CheckConstraint(condition=Q(mode__in=["oral-informed", "written", "electronic"]), name="access_consent_mode"),
        ]


class EmergencySession(models.Model):
    """A reading without authorisation, by one professional, of one record, for at most four hours, with a reason."""

    id = models.UUIDField(primary_key=True, default=clock.new_id)
    patient_id = models.UUIDField()
    person_id = models.UUIDField()
    person_name = models.TextField()
    structure_id = models.UUIDField(null=True)
    purpose = models.TextField()
    reason = models.TextField()
    started_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    reviewed_at = models.DateTimeField(null=True)
    review = models.TextField(blank=True)
    """What the access controller concluded: `justified` or `follow-up`."""
    reviewed_by_name = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(purpose__in=["emergency", "regulation"]), name="access_emergency_purpose"),
            models.CheckConstraint(condition=Q(ends_at__gt=models.F("started_at")), name="access_emergency_span"),
            models.CheckConstraint(
                condition=Q(review="", reviewed_at__isnull=True)
                | Q(review__in=["justified", "follow-up"], reviewed_at__isnull=False),
                name="access_emergency_review",
            ),
        ]
        indexes = [models.Index(fields=["person_id", "started_at"], name="access_emergency_person")]


class Choice(models.Model):
    """What the person decided about urgent access. No row: the defaults (emergency and regulation allowed, masked documents
    stay masked in both). Source: rules.md §3.2 (emergency settings)."""

    patient_id = models.UUIDField(primary_key=True)
    emergency_allowed = models.BooleanField(default=True)
    regulation_allowed = models.BooleanField(default=True)
    masked_shown_in_emergency = models.BooleanField(default=False)
    changed_at = models.DateTimeField()


class Referent(models.Model):
    """A professional whom the person named: médecin traitant, or administrator of the record with the same sight."""

    id = models.UUIDField(primary_key=True, default=clock.new_id)
    patient_id = models.UUIDField()
    person_id = models.UUIDField()
    person_name = models.TextField()
    role = models.TextField()
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(role__in=["treating", "administrator"]), name="access_referent_role"),
            models.UniqueConstraint(
                fields=["patient_id"],
                condition=Q(role="treating", until__isnull=True),
                name="access_referent_one_treating",
            ),
            models.UniqueConstraint(
                fields=["patient_id", "person_id", "role"],
                condition=Q(until__isnull=True),
                name="access_referent_once",
            ),
        ]


class Representation(models.Model):
    """That one person acts for another: legal representative of a minor, guardian. Ids are identities'."""

    id = models.UUIDField(primary_key=True, default=clock.new_id)
    patient_id = models.UUIDField()
    representative_id = models.UUIDField()
    representative_name = models.TextField()
    kind = models.TextField()
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=["parent", "guardian"]), name="access_representation_kind"),
            models.UniqueConstraint(
                fields=["patient_id", "representative_id"],
                condition=Q(until__isnull=True),
                name="access_representation_once",
            ),
        ]
        indexes = [models.Index(fields=["representative_id"], name="access_representation_by")]
