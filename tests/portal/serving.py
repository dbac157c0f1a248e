"""A real HTTP server of the pages, in a thread of the tests' process, and the browser that visits it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.test import override_settings


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """No access log."""


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


def open_to_all() -> list[str]:
    """The middleware without the gate of the spaces: the gallery's pages are for anybody."""
    return [name for name in settings.MIDDLEWARE if not name.startswith("socle.portal.signin.gate")]


@contextmanager
def served(urlconf: str) -> Iterator[str]:
    """The address of a server that answers the given table of addresses, to anybody."""
    with (
        override_settings(ROOT_URLCONF=urlconf, MIDDLEWARE=open_to_all()),
        make_server("127.0.0.1", 0, WSGIHandler(), _Server, _Quiet) as server,
    ):
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()
