"""Where the official French validation material lies in the shared folder (tests only: no licence is stated for it)."""

from __future__ import annotations

from pathlib import Path

from tests.conformance.schematron.check import Failure, failures, schema_errors
from tests.corpora import SHARED, shared

_SCHEMATRONS = "corpora/cda-validation/schematrons"
SCHEMA = "corpora/cda-validation/infrastructure/cda/CDA_extended.xsd"
MODELS = {
    "minimal_structure_failures": f"{_SCHEMATRONS}/profils/structurationMinimale/ASIP-STRUCT-MIN-StrucMin.sch",
    "ihe_failures": f"{_SCHEMATRONS}/profils/IHE.sch",
    "content_models_failures": f"{_SCHEMATRONS}/profils/CI-SIS_ModelesDeContenusCDA.sch",
    "ans_models_failures": f"{_SCHEMATRONS}/profils/CI-SIS_Modeles_ANS.sch",
}


def own_schematron(name: str) -> Path | None:
    """The schematron of one document model, or nothing where it was not published."""
    path = SHARED / _SCHEMATRONS / name
    return path if name and path.exists() else None


def findings(document: bytes, own: str = "") -> list[str | Failure]:
    """All that the official schema and schematrons (and the model's `own`) find wrong, warnings included."""
    found: list[str | Failure] = list(schema_errors(shared(SCHEMA), document))
    for path in MODELS.values():
        found += failures(shared(path), document)
    if own:
        found += failures(shared(f"{_SCHEMATRONS}/{own}"), document)
    return found
