"""Tables of the record. A document's bytes lie in the vault; here are its metadata (rules.md §2.2), its labels and its facts.

`patient_id` is the identity the row was written under: reading takes the family (identity), so a merge moves nothing.
"""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from socle import clock


class Record(models.Model):
    """One record a person: how many times its documents have changed, for the journal and for caches."""

    patient_id = models.UUIDField(primary_key=True)
    revision = models.BigIntegerField(default=0)
    created_at = models.DateTimeField(default=clock.now)


class SubmissionSet(models.Model):
    """A lot: what was deposited together (XDS SubmissionSet, FHIR List)."""

    id = models.UUIDField(primary_key=True, default=clock.new_id)
    patient_id = models.UUIDField()
    unique_id = models.TextField(unique=True)
    source_id = models.TextField()
    designation_code = models.TextField(blank=True)
    designation_system = models.TextField(blank=True)
    title = models.TextField(blank=True)
    archived = models.BooleanField(default=False)
    depositor_id = models.UUIDField(null=True)
    depositor_structure_id = models.UUIDField(null=True)
    submitted_at = models.DateTimeField()
    fhir_version = models.IntegerField(default=1)
    updated_at = models.DateTimeField(default=clock.now)
    fhir_text = models.TextField()

    class Meta:
        indexes = [models.Index(fields=["patient_id", "-submitted_at", "-id"], name="record_submissionset_newest")]


class Document(models.Model):
    """One version of one document (XDS DocumentEntry). Its content never changes; its labels and state may."""

    class State(models.TextChoices):
        CURRENT = "current", "en cours"
        SUPERSEDED = "superseded", "remplacé"

    id = models.UUIDField(primary_key=True, default=clock.new_id)
    patient_id = models.UUIDField()
    unique_id = models.TextField()
    """`urn:oid:…` or `urn:uuid:…`: the id that its producer gave (XDS uniqueId, masterIdentifier)."""
    set_id = models.TextField(blank=True)
    version_number = models.IntegerField(null=True)
    state = models.TextField(choices=State, default=State.CURRENT)
    archived = models.BooleanField(default=False)
    deleted = models.BooleanField(default=False)
    """Deleted by its author: never shown nor counted again, kept for the proof. Source: rules.md §2.1 (TD3.3c)."""
    masked = models.BooleanField(default=False)
    masked_by_holder = models.BooleanField(default=False)
    """The mask is the person's: its author does not lift it."""
    hidden_from_patient = models.BooleanField(default=False)
    hidden_since = models.DateTimeField(null=True)
    hidden_from_representatives = models.BooleanField(default=False)

    class_code = models.TextField()
    type_code = models.TextField()
    type_system = models.TextField(blank=True)
    type_label = models.TextField()
    format_code = models.TextField(blank=True)
    title = models.TextField()
    practice_setting = models.TextField(blank=True)
    facility_type = models.TextField(blank=True)
    event_codes = ArrayField(models.TextField(), default=list)
    """`system|code|label` each."""
    reference_ids = ArrayField(models.TextField(), default=list)
    encounter_id = models.TextField(blank=True)
    """Id of the stay or contact that made it: documents that share it are one episode."""
    created_at = models.DateTimeField()
    started_at = models.DateTimeField()
    """Of the act documented (serviceStartTime); the document's own time when the header gives none."""
    ended_at = models.DateTimeField(null=True)
    language = models.TextField(default="fr-FR")
    media_type = models.TextField()
    size = models.BigIntegerField()
    sha256 = models.BinaryField()
    sha1 = models.BinaryField()
    body_level = models.SmallIntegerField()

    author_name = models.TextField()
    author_family = models.TextField(blank=True)
    author_given = models.TextField(blank=True)
    """The parts of the name, when they are told or can be told apart; both empty when not."""
    author_title = models.TextField(blank=True)
    author_national_id = models.TextField(blank=True)
    author_profession = models.TextField(blank=True)
    author_structure_name = models.TextField(blank=True)
    author_structure_id = models.TextField(blank=True)
    custodian_name = models.TextField(blank=True)
    custodian_id = models.TextField(blank=True)

    depositor_id = models.UUIDField(null=True)
    depositor_name = models.TextField(blank=True)
    depositor_structure_id = models.UUIDField(null=True)
    software_id = models.UUIDField(null=True)
    deposited_at = models.DateTimeField(default=clock.now)
    content_id = models.UUIDField()
    submission = models.ForeignKey(SubmissionSet, null=True, on_delete=models.PROTECT, related_name="documents")
    replaces = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="replaced_by")
    parent_unknown = models.BooleanField(default=False)
    """Its header replaces a document that this record does not hold: stored and flagged."""

    fhir_version = models.IntegerField(default=1)
    updated_at = models.DateTimeField(default=clock.now)
    fhir_text = models.TextField()
    """The served DocumentReference, written by the action that changes the row; a test rebuilds and compares it."""

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["unique_id"], name="record_document_unique_id"),
            models.UniqueConstraint(
                fields=["patient_id", "set_id"],
                condition=Q(state="current", deleted=False) & ~Q(set_id=""),
                name="record_document_one_current",
            ),
            models.CheckConstraint(condition=Q(state__in=["current", "superseded"]), name="record_document_state"),
            models.CheckConstraint(condition=~Q(masked=True, hidden_from_patient=True), name="record_document_mask_not_both"),
            models.CheckConstraint(condition=Q(masked_by_holder=False) | Q(masked=True), name="record_document_holder_masks"),
            models.CheckConstraint(
                condition=Q(hidden_from_patient=False) | Q(hidden_since__isnull=False), name="record_document_hidden_since"
            ),
            models.CheckConstraint(
                condition=Q(replaces__isnull=True) | ~Q(replaces=F("id")), name="record_document_replaces_another"
            ),
        ]
        indexes = [
            models.Index(fields=["patient_id", "-started_at", "-id"], name="record_document_newest"),
            models.Index(fields=["patient_id", "-deposited_at", "-id"], name="record_document_arrivals"),
            models.Index(fields=["patient_id", "-created_at", "-id"], name="record_document_dated"),
            models.Index(
                fields=["set_id"],
                name="record_document_versions",
                condition=Q(state="current", deleted=False) & ~Q(set_id=""),
            ),
            models.Index(fields=["encounter_id"], name="record_document_episode", condition=~Q(encounter_id="")),
        ]


