"""The professionals of the cast, registered exactly as their sign-in by Pro Santé Connect, or their structure, would."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from socle.base.access.actor import Actor
from socle.base.access.doors import door, not_journalled
from socle.base.directory import recording
from socle.base.directory.actions.practitioners import register_worker
from socle.base.directory.models import Origin
from socle.base.directory.stated import StatedPractice
from socle.base.signin import linking, mappings
from socle.base.signin.situations import Situation
from socle.deploy.story.people import Cast, Professional, Structure

PROFESSIONS = {"social_worker": "41", "coordinator": "330", "home_help": "350", "secretary": "SECRETARIAT_MEDICAL"}
"""National code of each role of the story that no register knows."""


@door(reads=False)
def register(*, actor: Actor, one: Professional, everyone: Cast) -> tuple[UUID, Situation]:
    """The professional's id in the directory and their first situation of practice."""
    not_journalled()
    told = _told(one, everyone)
    if told is None:
        known = register_worker(
            actor=actor,
            organisation_id=place_of(actor=actor, structure=everyone.structures[one.structure]),
            family=one.family,
            given=one.given,
            profession=PROFESSIONS[one.role],
            civility=one.civility,
            internal_id=one.key,
        )
        return known.practitioner_id, linking.practised(known.practitioner_id, actor=actor)[0]
    person, situations = linking.practitioner(mappings.professional(told), actor=actor)
    return person, situations[0]


@door(reads=False)
def place_of(*, actor: Actor, structure: Structure) -> UUID:
    """The directory's id of a structure of the cast, which it holds afterwards."""
    not_journalled()
    stated = StatedPractice(
        profession="",
        technical=f"F{structure.finess}",
        finess=structure.finess,
        name=structure.name,
        sector=structure.facility_type,
        phone=structure.phone,
        address=structure.address.lines,
        postal_code=structure.address.postal_code,
        commune=structure.address.commune,
        city=structure.address.city,
    )
    row = recording.organisation(stated, Origin.STRUCTURE)
    assert row is not None, "a structure of the cast has a FINESS"
    return row.id


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
