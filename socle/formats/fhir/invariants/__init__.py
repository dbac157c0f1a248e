"""The invariants of the base definitions, by shape: each is a test of one object whose elements already have the right form.

Held: those of the data types and of the resources that an e-health platform stores. Left out: best-practice warnings (dom-6,
con-3), rules about definitions (ElementDefinition, Questionnaire), and rules that need another resource (ctm-1). What the
structure already forbids has no rule here (ele-1, ref-1, sqty-1, dom-2 to dom-5).

Source: FHIR R4 4.0.1, `constraint` of each StructureDefinition; the key is kept as the code of the issue.
"""

from socle.formats.fhir.invariants.data_types import DATA_TYPES
from socle.formats.fhir.invariants.resources import RESOURCES

INVARIANTS = DATA_TYPES | RESOURCES

__all__ = ["INVARIANTS"]
