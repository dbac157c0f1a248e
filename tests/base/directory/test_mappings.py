"""The FHIR resources of the directory, by hand-written values and against the definitions and the national examples."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from socle.base.directory.mappings import AS, FR, organisation_resource, practitioner_resource, role_resource
from socle.base.directory.values import Organisation, Practitioner, Qualification, SecureAddress, Situation
from socle.formats.fhir import validate
from tests.corpora import shared

AT = datetime(2026, 11, 24, 8, 30, tzinfo=UTC)
ONE, TWO, THREE = (UUID(int=number) for number in (1, 2, 3))
PERSON = Practitioner(
    id=ONE, national_id="899700218896", rpps="99700218896", family="NOVAREL", given="Claire", civility="MME", title="DR",
    profession="10", category="C", active=True, origin="national", confirmed_on=None, version=3, updated_at=AT,
)  # fmt: skip
PLACE = Organisation(
    id=TWO, key="F930000013", national_id="1930000013", finess="930000013", finess_legal="", siren="", siret="", rank="",
    name="MAISON DE SANTE", trade_name="Les Tilleuls", sector="SA52", phone="0199000001", fax="", email="",
    address=("Bâtiment B", "12 Rue DES TILLEULS"), postal_code="93100", commune="93048", city="Montreuil", departement="93",
    active=True, origin="national", version=1, updated_at=AT,
)  # fmt: skip
SITUATION = Situation(
    id=THREE, practitioner_id=ONE, organisation_id=TWO, organisation_name="Les Tilleuls", profession="10", category="C",
    know_how_type="S", know_how="SM54", mode="L", sector="SA52", section="", role="FON-01", genre="GENR01", phone="0199000002",
    other_phone="", fax="", email="", address=(), postal_code="93100", commune="93048", city="Montreuil", departement="93",
    active=True, version=1, updated_at=AT,
)  # fmt: skip
BOX = SecureAddress(
    address="claire.novarel@medecin.example", kind="PER", practitioner_id=ONE, organisation_id=None, service="Accueil",
    description="", red_list=False, dematerialisation=True,
)  # fmt: skip
GP = Qualification("10", "C", "S", "SM54")
SOCIAL = replace(PERSON, rpps="", national_id="3930000013/A1", profession="41", origin="structure", title="", civility="")
STUDENT = replace(PERSON, category="E", title="")

RESOURCES = {
    "practitioner": practitioner_resource(PERSON, [GP, GP], [BOX]),
    "social": practitioner_resource(SOCIAL, [Qualification("41", "C")]),
    "student": practitioner_resource(STUDENT, [Qualification("10", "E")]),
    "gone": practitioner_resource(replace(PERSON, active=False), [GP], [BOX]),
    "role": role_resource(SITUATION, [BOX]),
    "bare-role": role_resource(
        replace(SITUATION, organisation_id=None, organisation_name="", mode="", genre="", role="", phone="")
    ),
    "gone-role": role_resource(replace(SITUATION, active=False)),
    "organisation": organisation_resource(PLACE, [replace(BOX, kind="ORG", organisation_id=TWO, practitioner_id=None)]),
    "bare-organisation": organisation_resource(
        replace(PLACE, name="", trade_name="", sector="", city="", address=(), postal_code="", phone="", commune="")
    ),
    "gone-organisation": organisation_resource(replace(PLACE, active=False)),
}


@pytest.mark.parametrize("name", RESOURCES)
def test_every_resource_is_sound(name: str) -> None:
    resource = json.loads(json.dumps(RESOURCES[name]))
    assert [issue for issue in validate(resource) if issue.severity == "error"] == []


@pytest.mark.parametrize("name", ["practitioner", "organisation"])
def test_the_public_profiles_that_are_claimed_are_kept(name: str) -> None:
    """Elements that a profile requires are there, those that it forbids are not (slices aside)."""
    resource = RESOURCES[name]
    claimed = next(profile for profile in resource["meta"]["profile"] if profile.startswith(AS)).removeprefix(AS)
    definition = json.loads(shared(f"reference/fhir-definitions/annuaire/StructureDefinition-{claimed}.json").read_text("utf-8"))
    held = {path.removeprefix(".") for path in _paths(resource)}
    elements = [one for one in definition["differential"]["element"] if "." in one["id"] and ":" not in one["id"]]
    forbidden = {one["id"].partition(".")[2] for one in elements if one.get("max") == "0"}
    required = {one["id"].partition(".")[2] for one in elements if one.get("min", 0) >= 1}
    assert len(forbidden) + len(required) > 5
    assert {path for path in held for one in forbidden if path == one or path.startswith(f"{one}.")} == set()
    assert {one for one in required if not any(path == one or path.startswith(f"{one}.") for path in held)} == set()


def test_a_professional_is_told_by_identifiers_name_box_profession_and_know_how() -> None:
    resource = RESOURCES["practitioner"]
    assert [(one["system"], one["value"]) for one in resource["identifier"]] == [
        ("urn:oid:1.2.250.1.71.4.2.1", "899700218896"),
        ("https://rpps.esante.gouv.fr", "99700218896"),
    ]
    assert resource["name"] == [{"use": "usual", "family": "NOVAREL", "given": ["Claire"], "prefix": ["MME"], "suffix": ["DR"]}]
    codes = [[coding["code"] for coding in one["code"]["coding"]] for one in resource["qualification"]]
    assert codes == [["10", "C"], ["SM54", "S"]]
    (box,) = resource["telecom"]
    assert (box["system"], box["value"]) == ("email", "claire.novarel@medecin.example")
    assert box["extension"][0]["valueCoding"]["code"] == "MSSANTE"
    assert {part["url"] for part in box["extension"][1]["extension"]} == {"type", "service", "digitization"}
    assert resource["meta"]["profile"] == [f"{FR}fr-core-practitioner", f"{AS}as-dp-practitioner"]
    assert not {"gender", "birthDate", "address"} & set(resource)


def test_who_has_no_rpps_claims_no_profile_of_the_national_directory() -> None:
    resource = RESOURCES["social"]
    assert resource["meta"]["profile"] == [f"{FR}fr-core-practitioner"]
    assert [one["value"] for one in resource["identifier"]] == ["3930000013/A1"]
    assert resource["qualification"][0]["code"]["coding"][0]["system"].endswith("TRE-R94-ProfessionSocial")


@pytest.mark.parametrize("name", ["gone", "gone-role", "gone-organisation"])
def test_what_left_is_a_tombstone(name: str) -> None:
    assert set(RESOURCES[name]) == {"resourceType", "id", "meta", "identifier", "active"}
    assert RESOURCES[name]["active"] is False


def _paths(value: Any, path: str = "") -> set[str]:
    if isinstance(value, dict):
        return {one for name, inner in value.items() for one in _paths(inner, f"{path}.{name}")}
    if isinstance(value, list):
        return {one for inner in value for one in _paths(inner, path)}
    return {path}


@pytest.mark.parametrize(
    ("mine", "example", "left_out"),
    [
        ("practitioner", "Practitioner-3719500DP.json", {".telecom.rank"}),
        ("role", "PractitionerRole-1738459DP.json", {".meta.source"}),
        ("organisation", "Organization-481677DP.json", {".extension.url", ".extension.valuePeriod.start"}),
    ],
)
def test_the_national_examples_hold_no_element_that_ours_has_not(mine: str, example: str, left_out: set[str]) -> None:
    """Left out: what the extractions do not hold (periods, ranks), and the source of situations."""
    theirs = json.loads(shared(f"corpora/fhir/ans/annuaire/{example}").read_text("utf-8"))
    theirs.pop("text", None)
    assert _paths(theirs) - _paths(RESOURCES[mine]) == left_out
