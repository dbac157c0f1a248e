"""The distinct family names of staged lines and the distinct towns, with the numbers by which their misspellings are found."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.backends.utils import CursorWrapper

from socle.base.directory.search.spellings import LONGEST, near

_NEW = """
SELECT words FROM (SELECT DISTINCT words FROM directory_staged {where}) d
WHERE NOT EXISTS (SELECT FROM directory_name n WHERE (n.start, n.family) = (replace(words, ' ', ''), replace(words, ' ', '')))
"""
_ADD = (
    "INSERT INTO directory_name (start, family, near) SELECT start, family, near FROM directory_new_name ON CONFLICT DO NOTHING"
)

_COUNT_TOWNS = """
INSERT INTO directory_town (key, base, departement, label, uses, near)
SELECT town_key, regexp_replace(split_part(town_key, ' ', 1), '^(PARIS|LYON|MARSEILLE)[0-9]+$', '\\1'),
       min(departement), min(city), count(*), '{}'
FROM directory_situation WHERE active AND town_key <> '' GROUP BY town_key
ON CONFLICT (key) DO UPDATE SET uses = excluded.uses, label = excluded.label
WHERE (directory_town.uses, directory_town.label) IS DISTINCT FROM (excluded.uses, excluded.label)
"""
_FORGET_TOWNS = """
DELETE FROM directory_town t
WHERE NOT EXISTS (SELECT FROM directory_situation s WHERE s.active AND s.town_key = t.key)
"""


def add_names(cursor: CursorWrapper, where: str) -> None:
    """Every family name of the staged lines that `where` keeps is in the table of names."""
    cursor.execute(_NEW.format(where=where))
    found = [words for (words,) in cursor.fetchall()]
    if not found:
        return
    cursor.execute("CREATE TEMP TABLE directory_new_name (start text, family text, near integer[]) ON COMMIT DROP")
    with cursor.copy("COPY directory_new_name FROM STDIN") as copy:
        for words in found:
            copy.write("".join(_rows(words)))
    cursor.execute(_ADD)


def count_towns(cursor: CursorWrapper) -> None:
    """The table of towns is that of the active situations."""
    cursor.execute(_COUNT_TOWNS)
    cursor.execute(_FORGET_TOWNS)
    cursor.execute("SELECT key, base FROM directory_town WHERE near = '{}'")
    found = cursor.fetchall()
    if not found:
        return
    cursor.execute("CREATE TEMP TABLE directory_new_town (key text, near integer[]) ON COMMIT DROP")
    with cursor.copy("COPY directory_new_town FROM STDIN") as copy:
        for key, base in found:
            copy.write(f"{key}\t{_array(near(base[:LONGEST]))}\n")
    cursor.execute("UPDATE directory_town t SET near = n.near FROM directory_new_town n WHERE n.key = t.key")


def starts(words: str) -> Iterator[tuple[str, str, list[int]]]:
    """Start, family and near numbers of each word of a name given as its words."""
    parts = words.split(" ")
    family = "".join(parts)
    for place in range(len(parts)):
        start = "".join(parts[place:])
        yield start, family, near(start[:LONGEST])


def _rows(words: str) -> Iterator[str]:
    for start, family, numbers in starts(words):
        yield f"{start}\t{family}\t{_array(numbers)}\n"


def _array(numbers: list[int]) -> str:
    return f"{{{','.join(map(str, numbers))}}}"
