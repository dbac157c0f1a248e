"""Starts what an installation runs, in order, keeps it alive, and stops all of it."""

from __future__ import annotations

import http.client
import json
import logging
import os
import signal
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from urllib.parse import urlsplit

from socle.deploy import certificates, installation, ports, postgres, wires
from socle.deploy.children import Child, python
from socle.deploy.environment import DeployError, Environment

log = logging.getLogger("socle.supervisor")
SERVED = installation.PROCESSES
NOT_YET = ("smtp", "imap", "hl7v2")
"""Processes of later versions."""
WIRES_OF = {"web": "http", "live": "live"}
"""The port that a process listens on, by its name in `endpoints.json`."""
READY_TIMEOUT_S = 60.0
UPKEEP_EVERY_S = 24 * 3600.0
TICK_S = 0.1


@dataclass(frozen=True, slots=True)
class Plan:
    """What to run. `before_serving` runs when the tables are ready, before people come (the demo story)."""

    processes: tuple[str, ...] = SERVED
    simulators: bool = False
    before_serving: Callable[[Environment], None] | None = None
    announce: Callable[[dict[str, object]], None] = lambda endpoints: None


class Supervisor:
    """`run()` returns when a signal asks to stop, with everything it started ended."""

    def __init__(self, environment: Environment, plan: Plan) -> None:
        self._environment = environment
        self._plan = plan
        self._host = os.environ.get("SOCLE_BIND") or "127.0.0.1"
        self._children: list[Child] = []
        self._cluster: postgres.Cluster | None = None
        self._upkeep: Child | None = None
        self._endpoints: dict[str, object] = {}
        self._next_upkeep = time.monotonic() + UPKEEP_EVERY_S

    def run(self) -> None:
        """Interrupt, terminate and hang-up stop it; DeployError when something does not start."""
        for order in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(order, _stop)
        with installation.sole_supervisor(self._environment, self._plan.processes):
            try:
                self._start()
                while True:
                    self._watch()
                    time.sleep(TICK_S)
            except KeyboardInterrupt:
                log.info("supervisor.stopping")
            finally:
                for order in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                    signal.signal(order, signal.SIG_IGN)
                self._stop()

    def _start(self) -> None:
        environment = self._environment
        self._withdraw_endpoints()
        wanted = [WIRES_OF[name] for name in self._plan.processes if name in WIRES_OF]
        chosen = {wire: ports.choose(wire, environment.ports[wire], self._host) for wire in wanted}
        authority = certificates.ensure(environment.certificates)
        if not environment.database_url and not postgres.runs(installation.database_home(environment)):
            self._cluster = installation.cluster(environment)
            self._cluster.start()
        installation.bring_up_to_date(environment)
        if self._plan.before_serving is not None:
            self._plan.before_serving(environment)
        addresses = {wire: f"http://{self._host}:{port}" for wire, port in chosen.items()}
        variables = {**os.environ, **installation.variables(environment)}
        for name, wire in (("SOCLE_PUBLIC_URL", "http"), ("SOCLE_LIVE_ORIGIN", "live")):
            if wire in addresses and not variables.get(name):
                variables[name] = addresses[wire]
        if self._plan.simulators:
            variables["SOCLE_FORM_TARGETS"] = " ".join(self._start_simulators(variables))
        for child in self._serving(chosen, variables):
            self._children.append(child)
            child.start()
        for child in self._children:
            child.wait_until_ready(READY_TIMEOUT_S)
        self._endpoints = _endpoints(addresses, authority)
        _write_atomically(environment.endpoints, json.dumps(_read(environment.endpoints) | self._endpoints, indent=1))
        self._plan.announce(self._endpoints)

    def _serving(self, chosen: dict[str, int], variables: dict[str, str]) -> Iterable[Child]:
        for name in self._plan.processes:
            if name == "worker":
                yield Child(name, python("socle.deploy.worker"), variables)
            else:
                port = chosen[WIRES_OF[name]]
                command = python("socle.deploy.serving", name, self._host, str(port))
                yield Child(name, command, variables, _answers(self._host, port))

    def _start_simulators(self, variables: dict[str, str]) -> list[str]:
        """The stand-ins of the national services answer; returns their origins."""
        told = self._environment.data / "simulators" / "endpoints.json"
        told.unlink(missing_ok=True)
        port = ports.free(self._host)  # chosen here, so that they come back at the same address
        where = ["--data", str(self._environment.data), "--host", self._host, "--port", str(port)]
        command = python("simulators", *where, *_returns(variables["SOCLE_PUBLIC_URL"]))
        child = Child("simulators", command, variables, ready=told.exists)
        self._children.append(child)
        child.start()
        child.wait_until_ready(READY_TIMEOUT_S)
        return sorted(_origins(json.loads(told.read_text("utf-8"))))

    def _withdraw_endpoints(self) -> None:
        """`endpoints.json` no longer tells the addresses of what this runs; it is gone when nobody else’s are left."""
        path = self._environment.endpoints
        own = {WIRES_OF[name] for name in self._plan.processes if name in WIRES_OF} | {"ca"}
        if "web" in self._plan.processes:
            own |= {name for wire in wires.WIRES for name in wire.endpoints}
        others = {name: address for name, address in _read(path).items() if name not in own}
        if others:
            _write_atomically(path, json.dumps(others, indent=1))
        else:
            path.unlink(missing_ok=True)

    def _watch(self) -> None:
        if self._cluster is not None and self._cluster.poll() is not None:
            log.error("database.died")
            self._cluster.start()
        for child in self._children:
            child.keep_alive()
        self._make_partitions_ahead()

    def _make_partitions_ahead(self) -> None:
        """Once a day the schema step runs again: only the owner can make the partitions of the quarters ahead."""
        if time.monotonic() < self._next_upkeep:
            return
        self._next_upkeep = time.monotonic() + UPKEEP_EVERY_S
        if self._upkeep is not None:
            self._upkeep.stop()
        variables = {**os.environ, **installation.variables(self._environment), installation.ROLE_VARIABLE: "owner"}
        self._upkeep = Child("upkeep", python("socle.deploy.schema"), variables)
        self._upkeep.start()

    def _stop(self) -> None:
        """Everything this started has ended, the database last, and its addresses are no longer told."""
        self._withdraw_endpoints()
        for child in [*reversed(self._children), *([self._upkeep] if self._upkeep else [])]:
            child.stop()
        if self._cluster is not None:
            self._cluster.stop()


