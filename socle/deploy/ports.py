"""Ports on this machine."""

from __future__ import annotations

import errno
import socket

from socle.deploy.environment import PORTS, DeployError


def choose(wire: str, wanted: int, host: str) -> int:
    """`wanted`, or a free port for 0. DeployError when another program holds it."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, wanted))
        except OSError as problem:
            variable = PORTS[wire][0]
            if problem.errno == errno.EADDRINUSE:
                raise DeployError(
                    f"Le port {wanted} est déjà pris par un autre programme : libérez-le ou changez {variable}."
                ) from None
            raise DeployError(f"Le port {wanted} ({variable}) ne peut pas être ouvert sur {host}.") from None
        port: int = probe.getsockname()[1]
        return port


def free(host: str) -> int:
    """A port that nobody holds now."""
    with socket.socket() as probe:
        probe.bind((host, 0))
        port: int = probe.getsockname()[1]
        return port
