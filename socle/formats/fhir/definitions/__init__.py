"""The packaged FHIR definitions; the tools that build them state the form of the tables.

`r4.json.gz` (`tools/fhir_definitions.py`): HL7 FHIR R4 4.0.1 (HL7, CC0), read from a copy under the Apache-2.0 licence.
`french.json.gz` (`tools/fhir_profiles.py`): profiles of Interop’Santé and of the ANS, ANS nomenclatures (MIT).
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
