"""The part of a section that people read: paragraphs and tables, with anchors that entries point to."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from socle.formats.cda.values import Moment, Precision, Quantity, Range
from socle.formats.cda.writer.elements import Element, add, decimal

Cell = str | tuple[str, str]
"""Words, or words and the anchor that names them."""

_UNITS = {"{tbl}": "comprimé(s)", "1": "", "mm[Hg]": "mmHg", "Cel": "°C", "[ppm]": "ppm", "m[IU]/L": "mUI/L"}


def paragraphs(text: Element, words: str) -> None:
    """One paragraph for each line of `words`."""
    for line in words.splitlines():
        if line.strip():
            add(text, "paragraph", line.strip())


def table(text: Element, head: Sequence[str], rows: Iterable[Sequence[Cell]]) -> None:
    element = add(text, "table", border="0")
    if head:
        line = add(add(element, "thead"), "tr")
        for title in head:
            add(line, "th", title)
    body = add(element, "tbody")
    for row in rows:
        line = add(body, "tr")
        for cell in row:
            if isinstance(cell, str):
                add(line, "td", cell)
            else:
                add(add(line, "td"), "content", cell[0], ID=cell[1])


def day(moment: Moment | None) -> str:
    """A time as people write it, no finer than it is known."""
    if moment is None:
        return "—"
    form = {Precision.YEAR: "%Y", Precision.MONTH: "%m/%Y"}.get(moment.precision, "%d/%m/%Y")
    return moment.at.strftime(form)


def amount(value: Quantity | str) -> str:
    """A quantity as people write it: decimal comma, usual unit."""
    if isinstance(value, str):
        return value
    unit = _UNITS.get(value.unit, value.unit.replace("{", "").replace("}", ""))
    return f"{decimal(value.value).replace('.', ',')} {unit}".strip()


def interval(value: Range) -> str:
    low = decimal(value.low.value).replace(".", ",") if value.low else ""
    high = decimal(value.high.value).replace(".", ",") if value.high else ""
    if low and high:
        return f"{low} à {high}"
    return f"> {low}" if low else f"< {high}" if high else ""
