"""The compiler is right when it finds in the ANS examples what their own validation found (`cda-fr/EXPECTED.csv`)."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from lxml import etree

from tests.conformance.schematron.check import failures, schema_errors
from tests.conformance.schematron.compiler import NotCompilable, compile_schematron
from tests.conformance.schematron.official import MODELS, SCHEMA, own_schematron
from tests.corpora import SHARED, shared

EXPECTED = SHARED / "corpora/cda-fr/EXPECTED.csv"
ROWS = list(csv.DictReader(EXPECTED.read_text("utf-8").splitlines())) if EXPECTED.exists() else []
COLUMNS = ("minimal_structure_failures", "ihe_failures", "content_models_failures")


def clinical_document(path: Path) -> bytes:
    """The document itself: a self-presenting one lies inside its own style sheet."""
    content = path.read_bytes()
    root = etree.fromstring(content)
    if etree.QName(root).localname == "ClinicalDocument":
        return content
    return etree.tostring(next(root.iter("{urn:hl7-org:v3}ClinicalDocument")))


@pytest.mark.skipif(not ROWS, reason="shared test material absent: corpora/cda-fr")
@pytest.mark.parametrize("row", ROWS, ids=[row["file"] for row in ROWS])
def test_an_official_example_has_exactly_the_failures_that_its_publisher_measured(row: dict[str, str]) -> None:
    document = clinical_document(shared("corpora/cda-fr") / row["file"])
    found = [str(len(failures(shared(MODELS[column]), document))) for column in COLUMNS]
    assert found == [row[column] for column in COLUMNS]
    assert (schema_errors(shared(SCHEMA), document) == []) == (row["xsd_valid"] == "yes")
    own = own_schematron(row["own_schematron"])
    if own is not None:
        assert str(len(failures(own, document))) == row["own_schematron_failures"]


def test_a_schema_that_names_a_missing_file_is_not_compilable(tmp_path: Path) -> None:
    schema = tmp_path / "a.sch"
    schema.write_text('<schema xmlns="http://purl.oclc.org/dsdl/schematron"><include href="gone.sch"/></schema>')
    with pytest.raises(NotCompilable, match=r"gone\.sch"):
        compile_schematron(schema)


SMALL = """<schema xmlns="http://purl.oclc.org/dsdl/schematron" defaultPhase="all" queryBinding="xslt2">
  <ns prefix="h" uri="urn:h"/>
  <let name="limit" value="2"/>
  <phase id="all"><active pattern="one"/><active pattern="two"/></phase>
  <pattern id="short" abstract="true"><rule context="$where"><report test="string-length(.) &gt; $limit"
    role="warning">long <name/></report></rule></pattern>
  <pattern id="one">
    <rule abstract="true" id="positive"><assert test=". &gt; 0">not positive: <value-of select="."/></assert></rule>
    <rule context="h:n[@free]"><assert test="true()">never</assert></rule>
    <rule context="h:n"><extends rule="positive"/></rule>
  </pattern>
  <pattern id="two" is-a="short"><param name="where" value="h:t"/></pattern>
  <pattern id="asleep"><rule context="h:n"><assert test="false()">asleep</assert></rule></pattern>
</schema>"""


def test_phase_first_rule_extends_and_abstract_patterns_are_honoured(tmp_path: Path) -> None:
    schema = tmp_path / "small.sch"
    schema.write_text(SMALL)
    document = b'<r xmlns="urn:h"><n>1</n><n>-1</n><n free="">-2</n><t>ab</t><t>abc</t></r>'
    found = [(failure.role, failure.pattern, failure.text) for failure in failures(schema, document)]
    assert found == [("error", "one", "not positive: -1"), ("warning", "two", "long t")]
