"""Values -> elements of the CDA data types: the mirror of `socle.formats.cda.datatypes`."""

from __future__ import annotations

import re
from decimal import Decimal
from uuid import UUID, uuid5

from lxml import etree

from socle.formats.cda.values import Address, Code, Identifier, Moment, Name, Period, Quantity, Range

Element = etree._Element

HL7 = "{urn:hl7-org:v3}"
XSI_TYPE = "{http://www.w3.org/2001/XMLSchema-instance}type"
LAB = "{urn:oid:1.3.6.1.4.1.19376.1.3.2}"
NAMESPACES = {
    None: "urn:hl7-org:v3",
    "lab": "urn:oid:1.3.6.1.4.1.19376.1.3.2",
    "xsi": "http://www.w3.org/2001/XMLSchema-instance",
}
_FORBIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")


class IdSequence:
    """Ids of the entries of one document, the same each time the same document is written."""

    def __init__(self, seed: UUID) -> None:
        self._seed = seed
        self._count = 0

    def next(self) -> UUID:
        self._count += 1
        return uuid5(self._seed, f"entry:{self._count}")

    def anchor(self) -> str:
        """A name for a piece of narrative that an entry points to, unique in the document."""
        self._count += 1
        return f"t{self._count}"


def clean(text: str) -> str:
    """`text` without the characters that XML cannot hold."""
    return _FORBIDDEN.sub("", text)


def add(parent: Element, tag: str, text: str | None = None, /, **attributes: str) -> Element:
    """A new HL7 child; attributes whose value is empty are left out."""
    child = etree.SubElement(parent, HL7 + tag, {k: clean(v) for k, v in attributes.items() if v})
    if text is not None:
        child.text = clean(text)
    return child


def typed(parent: Element, tag: str, kind: str, /, **attributes: str) -> Element:
    """A child whose data type is said by `xsi:type`."""
    child = add(parent, tag, **attributes)
    child.set(XSI_TYPE, kind)
    return child


def templates(parent: Element, *roots: str) -> None:
    for root in roots:
        add(parent, "templateId", root=root)


def identifier(parent: Element, value: Identifier | UUID | None, tag: str = "id") -> Element:
    if value is None:
        return add(parent, tag, nullFlavor="UNK")
    if isinstance(value, UUID):
        return add(parent, tag, root=str(value).upper())
    return add(parent, tag, root=value.root, extension=value.extension)


def coded(parent: Element, tag: str, value: Code, anchor: str = "", kind: str = "") -> Element:
    """A coded element; `anchor` is the name of the narrative that says it, `kind` an `xsi:type` where one is needed.

    Without code, the translations and the words remain, under a null flavour.
    """
    null = "" if value.code else value.null_flavor or "UNK"
    child = add(
        parent,
        tag,
        code=value.code,
        displayName=value.display if value.code else "",
        codeSystem=value.system if value.code else "",
        codeSystemName=SYSTEM_NAMES.get(value.system, "") if value.code else "",
        nullFlavor=null,
    )
    if kind:
        child.set(XSI_TYPE, kind)
    if anchor:
        add(add(child, "originalText"), "reference", value=f"#{anchor}")
    elif value.text:
        add(child, "originalText", value.text)
    for translation in value.translations:
        coded(child, "translation", translation)
    return child


def moment(parent: Element, tag: str, value: Moment | None, null: str = "UNK") -> Element:
    return add(parent, tag, value=value.raw) if value else add(parent, tag, nullFlavor=null)


def period(parent: Element, tag: str, value: Period, *, both: bool = False, kind: str = "") -> Element:
    """An interval; with `both`, bounds that are not known are said to be so instead of left out.

    Bounds may not be equal (data types of the minimal structure): a point keeps its start only.
    """
    if value.start and value.end and value.start.raw == value.end.raw and not both:
        value = Period(value.start)
    child = add(parent, tag)
    if kind:
        child.set(XSI_TYPE, kind)
    if value.start or both or not value.end:
        moment(child, "low", value.start)
    if value.end or both:
        moment(child, "high", value.end)
    return child


def quantity(parent: Element, tag: str, value: Quantity, kind: str = "") -> Element:
    child = add(parent, tag, value=decimal(value.value), unit=value.unit)
    if kind:
        child.set(XSI_TYPE, kind)
    return child


def quantity_range(parent: Element, tag: str, value: Range) -> Element:
    child = typed(parent, tag, "IVL_PQ")
    if value.low:
        quantity(child, "low", value.low)
    if value.high:
        quantity(child, "high", value.high)
    return child


def decimal(value: Decimal) -> str:
    return format(value, "f")


def address(parent: Element, value: Address, *, use: str = "", required: bool = False) -> None:
    """A structured address: the first line is the street with its number, the others what is inside it."""
    if not value:
        if required:
            add(parent, "addr", nullFlavor="NAV")
        return
    child = add(parent, "addr", use=use)
    if value.lines:
        add(child, "streetName", value.lines[0])
        for line in value.lines[1:]:
            add(child, "unitID", line)
    for tag, text in (("postalCode", value.postal_code), ("county", value.commune_code), ("city", value.city)):
        if text:
            add(child, tag, text)
    if value.country:
        add(child, "country", value.country)


def telecoms(parent: Element, values: tuple[str, ...], *, use: str = "", null: str = "") -> None:
    """`values` are addresses with their scheme: `tel:…`, `mailto:…`; `null` is the flavour of their absence, if said."""
    for value in values:
        add(parent, "telecom", value=value, use=use if value.startswith("tel:") else "")
    if null and not values:
        add(parent, "telecom", nullFlavor=null)


def name(parent: Element, value: Name) -> Element:
    child = add(parent, "name")
    if value.text and not value.families:
        child.text = clean(value.text)
        return child
    for part in value.families:
        add(child, "family", part.value, qualifier=part.qualifier)
    for part in value.givens:
        add(child, "given", part.value, qualifier=part.qualifier)
    if value.prefix:
        add(child, "prefix", value.prefix)
    if value.suffix:
        add(child, "suffix", value.suffix)
    return child


SYSTEM_NAMES = {
    "2.16.840.1.113883.6.1": "LOINC",
    "2.16.840.1.113883.6.96": "SNOMED CT",
    "2.16.840.1.113883.6.3": "CIM-10",
    "2.16.840.1.113883.6.73": "ATC",
    "1.2.250.1.213.2.5": "CCAM",
    "1.2.250.1.213.1.1.4.322": "TA_ASIP",
    "0.4.0.127.0.16.1.1.2.1": "EDQM",
    "2.16.840.1.113883.5.4": "HL7:ActCode",
}
