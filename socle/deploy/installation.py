"""The data folder of an installation: its stamp, its keys, its database. No Django."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from socle import clock
from socle.deploy import demotion, postgres
from socle.deploy.environment import DeployError, Environment, Profile
from socle.errors import Invalid
from socle.formats import keyfile

STAMP = "socle.stamp"
PROCESSES = ("web", "live", "worker")
"""What an installation may run, on one machine or several."""
ROLE_VARIABLE = "SOCLE_DATABASE_ROLE"
"""Set to `owner` for the schema step alone; every other process connects as the role that owns nothing."""


def make_folder(environment: Environment, *, fresh: bool = False) -> None:
    """The data folder exists, holds the stamp and its keys. `fresh` empties it first, only if it is stamped. DeployError for a
    folder of something else, of another profile, or without keys in production."""
    data = environment.data
    stamp = data / STAMP
    if data.exists() and any(data.iterdir()) and not stamp.exists():
        raise DeployError(f"{data} n’est pas un dossier de données de socle : rien n’y est écrit ni effacé.")
    if fresh and stamp.exists():
        _empty(data)
    # Root's PostgreSQL runs as another user, who must be able to pass; what lies inside is closed.
    data.mkdir(mode=0o711 if os.geteuid() == 0 else 0o700, parents=True, exist_ok=True)
    if not stamp.exists():
        stamp.write_text(json.dumps({"product": "socle", "profile": environment.profile, "made_at": clock.now().isoformat()}))
    if made_for(data) != environment.profile:
        raise DeployError(f"{data} a été créé pour le profil {made_for(data)} : le profil {environment.profile} est refusé.")
    for folder in (environment.vault, environment.register.parent, environment.certificates):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    _ensure_keys(environment)


def made_for(data: Path) -> str:
    """The profile that the data folder was made for. DeployError when it is not an installation."""
    try:
        profile = json.loads((data / STAMP).read_text("ascii"))["profile"]
    except FileNotFoundError:
        raise DeployError(f"Aucune installation de socle dans {data} (SOCLE_DATA, ou --data).") from None
    return str(profile)


def read_keys(path: Path) -> keyfile.Keys:
    """The master keys. DeployError when the file is absent, readable by others, or broken."""
    try:
        if path.stat().st_mode & 0o077:
            raise DeployError(f"{path} doit n’être lisible que par son propriétaire (chmod 600).")
        return keyfile.parse(path.read_bytes())
    except FileNotFoundError:
        raise DeployError(f"Fichier de clés absent : {path} (SOCLE_KEY_FILE).") from None
    except Invalid as problem:
        raise DeployError(f"{path} : {problem.sentence}") from None


def make_keys(path: Path) -> None:
    """A new key file, mode 0600. DeployError when the file exists: keys are never overwritten."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise DeployError(f"{path} existe déjà : les clés ne sont jamais remplacées.") from None
    with os.fdopen(descriptor, "wb") as file:
        file.write(keyfile.write(keyfile.generate()))


@contextmanager
def sole_supervisor(environment: Environment, processes: tuple[str, ...] = PROCESSES) -> Iterator[None]:
    """Inside, no other start of these processes on this data folder is possible; DeployError at once when one of them runs."""
    with ExitStack() as held:
        for name in processes:
            path = environment.data / f"{name}.lock"
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            held.callback(os.close, descriptor)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise DeployError(
                    f"socle tourne déjà dans {environment.data} : arrêtez-le d’abord, ou prenez un autre dossier."
                ) from None
        yield


def cluster(environment: Environment) -> postgres.Cluster:
    """The embedded cluster of this installation, not started."""
    return postgres.Cluster(database_home(environment), postgres.Passwords.read_or_make(_passwords(environment)))


def database_home(environment: Environment) -> Path:
    return environment.data / "postgres"


@contextmanager
def database(environment: Environment) -> Iterator[None]:
    """Inside, the database answers: the outside one, the embedded one that already runs, or the embedded one started for this."""
    if environment.database_url or postgres.runs(database_home(environment)):
        yield
        return
    started = cluster(environment)
    started.start()
    try:
        yield
    finally:
        started.stop()


def connection_settings(environment: Environment, role: str) -> dict[str, object]:
    """Django's settings for connecting as `role`: HOST, PORT, NAME, USER, PASSWORD and libpq options."""
    if environment.database_url:
        return _outside(environment.database_url, role)
    try:
        passwords = postgres.Passwords.read(_passwords(environment))
    except FileNotFoundError:
        password = ""  # no installation yet: type checks and makemigrations connect to nothing
    else:
        password = passwords.owner if role == postgres.OWNER_ROLE else passwords.app
    return {
        "HOST": str(postgres.socket_folder(database_home(environment))),
        "PORT": str(postgres.PORT),
        "NAME": postgres.DATABASE,
        "USER": role,
        "PASSWORD": password,
        "OPTIONS": {},
    }


def _outside(url: str, role: str) -> dict[str, object]:
    """The address names one user, the owner; serving processes take the role that owns nothing when they connect."""
    parts = urlsplit(url)
    if parts.scheme not in ("postgresql", "postgres"):
        raise DeployError("SOCLE_DATABASE_URL doit commencer par postgresql://")
    options = dict(parse_qsl(parts.query))
    host = options.pop("host", parts.hostname or "")
    port = options.pop("port", str(parts.port or ""))
    if role != postgres.OWNER_ROLE:
        options["options"] = f"{options.get('options', '')} -c role={role}".strip()
    return {
        "HOST": host,
        "PORT": port,
        "NAME": parts.path.removeprefix("/"),
        "USER": _unquoted(parts.username),
        "PASSWORD": _unquoted(parts.password),
        "OPTIONS": options,
    }


def bring_up_to_date(environment: Environment) -> None:
    """Migrations, grants and profile are as this version wants them. The database answers already. Runs in a process of its own,
    the only one that connects as the owner."""
    done = subprocess.run(
        [sys.executable, "-m", "socle.deploy.schema"],
        env={**os.environ, **variables(environment), ROLE_VARIABLE: "owner"},
        check=False,
    )
    if done.returncode != 0:
        raise DeployError("La base n’a pas pu être mise à jour (voir la ligne précédente).")


def variables(environment: Environment) -> dict[str, str]:
    """The variables that make another process read this same environment."""
    return {
        "SOCLE_DATA": str(environment.data),
        "SOCLE_PROFILE": environment.profile,
        "SOCLE_DATABASE_URL": environment.database_url,
        "SOCLE_VAULT_URL": environment.vault_url,
        "SOCLE_KEY_FILE": str(environment.key_file),
        "SOCLE_CERTS": str(environment.certificates),
        "DJANGO_SETTINGS_MODULE": "socle.deploy.settings",
    }


def _ensure_keys(environment: Environment) -> None:
    if environment.profile is Profile.PRODUCTION:
        if environment.data in environment.key_file.parents:
            raise DeployError(
                "En production, SOCLE_KEY_FILE désigne un fichier hors du dossier de données (socle keys make FICHIER)."
            )
    elif not environment.key_file.exists():
        make_keys(environment.key_file)
    read_keys(environment.key_file)


def _passwords(environment: Environment) -> Path:
    return environment.keys / "postgres.json"


def _unquoted(text: str | None) -> str:
    return unquote(text or "")


def _empty(data: Path) -> None:
    """Everything in the data folder is gone but the folder itself. The stamp goes last: a removal cut short can be repeated."""
    demotion.remove_place(data / "postgres")
    for path in sorted(data.iterdir(), key=lambda path: path.name == STAMP):
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()
