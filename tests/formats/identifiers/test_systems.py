"""One identifier, three names of its system."""

from __future__ import annotations

import pytest

from socle.errors import Invalid
from socle.formats import identifiers as ids


def test_kinds_and_oids_name_one_system_each() -> None:
    assert len({system.kind for system in ids.SYSTEMS}) == len(ids.SYSTEMS)
    with_oid = [system for system in ids.SYSTEMS if system.oid]
    assert len({system.oid for system in with_oid}) == len(with_oid)
    for system in ids.SYSTEMS:
        assert ids.system_of_kind(system.kind) is system
    for system in with_oid:
        assert ids.system_of_oid(system.oid) is system
        assert ids.system_of_uri(f"urn:oid:{system.oid}") is system
        assert ids.uri_of_oid(system.oid) == system.uri


def test_uris_lead_back_to_their_kind() -> None:
    values = {"siren": "732829320", "siret": "73282932000074"}
    for system in ids.SYSTEMS:
        for uri in (system.uri, *system.aliases):
            found = ids.system_of_uri(uri, values.get(system.kind, ""))
            assert found is not None
            assert found.kind == system.kind


def test_local_systems_stay_local() -> None:
    assert ids.system_of_uri("https://hopital.exemple/ipp") is None
    assert ids.uri_of_oid("1.2.3.4") == "urn:oid:1.2.3.4"
    assert ids.normalise_identifier("https://hopital.exemple/ipp", " 12 ") == ("", "12")


@pytest.mark.parametrize(
    ("uri", "value", "kind", "normalised"),
    [
        ("https://rpps.esante.gouv.fr", "899700218896", "rpps", "99700218896"),
        ("http://rpps.fr", "99700218896", "rpps", "99700218896"),
        ("urn:oid:1.2.250.1.71.4.2.1", "899700218896", "idnps", "899700218896"),
        ("https://sirene.fr", "732 829 320", "siren", "732829320"),
        ("https://sirene.fr", "73282932000074", "siret", "73282932000074"),
        ("urn:oid:1.2.250.1.213.1.4.10", "2 79 03 51 215 189 89", "ins-nir-test", "279035121518989"),
    ],
)
def test_identifiers_are_normalised_by_their_system(uri: str, value: str, kind: str, normalised: str) -> None:
    assert ids.normalise_identifier(uri, value) == (kind, normalised)


def test_a_value_without_the_shape_of_its_system_is_refused() -> None:
    with pytest.raises(Invalid) as refused:
        ids.normalise_identifier("https://rpps.esante.gouv.fr", "123")
    assert refused.value.code == "rpps-shape"


def test_rpps_is_found_behind_both_systems_only() -> None:
    assert ids.rpps_of("https://rpps.esante.gouv.fr", "99700218896") == "99700218896"
    assert ids.rpps_of("urn:oid:1.2.250.1.71.4.2.1", "899700218896") == "99700218896"
    assert ids.rpps_of("urn:oid:1.2.250.1.71.4.2.1", "3750803447/1") is None
    assert ids.rpps_of("https://rpps.esante.gouv.fr", "opaque-role-id") is None
    assert ids.rpps_of("https://finess.esante.gouv.fr", "99700218896") is None
