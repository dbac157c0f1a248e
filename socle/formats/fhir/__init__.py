"""HL7 FHIR R4 as bytes and values: strict JSON, validation by the official definitions and the French profiles, patches, search
values. Pure functions; nothing here knows a route or a table."""

from socle.formats.fhir.fhirpath_patches import apply_fhirpath_patch
from socle.formats.fhir.json_patches import apply_json_patch
from socle.formats.fhir.json_text import ExactDecimal, parse_json, parse_json_value, write_json
from socle.formats.fhir.moments import interval
from socle.formats.fhir.outcomes import operation_outcome
from socle.formats.fhir.patches import Patched
from socle.formats.fhir.profiles import canonical, known_profiles
from socle.formats.fhir.search_values import parse_date, parse_quantity, parse_reference, parse_token, split_values
from socle.formats.fhir.validation import is_valid, validate

__all__ = [
    "ExactDecimal",
    "Patched",
    "apply_fhirpath_patch",
    "apply_json_patch",
    "canonical",
    "interval",
    "is_valid",
    "known_profiles",
    "operation_outcome",
    "parse_date",
    "parse_json",
    "parse_json_value",
    "parse_quantity",
    "parse_reference",
    "parse_token",
    "split_values",
    "validate",
    "write_json",
]
