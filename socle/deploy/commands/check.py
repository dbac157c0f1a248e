"""`socle check`: whether this installation is ready for production."""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from datetime import timedelta

from socle import clock
from socle.deploy import environment, installation
from socle.deploy.commands import installed
from socle.deploy.environment import DeployError, Environment, Profile

FAULTS = {
    "database": "la base ne répond pas",
    "pool": "aucune connexion libre",
    "migrations": "les tables sont d’une version plus ancienne (socle serve les met à jour)",
}
DISK_FREE = 10 * 1024**3
"""Bytes under which the disk of the data folder is too full."""


def declare(parser: argparse.ArgumentParser) -> None:
    installed.declare_folder(parser)


def run(options: argparse.Namespace) -> int:
    """One line a point; exit 1 when one of them is wrong. Nothing is made or changed; the embedded database of an installation
    that does not run is started for the time of the check."""
    if options.data:
        os.environ["SOCLE_DATA"] = os.path.abspath(options.data)
    found = environment.read()
    faults = 0
    for point, fault in _points(found):
        faults += bool(fault)
        print(f"{'À corriger' if fault else 'Bon':<11} {point}{' : ' + fault if fault else ''}")
    return 1 if faults else 0


def _points(found: Environment) -> Iterator[tuple[str, str]]:
    yield "profil", "" if found.profile is Profile.PRODUCTION else f"{found.profile}, au lieu de production"
    yield "clés", _fault_of(lambda: installation.read_keys(found.key_file)) or _keys_apart(found)
    yield "dossier de données", _fault_of(lambda: _folder(found))
    yield "adresse publique", "" if _public_url().startswith("https://") else "SOCLE_PUBLIC_URL doit commencer par https://"
    yield "noms d’hôte", "" if os.environ.get("SOCLE_HOSTS") else "SOCLE_HOSTS est vide"
    yield "certificats", _certificates(found)
    yield "base et migrations", _fault_of(lambda: _database(found))
    yield "heure", _time()
    yield "disque", _disk(found)


def _fault_of(work: Callable[[], object]) -> str:
    try:
        work()
    except DeployError as problem:
        return str(problem).rstrip(".")
    return ""


def _keys_apart(found: Environment) -> str:
    return "le fichier est dans le dossier de données" if found.data in found.key_file.parents else ""


def _public_url() -> str:
    return os.environ.get("SOCLE_PUBLIC_URL", "")


def _folder(found: Environment) -> None:
    made_for = installation.made_for(found.data)
    if made_for != found.profile:
        raise DeployError(f"{found.data} a été créé pour le profil {made_for}")


def _database(found: Environment) -> None:
    if not found.database_url and not (installation.database_home(found) / "cluster").exists():
        raise DeployError("la base n’est pas encore créée (socle serve la crée)")
    with installation.database(found):
        installed.set_up(found)
        from socle.deploy import health, pool

        fit, told = health.check()
        pool.close()
        if not fit:
            raise DeployError(FAULTS[str(told["reason"])])


def _certificates(found: Environment) -> str:
    from cryptography import x509

    path = found.certificates / "server.pem"
    if not path.exists():
        return f"{path} est absent"
    ends = x509.load_pem_x509_certificate(path.read_bytes()).not_valid_after_utc
    return f"{path} expire le {ends:%d/%m/%Y}" if ends - clock.now() < timedelta(days=30) else ""


def _time() -> str:
    """The journal and one-time codes need a clock that follows others."""
    told = shutil.which("timedatectl")
    if told is None:
        return "synchronisation inconnue (timedatectl absent)"
    shown = subprocess.run([told, "show", "--property=NTPSynchronized", "--value"], capture_output=True, text=True)
    return "" if shown.stdout.strip() == "yes" else "l’horloge n’est pas synchronisée (NTP)"


def _disk(found: Environment) -> str:
    folder = found.data if found.data.exists() else found.data.parent
    if not folder.exists():
        return f"{folder} est absent"
    free = shutil.disk_usage(folder).free
    return "" if free >= DISK_FREE else f"{free // 1024**3} Go libres, il en faut {DISK_FREE // 1024**3}"
