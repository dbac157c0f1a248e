"""A browser without a screen: signs in at the simulator as a person would, then asks for pages on a kept connection."""

from __future__ import annotations

import re

import httpx

from simulators.client import sign_in

CSRF = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


def professional(base: str, persona: str = "claire-novarel") -> httpx.Client:
    """A client signed in as a professional of the cast."""
    client = httpx.Client(base_url=base, timeout=60)
    away = client.get("/connexion/pro-sante-connect")
    with httpx.Client(timeout=60) as elsewhere:
        back = sign_in(away.headers["location"], persona, elsewhere)
    client.get(back.headers["location"], follow_redirects=True).raise_for_status()
    return client


def open_record(client: httpx.Client, patient_id: object) -> None:
    """« Prise en charge, patient informé »."""
    address = f"/pro/patients/{patient_id}/ouvrir"
    form = client.get(address)
    found = CSRF.search(form.text)
    if found is None:
        return
    fields = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form.text))
    answer = client.post(address, data={**fields, "purpose": "normal"})
    answer.raise_for_status() if answer.status_code >= 400 else None
