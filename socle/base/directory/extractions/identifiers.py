"""What an extraction says of who and where, checked: shapes always, keys as the profile wants."""

from __future__ import annotations

import functools

from django.conf import settings

from socle.base.directory.extractions.reading import BadLine
from socle.errors import Invalid
from socle.formats.identifiers import (
    finess_key_is_right,
    finess_shape_is_right,
    parse_idnps,
    rpps_key_is_right,
    siren_key_is_right,
    siren_shape_is_right,
    siret_key_is_right,
    siret_shape_is_right,
)

_CHECKS = {
    "finess": (finess_shape_is_right, finess_key_is_right),
    "siren": (siren_shape_is_right, siren_key_is_right),
    "siret": (siret_shape_is_right, siret_key_is_right),
}


def wrong_keys_are_errors() -> bool:
    """A wrong check digit is a warning in the demo and test profiles, an error in production (rules.md §5.1)."""
    return str(settings.SOCLE_PROFILE) == "production"


@functools.lru_cache(maxsize=4096)
def person(kind: str, number: str, national: str) -> tuple[str, str, bool]:
    """IDNPS, RPPS (empty without one) and whether the key is right. BadLine `identifiant` or `identifiant-incoherent`."""
    if not national:
        national = kind + number
    elif kind and number and national != kind + number:
        raise BadLine("identifiant-incoherent")
    try:
        parsed = parse_idnps(national)
    except Invalid:
        raise BadLine("identifiant") from None
    rpps = parsed.rpps or ""
    return str(parsed), rpps, not rpps or rpps_key_is_right(rpps)


@functools.lru_cache(maxsize=65_536)
def structure(name: str, number: str) -> bool:
    """Whether the key of this `finess`, `siren` or `siret` is right; an absent number is. BadLine `identifiant-structure` for
    another shape."""
    if not number:
        return True
    shape, key = _CHECKS[name]
    if not shape(number):
        raise BadLine("identifiant-structure")
    return key(number)
