"""Tables of the directory. Rows that the national extractions no longer hold stay, inactive: consumers must see them go.

Sorted and compared columns are in the C collation, so that prefixes and pages are read straight from an index.
"""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q

from socle import clock


class Origin(models.TextChoices):
    """Where a row came from. What the national extractions bring replaces what others said."""

    NATIONAL = "national", "extraction nationale"
    SIGN_IN = "sign-in", "connexion"
    STRUCTURE = "structure", "structure"
    MAILBOX = "mailbox", "messagerie"


def _key(**options: object) -> models.TextField[str, str]:
    return models.TextField(db_collation="C", **options)  # type: ignore[arg-type]


class Practitioner(models.Model):
    """A person who works in health, social care or beside them: one row a person, whatever the number of places of work."""

    id = models.UUIDField(primary_key=True, default=clock.new_id)
    version = models.BigIntegerField(default=1)
    updated_at = models.DateTimeField(default=clock.now)
    active = models.BooleanField(default=True)
    origin = models.TextField(choices=Origin)
    national_id = _key()
    rpps = _key(blank=True)
    family = models.TextField()
    given = models.TextField(blank=True)
    civility = models.TextField(blank=True)
    """M or MME (TRE_R81)."""
    title = models.TextField(blank=True)
    """Civility of practice: DR, PR, MG… (TRE_R11)."""
    profession = models.TextField(blank=True)
    category = models.TextField(blank=True)
    """C civil, M military, E student (TRE_R09)."""
    sort_key = _key()
    given_key = _key(blank=True)
    confirmed_on = models.DateField(null=True)
    vouched_by = models.ForeignKey("Organisation", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["national_id"], name="directory_practitioner_once"),
            models.CheckConstraint(condition=~Q(national_id=""), name="directory_practitioner_named"),
            models.CheckConstraint(
                condition=~Q(origin="structure") | Q(vouched_by__isnull=False), name="directory_practitioner_vouched"
            ),
        ]
        indexes = [
            models.Index(fields=["sort_key", "id"], name="directory_person_name"),
            models.Index(fields=["given_key", "id"], name="directory_person_given"),
        ]


class Organisation(models.Model):
    """A place of work: establishment, practice, pharmacy, laboratory, service. `key` is its technical identifier."""

    id = models.UUIDField(primary_key=True, default=clock.new_id)
    version = models.BigIntegerField(default=1)
    updated_at = models.DateTimeField(default=clock.now)
    active = models.BooleanField(default=True)
    origin = models.TextField(choices=Origin)
    key = _key()
    national_id = _key(blank=True)
    finess = _key(blank=True)
    finess_legal = _key(blank=True)
    """FINESS of the legal entity (EJ)."""
    siren = _key(blank=True)
    siret = _key(blank=True)
    rank = _key(blank=True)
    """RPPS-rang of a practice without FINESS nor SIRET."""
    name = models.TextField(blank=True)
    trade_name = models.TextField(blank=True)
    name_key = _key(blank=True)
    sector = models.TextField(blank=True)
    phone = models.TextField(blank=True)
    fax = models.TextField(blank=True)
    email = models.TextField(blank=True)
    address = models.TextField(blank=True)
    """Lines, without the postal code and the city."""
    postal_code = _key(blank=True)
    commune = models.TextField(blank=True)
    """COG code."""
    city = models.TextField(blank=True)
    departement = models.TextField(blank=True)
    town_key = _key(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["key"], name="directory_organisation_once"),
            models.CheckConstraint(condition=~Q(key=""), name="directory_organisation_named"),
        ]
        indexes = [
            models.Index(fields=["name_key", "id"], name="directory_place_name"),
            models.Index(fields=["town_key", "name_key", "id"], name="directory_place_town"),
            models.Index(fields=["postal_code", "name_key", "id"], name="directory_place_code"),
            models.Index(fields=["national_id"], name="directory_place_idnst", condition=~Q(national_id="")),
            models.Index(fields=["finess"], name="directory_place_finess", condition=~Q(finess="")),
            models.Index(fields=["siret"], name="directory_place_siret", condition=~Q(siret="")),
        ]


class Situation(models.Model):
    """A situation of practice: who, as what, where, how. The national files call it an activity.

    The address is that of the line, which may differ from the organisation's. `digest` is the fingerprint of the line it was
    read from, null when it came otherwise.
    """

    id = models.UUIDField(primary_key=True, default=clock.new_id)
    version = models.BigIntegerField(default=1)
    updated_at = models.DateTimeField(default=clock.now)
    active = models.BooleanField(default=True)
    origin = models.TextField(choices=Origin)
    key = models.UUIDField()
    digest = models.BigIntegerField(null=True)
    practitioner = models.ForeignKey(Practitioner, on_delete=models.PROTECT, related_name="situations", db_index=False)
    organisation = models.ForeignKey(Organisation, null=True, on_delete=models.PROTECT, related_name="situations", db_index=False)
    profession = _key(blank=True)
    category = models.TextField(blank=True)
    know_how_type = models.TextField(blank=True)
    know_how = _key(blank=True)
    mode = models.TextField(blank=True)
    sector = models.TextField(blank=True)
    section = models.TextField(blank=True)
    role = models.TextField(blank=True)
    genre = models.TextField(blank=True)
    phone = models.TextField(blank=True)
    other_phone = models.TextField(blank=True)
    fax = models.TextField(blank=True)
    email = models.TextField(blank=True)
    address = models.TextField(blank=True)
    postal_code = _key(blank=True)
    commune = models.TextField(blank=True)
    city = models.TextField(blank=True)
    departement = _key(blank=True)
    town_key = _key(blank=True)
    sort_key = _key()
    """The practitioner's, so that one index answers a filter in the order of names."""

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key"], name="directory_situation_once")]
        indexes = [
            models.Index(fields=["practitioner", "id"], name="directory_at_by_person"),
            models.Index(fields=["organisation", "id"], name="directory_at_by_place", condition=Q(organisation__isnull=False)),
            models.Index(fields=["sort_key", "practitioner"], name="directory_at_name", condition=Q(active=True)),
            models.Index(fields=["profession", "sort_key", "practitioner"], name="directory_at_job", condition=Q(active=True)),
            models.Index(
                fields=["know_how", "sort_key", "practitioner"],
                name="directory_at_skill",
                condition=Q(active=True) & ~Q(know_how=""),
            ),
            models.Index(fields=["departement", "sort_key", "practitioner"], name="directory_at_dep", condition=Q(active=True)),
            models.Index(
                fields=["departement", "profession", "sort_key", "practitioner"],
                name="directory_at_dep_job",
                condition=Q(active=True),
            ),
            models.Index(
                fields=["departement", "know_how", "sort_key", "practitioner"],
                name="directory_at_dep_skill",
                condition=Q(active=True) & ~Q(know_how=""),
            ),
            models.Index(
                fields=["town_key", "sort_key", "practitioner"],
                include=["profession", "know_how"],
                name="directory_at_town",
                condition=Q(active=True),
            ),
            models.Index(
                fields=["postal_code", "sort_key", "practitioner"],
                include=["profession", "know_how"],
                name="directory_at_code",
                condition=Q(active=True),
            ),
        ]


