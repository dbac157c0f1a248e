"""The référents of Île-de-France that the leaflet of the services names, to be verified by an administrator."""

import csv
from importlib import resources
from typing import Any

from django.db import migrations


def load(apps: Any, schema_editor: object) -> None:
    contact = apps.get_model("directory", "TerritoryContact")
    text = resources.files("socle.base.directory.seed").joinpath("referents.csv").read_text("utf-8")
    for row in csv.DictReader(text.splitlines()):
        identity = {name: row[name] for name in ("departement", "subject", "body", "name")}
        contact.objects.get_or_create(**identity, defaults={name: row[name] for name in ("phone", "email", "address", "hours")})


class Migration(migrations.Migration):
    dependencies = [("directory", "0002_near")]

    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
