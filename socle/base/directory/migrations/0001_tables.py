"""The tables of the directory, the trigrams that tolerate typing errors, and fresh statistics for the serving role."""

import django.contrib.postgres.indexes
import django.db.models.deletion
from django.contrib.postgres.operations import TrigramExtension
from django.db import migrations, models

import socle.clock

# The serving role owns no table, so it may not ANALYZE one; after an import the planner must know the new sizes at once.
STATISTICS = """
CREATE FUNCTION directory_refresh_statistics() RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
BEGIN
    ANALYZE directory_practitioner, directory_organisation, directory_situation, directory_qualification,
            directory_secureaddress, directory_name, directory_town;
END
$$;
"""


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        TrigramExtension(),
        migrations.CreateModel(
            name="Name",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey("start", "family", blank=True, editable=False, primary_key=True, serialize=False),
                ),
                ("start", models.TextField(db_collation="C")),
                ("family", models.TextField(db_collation="C")),
            ],
            options={
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(
                        fields=["start"], name="directory_name_close", opclasses=["gin_trgm_ops"]
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Organisation",
            fields=[
                ("id", models.UUIDField(default=socle.clock.new_id, primary_key=True, serialize=False)),
                ("version", models.BigIntegerField(default=1)),
                ("updated_at", models.DateTimeField(default=socle.clock.now)),
                ("active", models.BooleanField(default=True)),
                (
                    "origin",
                    models.TextField(
                        choices=[
                            ("national", "extraction nationale"),
                            ("sign-in", "connexion"),
                            ("structure", "structure"),
                            ("mailbox", "messagerie"),
                        ]
                    ),
                ),
                ("key", models.TextField(db_collation="C")),
                ("national_id", models.TextField(blank=True, db_collation="C")),
                ("finess", models.TextField(blank=True, db_collation="C")),
                ("finess_legal", models.TextField(blank=True, db_collation="C")),
                ("siren", models.TextField(blank=True, db_collation="C")),
                ("siret", models.TextField(blank=True, db_collation="C")),
                ("rank", models.TextField(blank=True, db_collation="C")),
                ("name", models.TextField(blank=True)),
                ("trade_name", models.TextField(blank=True)),
                ("name_key", models.TextField(blank=True, db_collation="C")),
                ("sector", models.TextField(blank=True)),
                ("phone", models.TextField(blank=True)),
                ("fax", models.TextField(blank=True)),
                ("email", models.TextField(blank=True)),
                ("address", models.TextField(blank=True)),
                ("postal_code", models.TextField(blank=True, db_collation="C")),
                ("commune", models.TextField(blank=True)),
                ("city", models.TextField(blank=True)),
                ("departement", models.TextField(blank=True)),
                ("town_key", models.TextField(blank=True, db_collation="C")),
            ],
            options={
                "indexes": [
                    models.Index(fields=["name_key", "id"], name="directory_place_name"),
                    models.Index(fields=["town_key", "name_key", "id"], name="directory_place_town"),
                    models.Index(fields=["postal_code", "name_key", "id"], name="directory_place_code"),
                    models.Index(
                        condition=models.Q(("national_id", ""), _negated=True),
                        fields=["national_id"],
                        name="directory_place_idnst",
                    ),
                    models.Index(
                        condition=models.Q(("finess", ""), _negated=True), fields=["finess"], name="directory_place_finess"
                    ),
                    models.Index(
                        condition=models.Q(("siret", ""), _negated=True), fields=["siret"], name="directory_place_siret"
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("key",), name="directory_organisation_once"),
                    models.CheckConstraint(condition=models.Q(("key", ""), _negated=True), name="directory_organisation_named"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Practitioner",
            fields=[
                ("id", models.UUIDField(default=socle.clock.new_id, primary_key=True, serialize=False)),
                ("version", models.BigIntegerField(default=1)),
                ("updated_at", models.DateTimeField(default=socle.clock.now)),
                ("active", models.BooleanField(default=True)),
                (
                    "origin",
                    models.TextField(
                        choices=[
                            ("national", "extraction nationale"),
                            ("sign-in", "connexion"),
                            ("structure", "structure"),
                            ("mailbox", "messagerie"),
                        ]
                    ),
                ),
                ("national_id", models.TextField(db_collation="C")),
                ("rpps", models.TextField(blank=True, db_collation="C")),
                ("family", models.TextField()),
                ("given", models.TextField(blank=True)),
                ("civility", models.TextField(blank=True)),
                ("title", models.TextField(blank=True)),
                ("profession", models.TextField(blank=True)),
                ("category", models.TextField(blank=True)),
                ("sort_key", models.TextField(db_collation="C")),
                ("given_key", models.TextField(blank=True, db_collation="C")),
                ("confirmed_on", models.DateField(null=True)),
                (
                    "vouched_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="directory.organisation"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Qualification",
            fields=[
                ("id", models.UUIDField(default=socle.clock.new_id, primary_key=True, serialize=False)),
                ("active", models.BooleanField(default=True)),
                ("digest", models.BigIntegerField(null=True)),
                ("profession", models.TextField()),
                ("category", models.TextField(blank=True)),
                ("know_how_type", models.TextField()),
                ("know_how", models.TextField()),
                (
                    "practitioner",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="qualifications",
                        to="directory.practitioner",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="SecureAddress",
            fields=[
                ("id", models.UUIDField(default=socle.clock.new_id, primary_key=True, serialize=False)),
                ("updated_at", models.DateTimeField(default=socle.clock.now)),
                ("active", models.BooleanField(default=True)),
                (
                    "origin",
                    models.TextField(
                        choices=[
                            ("national", "extraction nationale"),
                            ("sign-in", "connexion"),
                            ("structure", "structure"),
                            ("mailbox", "messagerie"),
                        ]
                    ),
                ),
                ("digest", models.BigIntegerField(null=True)),
                ("address", models.TextField(db_collation="C")),
                (
                    "kind",
                    models.TextField(
                        choices=[("PER", "personnelle"), ("ORG", "organisationnelle"), ("APP", "applicative"), ("CAB", "cabinet")]
                    ),
                ),
                ("service", models.TextField(blank=True)),
                ("description", models.TextField(blank=True)),
                ("red_list", models.BooleanField(default=False)),
                ("dematerialisation", models.BooleanField(default=False)),
                (
                    "organisation",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="addresses",
                        to="directory.organisation",
                    ),
                ),
                (
                    "practitioner",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="addresses",
                        to="directory.practitioner",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Situation",
            fields=[
                ("id", models.UUIDField(default=socle.clock.new_id, primary_key=True, serialize=False)),
                ("version", models.BigIntegerField(default=1)),
                ("updated_at", models.DateTimeField(default=socle.clock.now)),
                ("active", models.BooleanField(default=True)),
                (
                    "origin",
                    models.TextField(
                        choices=[
                            ("national", "extraction nationale"),
                            ("sign-in", "connexion"),
                            ("structure", "structure"),
                            ("mailbox", "messagerie"),
                        ]
                    ),
                ),
                ("key", models.UUIDField()),
                ("digest", models.BigIntegerField(null=True)),
                ("profession", models.TextField(blank=True, db_collation="C")),
                ("category", models.TextField(blank=True)),
                ("know_how_type", models.TextField(blank=True)),
                ("know_how", models.TextField(blank=True, db_collation="C")),
                ("mode", models.TextField(blank=True)),
                ("sector", models.TextField(blank=True)),
                ("section", models.TextField(blank=True)),
                ("role", models.TextField(blank=True)),
                ("genre", models.TextField(blank=True)),
                ("phone", models.TextField(blank=True)),
                ("other_phone", models.TextField(blank=True)),
                ("fax", models.TextField(blank=True)),
                ("email", models.TextField(blank=True)),
                ("address", models.TextField(blank=True)),
                ("postal_code", models.TextField(blank=True, db_collation="C")),
                ("commune", models.TextField(blank=True)),
                ("city", models.TextField(blank=True)),
                ("departement", models.TextField(blank=True, db_collation="C")),
                ("town_key", models.TextField(blank=True, db_collation="C")),
                ("sort_key", models.TextField(db_collation="C")),
                (
                    "organisation",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="situations",
                        to="directory.organisation",
                    ),
                ),
                (
                    "practitioner",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="situations",
                        to="directory.practitioner",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="TerritoryContact",
            fields=[
                ("id", models.UUIDField(default=socle.clock.new_id, primary_key=True, serialize=False)),
                ("version", models.BigIntegerField(default=1)),
                ("departement", models.TextField()),
                ("subject", models.TextField()),
                ("body", models.TextField()),
                ("name", models.TextField(blank=True)),
                ("phone", models.TextField(blank=True)),
                ("email", models.TextField(blank=True)),
                ("address", models.TextField(blank=True)),
                ("hours", models.TextField(blank=True)),
                ("verified_on", models.DateField(null=True)),
                ("hidden", models.BooleanField(default=False)),
                ("updated_at", models.DateTimeField(default=socle.clock.now)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("departement", "subject", "body", "name"), name="directory_contact_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("phone", ""), _negated=True),
                            models.Q(("email", ""), _negated=True),
                            models.Q(("address", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="directory_contact_can_be_reached",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Town",
            fields=[
                ("key", models.TextField(db_collation="C", primary_key=True, serialize=False)),
                ("base", models.TextField(db_collation="C")),
                ("departement", models.TextField(blank=True)),
                ("label", models.TextField()),
                ("uses", models.IntegerField()),
            ],
            options={
                "indexes": [
                    models.Index(fields=["base"], name="directory_town_by_base"),
                    django.contrib.postgres.indexes.GinIndex(
                        fields=["base"], name="directory_town_close", opclasses=["gin_trgm_ops"]
                    ),
                ],
            },
        ),
        migrations.AddIndex(
            model_name="practitioner",
            index=models.Index(fields=["sort_key", "id"], name="directory_person_name"),
        ),
        migrations.AddIndex(
            model_name="practitioner",
            index=models.Index(fields=["given_key", "id"], name="directory_person_given"),
        ),
        migrations.AddConstraint(
            model_name="practitioner",
            constraint=models.UniqueConstraint(fields=("national_id",), name="directory_practitioner_once"),
        ),
        migrations.AddConstraint(
            model_name="practitioner",
            constraint=models.CheckConstraint(
                condition=models.Q(("national_id", ""), _negated=True), name="directory_practitioner_named"
            ),
        ),
        migrations.AddConstraint(
            model_name="practitioner",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("origin", "structure"), _negated=True), ("vouched_by__isnull", False), _connector="OR"
                ),
                name="directory_practitioner_vouched",
            ),
        ),
        migrations.AddConstraint(
            model_name="qualification",
            constraint=models.UniqueConstraint(
                fields=("practitioner", "profession", "category", "know_how_type", "know_how"),
                name="directory_qualification_once",
            ),
        ),
        migrations.AddIndex(
            model_name="secureaddress",
            index=django.contrib.postgres.indexes.GinIndex(
                fields=["address"], name="directory_address_part", opclasses=["gin_trgm_ops"]
            ),
        ),
        migrations.AddConstraint(
            model_name="secureaddress",
            constraint=models.UniqueConstraint(fields=("address",), name="directory_secureaddress_once"),
        ),
        migrations.AddConstraint(
            model_name="secureaddress",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["PER", "ORG", "APP", "CAB"])), name="directory_secureaddress_kind"
            ),
        ),
        migrations.AddConstraint(
            model_name="secureaddress",
            constraint=models.CheckConstraint(
                condition=models.Q(("practitioner__isnull", False), ("organisation__isnull", False), _connector="OR"),
                name="directory_secureaddress_held",
            ),
        ),
        migrations.AddIndex(
            model_name="situation",
            index=models.Index(fields=["practitioner", "id"], name="directory_at_by_person"),
        ),
        migrations.AddIndex(
            model_name="situation",
            index=models.Index(
                condition=models.Q(("organisation__isnull", False)), fields=["organisation", "id"], name="directory_at_by_place"
            ),
        ),
        migrations.AddIndex(
            model_name="situation",
            index=models.Index(
                condition=models.Q(("active", True)), fields=["sort_key", "practitioner"], name="directory_at_name"
            ),
        ),
        migrations.AddIndex(
            model_name="situation",
            index=models.Index(
                condition=models.Q(("active", True)), fields=["profession", "sort_key", "practitioner"], name="directory_at_job"
            ),
        ),
        migrations.AddIndex(
            model_name="situation",
            index=models.Index(
                condition=models.Q(("active", True), models.Q(("know_how", ""), _negated=True)),
                fields=["know_how", "sort_key", "practitioner"],
                name="directory_at_skill",
            ),
        ),
        migrations.AddIndex(
            model_name="situation",
            index=models.Index(
                condition=models.Q(("active", True)), fields=["departement", "sort_key", "practitioner"], name="directory_at_dep"
            ),
        ),
        migrations.AddIndex(
            model_name="situation",
            index=models.Index(
                condition=models.Q(("active", True)),
                fields=["departement", "profession", "sort_key", "practitioner"],
                name="directory_at_dep_job",
            ),
        ),
        migrations.AddIndex(
            model_name="situation",
            index=models.Index(
                condition=models.Q(("active", True), models.Q(("know_how", ""), _negated=True)),
                fields=["departement", "know_how", "sort_key", "practitioner"],
                name="directory_at_dep_skill",
            ),
        ),
        migrations.AddIndex(
            model_name="situation",
            index=models.Index(
                condition=models.Q(("active", True)),
                fields=["town_key", "sort_key", "practitioner"],
                include=("profession", "know_how"),
                name="directory_at_town",
            ),
        ),
        migrations.AddIndex(
            model_name="situation",
            index=models.Index(
                condition=models.Q(("active", True)),
                fields=["postal_code", "sort_key", "practitioner"],
                include=("profession", "know_how"),
                name="directory_at_code",
            ),
        ),
        migrations.AddConstraint(
            model_name="situation",
            constraint=models.UniqueConstraint(fields=("key",), name="directory_situation_once"),
        ),
        migrations.RunSQL(STATISTICS, "DROP FUNCTION directory_refresh_statistics()"),
    ]
