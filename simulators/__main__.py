"""`python -m simulators --data DIR`: prepares `DIR/simulators`, serves until it is told to stop, and writes `endpoints.json`
once it answers."""

from __future__ import annotations

import argparse
import os
import socket
import sys
import threading
from pathlib import Path

import httpx
from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from simulators import clients, endpoints, people, signing
from simulators.folder import BadFile, Folder, write_json
from simulators.installation import ADDRESS_VARIABLE, FOLDER_VARIABLE

STYLES = Path(__file__).resolve().parent.parent / "socle" / "portal" / "static"
"""The product's own styles and font, served as they are: its sign-in and these pages look the same."""
_THREADS = 4
_READY_WITHIN_S = 60


def main() -> None:
    options = _options()
    folder = Folder((options.data / "simulators").absolute())
    try:
        _prepare(folder, options)
    except BadFile as error:
        sys.exit(f"simulators: {error}")
    held, port = _hold(options.host, options.port)
    address = options.address or f"http://{options.host}:{port}"
    os.environ[FOLDER_VARIABLE], os.environ[ADDRESS_VARIABLE] = str(folder.root), address
    server = Granian(
        "simulators.web:application",
        address=options.host,
        port=port,
        interface=Interfaces.WSGI,
        workers=1,  # codes and tokens are in memory: one process has them all
        blocking_threads=_THREADS,
        log_level=LogLevels.warning,
        static_path_mount=[STYLES],
        workers_kill_timeout=5,
    )
    server.on_startup(lambda: threading.Thread(target=_announce, args=(folder, address, options.host, port), daemon=True).start())
    with held:
        server.serve()


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m simulators", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="data folder of the installation")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--address", default="", help="http address that browsers use, when it is not http://HOST:PORT")
    for name in ("--redirect", "--logout-redirect"):
        parser.add_argument(name, type=_pair, action="append", default=[], metavar="CLIENT=URI", help="registers an address")
    return parser.parse_args()


def _pair(text: str) -> tuple[str, str]:
    client_id, equals, uri = text.partition("=")
    if not equals:
        raise argparse.ArgumentTypeError("CLIENT=URI is needed")
    return client_id, uri


def _prepare(folder: Folder, options: argparse.Namespace) -> None:
    """Afterwards the folder holds keys and clients, and what is in it can be used."""
    folder.root.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.endpoints.unlink(missing_ok=True)
    signing.make(folder.keys)
    clients.make_default(folder.clients)
    clients.register(folder.clients, options.redirect, options.logout_redirect)
    clients.load(folder.clients)
    people.load(folder.people if folder.people.exists() else people.SHIPPED)


def _hold(host: str, port: int) -> tuple[socket.socket, int]:
    """A bound socket that does not listen: it keeps the port for the worker, which binds beside it (SO_REUSEPORT)."""
    held = socket.socket(socket.AF_INET)
    held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    held.bind((host, port))
    return held, held.getsockname()[1]


def _announce(folder: Folder, address: str, host: str, port: int) -> None:
    """Writes the addresses once the worker answers."""
    waited = threading.Event()
    with httpx.Client(trust_env=False, timeout=5) as http:
        for _ in range(_READY_WITHIN_S * 20):
            try:
                ready = http.get(f"http://{host}:{port}/healthz").status_code == 200
            except httpx.TransportError:
                ready = False
            if ready:
                write_json(folder.endpoints, endpoints.describe(address, folder))
                print(f"simulators: {address}", flush=True)
                return
            waited.wait(0.05)
    print("simulators: not ready", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
