"""The words of the PDF files that a document holds, read in the worker only: the library is large and the files are anybody's."""

from __future__ import annotations

import io

from socle.formats import cda

LARGEST = 5 * 1024 * 1024
PAGES = 40


def texts(document: cda.Document) -> list[cda.SectionText]:
    """One text a page. A file that is too large or cannot be read gives none: it stays readable by people."""
    found: list[cda.SectionText] = []
    for attached in document.attachments:
        if attached.complete and attached.media_type == "application/pdf" and len(attached.content) <= LARGEST:
            found.extend(cda.SectionText(attached.section_code, attached.title, text, 1) for text in _pages(attached.content))
    return found


def _pages(content: bytes) -> list[str]:
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    try:
        reader = PdfReader(io.BytesIO(content))
        return [page.extract_text() for page in reader.pages[:PAGES]]
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError, OSError):
        return []
