"""Extraction files as lines: encoding told by the header, columns found by their names, one physical line one row.

A quote never swallows the lines after it: names of structures hold quotes that nobody closes.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from socle.errors import Invalid
from socle.formats.names import search_form

SEPARATOR = "|"
LONGEST_LINE = 16_384
_BOM = b"\xef\xbb\xbf"
UNKNOWN = (
    "annuaire-format",
    "Ce fichier n’est pas une extraction nationale connue : sa première ligne ne nomme pas les colonnes attendues.",
)


class BadLine(Exception):
    """This line cannot be imported; `code` says why. Holds nothing of the line."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Header:
    """`columns` are search forms of the names, so that accents, case and apostrophes do not matter."""

    encoding: str
    columns: tuple[str, ...]

    def position(self, name: str) -> int:
        """Where the column is. ValueError when it is not there."""
        return self.columns.index(search_form(name))

    def has(self, *names: str) -> bool:
        return all(search_form(name) in self.columns for name in names)


def read_header(file: BinaryIO) -> Header:
    """The header of an extraction; the file stands on its first line of rows. Invalid `annuaire-format` otherwise."""
    first = file.readline(LONGEST_LINE).removeprefix(_BOM).rstrip(b"\r\n")
    for encoding in ("utf-8", "cp1252"):
        try:
            text = first.decode(encoding)
        except UnicodeDecodeError:
            continue
        names = [search_form(name.strip().strip('"')) for name in text.split(SEPARATOR)]
        if names[-1] == "":
            names.pop()
        if len(names) > 1 and "" not in names:
            return Header(encoding, tuple(names))
    raise Invalid(*UNKNOWN)


def open_extraction(path: Path) -> BinaryIO:
    """The file, to read once. Invalid `annuaire-fichier` when it cannot be opened."""
    try:
        return path.open("rb", buffering=1 << 20)
    except OSError:
        raise Invalid("annuaire-fichier", "Le fichier n’existe pas ou ne peut pas être lu.") from None


def physical_lines(file: BinaryIO) -> Iterator[tuple[int, bytes | None]]:
    """Number (the header is 1) and bytes of each line, without its end; None for a line longer than the limit, which is passed
    over without being held in memory. Empty lines are left out."""
    number = 1
    while chunk := file.readline(LONGEST_LINE):
        number += 1
        if len(chunk) == LONGEST_LINE and not chunk.endswith(b"\n"):
            while (rest := file.readline(LONGEST_LINE)) and not rest.endswith(b"\n"):
                pass
            yield number, None
        elif line := chunk.rstrip(b"\r\n"):
            yield number, line


def text_of(line: bytes, encoding: str) -> str:
    """BadLine `encodage` when the bytes are not of the file's encoding, or hold control characters."""
    try:
        text = line.decode(encoding)
    except UnicodeDecodeError:
        raise BadLine("encodage") from None
    if "\0" in text:
        raise BadLine("encodage")
    return text


def fields_of(text: str, count: int) -> list[str]:
    """The `count` fields of a line, without spaces around; a separator at the end is tolerated. BadLine `colonnes`."""
    fields = text.split(SEPARATOR)
    if '"' in text and (len(fields) != count or text.startswith('"') or '|"' in text):
        fields = _unquoted(text, fields, count)
    if len(fields) == count + 1 and not fields[-1]:
        fields.pop()
    if len(fields) != count:
        raise BadLine("colonnes")
    if f" {SEPARATOR}" in text or f"{SEPARATOR} " in text or text[0] == " " or text[-1] == " ":
        return [field.strip() for field in fields]
    return fields


def _unquoted(text: str, plain: list[str], count: int) -> list[str]:
    """The fields of a line that quotes some of them; the plain cut when its quotes are only part of names."""
    try:
        quoted = next(csv.reader([text], delimiter=SEPARATOR, strict=True))
    except csv.Error:
        return plain
    return quoted if count <= len(quoted) <= count + 1 else plain
