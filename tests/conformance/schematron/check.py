"""Running compiled schematrons on documents, and the official schema beside them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from lxml import etree
from saxonche import PySaxonProcessor, PyXsltExecutable

from tests.conformance.schematron.compiler import compile_schematron


@dataclass(frozen=True)
class Failure:
    """One assert that does not hold (or report that does); `role` is error, warning or info."""

    role: str
    pattern: str
    where: str
    text: str


@cache
def _processor() -> PySaxonProcessor:
    """One processor for the whole test process: starting it costs more than a check."""
    return PySaxonProcessor(license=False)


@cache
def _executable(path: Path) -> PyXsltExecutable:
    return _processor().new_xslt30_processor().compile_stylesheet(stylesheet_text=compile_schematron(path).decode())


def failures(path: Path, document: bytes) -> list[Failure]:
    """What the schema at `path` finds wrong in a document, in document order within each pattern."""
    node = _processor().parse_xml(xml_text=document.decode("utf-8-sig"))
    text = _executable(path).transform_to_string(xdm_node=node)
    report = etree.fromstring(text.encode())
    return [
        Failure(el.get("role", ""), el.get("pattern", ""), el.get("where", ""), " ".join("".join(el.itertext()).split()))
        for el in report.iter("failure")
    ]


def errors(path: Path, document: bytes) -> list[Failure]:
    """The failures that refuse a document: warnings and remarks left out."""
    return [failure for failure in failures(path, document) if failure.role == "error"]


@cache
def _schema(path: Path) -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(path))


def schema_errors(path: Path, document: bytes) -> list[str]:
    """What the XML schema at `path` finds wrong in a document."""
    schema = _schema(path)
    if schema.validate(etree.fromstring(document)):
        return []
    return [f"{entry.line}: {entry.message}" for entry in schema.error_log]
