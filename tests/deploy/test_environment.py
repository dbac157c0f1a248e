"""Environment variables mean what contract.md §2 says; the rest is refused in one French line."""

from __future__ import annotations

from pathlib import Path

import pytest

from socle.deploy import environment, installation
from socle.deploy.environment import DeployError, Profile


def test_defaults_are_those_of_the_contract() -> None:
    found = environment.read({})
    assert found.profile is Profile.PRODUCTION
    assert found.data == Path("var").absolute()
    assert found.ports == {"http": 8000, "live": 8001, "smtp": 2525, "submission": 2587, "imap": 2143, "mllp": 2575}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SOCLE_PROFILE", "staging"),
        ("SOCLE_HTTP_PORT", "80a"),
        ("SOCLE_HTTP_PORT", "65536"),
        ("SOCLE_HTTP_PORT", "-1"),
        ("SOCLE_HTTP_PORT", "²"),
        ("SOCLE_VAULT_URL", "ftp://somewhere"),
    ],
)
def test_a_variable_without_meaning_is_refused_by_name(name: str, value: str) -> None:
    with pytest.raises(DeployError, match=name):
        environment.read({name: value})


def test_production_keeps_its_keys_outside_the_data_folder(tmp_path: Path) -> None:
    data = {"SOCLE_DATA": str(tmp_path / "data")}
    with pytest.raises(DeployError, match="hors du dossier de données"):
        installation.make_folder(environment.read(data))
    keys = tmp_path / "keys" / "master.json"
    found = environment.read(data | {"SOCLE_KEY_FILE": str(keys)})
    with pytest.raises(DeployError, match="Fichier de clés absent"):
        installation.make_folder(found)
    installation.make_keys(keys)
    installation.make_folder(found)
    with pytest.raises(DeployError, match="ne sont jamais remplacées"):
        installation.make_keys(keys)
    keys.chmod(0o640)
    with pytest.raises(DeployError, match="chmod 600"):
        installation.make_folder(found)
    keys.chmod(0o600)
    keys.write_text("{}")
    with pytest.raises(DeployError, match="illisible ou incomplet"):
        installation.make_folder(found)


def test_a_folder_serves_one_profile_for_ever(tmp_path: Path) -> None:
    data = {"SOCLE_DATA": str(tmp_path / "data")}
    installation.make_folder(environment.read(data | {"SOCLE_PROFILE": "demo"}))
    with pytest.raises(DeployError, match="le profil test est refusé"):
        installation.make_folder(environment.read(data | {"SOCLE_PROFILE": "test"}))


def test_fresh_empties_a_stamped_folder_and_its_links_stay_unfollowed(tmp_path: Path) -> None:
    found = environment.read({"SOCLE_DATA": str(tmp_path / "data"), "SOCLE_PROFILE": "demo"})
    installation.make_folder(found)
    keys = found.key_file.read_bytes()
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "letter").write_text("kept")
    (found.data / "link").symlink_to(tmp_path / "outside")
    installation.make_folder(found, fresh=True)
    assert found.key_file.read_bytes() != keys
    assert not (found.data / "link").exists()
    assert (tmp_path / "outside" / "letter").read_text() == "kept"