def _endpoints(addresses: dict[str, str], authority: Path) -> dict[str, object]:
    """What `endpoints.json` says of the processes that run here."""
    told: dict[str, object] = {"ca": str(authority), **addresses}
    if "http" in addresses:
        for wire in wires.served():
            told |= {name: addresses["http"] + path for name, path in wire.endpoints.items()}
    return told


def processes_named(names: list[str]) -> tuple[str, ...]:
    """The processes asked for, all that exist when none is named. DeployError for those of later versions."""
    for name in names:
        if name in NOT_YET:
            raise DeployError(f"Le processus {name} n’existe pas encore dans cette version.")
        if name not in SERVED:
            raise DeployError(f"Processus inconnu : {name} (au choix : {', '.join(SERVED)}).")
    return tuple(dict.fromkeys(names)) or SERVED


def _answers(host: str, port: int) -> Callable[[], bool]:
    def ask() -> bool:
        connection = http.client.HTTPConnection(host, port, timeout=5)
        try:
            connection.request("GET", "/healthz")
            return connection.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    return ask


def _returns(address: str) -> list[str]:
    """Where the simulators of identity providers may send people back to, as arguments for them."""
    clients = {"socle-professionnels": "pro-sante-connect", "socle-patients": "franceconnect"}
    arguments: list[str] = []
    for client, path in clients.items():
        arguments += ["--redirect", f"{client}={address}/connexion/{path}/retour", "--logout-redirect", f"{client}={address}/"]
    return arguments


def _origins(value: object) -> set[str]:
    """Every origin that occurs in the simulators' own list of addresses."""
    if isinstance(value, dict):
        return {origin for part in value.values() for origin in _origins(part)}
    if isinstance(value, str) and value.startswith(("http://", "https://")):
        parts = urlsplit(value)
        return {f"{parts.scheme}://{parts.netloc}"}
    return set()


def _read(path: Path) -> dict[str, object]:
    try:
        told: dict[str, object] = json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return {}
    return told


def _write_atomically(path: Path, text: str) -> None:
    temporary = path.with_suffix(".part")
    temporary.write_text(text, "utf-8")
    temporary.replace(path)


def _stop(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt
