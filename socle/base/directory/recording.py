"""Writing one person, one organisation, one situation into the directory. Used inside doors, which decide who may.

What the national extractions brought stays theirs: they are completed here, never contradicted, except for a person's own name.
"""

from __future__ import annotations

from uuid import UUID

from socle import clock
from socle.base.directory import keys
from socle.base.directory.extractions.names import starts
from socle.base.directory.models import Name, Organisation, Origin, Practitioner, Situation, Town
from socle.base.directory.search.spellings import LONGEST, near
from socle.base.directory.stated import KnownSituation, StatedPerson, StatedPractice
from socle.errors import Invalid
from socle.formats.identifiers import parse_idnps


def practitioner(person: StatedPerson, origin: Origin, *, vouched_by: UUID | None = None) -> Practitioner:
    """The person's row, active, with the names stated. Invalid: `idnps-shape`, `idnps-kind`, `rpps-shape`, `nom`."""
    parsed = parse_idnps(person.national_id)
    sort_key = keys.sort_key(person.family, person.given)
    if sort_key.startswith(" "):
        raise Invalid("nom", "Le nom d’exercice est absent.", where="family")
    stated = {
        "family": person.family,
        "given": person.given,
        "civility": person.civility,
        "title": person.title,
        "sort_key": sort_key,
        "given_key": keys.given_key(person.given),
        "active": True,
    }
    first = person.practices[0] if person.practices else StatedPractice(profession="")
    row, made = Practitioner.objects.get_or_create(
        national_id=str(parsed),
        defaults={
            **stated,
            "origin": origin,
            "rpps": parsed.rpps or "",
            "profession": first.profession,
            "category": first.category,
            "vouched_by_id": vouched_by,
        },
    )
    if made or row.sort_key != sort_key:
        _remember_name(person.family)
    if not made:
        _amend(row, stated)
        Situation.objects.filter(practitioner=row).exclude(sort_key=sort_key).update(sort_key=sort_key)
    return row


def organisation(practice: StatedPractice, origin: Origin) -> Organisation | None:
    """The place's row, active; None when the practice names no place."""
    key = keys.organisation_key(practice.technical, practice.finess, practice.siret, practice.siren)
    if not key:
        return None
    city, departement, town_key = keys.located(practice.commune, practice.city, practice.postal_code, practice.departement)
    stated = {
        "name": practice.name,
        "trade_name": practice.trade_name,
        "name_key": keys.given_key(practice.trade_name or practice.name),
        "active": True,
    }
    row, made = Organisation.objects.get_or_create(
        key=key,
        defaults={
            **stated,
            "origin": origin,
            "national_id": keys.organisation_national_id(practice.technical, practice.finess, practice.siret),
            "finess": practice.finess,
            "finess_legal": practice.finess_legal,
            "siret": practice.siret,
            "siren": practice.siren,
            "rank": practice.technical[1:] if practice.technical.startswith("R") else "",
            "sector": practice.sector,
            "phone": practice.phone,
            "address": "\n".join(practice.address),
            "postal_code": practice.postal_code,
            "commune": practice.commune,
            "city": city,
            "departement": departement,
            "town_key": town_key,
        },
    )
    if not made:
        said = {name: value for name, value in stated.items() if value}
        _amend(row, {"active": True} if row.origin == Origin.NATIONAL else said)
    return row


def situation(person: Practitioner, practice: StatedPractice, origin: Origin) -> KnownSituation:
    """The situation's row, active, and its organisation's."""
    place = organisation(practice, origin)
    key = keys.situation_key(
        person.national_id,
        practice.profession,
        practice.category,
        practice.know_how,
        practice.mode,
        practice.section,
        practice.role,
        practice.genre,
        place.key if place else "",
    )
    where = _whereabouts(practice, place)
    stated = {name: getattr(practice, name) for name in _SAID}
    row, made = Situation.objects.get_or_create(
        key=key,
        defaults={
            **stated,
            **where,
            "origin": origin,
            "practitioner": person,
            "organisation": place,
            "sort_key": person.sort_key,
        },
    )
    if not made and not row.active:
        _amend(row, {"active": True, "origin": origin})
    if made:
        _remember_town(where)
    return KnownSituation(row.id, place.id if place else None, (place.trade_name or place.name) if place else "")


_SAID = ("profession", "category", "know_how_type", "know_how", "mode", "sector", "section", "role", "genre", "phone", "email")


def _whereabouts(practice: StatedPractice, place: Organisation | None) -> dict[str, str]:
    """The practice's own address, completed by its organisation's."""
    postal_code = practice.postal_code or (place.postal_code if place else "")
    commune = practice.commune or (place.commune if place else "")
    city, departement, town_key = keys.located(
        commune,
        practice.city or (place.city if place else ""),
        postal_code,
        practice.departement or (place.departement if place else ""),
    )
    return {
        "address": "\n".join(practice.address) or (place.address if place else ""),
        "postal_code": postal_code,
        "commune": commune,
        "city": city,
        "departement": departement,
        "town_key": town_key,
    }


def end_situations(person: Practitioner, *, kept: set[UUID], **which: object) -> None:
    """The person's active situations that `which` selects, less the kept ones, are inactive; the person too if none is left."""
    ended = Situation.objects.filter(practitioner=person, active=True, **which).exclude(id__in=kept)
    for row in ended:
        _amend(row, {"active": False})
    if not Situation.objects.filter(practitioner=person, active=True).exists():
        _amend(person, {"active": False})


def _amend(row: Practitioner | Organisation | Situation, stated: dict[str, object]) -> None:
    """The row holds what is stated, one version later if that changed anything."""
    changed = {name: value for name, value in stated.items() if getattr(row, name) != value}
    if not changed:
        return
    for name, value in changed.items():
        setattr(row, name, value)
    row.version += 1
    row.updated_at = clock.now()
    row.save(update_fields=[*changed, "version", "updated_at"])


def _remember_name(family: str) -> None:
    Name.objects.bulk_create(
        [Name(start=start, family=whole, near=numbers) for start, whole, numbers in starts(keys.words(family))],
        ignore_conflicts=True,
    )


def _remember_town(where: dict[str, str]) -> None:
    if not where["town_key"]:
        return
    base = keys.town_base(where["town_key"])
    Town.objects.get_or_create(
        key=where["town_key"],
        defaults={
            "base": base,
            "departement": where["departement"],
            "label": where["city"],
            "uses": 1,
            "near": near(base[:LONGEST]),
        },
    )
