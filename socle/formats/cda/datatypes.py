"""Elements of CDA data types -> values. What is absent, null or not understood gives an empty value, never an error."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from decimal import Decimal, InvalidOperation

from lxml import etree

from socle.clock import PARIS
from socle.formats.cda.intake import HL7
from socle.formats.cda.values import (
    NO_ADDRESS,
    NO_CODE,
    NO_NAME,
    NO_PERIOD,
    NO_RANGE,
    Address,
    Code,
    Identifier,
    Moment,
    Name,
    NamePart,
    Period,
    Precision,
    Quantity,
    Range,
    Ratio,
)

Element = etree._Element
Resolve = Callable[[str], str]
"""From a reference (`#id`) to the text of the narrative it points to, empty when there is none."""

XSI_TYPE = "{http://www.w3.org/2001/XMLSchema-instance}type"
_ZONED = re.compile(r"(\d{4,14})(?:\.\d{1,6})?([+-]\d{4}|Z)?")
_PRECISIONS = {
    4: Precision.YEAR,
    6: Precision.MONTH,
    8: Precision.DAY,
    10: Precision.HOUR,
    12: Precision.MINUTE,
    14: Precision.SECOND,
}
_DECIMAL = re.compile(r"[+-]?(?:\d{1,40}(?:\.\d{0,40})?|\.\d{1,40})(?:[eE][+-]?\d{1,3})?")
_SPACE = re.compile(r"\s+")
_ADDRESS_LINE = (
    "streetAddressLine",
    "houseNumber",
    "streetNameType",
    "streetName",
    "additionalLocator",
    "unitID",
    "postBox",
)


def local_name(element: Element) -> str:
    """The name of an HL7 element; that of another namespace comes whole, and a comment has none."""
    return element.tag.removeprefix(HL7) if isinstance(element.tag, str) else ""


def child(element: Element, name: str) -> Element | None:
    """The first HL7 child of that name."""
    return next(element.iterchildren(HL7 + name), None)


def children(element: Element, name: str) -> Iterator[Element]:
    return element.iterchildren(HL7 + name)


def descend(element: Element | None, *names: str) -> Element | None:
    """The first child of the first child…, or None as soon as one is missing."""
    for name in names:
        if element is None:
            return None
        element = next(element.iterchildren(HL7 + name), None)
    return element


def attribute(element: Element | None, name: str) -> str:
    return "" if element is None else (element.get(name) or "").strip()


def words(element: Element | None) -> str:
    """All the text inside, white space folded."""
    if element is None:
        return ""
    text = element.text if len(element) == 0 else "".join(element.itertext())
    return _SPACE.sub(" ", text).strip() if text else ""


def no_narrative(_reference: str) -> str:
    return ""


def code(element: Element | None, resolve: Resolve = no_narrative) -> Code:
    if element is None:
        return NO_CODE
    get = element.get
    text = ""
    translations: tuple[Code, ...] = ()
    if len(element):
        text = referenced_text(child(element, "originalText"), resolve)
        translations = tuple(code(item) for item in children(element, "translation"))
    return Code(
        (get("code") or "").strip(),
        get("codeSystem") or "",
        (get("displayName") or "").strip(),
        text,
        get("nullFlavor") or "",
        translations,
    )


def referenced_text(element: Element | None, resolve: Resolve) -> str:
    """The words of a `text` or `originalText`, through its reference to the narrative when it has one."""
    if element is None:
        return ""
    return resolve(reference(element)) or words(element)


def reference(element: Element | None) -> str:
    """The target (`#id`) of a `text` or `originalText`, or empty."""
    return attribute(descend(element, "reference"), "value")


def identifier(element: Element | None) -> Identifier | None:
    """None when the element is absent or carries a null flavour instead of a root."""
    if element is None:
        return None
    root = attribute(element, "root")
    return Identifier(root, attribute(element, "extension")) if root else None


def identifiers(element: Element | None) -> tuple[Identifier, ...]:
    if element is None:
        return ()
    return tuple(found for item in children(element, "id") if (found := identifier(item)))


def moment(element: Element | None) -> Moment | None:
    """A `TS` element; None when it is absent, null or not a time."""
    return None if element is None else moment_of(element.get("value") or "")


def moment_of(raw: str) -> Moment | None:
    """`YYYY[MM[DD[hh[mm[ss[.f]]]]]][±zzzz]`; None when it is not a time. An offset of 24 hours or more is not one."""
    raw = raw.strip()
    match = _ZONED.fullmatch(raw)
    if match is None or len(match[1]) not in _PRECISIONS or not raw.isascii():
        return None
    digits = match[1]
    zone = _zone(match[2])
    if zone is None:
        return None
    whole = digits + "00000101000000"[len(digits) :]
    month, day, hour, minute, second = (int(whole[i : i + 2]) for i in range(4, 14, 2))
    try:
        at = datetime(int(digits[:4]), month, day, hour, minute, second, tzinfo=zone)
        at.astimezone(UTC)  # a time at the very end of the calendar may have no UTC form: not a time for us
    except (ValueError, OverflowError):
        return None
    return Moment(at, _PRECISIONS[len(digits)], raw)


def _zone(offset: str | None) -> tzinfo | None:
    if not offset:
        return PARIS
    if offset == "Z":
        return UTC
    minutes = int(offset[1:3]) * 60 + int(offset[3:5])
    if minutes >= 24 * 60:
        return None
    return timezone(timedelta(minutes=-minutes if offset[0] == "-" else minutes))


def period(element: Element | None) -> Period:
    """An `IVL_TS`, or a plain `TS` (start and end are then the same moment)."""
    if element is None:
        return NO_PERIOD
    if element.get("value"):
        at = moment(element)
        return Period(at, at)
    if (centre := moment(child(element, "center"))) is not None:
        return Period(centre, centre)
    return Period(moment(child(element, "low")), moment(child(element, "high")))


def decimal(raw: str | None) -> Decimal | None:
    """Bounded in length, so that no number of a document can cost much to compute with."""
    if raw is None or not raw.isascii():
        return None
    raw = raw.strip().replace(",", ".")
    if not _DECIMAL.fullmatch(raw):
        return None
    try:
        return Decimal(raw)
    except InvalidOperation:
        return None


def quantity(element: Element | None) -> Quantity | None:
    """A `PQ`, `INT` or `REAL` element."""
    if element is None:
        return None
    value = decimal(element.get("value"))
    if value is None:
        return None
    translations: tuple[Quantity, ...] = ()
    if len(element):
        translations = tuple(
            Quantity(other, attribute(item, "code"))  # a `PQR` gives its unit as a code
            for item in children(element, "translation")
            if (other := decimal(item.get("value"))) is not None
        )
    return Quantity(value, attribute(element, "unit"), translations)


def quantity_range(element: Element | None) -> Range:
    """An `IVL_PQ`, or a plain `PQ` (both bounds are then the same)."""
    if element is None:
        return NO_RANGE
    if (exact := quantity(element)) is not None:
        return Range(exact, exact)
    low, high = child(element, "low"), child(element, "high")
    return Range(
        quantity(low),
        quantity(high),
        attribute(low, "inclusive") != "false",
        attribute(high, "inclusive") != "false",
    )


def ratio(element: Element | None) -> Ratio | None:
    """An `RTO`; None unless both its parts are quantities."""
    numerator, denominator = quantity(descend(element, "numerator")), quantity(descend(element, "denominator"))
    return Ratio(numerator, denominator) if numerator and denominator else None


def name(element: Element | None) -> Name:
    if element is None:
        return NO_NAME
    parts: dict[str, list[NamePart]] = {"family": [], "given": [], "prefix": [], "suffix": []}
    for item in element.iterchildren():
        kept = parts.get(item.tag.rpartition("}")[2]) if isinstance(item.tag, str) else None
        if kept is not None and (value := words(item)):
            kept.append(NamePart(value, item.get("qualifier") or ""))
    return Name(
        tuple(parts["family"]),
        tuple(parts["given"]),
        " ".join(part.value for part in parts["prefix"]),
        " ".join(part.value for part in parts["suffix"]),
        "" if any(parts.values()) else words(element),
    )


def address(element: Element | None) -> Address:
    if element is None:
        return NO_ADDRESS
    lines = [text for line in _ADDRESS_LINE for item in children(element, line) if (text := words(item))]
    return Address(
        tuple(lines),
        words(child(element, "postalCode")),
        words(child(element, "city")),
        words(child(element, "country")),
        words(child(element, "county")),
    )
