"""Signing in as a person would: a browser without scripts, the real platform, the real simulators."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin
from uuid import UUID

import httpx

from simulators.client import sign_in as pick
from socle import clock
from socle.base.access.actor import Actor, Kind
from socle.base.access.doors import sql_allowed
from socle.base.signin import rules
from socle.base.signin.models import Account, Session
from socle.base.signin.sealing import hash_of
from socle.base.signin.session import COOKIE, new_secret
from socle.base.signin.situations import Situation
from socle.formats.names import stored_name
from tests import minting

DOORS = {"psc": "/connexion/pro-sante-connect", "franceconnect": "/connexion/franceconnect"}


@dataclass
class Browser:
    """One browser on the platform at `address`; cookies as a browser keeps them."""

    address: str
    http: httpx.Client

    def get(self, path: str, **options: object) -> httpx.Response:
        return self.http.get(urljoin(self.address, path), **options)  # type: ignore[arg-type]

    def post(self, path: str, form: dict[str, str], **options: object) -> httpx.Response:
        """Sends a form with the token that any page of the site gives."""
        token = self.http.cookies.get("socle-csrf") or self._token()
        return self.http.post(urljoin(self.address, path), data=form | {"csrfmiddlewaretoken": token}, **options)  # type: ignore[arg-type]

    def _token(self) -> str:
        self.get("/apparence")
        return self.http.cookies["socle-csrf"]

    def carry(self, token: str) -> None:
        """The browser holds that session from now on."""
        self.http.cookies.set(COOKIE, token, domain="127.0.0.1", path="/")

    @property
    def token(self) -> str:
        """The secret of the session cookie; empty before sign-in."""
        return self.http.cookies.get(COOKIE, "")

    def sign_in(self, persona: str, provider: str = "psc", next_: str = "") -> httpx.Response:
        """Through the provider's picker and back; returns the platform's answer to the provider's redirection, not followed."""
        begun = self.get(DOORS[provider] + (f"?next={next_}" if next_ else ""))
        assert begun.is_redirect, begun.text
        back = pick(begun.headers["Location"], persona, self.http)
        return self.http.get(back.headers["Location"])


@contextmanager
def browser(address: str) -> Iterator[Browser]:
    with httpx.Client(trust_env=False, timeout=30, follow_redirects=False) as http:
        yield Browser(address, http)


class _Form(HTMLParser):
    def __init__(self, action: str) -> None:
        super().__init__()
        self.wanted, self.inside = action, False
        self.fields: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.inside = values.get("action", "") == self.wanted
        elif tag == "input" and self.inside:
            self.fields[values.get("name", "")] = values.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.inside = False


def fields(page: str, action: str) -> dict[str, str]:
    """The inputs of the page's form with that action."""
    found = _Form(action)
    found.feed(page)
    return found.fields


def title(page: str) -> str:
    found = re.search(r"<h1[^>]*>(.*?)</h1>", page, re.S)
    return re.sub(r"<[^>]+>", "", found[1]).strip() if found else ""


def known(traits: dict[str, Any], **changes: object) -> UUID:
    """An identity with the person's traits, as a structure would have registered it."""
    values: dict[str, object] = {
        "birth_name": stored_name(traits["birth_name"]),
        "first_given": stored_name(traits["given_names"][0]),
        "given_names": " ".join(stored_name(name) for name in traits["given_names"]),
        "birth_date": date.fromisoformat(traits["birth_date"]),
        "sex": traits["sex"],
        "birthplace_cog": traits["birthplace"],
        **changes,
    }
    return minting.patient(**values).id


def session_for(actor: Actor, **changes: object) -> str:
    """The cookie of a session of this actor, written straight into the table: for tests of pages that are not about signing in.
    Patients and representatives are in the space of `on_behalf_of`, else their own. `changes` replace columns."""
    token = new_secret()
    space = (actor.on_behalf_of or actor.person_id) if actor.kind in (Kind.PATIENT, Kind.REPRESENTATIVE) else None
    chosen = Situation(
        id=actor.situation_id or space or clock.new_id(),
        kind=actor.kind,
        title=actor.title,
        profession=actor.profession,
        specialty=actor.specialty,
        role=actor.role,
        sector=actor.sector,
        structure_id=actor.structure_id,
        structure_name=actor.structure_name,
        space_id=space,
        space_name=actor.name if space else "",
    )
    columns: dict[str, object] = {
        "token_hash": hash_of(token),
        "name": actor.name,
        "national_id": actor.national_id,
        "level": actor.level or "eidas1",
        "regulation_claim": actor.regulation_claim,
        "situations": [chosen.kept()],
        "situation_id": chosen.id,
        "expires_at": clock.now() + rules.HALF_DAY,
        **changes,
    }
    with sql_allowed("tests"):
        account = Account.objects.create(
            id=actor.person_id if actor.kind is Kind.ADMINISTRATOR else clock.new_id(),
            provider="local",
            subject=f"test-{token[:12]}",
            person_id=None if actor.kind is Kind.ADMINISTRATOR else actor.person_id,
            name=actor.name,
            rights=sorted(actor.rights),
        )
        Session.objects.create(account=account, **columns)
    return token
