"""The set-based merge of staged mailboxes. Statements take the instant of the import as their parameters."""

from __future__ import annotations

import re

_TEXTS = (
    "kind, address, national_id, rpps, title, family, given, words, sort_key, given_key, profession, category, place, idnst,"
    " finess, siren, siret, rank, name, trade_name, name_key, way, postal_code, city, departement, town_key, service"
)
STAGED = re.sub(r"(\w+)", r'\1 text COLLATE "C"', _TEXTS) + ", dematerialisation boolean"

# An organisation is known by its technical identifier, its FINESS or its SIRET: the file of mailboxes gives one of them.
_SAME = "(o.key = s.place OR (s.finess <> '' AND o.finess = s.finess) OR (s.siret <> '' AND o.siret = s.siret))"
INSERT_ORGANISATIONS = f"""
INSERT INTO directory_organisation (id, version, updated_at, active, origin, key, national_id, finess, finess_legal, siren,
  siret, rank, name, trade_name, name_key, sector, phone, fax, email, address, postal_code, commune, city, departement, town_key)
SELECT {{id}}, 1, %s, true, 'mailbox', s.place, s.idnst, s.finess, '', s.siren, s.siret, s.rank, s.name, s.trade_name, s.name_key,
  '', '', '', '', s.way, s.postal_code, '', s.city, s.departement, s.town_key
FROM directory_staged s WHERE s.place <> '' AND NOT EXISTS (SELECT FROM directory_organisation o WHERE {_SAME})
ON CONFLICT (key) DO NOTHING
"""  # noqa: S608
INSERT_PRACTITIONERS = """
INSERT INTO directory_practitioner (id, version, updated_at, active, origin, national_id, rpps, title, civility, family, given,
  profession, category, sort_key, given_key)
SELECT {id}, 1, %s, true, 'mailbox', s.national_id, s.rpps, s.title, '', s.family, s.given, s.profession, s.category, s.sort_key,
  s.given_key
FROM directory_staged s WHERE s.national_id <> '' ON CONFLICT (national_id) DO NOTHING
"""
_HELD = f"""
(SELECT DISTINCT ON (s.address) s.*, p.id AS practitioner_id,
   (SELECT o.id FROM directory_organisation o WHERE s.place <> '' AND {_SAME} ORDER BY o.active DESC, o.id LIMIT 1)
   AS organisation_id
 FROM directory_staged s LEFT JOIN directory_practitioner p ON p.national_id = s.national_id ORDER BY s.address, s.line)
"""  # noqa: S608
# As for situations: of two lines with one address the first stored stays, import after import.
UPDATE_ADDRESSES = f"""
UPDATE directory_secureaddress t SET (kind, practitioner_id, organisation_id, service, dematerialisation, digest, active, origin,
  updated_at) = ROW(s.kind, s.practitioner_id, s.organisation_id, s.service, s.dematerialisation, s.digest, true, 'national', %s)
FROM {_HELD} s WHERE t.address = s.address
AND (t.digest IS NULL OR NOT t.active OR EXISTS (SELECT FROM directory_gone g WHERE g.digest = t.digest))
"""  # noqa: S608
INSERT_ADDRESSES = f"""
INSERT INTO directory_secureaddress (id, updated_at, active, origin, digest, address, kind, practitioner_id, organisation_id,
  service, description, red_list, dematerialisation)
SELECT {{id}}, %s, true, 'national', s.digest, s.address, s.kind, s.practitioner_id, s.organisation_id, s.service, '', false,
  s.dematerialisation
FROM {_HELD} s ON CONFLICT (address) DO NOTHING
"""  # noqa: S608
END_ADDRESSES = """
UPDATE directory_secureaddress t SET active = false, digest = NULL, updated_at = %s
FROM directory_gone g WHERE g.digest = t.digest AND t.active
"""
# The boxes of a person or organisation are part of their resource.
TOUCH_PRACTITIONERS = """
UPDATE directory_practitioner SET version = version + 1, updated_at = %s WHERE updated_at < %s
AND id IN (SELECT practitioner_id FROM directory_secureaddress WHERE updated_at = %s)
"""
TOUCH_ORGANISATIONS = """
UPDATE directory_organisation SET version = version + 1, updated_at = %s WHERE updated_at < %s
AND id IN (SELECT organisation_id FROM directory_secureaddress WHERE updated_at = %s)
"""
