"""FranceConnect v2 as its clients see it. It never gives a matricule: the platform links a person by calling INSi with traits.

Source: reference rules §6.3 (docs.partenaires.franceconnect.gouv.fr).
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from typing import Any

from simulators.clients import FRANCE_CONNECT
from simulators.oidc.service import Group, Paths, Wording
from simulators.people import CivilIdentity, People, Person

_API = "/fc/api/v2"
_FRANCE = "99100"
_PIVOT = ("given_name", "family_name", "birthdate", "gender", "birthplace", "birthcountry")
_ALIASES = {
    "identite_pivot": _PIVOT,
    "profile": ("given_name", "family_name", "birthdate", "gender", "preferred_username"),
    "birth": ("birthplace", "birthcountry"),
    "phone": ("phone_number",),
}


class FranceConnect:
    """Follows `oidc.service.Service`."""

    name = FRANCE_CONNECT
    paths = Paths(
        issuer=_API,
        discovery=(_API + "/.well-known/openid-configuration",),
        authorize=_API + "/authorize",
        pick=_API + "/choix",
        token=_API + "/token",
        userinfo=_API + "/userinfo",
        jwks=_API + "/jwks",
        introspection="",
        logout=_API + "/session/end",
    )
    wording = Wording(
        name="FranceConnect",
        density="comfortable",
        lead="À la place d’un compte et d’un mot de passe, choisissez la personne que vous voulez être. Un appui suffit.",
    )
    levels = ("eidas1", "eidas2", "eidas3")
    scopes = ("openid", *_PIVOT, "preferred_username", "email", *_ALIASES)
    algorithm = "ES256"
    session_s = 30 * 60
    subject_type = "pairwise"
    refreshes = False
    userinfo_always_signed = True

    def groups(self, people: People, acr: str) -> Sequence[Group]:
        """Those whose means of sign-in reach that level."""
        able = [person for person in people.everyone if acr <= person.france_connect]
        groups = [
            Group("Patients", [person for person in able if person.kind == "patient"]),
            Group("Proches et représentants", [person for person in able if person.kind == "representative"]),
            Group("Autres personnes", [person for person in able if person.kind not in ("patient", "representative")]),
        ]
        return [group for group in groups if group.people]

    def subject(self, person: Person, client_id: str, secret: str) -> str:
        """Another value at each service provider, the same at each visit."""
        return hmac.new(secret.encode(), f"{client_id}\0{person.id}".encode(), hashlib.sha256).hexdigest() + "v1"

    def token_claims(self, person: Person) -> Mapping[str, Any]:
        return {}

    def userinfo(self, person: Person, scopes: Sequence[str]) -> Mapping[str, Any]:
        """What the scopes ask for; a fact that the person does not have is absent."""
        if person.identity is None:
            raise LookupError("no civil identity")
        asked = {claim for scope in scopes for claim in _ALIASES.get(scope, (scope,))}
        return {name: value for name, value in _claims(person.identity).items() if name in asked and value is not None}


def _claims(identity: CivilIdentity) -> dict[str, str | None]:
    abroad = identity.born_abroad
    return {
        "given_name": " ".join(identity.given_names),
        "family_name": identity.birth_name,
        "birthdate": identity.birth_date.isoformat(),
        "gender": "female" if identity.sex == "F" else "male",
        "birthplace": "" if abroad else identity.birthplace,
        "birthcountry": identity.birthplace if abroad else _FRANCE,
        "preferred_username": identity.used_name or None,
        "email": identity.email or None,
        "phone_number": identity.phone or None,
    }
