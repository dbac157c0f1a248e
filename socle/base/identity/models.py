"""Identities of patients (rules.md §1). No row ever moves: a merged identity points to its master, and one reads the family."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from socle import clock


class Patient(models.Model):
    """One identity. Strict traits are in storage form (RNIV annexe III: upper case, no diacritics); `…_key` columns hold the
    comparable form (case, accents, hyphen and apostrophe aside) that search and comparison use."""

    class Status(models.TextChoices):
        PROVISIONAL = "provisional", "provisoire"
        RETRIEVED = "retrieved", "récupérée"
        VALIDATED = "validated", "validée"
        QUALIFIED = "qualified", "qualifiée"

    id = models.UUIDField(primary_key=True, default=clock.new_id)
    master = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="merged")
    version = models.BigIntegerField(default=1)
    status = models.TextField(choices=Status, default=Status.PROVISIONAL)
    homonym = models.BooleanField(default=False)
    doubtful = models.BooleanField(default=False)
    fictitious = models.BooleanField(default=False)

    birth_name = models.TextField()
    first_given = models.TextField()
    given_names = models.TextField()
    """All birth first names, separated by one space; `first_given` is a prefix of it (EXI SI 29)."""
    birth_date = models.DateField()
    birth_date_known = models.TextField(default="day")
    """What of the date is known: `day`, `month`, `year`, `none`; the rest follows EXI PP 19."""
    sex = models.TextField()
    birthplace_cog = models.TextField(blank=True)
    matricule = models.TextField(null=True)
    oid = models.TextField(null=True)

    birth_name_key = models.TextField()
    first_given_key = models.TextField()
    used_name_key = models.TextField(blank=True)
    used_given_key = models.TextField(blank=True)

    used_name = models.TextField(blank=True)
    used_given = models.TextField(blank=True)
    phone = models.TextField(blank=True)
    email = models.TextField(blank=True)
    address_lines = ArrayField(models.TextField(), default=list)
    postal_code = models.TextField(blank=True)
    city = models.TextField(blank=True)
    commune_cog = models.TextField(blank=True)

    document_kind = models.TextField(blank=True)
    """The high-trust identity document checked (ZFD-7 code: CN, PA, CS…), empty when none was."""
    document_checked_on = models.DateField(null=True)
    ins_verified_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=clock.now)
    updated_at = models.DateTimeField(default=clock.now)
    died_on = models.DateField(null=True)
    registrar_id = models.UUIDField(null=True)
    """The person or software that registered the identity, and its structure: they go on reading the contact details."""
    registrar_structure_id = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=["provisional", "retrieved", "validated", "qualified"]),
                name="identity_patient_status",
            ),
            models.CheckConstraint(condition=Q(sex__in=["M", "F", "I"]), name="identity_patient_sex"),
            models.CheckConstraint(
                condition=Q(birth_date_known__in=["day", "month", "year", "none"]), name="identity_patient_birth_date"
            ),
            models.CheckConstraint(
                condition=Q(matricule__isnull=True, oid__isnull=True)
                | Q(matricule__isnull=False, oid__isnull=False, status__in=["retrieved", "qualified"]),
                name="identity_patient_matricule_status",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["retrieved", "qualified"]) | Q(matricule__isnull=False),
                name="identity_patient_ins_held",
            ),
            models.CheckConstraint(
                condition=Q(doubtful=False, fictitious=False) | Q(status="provisional"),
                name="identity_patient_doubt_is_provisional",
            ),
            models.CheckConstraint(condition=Q(doubtful=False) | Q(fictitious=False), name="identity_patient_doubt_or_fiction"),
            models.CheckConstraint(
                condition=Q(master__isnull=True) | ~Q(master=F("id")), name="identity_patient_master_is_another"
            ),
            models.UniqueConstraint(
                fields=["oid", "matricule"],
                condition=Q(matricule__isnull=False, master__isnull=True),
                name="identity_patient_one_ins",
            ),
        ]
        indexes = [
            models.Index(fields=["birth_date", "birth_name_key"], name="identity_patient_by_birth"),
            models.Index(fields=["birth_date", "used_name_key"], name="identity_patient_by_used"),
            models.Index(
                fields=["birth_name_key", "first_given_key", "birth_date"],
                condition=Q(master__isnull=True),
                name="identity_patient_by_name",
            ),
            models.Index(
                fields=["-updated_at"], condition=Q(doubtful=True, master__isnull=True), name="identity_patient_doubtful"
            ),
        ]


class LocalIdentifier(models.Model):
    """The number that a structure gives to a patient (IPP). One patient a number in a system of that structure."""

    id = models.UUIDField(primary_key=True, default=clock.new_id)
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="local_identifiers")
    owner_id = models.UUIDField(null=True)
    """The structure, or the person without one, that gave it; null for the platform's own."""
    system = models.TextField()
    value = models.TextField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["owner_id", "system", "value"], name="identity_localidentifier_once", nulls_distinct=False
            ),
            models.CheckConstraint(
                condition=~Q(system__iregex=r"^(urn:oid:)?1\.2\.250\.1\.213\.1\.4\."), name="identity_localidentifier_no_ins"
            ),
        ]


