"""What one provider is, apart from what all share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from simulators.people import People, Person


@dataclass(frozen=True, slots=True)
class Paths:
    """Where a provider listens, without host. Empty: not offered."""

    issuer: str
    discovery: tuple[str, ...]
    authorize: str
    pick: str
    token: str
    userinfo: str
    jwks: str
    introspection: str
    logout: str


@dataclass(frozen=True, slots=True)
class Group:
    """People of the picker under one heading."""

    heading: str
    people: Sequence[Person]


@dataclass(frozen=True, slots=True)
class Wording:
    """French texts of the picker."""

    name: str
    density: str
    lead: str


class Service(Protocol):
    """One provider. `levels` are the acr values it grants, lowest first; the first one asked for and granted is returned."""

    @property
    def name(self) -> str:
        """As `service` in clients.json."""

    @property
    def paths(self) -> Paths: ...

    @property
    def wording(self) -> Wording: ...

    @property
    def levels(self) -> Sequence[str]: ...

    @property
    def scopes(self) -> Sequence[str]: ...

    @property
    def algorithm(self) -> str:
        """Signature of id_token and userinfo."""

    @property
    def session_s(self) -> int:
        """How long one sign-in serves several clients, in seconds."""

    @property
    def subject_type(self) -> str:
        """public: one `sub` everywhere; pairwise: one for each client."""

    @property
    def refreshes(self) -> bool: ...

    @property
    def userinfo_always_signed(self) -> bool: ...

    def groups(self, people: People, acr: str) -> Sequence[Group]:
        """Who can be picked at this level."""

    def subject(self, person: Person, client_id: str, secret: str) -> str:
        """`sub` of this person for this client; `secret` belongs to the installation."""

    def token_claims(self, person: Person) -> Mapping[str, Any]:
        """Claims that the id_token and the introspection add about the person."""

    def userinfo(self, person: Person, scopes: Sequence[str]) -> Mapping[str, Any]:
        """Claims about the person, without `sub`."""
