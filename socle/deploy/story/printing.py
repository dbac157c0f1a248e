"""A page of the story as a PDF: the patient's traits on the first page, the words, and that all is fictive.

The same arguments give the same bytes. typst is loaded at the first page only.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from functools import cache
from typing import TYPE_CHECKING

from socle.formats.cda.writer import Chapter
from socle.formats.cda.writer.narrative import amount, interval

if TYPE_CHECKING:
    from typst import Compiler

_PAGE = b"""
#let given(name) = sys.inputs.at(name)
#set document(title: given("title"), author: given("author"))
#set text(lang: "fr", size: 10.5pt)
#set par(justify: true)
#set page(
  paper: "a4", margin: (x: 2.2cm, top: 2cm, bottom: 2cm),
  footer: [#set text(size: 8pt); #given("person") #h(1fr) #given("notice")],
)
#given("sender")
#v(0.6em)
#block(stroke: 0.6pt, inset: 8pt, width: 100%)[#given("identity")]
#v(0.6em)
#heading(given("title"))
#given("day")
#v(0.8em)
#for paragraph in given("words").split("\\n") { par(paragraph) }
#v(1.2em)
#align(right, given("author"))
"""
_NOTICE = "Données fictives — aucune personne réelle"


@cache
def _compiler() -> Compiler:
    from typst import Compiler

    return Compiler(ignore_system_fonts=True)


def page(
    *,
    title: str,
    author: str,
    sender: Sequence[str],
    person: str,
    identity: Sequence[str],
    day: date,
    words: Sequence[str],
) -> bytes:
    """A PDF/A-2b. `sender` and `identity` are lines; `words` are paragraphs; `person` stands at the foot of each page."""
    pdf = _compiler().compile(
        _PAGE,
        format="pdf",
        pdf_standards="a-2b",
        timestamp=datetime(day.year, day.month, day.day, 12, tzinfo=UTC),
        sys_inputs={
            "title": title,
            "author": author,
            "sender": "\n".join(sender),
            "person": person,
            "identity": "\n".join(identity),
            "day": day.strftime("%d/%m/%Y"),
            "words": "\n".join(words),
            "notice": _NOTICE,
        },
    )
    assert isinstance(pdf, bytes)
    return pdf


def laboratory_lines(chapters: Sequence[Chapter], remark: str) -> tuple[str, ...]:
    """The results of a report, one a line, as a laboratory prints them."""
    lines = []
    for chapter in chapters:
        lines.append(chapter.title.upper())
        for panel in chapter.panels:
            for result in panel.results:
                normal = f" (référence : {interval(result.normal)})" if result.normal else ""
                before = f" — antérieur : {result.previous}" if result.previous else ""
                lines.append(f"{result.label} : {amount(result.value)}{normal}{before}")
    return (*lines, remark) if remark else tuple(lines)