class PreviousIns(models.Model):
    """An INS that this identity held before (INSHISTO, NIA become NIR, withdrawal)."""

    id = models.UUIDField(primary_key=True, default=clock.new_id)
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="previous_ins")
    matricule = models.TextField()
    oid = models.TextField()
    ended_at = models.DateTimeField()
    reason = models.TextField()


class Merge(models.Model):
    """A merge asked by one person and confirmed by another; undone, by two persons too, by cutting the pointer. A request that is
    refused before it is confirmed is a merge undone without confirmation."""

    id = models.UUIDField(primary_key=True, default=clock.new_id)
    master = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="+")
    merged = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField()
    asked_by = models.UUIDField()
    asked_by_name = models.TextField()
    asked_at = models.DateTimeField(default=clock.now)
    confirmed_by = models.UUIDField(null=True)
    confirmed_by_name = models.TextField(blank=True)
    confirmed_at = models.DateTimeField(null=True)
    moved_ids = ArrayField(models.UUIDField(), default=list)
    """Identities that pointed to the merged one and have pointed to the master since: undoing gives them back."""
    undo_reason = models.TextField(blank=True)
    undo_asked_by = models.UUIDField(null=True)
    undo_asked_by_name = models.TextField(blank=True)
    undo_asked_at = models.DateTimeField(null=True)
    undone_by = models.UUIDField(null=True)
    undone_by_name = models.TextField(blank=True)
    undone_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(master=F("merged")), name="identity_merge_two"),
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True) | ~Q(confirmed_by=F("asked_by")), name="identity_merge_two_persons"
            ),
            models.CheckConstraint(
                condition=Q(undone_by__isnull=True) | Q(confirmed_by__isnull=True) | ~Q(undone_by=F("undo_asked_by")),
                name="identity_merge_undone_by_two",
            ),
            models.UniqueConstraint(
                fields=["merged"],
                condition=Q(undone_at__isnull=True),
                name="identity_merge_once",
            ),
        ]


class Search(models.Model):
    """A search by identity: its criteria and result stay fifteen minutes behind an opaque id, so that no trait stands in an
    address (issue of the ground, sign-in). Emptied then, the row counts for an hour."""

    id = models.UUIDField(primary_key=True, default=clock.new_id)
    asker_id = models.UUIDField()
    birth_date = models.DateField(null=True)
    name_start = models.TextField(blank=True)
    given_start = models.TextField(blank=True)
    by_matricule = models.BooleanField(default=False)
    result_ids = ArrayField(models.UUIDField(), default=list)
    more = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        indexes = [models.Index(fields=["asker_id", "created_at"], name="identity_search_by_asker")]
