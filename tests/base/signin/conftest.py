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


@pytest.fixture(scope="session")
def cast(platform: Platform) -> dict[str, dict[str, Any]]:
    """The civil identities that the providers tell. Somebody who practises nothing joins the cast."""
    folder = Folder(platform.data / "simulators")
    content = json.loads((folder.people if folder.people.exists() else people.SHIPPED).read_text("utf-8"))
    if all(person["id"] != "sans-exercice" for person in content["people"]):
        nobody = {"rpps": "99700900998", "civility": "M", "given_name": "Sacha", "family_name": "ESSAIVIDE", "exercices": []}
        entry = {"id": "sans-exercice", "kind": "professional", "name": "Sacha", "caption": "", "tag": "", "professional": nobody}
        write_json(folder.people, {"people": [*content["people"], entry]})
    return {person["id"]: person["identity"] for person in content["people"] if "identity" in person}
