"""Static files, served by each web process from the package itself: no collecting step, no writable folder.

An address carries a piece of the file's hash (`/static/socle.css?v=3f2a…`), so that a browser may keep it for a year and a new
version is a new address. Style sheets and scripts are written in small files and sent as one each.
"""

from __future__ import annotations

import functools
import gzip
import hashlib
from dataclasses import dataclass
from pathlib import Path

from django.http import HttpRequest, HttpResponse, HttpResponseNotFound, HttpResponseNotModified
from django.views.decorators.http import require_safe

FOLDER = Path(__file__).resolve().parent.parent / "static"
STYLES = (
    *("tokens", "base", "bar", "page", "menu", "record", "states", "facts", "documents", "cda", "work"),
    *("messages", "circle", "forms", "reading", "public", "professional", "print"),
)
SCRIPTS = ("session", "fragments", "print")
PREFIX = "/static/"
MEDIA = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
    ".txt": "text/plain; charset=utf-8",
}
_YEAR_S = 365 * 24 * 3600
_DAY_S = 24 * 3600


@dataclass(frozen=True, slots=True)
class Asset:
    """One file as it is sent; `packed` is its gzip form, empty when packing does not pay."""

    media: str
    content: bytes
    packed: bytes
    version: str


@functools.cache
def assets() -> dict[str, Asset]:
    """Every static file by its name below `/static/`; read once a process."""
    found = {
        path.relative_to(FOLDER).as_posix(): _asset(path.suffix, path.read_bytes())
        for path in sorted(FOLDER.rglob("*"))
        if path.suffix in MEDIA and path.parent.name not in {"css", "js"}
    }
    found["socle.css"] = _asset(".css", _joined("css", STYLES, ".css"))
    found["socle.js"] = _asset(".js", _joined("js", SCRIPTS, ".js"))
    return found


def address(name: str) -> str:
    """The versioned address of a static file; KeyError when there is none of that name."""
    return f"{PREFIX}{name}?v={assets()[name].version}"


@require_safe
def serve(request: HttpRequest, name: str) -> HttpResponse:
    """A static file, kept a year by the browser when the address carries its version."""
    asset = assets().get(name)
    if asset is None:
        return HttpResponseNotFound("Fichier absent.", content_type="text/plain; charset=utf-8")
    tag = f'"{asset.version}"'
    if request.headers.get("If-None-Match") == tag:
        response: HttpResponse = HttpResponseNotModified()
    elif asset.packed and "gzip" in request.headers.get("Accept-Encoding", ""):
        response = HttpResponse(asset.packed, content_type=asset.media, headers={"Content-Encoding": "gzip"})
    else:
        response = HttpResponse(asset.content, content_type=asset.media)
    exact = request.GET.get("v") == asset.version
    response["Cache-Control"] = f"public, max-age={_YEAR_S}, immutable" if exact else f"public, max-age={_DAY_S}"
    response["ETag"] = tag
    response["Vary"] = "Accept-Encoding"
    return response


def _joined(folder: str, names: tuple[str, ...], suffix: str) -> bytes:
    return b"\n".join((FOLDER / folder / f"{name}{suffix}").read_bytes() for name in names)


def _asset(suffix: str, content: bytes) -> Asset:
    packed = gzip.compress(content, mtime=0) if suffix != ".woff2" else b""
    version = hashlib.sha256(content).hexdigest()[:16]
    return Asset(MEDIA[suffix], content, packed if len(packed) < len(content) else b"", version)
