"""The professionals of the cast, registered exactly as their sign-in by Pro Santé Connect would."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid5

from socle.base.access.actor import Actor, Kind
from socle.base.access.doors import door, not_journalled
from socle.base.signin import linking, mappings
from socle.base.signin.situations import Situation
from socle.deploy.story.people import Cast, Professional

_WITHOUT_RPPS = UUID("3f1f7d2e-9a1b-5c0e-8f55-0a6a0c3f7b11")
"""Names the ids of those who have no national identifier yet: they sign in by an invited account."""


@door(reads=False)
def register(*, actor: Actor, one: Professional, everyone: Cast) -> tuple[UUID, Situation]:
    """The professional's id in the directory and their first situation of practice."""
    not_journalled()
    told = _told(one, everyone)
    if told is None:
        person = uuid5(_WITHOUT_RPPS, one.key)
        name = everyone.structures[one.structure].name if one.structure else ""
        return person, Situation(id=person, kind=Kind.PROFESSIONAL, title=one.title, structure_name=name)
    person, situations = linking.practitioner(mappings.professional(told), actor=actor)
    return person, situations[0]


def _told(one: Professional, everyone: Cast) -> Mapping[str, Any] | None:
    """The claims of Pro Santé Connect for a person of the cast; None for those who have no RPPS."""
    for people in ("people", "correspondents"):
        for entry in everyone.raw[people]:
            if entry["id"] == one.key and entry.get("professional", {}).get("rpps"):
                told = entry["professional"]
                return {
                    "SubjectNameID": one.idnps,
                    "family_name": told["family_name"],
                    "given_name": told["given_name"],
                    "SubjectRefPro": {"codeCivilite": told["civility"], "exercices": told["exercices"]},
                }
    return None
