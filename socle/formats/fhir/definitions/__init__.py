"""The packaged FHIR definitions, built by `tools/fhir_definitions.py`; see there for the form of the tables.

`r4.json.gz`: base definitions of HL7 FHIR R4 4.0.1 (HL7, CC0), read from a copy under the Apache-2.0 licence.
"""

from __future__ import annotations

import gzip
from functools import cache
from importlib.resources import files
from typing import Any

import orjson


@cache
def table(name: str) -> dict[str, Any]:
    """The table of that name, read once."""
    content = files(__package__).joinpath(f"{name}.json.gz").read_bytes()
    found: dict[str, Any] = orjson.loads(gzip.decompress(content))
    return found
