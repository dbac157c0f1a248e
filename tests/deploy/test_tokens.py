"""`socle personas` and `socle token`: people of the demo, and tokens that were really asked for."""

from __future__ import annotations

import json

import pyotp
import pytest

from socle.base.access.actor import Actor, Kind, Purpose
from socle.base.signin import tokens
from tests import minting
from tests.running import Platform
from tests.signing_in import browser


def _token(platform: Platform, *arguments: str) -> Actor:
    done = platform.command("token", *arguments, check=False)
    assert done.returncode == 0, done.stderr
    return tokens.authenticate(f"Bearer {done.stdout.strip()}")


def _personas(platform: Platform) -> dict[str, dict[str, object]]:
    listed = json.loads(platform.command("personas", "--json").stdout)
    return {one["id"]: one for one in listed}


def test_personas_are_those_that_can_be_played(platform: Platform) -> None:
    people = _personas(platform)
    assert {one["kind"] for one in people.values()} == {
        "professional",
        "patient",
        "representative",
        "administrator",
        "software",
    }
    claire = people["claire-novarel"]
    assert set(claire) == {"id", "kind", "name", "rpps", "ins", "patient_id", "mailboxes"}
    assert claire["rpps"] == "99700900014"
    assert claire["ins"] is None


def test_a_professional_gets_a_token(platform: Platform) -> None:
    actor = _token(platform, "claire-novarel")
    assert (actor.kind, actor.profession, actor.purpose) == (Kind.PROFESSIONAL, "10", Purpose.CARE)
    assert actor.software_id is not None


def test_a_token_for_an_emergency_is_for_its_patient(platform: Platform) -> None:
    patient = minting.patient().id
    urgent = ["--purpose", "emergency", "--patient", str(patient), "--reason", "Douleur thoracique"]
    actor = _token(platform, "emeline-rochambel", *urgent)
    assert (actor.purpose, actor.emergency_patient_id) == (Purpose.EMERGENCY, patient)
    refused = platform.command("token", "emeline-rochambel", *urgent[:-1], "court", check=False)
    assert refused.returncode == 1
    assert "motif" in refused.stderr
    assert refused.stdout == ""


def test_a_software_gets_a_token(platform: Platform) -> None:
    actor = _token(platform, "logimed")
    assert (actor.kind, actor.trust_contract) == (Kind.SOFTWARE, True)


@pytest.mark.parametrize("persona", ["personne", "leo-morel-kante"])
def test_nobody_gets_a_token_without_a_way_in(platform: Platform, persona: str) -> None:
    done = platform.command("token", persona, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("socle : ")


def test_invited_people_of_the_story_sign_in_with_what_personas_tells(story_platform: Platform) -> None:
    people = _personas(story_platform)
    with browser(story_platform.endpoints["http"]) as chrome:
        for persona, page in (("samir-tahiri", "/gestion/sessions"), ("malika-desrues", "/pro/reglages/sessions")):
            account = people[persona]["account"]
            assert isinstance(account, dict)
            offered = chrome.get("/connexion").text
            assert f"/connexion/compte?login_hint={account['login'].replace('@', '%40')}" in offered
            code = pyotp.TOTP(account["totp"]).now()
            told = {"login": account["login"], "password": account["password"], "code": code}
            answer = chrome.post("/connexion/compte", told)
            assert answer.status_code == 302, answer.text
            assert chrome.get(page).status_code == 200
    assert "account" not in people["claire-novarel"]
    assert people["odette-marchanval"]["patient_id"]
    token = story_platform.command("token", "odette-marchanval").stdout.strip()
    assert len(token) == 43
