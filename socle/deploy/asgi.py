"""The live process: server-sent events only, all else is answered by the web process (stack.md §2.3)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from importlib import import_module
from typing import Any

import django

from socle.deploy import logs, wires

logs.quiet_failures()
django.setup(set_prefix=False)

Send = Callable[[dict[str, Any]], Awaitable[None]]
Receive = Callable[[], Awaitable[dict[str, Any]]]
_stream: Callable[..., Awaitable[None]] | None = (
    import_module(wires.LIVE_MODULE).application if wires.exists(wires.LIVE_MODULE) else None
)


async def application(scope: dict[str, Any], receive: Receive, send: Send) -> None:
    """`/healthz` says that the process runs; `/live` is the stream."""
    if scope["type"] != "http":
        return
    if scope["path"] == "/healthz":
        await _answer(send, 200, b'{"status": "ok"}')
    elif _stream is not None and scope["path"].startswith("/live"):
        await _stream(scope, receive, send)
    else:
        await _answer(send, 404, b'{"status": "not found"}')


async def _answer(send: Send, status: int, content: bytes) -> None:
    headers = [(b"content-type", b"application/json"), (b"cache-control", b"no-store")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": content})
