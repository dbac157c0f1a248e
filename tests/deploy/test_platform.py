"""`socle demo` as others see it (contract.md §2 and §3)."""

from __future__ import annotations

import ssl
from pathlib import Path

import httpx
import pytest

from tests.running import Platform


def test_endpoints_are_those_really_used(platform: Platform) -> None:
    assert {"http", "live", "ca"} <= set(platform.endpoints)
    assert httpx.get(f"{platform.endpoints['live']}/healthz").json() == {"status": "ok"}
    context = ssl.create_default_context(cafile=platform.endpoints["ca"])
    assert [entry["subject"] for entry in context.get_ca_certs()] == [
        ((("commonName", "Autorité de cette installation de socle"),),)
    ]


def test_health_answers_that_this_process_can_serve(platform: Platform) -> None:
    answer = httpx.get(f"{platform.endpoints['http']}/healthz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})
    assert answer.headers["cache-control"] == "no-store"


def test_metrics_are_prometheus_text_with_numbers_only(platform: Platform) -> None:
    answer = httpx.get(f"{platform.endpoints['http']}/metrics")
    lines = [line for line in answer.text.splitlines() if not line.startswith("#")]
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    assert "socle_database_up 1" in lines
    assert all(float(line.rsplit(" ", 1)[1]) >= 0 for line in lines)


@pytest.mark.parametrize("path", ["/", "/nothing-here"])
def test_pages_say_what_they_may_load(platform: Platform, path: str) -> None:
    headers = httpx.get(f"{platform.endpoints['http']}{path}").headers
    policy = dict(part.split(" ", 1) for part in headers["content-security-policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == "'self'"
    assert "'unsafe" not in headers["content-security-policy"]
    assert platform.endpoints["live"] in policy["connect-src"]
    assert headers["x-content-type-options"] == "nosniff"


def test_the_server_says_nothing_of_a_host_that_is_not_its_own(platform: Platform) -> None:
    answer = httpx.get(platform.endpoints["http"], headers={"Host": "elsewhere.example"})
    assert answer.status_code == 400
    assert "elsewhere" not in answer.text


def test_a_second_start_on_the_same_folder_is_refused_in_one_line(platform: Platform) -> None:
    refused = platform.command("demo", "--data", str(platform.data), check=False)
    assert refused.returncode == 1
    assert refused.stderr == (
        f"socle : socle tourne déjà dans {platform.data} : arrêtez-le d’abord, ou prenez un autre dossier.\n"
    )
    assert httpx.get(f"{platform.endpoints['http']}/healthz").status_code == 200
    assert (platform.data / "endpoints.json").exists()


def test_the_journal_of_a_running_platform_can_be_verified(platform: Platform) -> None:
    assert platform.command("audit", "verify").stdout.startswith("Journal intact : ")


def test_an_unknown_job_names_the_known_ones(platform: Platform) -> None:
    refused = platform.command("jobs", "run", "unknown", check=False)
    assert refused.returncode == 1
    assert refused.stderr.startswith("socle : Tâche inconnue : unknown (au choix : ")


def test_production_refuses_a_demo_folder(platform: Platform) -> None:
    refused = platform.command("serve", check=False)
    assert refused.returncode == 1
    assert "le profil production est refusé" in refused.stderr


def test_the_demo_keeps_its_keys_private(platform: Platform) -> None:
    keys = platform.data / "keys"
    assert keys.stat().st_mode & 0o777 == 0o700
    held = {path.name: path.stat().st_mode & 0o777 for path in keys.rglob("*") if path.is_file()}
    assert {"master.json", "postgres.json"} <= set(held)
    assert set(held.values()) == {0o600}
    assert Path(platform.endpoints["ca"]).with_name("ca.key").stat().st_mode & 0o777 == 0o600
