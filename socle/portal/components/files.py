"""Contents of documents as pages show them: safe HTML of the body, files apart, bytes that a browser never takes for our page."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpResponse
from django.utils.html import linebreaks
from django.utils.safestring import SafeString, mark_safe

from socle.errors import NotFound
from socle.formats import cda

CDA = "text/xml"
PDF = "application/pdf"
TEXT = "text/plain"
INLINE_IMAGES = frozenset({"image/jpeg", "image/png", "image/gif"})
_ENDINGS = {PDF: ".pdf", "image/jpeg": ".jpg", "image/png": ".png", CDA: ".xml", TEXT: ".txt"}


@dataclass(frozen=True, slots=True)
class File:
    """What a document holds besides words: a PDF or an image to show, anything to download."""

    href: str
    title: str
    pdf: bool
    image: bool

    @property
    def shown(self) -> str:
        """The address that shows it inside a page."""
        return f"{self.href}?voir=1"


@dataclass(frozen=True, slots=True)
class Sheet:
    """A document ready to show: `body` is safe HTML, empty when it has no words; `files` stand below it."""

    body: SafeString
    files: tuple[File, ...]


def sheet_of(content: bytes, media_type: str, here: str, *, heading: int = 3) -> Sheet:
    """The body of a CDA or of a text, its headings from `heading` down; `here` is the address of the document's page.

    The renderer of formats.cda escapes all and keeps a closed list of tags."""
    if media_type == CDA:
        parsed = cda.parse(content)
        files = tuple(
            _file(f"{here}/fichier/{number}", one.media_type, one.title or "Fichier joint")
            for number, one in enumerate(_complete(parsed), start=1)
        )
        return Sheet(mark_safe(cda.render(parsed, heading=heading)), files)  # noqa: S308
    if media_type == TEXT:
        return Sheet(mark_safe(linebreaks(content.decode("utf-8"), autoescape=True)), ())  # noqa: S308
    return Sheet(SafeString(), (_file(f"{here}/fichier/0", media_type, "Le document"),))


def part_of(content: bytes, media_type: str, number: int) -> tuple[bytes, str]:
    """A file of a document and its media type: 0 is the original, then those embedded in it. NotFound beyond."""
    if not number:
        return content, media_type
    embedded = _complete(cda.parse(content)) if media_type == CDA else []
    if number > len(embedded):
        raise NotFound()
    return embedded[number - 1].content, embedded[number - 1].media_type


def file_response(content: bytes, media_type: str, *, shown: bool) -> HttpResponse:
    """Bytes that a browser never takes for a page of ours: sandboxed, not sniffed, a download unless a PDF or an image."""
    harmless = media_type == PDF or media_type in INLINE_IMAGES
    response = HttpResponse(content, content_type=media_type if harmless else "application/octet-stream")
    name = f"document{_ENDINGS.get(media_type, '')}"
    response["Content-Disposition"] = f'{"inline" if shown and harmless else "attachment"}; filename="{name}"'
    response["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'self'"
    if media_type == PDF:
        response["Content-Security-Policy"] = "default-src 'none'; plugin-types application/pdf; frame-ancestors 'self'"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


def _complete(parsed: cda.Document) -> list[cda.Attachment]:
    return [one for one in parsed.attachments if one.complete]


def _file(href: str, media_type: str, title: str) -> File:
    return File(href, title, media_type == PDF, media_type in INLINE_IMAGES)
