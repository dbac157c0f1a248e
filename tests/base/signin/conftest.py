"""Two browsers on the platform. Their module reads models: it is imported when Django is ready."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

from simulators import people
from simulators.folder import Folder, write_json
from tests.running import Platform

if TYPE_CHECKING:
    from tests.signing_in import Browser


@pytest.fixture
def chrome(platform: Platform) -> Iterator[Browser]:
    from tests.signing_in import browser

    with browser(platform.endpoints["http"]) as opened:
        yield opened


@pytest.fixture
def firefox(platform: Platform) -> Iterator[Browser]:
    from tests.signing_in import browser

    with browser(platform.endpoints["http"]) as opened:
        opened.http.headers["User-Agent"] = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
        yield opened


PATIENTS = ("lie", "accents", "reste", "inconnu", "double", "valide", "decale", "fusion", "proche", "jeton", "autre")
"""People of these tests at FranceConnect, whom no story and no other test registers."""


@pytest.fixture(scope="session")
def cast(platform: Platform) -> dict[str, dict[str, Any]]:
    """The civil identities of `PATIENTS`, told by the provider from now on, and `sans-exercice`, who practises nothing."""
    folder = Folder(platform.data / "simulators")
    content = json.loads((folder.people if folder.people.exists() else people.SHIPPED).read_text("utf-8"))
    civil = {name: _identity(rank) for rank, name in enumerate(PATIENTS)}
    nobody = {"rpps": "99700900998", "civility": "M", "given_name": "Sacha", "family_name": "ESSAIVIDE", "exercices": []}
    entries = [_entry("sans-exercice", "professional", professional=nobody)]
    entries += [_entry(name, "patient", identity=civil[name], france_connect="eidas2") for name in PATIENTS]
    present = {person["id"] for person in content["people"]}
    added = [entry for entry in entries if entry["id"] not in present]
    if added:
        write_json(folder.people, {"people": [*content["people"], *added]})
    return civil


def _identity(rank: int) -> dict[str, Any]:
    return {
        "birth_name": f"D’ESSAI-LIÉ {chr(65 + rank)}",
        "given_names": ["Éloïse-Anne", "Zoé"],
        "sex": "F",
        "birth_date": f"19{31 + rank}-03-0{1 + rank % 9}",
        "birthplace": "75112",
    }


def _entry(id_: str, kind: str, **more: Any) -> dict[str, Any]:
    return {"id": id_, "kind": kind, "name": id_, "caption": "", "tag": "", **more}
