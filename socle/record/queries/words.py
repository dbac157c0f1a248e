"""Words of names and titles, as SQL: what a string parameter of a search compares, and where the parts of a name stand."""

from __future__ import annotations

from typing import Any

from socle.formats.names import comparable

_ACCENTS = "àâäáãçéèêëîïíôöóõùûüúÿñÀÂÄÁÃÇÉÈÊËÎÏÍÔÖÓÕÙÛÜÚŸÑ-'’.,"
_PLAIN = "aaaaaceeeeiiioooouuuuynAAAAACEEEEIIIOOOOUUUUYN     "


def clause(expression: str, text: str) -> tuple[str, list[Any]] | None:
    """One of the words of this text starts so; case, accents and hyphens do not count. None when nothing is asked."""
    asked = comparable(text)
    if not asked:
        return None
    matching = f"' ' || upper(translate({expression}, '{_ACCENTS.replace(chr(39), chr(39) * 2)}', '{_PLAIN}')) LIKE %s"
    return f"({matching})", [f"% {asked}%"]


def author(column: str) -> str:
    """A part of the name of a document's author; the whole of it when nobody told its parts apart."""
    return f"(CASE WHEN d.author_family || d.author_given = '' THEN d.author_name ELSE {column} END)"


def source(part: str) -> str:
    """A part of the name of the person who sent a lot; the whole of it when nobody told its parts apart. NULL for a software."""
    found = (f"$.contained[*].name[0].{part}", "$.contained[*].practitioner.display")
    return "coalesce(" + ", ".join(f"jsonb_path_query_first(s.fhir_text::jsonb, '{path}') #>> '{{}}'" for path in found) + ")"
