"""The web process: machines' wires go to lean handlers, everything else to Django (stack.md §2.3)."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable
from importlib import import_module
from typing import Any

import django
from django.core.wsgi import get_wsgi_application

from socle.deploy import logs, wires

logs.quiet_failures()
django.setup(set_prefix=False)

from socle.deploy import health, metrics  # noqa: E402 - they read models

StartResponse = Callable[..., Any]
Application = Callable[[dict[str, Any], StartResponse], Iterable[bytes]]
log = logging.getLogger("socle.web")


def _healthz(environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
    fit, facts = health.check()
    return _answer(start_response, "200 OK" if fit else "503 Service Unavailable", "application/json", health.body(facts))


def _metrics(environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
    return _answer(start_response, "200 OK", metrics.MEDIA, metrics.text().encode())


def _answer(start_response: StartResponse, status: str, media: str, content: bytes) -> Iterable[bytes]:
    headers = [
        ("Content-Type", media),
        ("Content-Length", str(len(content))),
        ("Cache-Control", "no-store"),
        ("X-Content-Type-Options", "nosniff"),
    ]
    start_response(status, headers)
    return [content]


def _routes() -> list[tuple[str, str, Application]]:
    routes: list[tuple[str, str, Application]] = [("/healthz", "health", _healthz), ("/metrics", "health", _metrics)]
    for wire in wires.served():
        handler: Application = import_module(wire.module).application
        routes += [(prefix, wire.name, handler) for prefix in wire.prefixes]
    return routes


class Dispatch:
    """One look at the path; what a handler fails to catch becomes an empty 500, logged by type and place."""

    def __init__(self) -> None:
        self._pages: Application = get_wsgi_application()
        self._routes = _routes()

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        wire, handler = self._find(environ.get("PATH_INFO", ""))
        started = time.perf_counter()
        told: list[str] = ["500"]

        def start(status: str, headers: list[tuple[str, str]], failure: Any = None) -> Any:
            told[0] = status
            return start_response(status, headers)

        try:
            return handler(environ, start)
        except Exception as failure:  # noqa: BLE001 - the edge of the process: granian would print the message
            log.error("request.failed", extra={"wire": wire, "error": logs.place_of(failure)})
            return _answer(start, "500 Internal Server Error", "text/plain; charset=utf-8", b"Erreur interne.")
        finally:
            metrics.requests.answered(wire, told[0], time.perf_counter() - started)

    def _find(self, path: str) -> tuple[str, Application]:
        for prefix, wire, handler in self._routes:
            if path == prefix or path.startswith(prefix + "/"):
                return wire, handler
        return "pages", self._pages


application = Dispatch()
