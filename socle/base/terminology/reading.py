"""Reading the tables shipped in the package: at first use, never before."""

from __future__ import annotations

import csv
import functools
import gzip
import io
from collections.abc import Iterator
from importlib import resources

Row = dict[str, str]


@functools.lru_cache(maxsize=128)
def rows(file: str) -> tuple[Row, ...]:
    """The rows of `tables/<file>`, kept for the life of the process."""
    return tuple(read(file))


def read(file: str) -> Iterator[Row]:
    """The rows of `tables/<file>`, a CSV with a header line, compressed when its name ends in `.gz`; not kept."""
    content = resources.files("socle.base.terminology").joinpath("tables", file).read_bytes()
    text = (gzip.decompress(content) if file.endswith(".gz") else content).decode("utf-8")
    yield from csv.DictReader(io.StringIO(text, newline=""))
