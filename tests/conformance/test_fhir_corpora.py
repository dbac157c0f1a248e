"""The FHIR corpora through `formats.fhir`: parse, validate, write, equal, decimals kept; hostile JSON refused."""

from __future__ import annotations

import bz2
import csv
import re
import timeit
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from socle.errors import Invalid
from socle.formats.fhir import is_valid, parse_json, parse_json_value, validate, write_json
from socle.formats.fhir.primitives import PRIMITIVES
from socle.formats.fhir.profiles import canonical, known_profiles
from tests.corpora import shared

# Examples that HL7 and ANS publish with a real defect: what a validator must say of them, and nothing else.
DEFECTS = {
    "r4-spec/MedicationRequest/MedicationRequest-medrx0301.json": {"reference"},
    "r4-spec/Observation/Observation-clinical-gender.json": {"reference"},
    "r4-spec/Questionnaire/Questionnaire-qs1.json": {"required"},
    "json-edge/location_element_with_ids_analytic.json": {"resource-type"},  # another form of JSON, without type
}


def read(path: Path) -> bytes:
    return bz2.decompress(path.read_bytes()) if path.suffix == ".bz2" else path.read_bytes()


def rows(*folders: str) -> Iterator[tuple[Path, dict[str, str]]]:
    base = shared("corpora/fhir")
    with (base / "EXPECTED.csv").open(encoding="utf-8", newline="") as table:
        for row in csv.DictReader(table):
            if row["file"].split("/")[0] in folders:
                yield base / row["file"], row


@pytest.mark.parametrize("folder", ["r4-spec", "ans", "synthea", "json-edge"])
def test_every_resource_is_read_validated_and_written_back_equal(folder: str) -> None:
    count = 0
    for path, row in rows(folder):
        content = read(path)
        resource = parse_json(content)
        written = write_json(resource)
        assert parse_json(written) == resource, row["file"]
        assert numbers(written) == numbers(content), row["file"]
        issues = validate(resource, tolerant=True)
        errors = {issue.code for issue in issues if issue.severity == "error"}
        assert errors == DEFECTS.get(row["file"], set()), (row["file"], issues)
        facts(resource, row)
        count += 1
    assert count > 0


def numbers(content: bytes) -> Counter[bytes]:
    """Every number as it is written, outside strings."""
    outside = re.sub(rb'"(?:[^"\\]|\\.)*"', b'""', content)
    return Counter(re.findall(rb"-?[0-9][0-9.eE+-]*", outside))


def facts(resource: dict[str, object], row: dict[str, str]) -> None:
    assert resource.get("resourceType", "") == row["resource_type"], row["file"]
    assert resource.get("id", "") == row["id"], row["file"]
    if row["entries"]:
        entries = resource["entry"]
        assert isinstance(entries, list)
        assert len(entries) == int(row["entries"]), row["file"]
        kinds = Counter(entry.get("resource", {}).get("resourceType", "?") for entry in entries)
        expected = dict(part.split(":") for part in re.split(r"[ ;|]+", row["entry_types"].strip()) if ":" in part)
        assert {k: str(v) for k, v in kinds.items()} == expected, row["file"]


def test_published_french_examples_are_accepted_with_warnings_where_they_are_wrong() -> None:
    strict = {row["file"]: validate(parse_json(read(path))) for path, row in rows("ans")}
    wrong = {file: issues for file, issues in strict.items() if not is_valid(issues)}
    assert len(strict) == 95
    assert 0 < len(wrong) < 25
    for path, row in rows("ans"):
        issues = validate(parse_json(read(path)), tolerant=True)
        assert is_valid(issues), row["file"]
        assert bool(issues) or row["file"] not in wrong


def every_resource(resource: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield resource
    for entry in resource.get("entry", ()):
        if "resource" in entry:
            yield from every_resource(entry["resource"])


def test_published_french_examples_follow_the_profiles_that_they_claim() -> None:
    seen = Counter[str]()
    for path, row in rows("ans"):
        for resource in every_resource(parse_json(read(path))):
            for profile in map(canonical, resource.get("meta", {}).get("profile", ())):
                if profile in known_profiles():
                    assert is_valid(validate(resource, profile, tolerant=True)), (row["file"], profile)
                    seen[profile.rpartition("/")[2]] += 1
    assert set(seen) == {profile.rpartition("/")[2] for profile in known_profiles()}


def test_primitive_values_are_accepted_or_refused_as_expected() -> None:
    seen = 0
    for path, row in rows("primitives"):
        kind = path.name.split(".")[0].replace("unsigned_int", "unsignedInt")
        for line in filter(None, (line.strip() for line in path.read_text(encoding="utf-8").splitlines())):
            seen += 1
            try:
                value = parse_json(f'{{"v":{line}}}'.encode())["v"]
            except Invalid:
                assert row["bundle_type_or_verdict"] == "invalid"
                continue
            if value is None and row["bundle_type_or_verdict"] == "valid":
                continue  # null stands beside an extension: test_base_definitions
            assert PRIMITIVES[kind](value) is (row["bundle_type_or_verdict"] == "valid"), (path.name, line)
    assert seen > 50


# A repeated name is legal JSON and two truths for a health record: refused. A FHIR body is an object or an array.
STRICTER = {"y_object_duplicated_key.json", "y_object_duplicated_key_and_value.json"}


def test_the_json_suite_is_accepted_or_refused_as_expected() -> None:
    verdicts = Counter()
    for path in sorted(shared("corpora/security/json").iterdir()):
        content = path.read_bytes()
        try:
            value = parse_json_value(content)
        except Invalid:
            scalar = not content.lstrip().startswith((b"{", b"["))
            assert path.name[0] in "ni" or path.name in STRICTER or scalar, path.name
            verdicts[path.name[0] + " refused"] += 1
        else:
            assert path.name[0] in "yi", path.name
            assert parse_json_value(write_json(value)) == value
            verdicts[path.name[0] + " accepted"] += 1
    print(dict(verdicts))
    assert verdicts["n refused"] > 40
    assert verdicts["y accepted"] >= 40


def test_hostile_strings_come_back_unchanged_or_are_refused_for_their_control_characters() -> None:
    refused = 0
    for item in parse_json_value(shared("corpora/security/strings/naughty-strings.json").read_bytes()):
        patient = {"resourceType": "Patient", "name": [{"text": item["string"]}]}
        assert parse_json(write_json(patient)) == patient
        forbidden = any(character < " " and character not in "\t\r\n" for character in item["string"])
        assert is_valid(validate(patient)) is not forbidden
        refused += forbidden
    assert 0 < refused < 10


def test_speed_is_reported(record_property: pytest.RecordProperty, capsys: pytest.CaptureFixture[str]) -> None:
    base = shared("corpora/fhir")
    lines = []
    for name in ("Patient/Patient-f001.json", "Patient/Patient-infant-twin-2.json", "Observation/Observation-f206.json"):
        content = (base / "r4-spec" / name).read_bytes()
        resource = parse_json(content)
        times = [
            min(timeit.repeat(work, number=200, repeat=3)) / 200 * 1e6
            for work in (lambda c=content: parse_json(c), lambda r=resource: validate(r), lambda r=resource: write_json(r))
        ]
        assert is_valid(validate(resource))
        lines.append(
            f"{name} {len(write_json(resource))} B: parse {times[0]:.0f}, validate {times[1]:.0f}, write {times[2]:.0f} us"
        )
    record_property("speed", "; ".join(lines))
    with capsys.disabled():
        print("\nfhir: " + "\n      ".join(lines))
