"""Every model is valid against the official schema and schematrons, with no failure and no warning."""

from __future__ import annotations

import pytest

from tests.conformance.schematron.official import findings
from tests.formats.cda_writer.samples import DOCUMENTS


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_written_document_has_no_failure(name: str) -> None:
    document, own = DOCUMENTS[name]
    assert findings(document, own) == []


def test_a_document_without_its_mandatory_section_is_found_wrong() -> None:
    """The check above can fail: the same document, one template taken out."""
    document, own = DOCUMENTS["summary"]
    broken = document.replace(b"1.2.250.1.213.1.1.2.32", b"1.2.250.1.213.1.1.2.999")
    assert any("Traitement au long cours" in str(found) for found in findings(broken, own))
