"""The set-based merge of staged activities. Statements take the instant of the import as their parameters."""

from __future__ import annotations

import re

_TEXTS = (
    "national_id, rpps, title, civility, family, given, words, sort_key, given_key, profession, category, know_how_type,"
    " know_how, mode, sector, section, role, genre, place, idnst, finess, finess_legal, siren, siret, rank, name, trade_name,"
    " name_key, phone, other_phone, fax, email, address, postal_code, commune, city, departement, town_key"
)
_PLACE = (
    "finess, finess_legal, siren, siret, rank, name, trade_name, name_key, sector, phone, fax, email, address, postal_code,"
    " commune, city, departement, town_key"
)
_PERSON = "rpps, title, civility, family, given, sort_key, given_key"
_SITUATION = (
    "profession, category, know_how_type, know_how, mode, sector, section, role, genre, phone, other_phone, fax, email, address,"
    " postal_code, commune, city, departement, town_key, sort_key"
)
STAGED = "key uuid, " + re.sub(r"(\w+)", r'\1 text COLLATE "C"', _TEXTS)


def _of(prefix: str, names: str) -> str:
    return re.sub(r"(\w+)", rf"{prefix}.\1", names)


def _update(table: str, match: str, source: str, names: str, also: dict[str, str]) -> str:
    """The rows of `source` that differ, written; unchanged rows are not touched."""
    columns = ", ".join([names, *also])
    new = ", ".join([_of("s", names), *also.values()])
    return (
        f"UPDATE {table} t SET ({columns}) = ROW({new}), version = t.version + 1, updated_at = %s"  # noqa: S608
        f" FROM {source} s WHERE {match} AND ({_of('t', columns)}) IS DISTINCT FROM ({new})"
    )


def _first_staged(key: str, table: str, its_key: str) -> str:
    """The first staged line of each key that the table knows: few rows, in a first import as in the next ones."""
    return (
        f"(SELECT DISTINCT ON ({key}) * FROM directory_staged d"  # noqa: S608
        f" WHERE EXISTS (SELECT FROM {table} k WHERE k.{its_key} = d.{key}) ORDER BY {key}, line)"
    )


# A staged line updates a situation only if no line of this file had the fingerprint that the situation holds: of two lines with
# one natural key the first stored stays, import after import.
UPDATE_SITUATIONS = _update(
    "directory_situation",
    "t.key = s.key AND (t.digest IS NULL OR NOT t.active OR EXISTS (SELECT FROM directory_gone g WHERE g.digest = t.digest))",
    _first_staged("key", "directory_situation", "key"),
    _SITUATION,
    {"digest": "s.digest", "active": "true", "origin": "'national'"},
)
UPDATE_PRACTITIONERS = _update(
    "directory_practitioner",
    "t.national_id = s.national_id",
    _first_staged("national_id", "directory_practitioner", "national_id"),
    _PERSON,
    {"active": "true", "origin": "'national'"},
)
UPDATE_ORGANISATIONS = _update(
    "directory_organisation",
    "t.key = s.place",
    _first_staged("place", "directory_organisation", "key"),
    _PLACE,
    {"national_id": "s.idnst", "active": "true", "origin": "'national'"},
)

INSERT_ORGANISATIONS = f"""
INSERT INTO directory_organisation (id, version, updated_at, active, origin, key, national_id, {_PLACE})
SELECT {{id}}, 1, %s, true, 'national', s.place, s.idnst, {_of("s", _PLACE)} FROM directory_staged s WHERE s.place <> ''
ON CONFLICT (key) DO NOTHING
"""  # noqa: S608
INSERT_PRACTITIONERS = f"""
INSERT INTO directory_practitioner (id, version, updated_at, active, origin, national_id, profession, category,
  {_PERSON})
SELECT {{id}}, 1, %s, true, 'national', s.national_id, s.profession, s.category, {_of("s", _PERSON)}
FROM directory_staged s ON CONFLICT (national_id) DO NOTHING
"""  # noqa: S608
INSERT_SITUATIONS = f"""
INSERT INTO directory_situation (id, version, updated_at, active, origin, key, digest, practitioner_id, organisation_id,
  {_SITUATION})
SELECT {{id}}, 1, %s, true, 'national', s.key, s.digest, p.id, o.id, {_of("s", _SITUATION)}
FROM directory_staged s JOIN directory_practitioner p ON p.national_id = s.national_id
LEFT JOIN directory_organisation o ON o.key = s.place ON CONFLICT (key) DO NOTHING
"""  # noqa: S608

END_SITUATIONS = """
UPDATE directory_situation t SET active = false, digest = NULL, version = t.version + 1, updated_at = %s
FROM directory_gone g WHERE t.digest = g.digest AND t.active
"""
TOUCHED_TABLE = "CREATE TEMP TABLE directory_touched (practitioner_id uuid, organisation_id uuid) ON COMMIT DROP"
TOUCHED = """
INSERT INTO directory_touched
SELECT DISTINCT practitioner_id, organisation_id FROM directory_situation WHERE updated_at = %s
"""
_WITHOUT = "NOT EXISTS (SELECT FROM directory_situation s WHERE s.{column} = t.id AND s.active)"
END_PRACTITIONERS = f"""
UPDATE directory_practitioner t SET active = false, version = t.version + 1, updated_at = %s
WHERE t.id IN (SELECT practitioner_id FROM directory_touched) AND t.active AND t.origin = 'national'
AND {_WITHOUT.format(column="practitioner_id")}
"""  # noqa: S608
END_ORGANISATIONS = f"""
UPDATE directory_organisation t SET active = false, version = t.version + 1, updated_at = %s
WHERE t.id IN (SELECT organisation_id FROM directory_touched) AND t.active AND t.origin = 'national'
AND {_WITHOUT.format(column="organisation_id")}
"""  # noqa: S608
# What a person may do is told by their situations: the person's own resource changes with them. The main profession is that of
# the oldest active situation.
TOUCH_PRACTITIONERS = """
UPDATE directory_practitioner t SET profession = m.profession, category = m.category, version = t.version + 1, updated_at = %s
FROM (
  SELECT DISTINCT ON (s.practitioner_id) s.practitioner_id, s.profession, s.category FROM directory_situation s
  WHERE s.active AND s.practitioner_id IN (SELECT practitioner_id FROM directory_touched) ORDER BY s.practitioner_id, s.id
) m WHERE t.id = m.practitioner_id AND t.updated_at < %s
"""
