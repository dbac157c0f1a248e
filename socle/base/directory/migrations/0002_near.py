"""Names and towns one slip away are found by the numbers they share."""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
from django.db import migrations, models

# A function, so that the index is taken whatever the planner believes of array overlaps, for this statement alone.
NEAR = """
CREATE FUNCTION directory_near_names(numbers integer[]) RETURNS TABLE (start text, family text)
LANGUAGE sql STABLE SET enable_seqscan = off SET search_path = public AS
$$ SELECT start, family FROM directory_name WHERE near && numbers $$;
CREATE FUNCTION directory_near_towns(numbers integer[]) RETURNS TABLE (key text, base text, departement text, uses integer)
LANGUAGE sql STABLE SET enable_seqscan = off SET search_path = public AS
$$ SELECT key, base, departement, uses FROM directory_town WHERE near && numbers $$;
"""
# What a bulk load leaves in the waiting lists of these indexes would be read by every search until the next vacuum.
REFRESH = """
CREATE OR REPLACE FUNCTION directory_refresh_statistics() RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public AS $$
BEGIN
    PERFORM gin_clean_pending_list(name::regclass) FROM unnest(ARRAY['directory_name_close', 'directory_name_near',
        'directory_town_near', 'directory_address_part']) AS name;
    ANALYZE directory_practitioner, directory_organisation, directory_situation, directory_qualification,
            directory_secureaddress, directory_name, directory_town;
END
$$;
"""
FAR = "DROP FUNCTION directory_near_names(integer[]); DROP FUNCTION directory_near_towns(integer[])"


class Migration(migrations.Migration):
    dependencies = [
        ("directory", "0001_tables"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="town",
            name="directory_town_close",
        ),
        migrations.AddField(
            model_name="name",
            name="near",
            field=django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), default=list, size=None),
        ),
        migrations.AddField(
            model_name="town",
            name="near",
            field=django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), default=list, size=None),
        ),
        migrations.AddIndex(
            model_name="name",
            index=django.contrib.postgres.indexes.GinIndex(fields=["near"], name="directory_name_near"),
        ),
        migrations.AddIndex(
            model_name="town",
            index=django.contrib.postgres.indexes.GinIndex(fields=["near"], name="directory_town_near"),
        ),
        migrations.RunSQL(NEAR, FAR),
        migrations.RunSQL(REFRESH, migrations.RunSQL.noop),
    ]
