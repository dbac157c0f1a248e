"""`PS_LibreAcces_SavoirFaire`: one line is one know-how of one person, exercised or not. Source: rules.md §5.3."""

from __future__ import annotations

from operator import itemgetter

from django.db.backends.utils import CursorWrapper

from socle.base.directory.extractions.identifiers import person, wrong_keys_are_errors
from socle.base.directory.extractions.loading import Merged, Run, count_of
from socle.base.directory.extractions.reading import BadLine, Header
from socle.base.directory.extractions.report import Issues

COLUMNS = (
    "Type d'identifiant PP",
    "Identifiant PP",
    "Identification nationale PP",
    "Code profession",
    "Code catégorie professionnelle",
    "Code type savoir-faire",
    "Code savoir-faire",
)
_ONLY_ACTIVITIES = "Code mode exercice"

_UNKNOWN = """
SELECT s.line FROM directory_staged s
WHERE NOT EXISTS (SELECT FROM directory_practitioner p WHERE p.national_id = s.national_id) ORDER BY 1
"""
_UPDATE = """
UPDATE directory_qualification t SET digest = s.digest, active = true
FROM directory_staged s JOIN directory_practitioner p ON p.national_id = s.national_id
WHERE (t.practitioner_id, t.profession, t.category, t.know_how_type, t.know_how)
    = (p.id, s.profession, s.category, s.know_how_type, s.know_how)
  AND (NOT t.active OR EXISTS (SELECT FROM directory_gone g WHERE g.digest = t.digest))
"""
_INSERT = """
INSERT INTO directory_qualification (id, active, digest, practitioner_id, profession, category, know_how_type, know_how)
SELECT {id}, true, s.digest, p.id, s.profession, s.category, s.know_how_type, s.know_how
FROM directory_staged s JOIN directory_practitioner p ON p.national_id = s.national_id ON CONFLICT DO NOTHING
"""
_END = """
UPDATE directory_qualification t SET active = false, digest = NULL FROM directory_gone g WHERE g.digest = t.digest AND t.active
"""
# Before the rows change: afterwards the fingerprints that went are no longer there.
_TOUCH = """
UPDATE directory_practitioner t SET version = version + 1, updated_at = %s WHERE id IN (
  SELECT p.id FROM directory_practitioner p JOIN directory_staged s ON s.national_id = p.national_id
  UNION SELECT q.practitioner_id FROM directory_qualification q JOIN directory_gone g ON g.digest = q.digest
)
"""


class Skills:
    """Qualifications of persons that the extraction of activities has brought before."""

    kind = "SavoirFaire"
    table = "directory_qualification"
    staged = "national_id text, profession text, category text, know_how_type text, know_how text"

    @staticmethod
    def recognises(header: Header) -> bool:
        return header.has(*COLUMNS) and not header.has(_ONLY_ACTIVITIES)

    def __init__(self, header: Header) -> None:
        self.bad = Issues()
        self.warned = Issues()
        self._strict = wrong_keys_are_errors()
        self._pick = itemgetter(*(header.position(name) for name in COLUMNS))

    def row(self, fields: list[str], number: int) -> str:
        id_kind, id_number, id_national, profession, category, know_how_type, know_how = self._pick(fields)
        national_id, _, key_is_right = person(id_kind, id_number, id_national)
        if not (profession and know_how):
            raise BadLine("savoir-faire")
        if not key_is_right:
            if self._strict:
                raise BadLine("cle")
            self.warned.add(number, "cle")
        return "\t".join((national_id, profession, category, know_how_type, know_how))

    def merge(self, cursor: CursorWrapper, run: Run) -> Merged:
        cursor.execute(_UNKNOWN)
        for (line,) in cursor.fetchall():
            self.bad.add(line, "professionnel-inconnu")
        if not run.first:
            cursor.execute(_TOUCH, [run.now])
        changed = count_of(cursor, _UPDATE)
        added = count_of(cursor, _INSERT.format(id=run.new_id("0")))
        return Merged(added, changed, count_of(cursor, _END))
