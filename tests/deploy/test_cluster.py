"""The embedded PostgreSQL: started, killed, refused, run by other users."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from socle.deploy import demotion, postgres
from socle.deploy.environment import DeployError
from socle.deploy.postgres import APP_ROLE, OWNER_ROLE, Cluster, Passwords

REPOSITORY = Path(__file__).resolve().parent.parent.parent


@pytest.fixture
def new_home() -> Iterator[Path]:
    """The folder of a new cluster, where the server's user may go."""
    yield from _home()


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    """A cluster that several tests use, each leaving it stopped."""
    yield from _home()


def _home() -> Iterator[Path]:
    data = Path(tempfile.mkdtemp(prefix="socle-cluster-"))
    data.chmod(0o711)
    yield data / "postgres"
    demotion.remove_place(data / "postgres")
    shutil.rmtree(data)


def cluster_at(home: Path, *, patience_s: float = 30.0) -> Cluster:
    return Cluster(home, Passwords.read_or_make(home.parent / "keys" / "postgres.json"), patience_s=patience_s)


def test_first_and_second_start_take_seconds(new_home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    cluster = cluster_at(new_home)
    took = []
    for _ in range(2):
        before = time.monotonic()
        cluster.start()
        took.append(time.monotonic() - before)
        cluster.stop()
    with capsys.disabled():
        print(f"\nembedded server: first start {took[0]:.2f} s, second {took[1]:.2f} s")
    assert took[0] < 30
    assert took[1] < 5
    assert not postgres.runs(new_home)


def test_what_was_committed_survives_kill_9_of_the_server(home: Path) -> None:
    cluster = cluster_at(home)
    cluster.start()
    with psycopg.connect(cluster.url()) as connection:
        connection.execute("CREATE TABLE survivors (n int)")
        connection.execute("INSERT INTO survivors SELECT generate_series(1, 1000)")
    os.kill(cluster.pid, signal.SIGKILL)
    cluster.start()
    with psycopg.connect(cluster.url()) as connection:
        assert connection.execute("SELECT count(*), sum(n) FROM survivors").fetchone() == (1000, 500500)
    cluster.stop()


def test_the_server_ends_with_the_process_that_started_it_and_starts_again(home: Path) -> None:
    starter = subprocess.Popen([sys.executable, "-c", STARTER, str(home)], cwd=REPOSITORY, stdout=subprocess.PIPE, text=True)
    assert starter.stdout is not None
    assert starter.stdout.readline() == "ready\n"
    assert postgres.runs(home)
    starter.kill()
    starter.communicate()
    cluster = cluster_at(home)
    cluster.start()
    with psycopg.connect(cluster.url()) as connection:
        assert connection.execute("SELECT n FROM kept").fetchone() == (1,)
    cluster.stop()


STARTER = """
import signal, sys
from pathlib import Path
import psycopg
from socle.deploy.postgres import Cluster, Passwords
home = Path(sys.argv[1])
cluster = Cluster(home, Passwords.read_or_make(home.parent / "keys" / "postgres.json"))
cluster.start()
with psycopg.connect(cluster.url()) as connection:
    connection.execute("CREATE TABLE kept AS SELECT 1 AS n")
print("ready", flush=True)
signal.pause()
"""


def test_a_pid_file_that_names_a_living_stranger_does_not_hinder(home: Path) -> None:
    cluster = cluster_at(home)
    cluster.start()
    pid_file = home / "cluster" / "postmaster.pid"
    content = pid_file.read_text()
    os.kill(cluster.pid, signal.SIGKILL)
    lines = content.splitlines()
    pid_file.write_text("\n".join([str(os.getppid()), *lines[1:]]) + "\n")
    cluster.start()
    assert postgres.runs(home)
    cluster.stop()


def test_a_second_start_is_refused_and_the_first_goes_on(home: Path) -> None:
    first = cluster_at(home)
    first.start()
    with pytest.raises(DeployError, match="Une autre base tourne déjà"):
        cluster_at(home, patience_s=0.2).start()
    with psycopg.connect(first.url()) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
    first.stop()


def test_an_interrupted_first_start_leaves_nothing_in_the_way(new_home: Path) -> None:
    new_home.mkdir()
    (new_home / ".new-left").mkdir()
    (new_home / ".new-left.password").write_text("half")
    demotion.owner().own(new_home)
    cluster = cluster_at(new_home)
    cluster.start()
    cluster.stop()
    assert not list(new_home.glob(".new-*"))


@pytest.mark.skipif(os.geteuid() != 0, reason="only root's server needs another place")
def test_roots_server_runs_as_its_own_user_also_under_a_closed_folder(new_home: Path) -> None:
    new_home.parent.chmod(0o700)
    cluster = cluster_at(new_home)
    cluster.start()
    user = pwd.getpwnam(demotion.USER).pw_uid
    assert Path(f"/proc/{cluster.pid}").stat().st_uid == user
    place = Path(os.readlink(new_home))
    assert place.parent == demotion.PLACES
    assert place.stat().st_mode & 0o777 == 0o700
    cluster.stop()
    demotion.remove_place(new_home)
    assert not place.exists()
    assert not new_home.is_symlink()


def test_a_deep_folder_gets_a_short_socket(new_home: Path) -> None:
    deep = new_home.parent / ("d" * 90) / "postgres"
    deep.parent.mkdir(mode=0o711)
    (new_home.parent / "keys").mkdir()
    cluster = Cluster(deep, Passwords.read_or_make(new_home.parent / "keys" / "deep.json"))
    cluster.start()
    socket = postgres.socket_folder(deep)
    assert len(str(socket)) < 60
    cluster.stop()
    demotion.remove_place(deep)
    assert not socket.exists()


def test_passwords_and_checksums_guard_the_cluster(home: Path) -> None:
    cluster = cluster_at(home)
    cluster.start()
    with psycopg.connect(cluster.url()) as connection:
        for name, value in {"data_checksums": "on", "listen_addresses": "", "log_statement": "none", "fsync": "on"}.items():
            assert connection.execute("SELECT current_setting(%s)", [name]).fetchone() == (value,)
        assert connection.execute("SELECT rolsuper, rolcreaterole FROM pg_roles WHERE rolname = current_user").fetchone() == (
            False,
            False,
        )
    for wrong in (f"user={APP_ROLE}", f"user={APP_ROLE} password=wrong", "user=postgres", f"user={OWNER_ROLE}"):
        with pytest.raises(psycopg.OperationalError, match=r"password|authentication"):
            psycopg.connect(f"host={postgres.socket_folder(home)} dbname=socle {wrong}")
    cluster.stop()


def test_the_servers_log_never_holds_a_value(home: Path) -> None:
    cluster = cluster_at(home)
    cluster.start()
    with psycopg.connect(cluster.url(), autocommit=True) as connection:
        connection.execute("CREATE TABLE people (name text PRIMARY KEY CHECK (length(name) < 50), born date)")
        connection.execute("INSERT INTO people VALUES ('ZERBINETTE', NULL)")
        for statement, parameters in (
            ("INSERT INTO people VALUES (%s, NULL)", ["ZERBINETTE"]),
            ("INSERT INTO people VALUES (%s, NULL)", ["ZERBINETTE" * 9]),
            ("INSERT INTO people VALUES ('x', %s::text::date)", ["ZERBINETTE"]),
            ("SELECT ZERBINETTE", []),
            ("DO $$ BEGIN RAISE WARNING 'ZERBINETTE'; RAISE EXCEPTION 'ZERBINETTE'; END $$", []),
        ):
            with pytest.raises(psycopg.Error):
                connection.execute(statement, parameters)
    cluster.stop()
    told = cluster.log.read_text()
    assert "database system is ready" in told
    assert "ZERBINETTE" not in told.upper()


@pytest.mark.skipif(os.geteuid() != 0, reason="the whole suite runs as an ordinary user already")
def test_an_ordinary_user_starts_it_as_itself() -> None:
    nobody = pwd.getpwnam("nobody")
    python = interpreter_for(demotion.Owner(nobody.pw_uid, nobody.pw_gid))
    data = Path(tempfile.mkdtemp(prefix="socle-nobody-"))
    os.chown(data, nobody.pw_uid, nobody.pw_gid)
    packages = next(path for path in sys.path if path.endswith("site-packages"))
    done = subprocess.run(
        [python, "-c", STARTER.replace("signal.pause()", "cluster.stop()"), str(data / "postgres")],
        cwd=REPOSITORY,
        env={"PYTHONPATH": f"{REPOSITORY}:{packages}", "PYTHONDONTWRITEBYTECODE": "1"},
        user=nobody.pw_uid,
        group=nobody.pw_gid,
        extra_groups=[],
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert (done.stdout, done.stderr, done.returncode) == ("ready\n", "", 0)
    assert (data / "postgres" / "cluster").stat().st_uid == nobody.pw_uid
    shutil.rmtree(data)


def interpreter_for(user: demotion.Owner) -> str:
    """A Python of this same version that `user` may run, with the packages and the code of this run within reach."""
    same = f"python{sys.version_info.major}.{sys.version_info.minor}"
    candidates = [os.path.realpath(sys.executable), f"/usr/bin/{same}", f"/usr/local/bin/{same}"]
    packages = next(path for path in sys.path if path.endswith("site-packages"))
    if not user.can_reach(Path(packages) / "x") or not user.can_reach(REPOSITORY / "x"):
        pytest.skip("the repository lies in a folder closed to other users")
    for candidate in candidates:
        if Path(candidate).exists() and user.can_reach(Path(candidate)):
            return candidate
    pytest.skip(f"no {same} that another user may run")
