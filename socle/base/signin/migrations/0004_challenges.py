from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("signin", "0003_invited"),
    ]

    operations = [
        migrations.CreateModel(
            name="UsedChallenge",
            fields=[
                ("hash", models.BinaryField(primary_key=True, serialize=False)),
                ("expires_at", models.DateTimeField()),
            ],
            options={
                "indexes": [models.Index(fields=["expires_at"], name="signin_usedchallenge_end")],
            },
        ),
    ]
