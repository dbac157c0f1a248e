from django.db import migrations, models

import socle.clock


class Migration(migrations.Migration):
    dependencies = [
        ("signin", "0004_challenges"),
    ]

    operations = [
        migrations.AddField(
            model_name="session",
            name="proven_at",
            field=models.DateTimeField(default=socle.clock.now),
        ),
    ]
