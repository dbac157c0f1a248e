"""PostgreSQL refuses to run as root. Started by root, it runs as a system user of its own; this module makes that user and finds
places that it can reach. Started by anybody else, it runs as that person and nothing here is needed."""

from __future__ import annotations

import os
import pwd
import shutil
import stat
import subprocess
import uuid
from dataclasses import dataclass
from pathlib import Path

from socle.deploy.environment import DeployError

USER = "socle-postgres"
PLACES = Path("/var/lib/socle")
"""Where root's clusters and binaries go when the user above cannot reach the asked folder (a clone under a closed home)."""


@dataclass(frozen=True, slots=True)
class Owner:
    """The system user that runs the server."""

    uid: int
    gid: int

    def own(self, path: Path) -> None:
        """The file or folder belongs to this user."""
        if os.geteuid() == 0:
            os.chown(path, self.uid, self.gid)

    def can_reach(self, path: Path) -> bool:
        """Whether this user may enter every folder above `path`. Access lists are not read: no is then the cautious answer."""
        return all(self._may_enter(folder) for folder in path.absolute().parents)

    def _may_enter(self, folder: Path) -> bool:
        if not folder.exists():
            return True
        status = folder.stat()
        if status.st_uid == self.uid:
            return bool(status.st_mode & stat.S_IXUSR)
        if status.st_gid == self.gid:
            return bool(status.st_mode & stat.S_IXGRP)
        return bool(status.st_mode & stat.S_IXOTH)


def owner() -> Owner:
    """Who will run the server: the caller, or for root the user `socle-postgres`, made when it does not exist."""
    if os.geteuid() != 0:
        return Owner(os.geteuid(), os.getegid())
    try:
        found = pwd.getpwnam(USER)
    except KeyError:
        _make_user()
        found = pwd.getpwnam(USER)
    return Owner(found.pw_uid, found.pw_gid)


def _make_user() -> None:
    command = ["useradd", "--system", "--user-group", "--no-create-home", "--home-dir", "/nonexistent"]
    try:
        subprocess.run([*command, "--shell", "/usr/sbin/nologin", USER], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError) as problem:
        raise DeployError(
            f"PostgreSQL ne peut pas tourner sous root et l’utilisateur {USER} n’a pas pu être créé (useradd)."
        ) from problem


def place_for(home: Path, user: Owner) -> Path:
    """The folder where the server keeps its files: `home`, or where `home` leads as a link when the user cannot reach it. The
    folder exists, belongs to the user and is closed to others."""
    if home.is_symlink():
        place = Path(os.readlink(home))
    elif user.can_reach(home):
        place = home
    else:
        place = PLACES / uuid.uuid4().hex[:12]
    place.mkdir(mode=0o700, parents=place != home, exist_ok=True)
    if PLACES in place.parents:
        PLACES.chmod(0o755)
    user.own(place)
    if place != home and not home.is_symlink():
        home.symlink_to(place)
    return place


def remove_place(home: Path) -> None:
    """The server's folder is gone, also when `home` was a link to it, and so is the short folder of its socket."""
    if (home / "socket").is_symlink():
        shutil.rmtree(os.readlink(home / "socket"), ignore_errors=True)
    if home.is_symlink():
        place = Path(os.readlink(home))
        if place.parent == PLACES:
            shutil.rmtree(place, ignore_errors=True)
        home.unlink()
    elif home.exists():
        shutil.rmtree(home)


def reachable_programs(package: Path, libraries: Path, version: str, user: Owner) -> Path:
    """The `bin` folder of the server's programs: where they were installed, or a copy when the user cannot reach that."""
    if user.can_reach(package / "pginstall" / "bin" / "postgres"):
        return package / "pginstall" / "bin"
    place = PLACES / f"postgresql-{version}"
    if not place.exists():
        PLACES.mkdir(mode=0o755, parents=True, exist_ok=True)
        unfinished = PLACES / f".{uuid.uuid4().hex}"
        shutil.copytree(package / "pginstall", unfinished / package.name / "pginstall", symlinks=True)
        shutil.copytree(libraries, unfinished / libraries.name, symlinks=True)
        unfinished.chmod(0o755)
        try:
            unfinished.rename(place)
        except OSError:  # another start made the same copy first
            shutil.rmtree(unfinished)
    return place / package.name / "pginstall" / "bin"
