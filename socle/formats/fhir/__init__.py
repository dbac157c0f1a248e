"""HL7 FHIR R4 as bytes and values: strict JSON, validation by the official definitions and the French profiles, patches, search
values. Pure functions; nothing here knows a route or a table."""

from socle.formats.fhir.json_text import ExactDecimal, parse_json, parse_json_value, write_json
from socle.formats.fhir.moments import interval
from socle.formats.fhir.outcomes import operation_outcome
from socle.formats.fhir.validation import is_valid, validate

__all__ = [
    "ExactDecimal",
    "interval",
    "is_valid",
    "operation_outcome",
    "parse_json",
    "parse_json_value",
    "validate",
    "write_json",
]
