from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("record", "0002_documents_by_date_and_set"),
    ]

    operations = [
        migrations.AddField(
            model_name="document",
            name="author_family",
            field=models.TextField(blank=True, default=""),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="document",
            name="author_given",
            field=models.TextField(blank=True, default=""),
            preserve_default=False,
        ),
    ]
