"""`python -m socle.deploy.serving web|live HOST PORT`: one granian server. It writes no access log."""

from __future__ import annotations

import os
import sys

from granian.constants import HTTPModes, Interfaces
from granian.log import LogLevels
from granian.server import MPServer

from socle.deploy import logs

THREADS = 8
"""Requests at once in one worker; each holds one database connection at most. Twice as many as the connections of its pool, so
that health checks and refusals still go out when every connection is stuck."""


def workers() -> int:
    """Web workers: `SOCLE_WEB_WORKERS`, else one a processor, four at most."""
    return int(os.environ.get("SOCLE_WEB_WORKERS") or min(os.cpu_count() or 1, 4))


def server(process: str, host: str, port: int) -> MPServer:
    """The web server (WSGI) or the live server (ASGI), not started."""
    web = process == "web"
    return MPServer(
        "socle.deploy.wsgi:application" if web else "socle.deploy.asgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI if web else Interfaces.ASGINL,
        http=HTTPModes.http1,
        websockets=False,
        workers=workers() if web else 1,
        blocking_threads=THREADS if web else 1,
        respawn_failed_workers=True,
        workers_kill_timeout=10,
        log_level=LogLevels.error,  # its one warning here is that threads outnumber processors, which is meant
        log_dictconfig=logs.configuration(),
        log_access=False,
    )


if __name__ == "__main__":
    logs.quiet_failures()
    server(sys.argv[1], sys.argv[2], int(sys.argv[3])).serve()
