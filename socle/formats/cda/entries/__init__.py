"""Coded entries of the French content models -> plain values."""

from socle.formats.cda.entries.extraction import Entries, read_entries
from socle.formats.cda.entries.facts import (
    Allergy,
    Assertion,
    Fact,
    Frequency,
    Immunization,
    Measure,
    Problem,
    Procedure,
    Reaction,
    Result,
    Stay,
    Treatment,
    Value,
)

__all__ = [
    "Allergy",
    "Assertion",
    "Entries",
    "Fact",
    "Frequency",
    "Immunization",
    "Measure",
    "Problem",
    "Procedure",
    "Reaction",
    "Result",
    "Stay",
    "Treatment",
    "Value",
    "read_entries",
]
