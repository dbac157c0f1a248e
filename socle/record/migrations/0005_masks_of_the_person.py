from django.db import migrations, models

ADDED_SINCE = """
UPDATE record_document d SET masked_by_holder = true
WHERE d.masked AND EXISTS (SELECT 1 FROM record_formerversion f WHERE f.document_id = d.id AND NOT f.masked)
"""
"""A mask put after the deposit is taken for the person's, who can lift it either way."""


class Migration(migrations.Migration):
    dependencies = [
        ("record", "0004_former_versions"),
    ]

    operations = [
        migrations.AddField(
            model_name="document",
            name="masked_by_holder",
            field=models.BooleanField(default=False),
        ),
        migrations.AddConstraint(
            model_name="document",
            constraint=models.CheckConstraint(
                condition=models.Q(("masked_by_holder", False), ("masked", True), _connector="OR"),
                name="record_document_holder_masks",
            ),
        ),
        migrations.RunSQL(ADDED_SINCE, migrations.RunSQL.noop),
    ]
