"""Signing in at a simulator as a browser would, for `socle token` and the tests: there is no other way to a code.

`python -m simulators.client URL PERSONA` prints the address of the redirection back.
"""

from __future__ import annotations

import sys
from html.parser import HTMLParser
from urllib.parse import urljoin

import httpx


class SignInFailed(Exception):
    """The picker was not reached, or does not offer this person."""


def sign_in(authorize_url: str, persona_id: str, http: httpx.Client) -> httpx.Response:
    """Opens `authorize_url` (a complete authorization request), submits the picker's form for that person, and returns the
    redirection back to the client, not followed: its `Location` carries `code` and `state`. An open sign-in session of `http`
    answers at once, as in a browser; a protocol error is also a redirection, with `error`. SignInFailed when there is no picker.
    """
    response = http.get(authorize_url, follow_redirects=False)
    if response.is_redirect:
        return response
    form = _PickerForm()
    form.feed(response.text)
    if response.status_code != 200 or persona_id not in form.people:
        raise SignInFailed(f"status {response.status_code}, {len(form.people)} people offered")
    answer = http.post(
        urljoin(str(response.url), form.action), data=form.hidden | {"personne": persona_id}, follow_redirects=False
    )
    if not answer.is_redirect:
        raise SignInFailed(f"status {answer.status_code}")
    return answer


class _PickerForm(HTMLParser):
    """What a browser would send: the action, hidden fields, and who can be picked."""

    def __init__(self) -> None:
        super().__init__()
        self.action = ""
        self.hidden: dict[str, str] = {}
        self.people: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.action = values.get("action", "")
        elif tag == "input" and values.get("type") == "hidden":
            self.hidden[values.get("name", "")] = values.get("value", "")
        elif tag == "button" and values.get("name") == "personne":
            self.people.add(values.get("value", ""))


def main(url: str, persona: str) -> int:
    with httpx.Client(trust_env=False, timeout=30) as http:
        try:
            print(sign_in(url, persona, http).headers["Location"])
        except (SignInFailed, httpx.HTTPError) as error:
            print(f"simulators: {type(error).__name__}", file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:3]))
