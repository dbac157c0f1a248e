"""Schematron (ISO, query binding xslt2) to XSLT 3: what the ANS schematrons use of it, and nothing more.

Kept here because no maintained compiler runs on Python: ``lxml.isoschematron`` refuses the xslt2 binding. Understood:
include, ns, let, phase and active, pattern (concrete, abstract, is-a), rule (concrete, abstract, extends), assert,
report, value-of, name. The first rule of a pattern whose context matches a node is the one that fires for it; the
compiled sheet writes one ``failure`` element for each assert that does not hold and each report that does.

Source: ISO/IEC 19757-3:2016, sections 5.4 and 6.5.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from lxml import etree

SCH = "http://purl.oclc.org/dsdl/schematron"
XSL = "http://www.w3.org/1999/XSL/Transform"
_PARSER = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True)

Element = etree._Element


class NotCompilable(Exception):
    """The schema names something that is not there: a file, an abstract pattern or an abstract rule."""


@dataclass
class _Sheet:
    """The XSLT being written, with what every pattern of the schema shares."""

    root: Element
    namespaces: dict[str, str]
    abstract_patterns: dict[str, Element]
    abstract_rules: dict[str, Element]
    seen_lets: set[str] = field(default_factory=set)

    def add(self, parent: Element, instruction: str, /, **attributes: str) -> Element:
        return etree.SubElement(parent, f"{{{XSL}}}{instruction}", {key.replace("_", "-"): v for key, v in attributes.items()})


def compile_schematron(path: Path) -> bytes:
    """The XSLT 3 text of a schema; value sets that it opens are found from the folder of `path`."""
    schema = _parse(path)
    _include(schema, path)
    namespaces = {el.get("prefix", ""): el.get("uri", "") for el in schema.iter(_q("ns"))}
    namespaces = {prefix: uri for prefix, uri in namespaces.items() if prefix != "xml"}
    root = etree.Element(f"{{{XSL}}}stylesheet", {"version": "3.0"}, nsmap={"xsl": XSL, **namespaces})
    root.set("{http://www.w3.org/XML/1998/namespace}base", path.resolve().as_uri())
    patterns = list(schema.iter(_q("pattern")))
    sheet = _Sheet(
        root,
        namespaces,
        {p.get("id", ""): p for p in patterns if p.get("abstract") == "true"},
        {r.get("id", ""): r for r in schema.iter(_q("rule")) if r.get("abstract") == "true"},
    )
    sheet.add(root, "output", method="xml")
    for let in schema.findall(_q("let")):
        _global_let(sheet, let)
    modes = [_pattern(sheet, pattern, number) for number, pattern in enumerate(_active(schema, patterns))]
    start = sheet.add(root, "template", match="/", priority="1000")
    report = etree.SubElement(start, "failures")
    for mode in modes:
        sheet.add(report, "apply-templates", select=".", mode=mode)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def _q(name: str) -> str:
    return f"{{{SCH}}}{name}"


def _parse(path: Path) -> Element:
    if not path.is_file():
        raise NotCompilable(f"missing file {path.name}")
    return etree.parse(path, _PARSER).getroot()


def _include(parent: Element, path: Path) -> None:
    """Every include below `parent` is replaced by the root of the file it names, found from the including file."""
    for include in list(parent.iter(_q("include"))):
        target = (path.parent / include.get("href", "")).resolve()
        included = _parse(target)
        _include(included, target)
        holder = include.getparent()
        assert holder is not None
        holder.replace(include, included)


def _active(schema: Element, patterns: list[Element]) -> Iterator[Element]:
    phases = {phase.get("id"): phase for phase in schema.iter(_q("phase"))}
    default = phases.get(schema.get("defaultPhase", ""))
    names = None if default is None else {active.get("pattern") for active in default.iter(_q("active"))}
    for pattern in patterns:
        if pattern.get("abstract") != "true" and (names is None or pattern.get("id") in names):
            yield pattern


def _global_let(sheet: _Sheet, let: Element) -> None:
    name = let.get("name", "").strip()
    if name not in sheet.seen_lets:
        sheet.seen_lets.add(name)
        sheet.add(sheet.root, "variable", name=name, select=let.get("value", "''"))


def _pattern(sheet: _Sheet, pattern: Element, number: int) -> str:
    """Writes one mode that walks the whole document; its name is returned."""
    parameters: dict[str, str] = {}
    body = pattern
    if pattern.get("is-a"):
        parameters = {p.get("name", ""): p.get("value", "") for p in pattern.findall(_q("param"))}
        try:
            body = sheet.abstract_patterns[pattern.get("is-a", "")]
        except KeyError as missing:
            raise NotCompilable(f"missing abstract pattern {missing}") from None
    for let in pattern.findall(_q("let")):
        _global_let(sheet, let)
    mode = f"p{number}"
    sheet.add(sheet.root, "mode", name=mode, on_no_match="shallow-skip")
    rules = [rule for rule in body.findall(_q("rule")) if rule.get("abstract") != "true"]
    for rank, rule in enumerate(rules):
        context = _fill(rule.get("context", ""), parameters)
        priority = str(len(rules) - rank)
        template = sheet.add(sheet.root, "template", match=context, mode=mode, priority=priority)
        _checks(sheet, template, rule, parameters, pattern.get("id", mode))
        sheet.add(template, "apply-templates", select="@*|node()", mode=mode)
    return mode


def _fill(text: str, parameters: dict[str, str]) -> str:
    """`$name` of an abstract pattern replaced by the text of its parameter; other variables stay."""
    return re.sub(r"\$([\w.-]+)", lambda m: parameters.get(m[1], m[0]), text)


def _checks(sheet: _Sheet, template: Element, rule: Element, parameters: dict[str, str], pattern: str) -> None:
    for child in rule:
        kind = etree.QName(child).localname
        if kind == "let":
            value = _fill(child.get("value", "''"), parameters)
            sheet.add(template, "variable", name=child.get("name", "").strip(), select=value)
        elif kind == "extends":
            try:
                base = sheet.abstract_rules[child.get("rule", "")]
            except KeyError as missing:
                raise NotCompilable(f"missing abstract rule {missing}") from None
            _checks(sheet, template, base, parameters, pattern)
        elif kind in ("assert", "report"):
            _check(sheet, template, child, parameters, pattern)


def _check(sheet: _Sheet, template: Element, check: Element, parameters: dict[str, str], pattern: str) -> None:
    test = _fill(check.get("test", ""), parameters)
    asserted = etree.QName(check).localname == "assert"
    branch = sheet.add(template, "if", test=f"not({test})" if asserted else test)
    failure = etree.SubElement(branch, "failure", role=check.get("role", "error"), pattern=pattern)
    where = sheet.add(failure, "attribute", name="where")
    sheet.add(where, "value-of", select="path(.)")
    _text(sheet, failure, check.text)
    for part in check:
        kind = etree.QName(part).localname
        if kind == "value-of":
            sheet.add(failure, "value-of", select=_fill(part.get("select", "''"), parameters))
        elif kind == "name":
            sheet.add(failure, "value-of", select=f"name({part.get('path', '.')})")
        else:
            _text(sheet, failure, "".join(part.itertext()))
        _text(sheet, failure, part.tail)


def _text(sheet: _Sheet, parent: Element, text: str | None) -> None:
    if text:
        sheet.add(parent, "text").text = text
