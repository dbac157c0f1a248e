"""Copies of an installation: database first, then vault and register of the journal; never a key (architecture.md §3).

The database is copied as its files, not as SQL: the journal's seals name transactions, whose numbers only a physical copy keeps.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

from socle import clock
from socle.deploy import demotion, installation, postgres
from socle.deploy.environment import DeployError, Environment
from socle.deploy.programs import Programs

LABEL = "backup.json"
"""Written last: a copy without it was cut short."""


def make(environment: Environment, target: Path) -> None:
    """`target` holds a consistent copy, closed to other users. The database answers already. DeployError when the folder is not
    empty or the database is an outside one, which its own server's tools copy."""
    if environment.database_url:
        raise DeployError(
            "Avec SOCLE_DATABASE_URL, copiez la base par les outils physiques de son serveur (pg_basebackup, archivage continu), "
            "puis le coffre et le registre du journal : une copie SQL perdrait les numéros de transaction que les sceaux nomment."
        )
    if target.exists() and any(target.iterdir()):
        raise DeployError(f"{target} n’est pas vide.")
    target.mkdir(mode=0o700, parents=True, exist_ok=True)
    target.chmod(0o700)
    programs = Programs.embedded(demotion.owner())
    passwords = postgres.Passwords.read(environment.keys / "postgres.json")
    copied = subprocess.run(
        [
            *(programs.folder / "pg_basebackup", "--pgdata", target / "database", "--checkpoint=fast", "--wal-method=stream"),
            *("--host", postgres.socket_folder(installation.database_home(environment)), "--port", str(postgres.PORT)),
            *("--username", "postgres", "--no-password"),
        ],
        env={"PATH": os.defpath, "LC_ALL": "C", "PGPASSWORD": passwords.superuser},
        capture_output=True,
        text=True,
    )
    if copied.returncode != 0:
        raise DeployError(f"pg_basebackup a échoué : {' '.join(copied.stderr.strip().splitlines()[-1:])}")
    _copy_folder(environment.vault, target / "vault")
    _copy_folder(environment.register.parent, target / "journal")
    label = {"product": "socle", "profile": environment.profile, "made_at": clock.now().isoformat()}
    (target / LABEL).write_text(json.dumps(label), "ascii")


def profile_of(source: Path) -> str:
    """The profile of the installation that was copied. DeployError when `source` is not a whole copy."""
    try:
        return str(json.loads((source / LABEL).read_text("ascii"))["profile"])
    except (OSError, ValueError, KeyError):
        raise DeployError(f"{source} n’est pas une copie complète de socle ({LABEL} absent ou illisible).") from None


def put_back(environment: Environment, source: Path, *, replace: bool) -> None:
    """Database, vault and register are those of the copy; keys stay. Nothing of the installation runs. DeployError when the copy
    is damaged, of another profile, or would replace a database without `replace`."""
    if profile_of(source) != environment.profile:
        raise DeployError(f"Cette copie est d’un profil {profile_of(source)} : le profil {environment.profile} est refusé.")
    home = installation.database_home(environment)
    if postgres.runs(home):
        raise DeployError(f"socle tourne dans {environment.data} : arrêtez-le d’abord.")
    if (home / "cluster").exists() and not replace:
        raise DeployError(f"{environment.data} a déjà une base : --replace la remplace par celle de la copie.")
    user = demotion.owner()
    programs = Programs.embedded(user)
    verified = subprocess.run(
        [programs.folder / "pg_verifybackup", "--quiet", source / "database"], capture_output=True, text=True
    )
    if verified.returncode != 0:
        raise DeployError(f"La copie de la base est abîmée : {' '.join(verified.stderr.strip().splitlines()[:1])}")
    demotion.remove_place(home)
    place = demotion.place_for(home, user)
    unfinished = place / ".restored"
    shutil.copytree(source / "database", unfinished, symlinks=True)
    for path in (unfinished, *unfinished.rglob("*")):
        user.own(path)
    unfinished.chmod(0o700)
    unfinished.rename(place / "cluster")
    passwords = postgres.Passwords.read_or_make(environment.keys / "postgres.json")
    postgres.set_passwords_alone(place / "cluster", programs, passwords)
    for folder, name in ((environment.vault, "vault"), (environment.register.parent, "journal")):
        shutil.rmtree(folder, ignore_errors=True)
        _copy_folder(source / name, folder)


def _copy_folder(source: Path, target: Path) -> None:
    """Whole files only: those being written are left out, and one removed meanwhile belongs to nobody any more."""
    target.mkdir(mode=0o700, parents=True, exist_ok=True)
    for path in sorted(source.rglob("*")):
        copy = target / path.relative_to(source)
        if path.is_dir():
            copy.mkdir(mode=0o700, exist_ok=True)
        elif path.suffix != ".part":
            try:
                shutil.copy2(path, copy)
            except FileNotFoundError:
                continue