class FormerVersion(models.Model):
    """What a document read before one of its changes, and to whom it was hidden then."""

    id = models.UUIDField(primary_key=True, default=clock.new_id)
    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="formers")
    version = models.IntegerField()
    fhir_text = models.TextField()
    masked = models.BooleanField()
    hidden_from_patient = models.BooleanField()
    hidden_from_representatives = models.BooleanField()
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["document", "version"], name="record_former_once")]


class Fact(models.Model):
    """One clinical statement read in one document: it inherits the document's Sight, always."""

    id = models.UUIDField(primary_key=True, default=clock.new_id)
    patient_id = models.UUIDField()
    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="facts")
    kind = models.TextField()
    """`problem`, `allergy`, `treatment`, `vaccination`, `measure`, `result`, `procedure`, `stay`."""
    label = models.TextField()
    label_key = models.TextField()
    """Comparable form of the label: what groups lines of one substance or analyte when they carry no code."""
    code = models.TextField(blank=True)
    code_system = models.TextField(blank=True)
    detail = models.TextField(blank=True)
    value_text = models.TextField(blank=True)
    value = models.DecimalField(null=True, max_digits=18, decimal_places=6)
    unit = models.TextField(blank=True)
    low = models.DecimalField(null=True, max_digits=18, decimal_places=6)
    high = models.DecimalField(null=True, max_digits=18, decimal_places=6)
    interpretation = models.TextField(blank=True)
    status = models.TextField(blank=True)
    """`active`, `resolved`, `stopped`, `refuted`; empty when the document does not say."""
    none_known = models.BooleanField(default=False)
    """The document states that there is none (« aucune allergie connue »): distinct from not filled."""
    reliability = models.TextField()
    """`structured` (coded entry) or `read` (found in the text of the document)."""
    quote = models.TextField(blank=True)
    started_on = models.DateField(null=True)
    ended_on = models.DateField(null=True)
    noted_on = models.DateField()
    """Day of the statement: that of the entry, else of the act documented."""
    position = models.IntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(reliability__in=["structured", "read"]), name="record_fact_reliability"),
            models.UniqueConstraint(fields=["document", "position"], name="record_fact_once"),
        ]
        indexes = [models.Index(fields=["patient_id", "kind", "-noted_on"], name="record_fact_newest")]


class Visit(models.Model):
    """When a reader last opened a record: « depuis votre dernier passage »."""

    id = models.UUIDField(primary_key=True, default=clock.new_id)
    patient_id = models.UUIDField()
    person_id = models.UUIDField()
    last_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["patient_id", "person_id"], name="record_visit_pair")]
