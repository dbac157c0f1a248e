import django.db.models.deletion
from django.db import migrations, models

import socle.clock


class Migration(migrations.Migration):
    dependencies = [
        ("record", "0003_parts_of_authors_names"),
    ]

    operations = [
        migrations.CreateModel(
            name="FormerVersion",
            fields=[
                ("id", models.UUIDField(default=socle.clock.new_id, primary_key=True, serialize=False)),
                ("version", models.IntegerField()),
                ("fhir_text", models.TextField()),
                ("masked", models.BooleanField()),
                ("hidden_from_patient", models.BooleanField()),
                ("hidden_from_representatives", models.BooleanField()),
                ("updated_at", models.DateTimeField()),
                (
                    "document",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="formers", to="record.document"),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("document", "version"), name="record_former_once")],
            },
        ),
    ]