class Qualification(models.Model):
    """A know-how of a practitioner, from the extraction of know-how: it may be exercised in no situation."""

    id = models.UUIDField(primary_key=True, default=clock.new_id)
    active = models.BooleanField(default=True)
    digest = models.BigIntegerField(null=True)
    practitioner = models.ForeignKey(Practitioner, on_delete=models.PROTECT, related_name="qualifications", db_index=False)
    profession = models.TextField()
    category = models.TextField(blank=True)
    know_how_type = models.TextField()
    know_how = models.TextField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["practitioner", "profession", "category", "know_how_type", "know_how"],
                name="directory_qualification_once",
            )
        ]


class SecureAddress(models.Model):
    """An MSSanté mailbox. `address` is in lower case: it is the key of a box (fhir.md §5). A personal box with an organisation
    belongs to the situations of its holder there."""

    class Kind(models.TextChoices):
        PERSONAL = "PER", "personnelle"
        ORGANISATION = "ORG", "organisationnelle"
        APPLICATION = "APP", "applicative"
        PRACTICE = "CAB", "cabinet"

    id = models.UUIDField(primary_key=True, default=clock.new_id)
    updated_at = models.DateTimeField(default=clock.now)
    active = models.BooleanField(default=True)
    origin = models.TextField(choices=Origin)
    digest = models.BigIntegerField(null=True)
    address = _key()
    kind = models.TextField(choices=Kind)
    practitioner = models.ForeignKey(Practitioner, null=True, on_delete=models.PROTECT, related_name="addresses")
    organisation = models.ForeignKey(Organisation, null=True, on_delete=models.PROTECT, related_name="addresses")
    service = models.TextField(blank=True)
    description = models.TextField(blank=True)
    red_list = models.BooleanField(default=False)
    dematerialisation = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["address"], name="directory_secureaddress_once"),
            models.CheckConstraint(condition=Q(kind__in=["PER", "ORG", "APP", "CAB"]), name="directory_secureaddress_kind"),
            models.CheckConstraint(
                condition=Q(practitioner__isnull=False) | Q(organisation__isnull=False), name="directory_secureaddress_held"
            ),
        ]
        indexes = [GinIndex(fields=["address"], opclasses=["gin_trgm_ops"], name="directory_address_part")]


class Name(models.Model):
    """The distinct family names, once for each word that a person may start with: `COSTE` leads to `DSAUVAGECOSTE`. `near` are
    the numbers of the start and of the start without one letter: two names one slip apart share a number."""

    pk = models.CompositePrimaryKey("start", "family")
    start = _key()
    family = _key()
    near = ArrayField(models.IntegerField(), default=list)

    class Meta:
        indexes = [
            GinIndex(fields=["start"], opclasses=["gin_trgm_ops"], name="directory_name_close"),
            GinIndex(fields=["near"], name="directory_name_near"),
        ]


class Town(models.Model):
    """The distinct towns of the situations, with how many situations are there. `near` is as in Name."""

    key = _key(primary_key=True)
    base = _key()
    """The town without its département and arrondissement."""
    departement = models.TextField(blank=True)
    label = models.TextField()
    uses = models.IntegerField()
    near = ArrayField(models.IntegerField(), default=list)

    class Meta:
        indexes = [
            models.Index(fields=["base"], name="directory_town_by_base"),
            GinIndex(fields=["near"], name="directory_town_near"),
        ]


class TerritoryContact(models.Model):
    """A référent: whom to call in a département about a subject (product.md §2.1 T5)."""

    id = models.UUIDField(primary_key=True, default=clock.new_id)
    version = models.BigIntegerField(default=1)
    departement = models.TextField()
    """Code, or empty for the whole country."""
    subject = models.TextField()
    body = models.TextField()
    name = models.TextField(blank=True)
    phone = models.TextField(blank=True)
    email = models.TextField(blank=True)
    address = models.TextField(blank=True)
    """Web address of a list, when there is no person to call."""
    hours = models.TextField(blank=True)
    verified_on = models.DateField(null=True)
    hidden = models.BooleanField(default=False)
    updated_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["departement", "subject", "body", "name"], name="directory_contact_once"),
            models.CheckConstraint(
                condition=~Q(phone="") | ~Q(email="") | ~Q(address=""), name="directory_contact_can_be_reached"
            ),
        ]
