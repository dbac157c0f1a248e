"""JSON Patch and FHIRPath Patch: what the French guides write works, the rest is refused with a reason."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from socle.errors import Invalid
from socle.formats.fhir import apply_fhirpath_patch, apply_json_patch, validate
from tests.formats.fhir.profile_samples import DOCUMENT, PDSM

ARCHIVED = PDSM + "pdsm-ext-is-archived"
METADATA = "https://interop.esante.gouv.fr/ig/fhir/annuaire/StructureDefinition/as-ext-mailbox-mss-metadata"
CONFIDENTIALITY = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality"
MASKED = {
    "coding": [
        {
            "system": "https://mos.esante.gouv.fr/NOS/TRE_A07-StatutVisibiliteDocument/FHIR/TRE-A07-StatutVisibiliteDocument",
            "code": "MASQUE_PS",
        }
    ]
}
PRACTITIONER: dict[str, Any] = {
    "resourceType": "Practitioner",
    "id": "a-1",
    "telecom": [
        {"system": "phone", "value": "01 99 00 12 34"},
        {
            "system": "email",
            "value": "a.durand@exemple.mssante.fr",
            "extension": [{"url": METADATA, "extension": [{"url": "listeRouge", "valueBoolean": False}]}],
        },
    ],
}


def operation(kind: str, path: str, **parts: Any) -> dict[str, Any]:
    listed = [{"name": "type", "valueCode": kind}, {"name": "path", "valueString": path}]
    for name, value in parts.items():
        key = {"index": "valueInteger", "source": "valueInteger", "destination": "valueInteger", "name": "valueString"}.get(name)
        listed.append({"name": name} | ({key: value} if key else value))
    return {"name": "operation", "part": listed}


def parameters(*operations: dict[str, Any]) -> dict[str, Any]:
    return {"resourceType": "Parameters", "parameter": list(operations)}


def test_a_json_patch_changes_a_copy_and_says_what_it_touched() -> None:
    before = deepcopy(DOCUMENT)
    patched = apply_json_patch(
        DOCUMENT,
        [
            {"op": "test", "path": "/status", "value": "current"},
            {"op": "replace", "path": "/status", "value": "superseded"},
            {"op": "replace", "path": "/securityLabel/0", "value": MASKED},
            {"op": "add", "path": "/extension", "value": [{"url": ARCHIVED, "valueBoolean": False}]},
            {"op": "replace", "path": "/extension/0/valueBoolean", "value": True},
        ],
    )
    assert before == DOCUMENT
    assert patched.resource["status"] == "superseded"
    assert patched.resource["securityLabel"] == [MASKED]
    assert patched.resource["extension"] == [{"url": ARCHIVED, "valueBoolean": True}]
    assert patched.touched == (
        "DocumentReference.status",
        "DocumentReference.securityLabel[0]",
        "DocumentReference.extension",
        f"DocumentReference.extension('{ARCHIVED}').valueBoolean",
    )
    assert validate(patched.resource) == []


def test_lists_are_patched_by_position() -> None:
    resource = {"resourceType": "Patient", "name": [{"given": ["A", "B"]}], "active": True}
    ops = [
        {"op": "add", "path": "/name/0/given/1", "value": "X"},
        {"op": "add", "path": "/name/0/given/-", "value": "Z"},
        {"op": "remove", "path": "/name/0/given/0"},
        {"op": "move", "from": "/name/0/given/0", "path": "/name/0/given/2"},
        {"op": "copy", "from": "/name/0/given/0", "path": "/name/0/family"},
        {"op": "remove", "path": "/active"},
    ]
    assert apply_json_patch(resource, ops).resource == {
        "resourceType": "Patient",
        "name": [{"given": ["B", "Z", "X"], "family": "B"}],
    }
    emptied = apply_json_patch(resource, [{"op": "remove", "path": "/name/0/given/0"}] * 2)
    assert emptied.resource == {"resourceType": "Patient", "active": True}


@pytest.mark.parametrize(
    ("operations", "code"),
    [
        ({"op": "add"}, "patch"),
        ([], "patch"),
        (["x"], "patch"),
        ([{"op": "efface", "path": "/status"}], "patch"),
        ([{"op": "replace", "path": "/status"}], "patch"),
        ([{"op": "replace", "path": "status", "value": "x"}], "patch"),
        ([{"op": "replace", "path": "/securityLabel[system='x']/code", "value": "R"}], "patch-filter"),
        ([{"op": "replace", "path": "/extension[?(@.url=='x')]/valueBoolean", "value": True}], "patch-filter"),
        ([{"op": "replace", "path": "/absent", "value": 1}], "patch-path"),
        ([{"op": "replace", "path": "/securityLabel/1", "value": {}}], "patch-path"),
        ([{"op": "replace", "path": "/securityLabel/01", "value": {}}], "patch-path"),
        ([{"op": "remove", "path": "/securityLabel/-"}], "patch-path"),
        ([{"op": "add", "path": "/status/x", "value": 1}], "patch-path"),
        ([{"op": "replace", "path": "", "value": {}}], "patch-path"),
        ([{"op": "move", "from": "/content", "path": "/content/0/x"}], "patch-path"),
        ([{"op": "replace", "path": "/resourceType", "value": "Patient"}], "patch-path"),
        ([{"op": "add", "path": "/id", "value": "autre"}], "patch-path"),
        ([{"op": "test", "path": "/status", "value": "superseded"}], "patch-test"),
        ([{"op": "test", "path": "/content/0/attachment/size", "value": True}], "patch-test"),
        ([{"op": "copy", "from": "", "path": "/x"}] * 60, "patch"),
        ([{"op": "add", "path": "/x", "value": 1}] * 101, "patch"),
    ],
)
def test_what_a_json_patch_cannot_do_is_refused(operations: Any, code: str) -> None:
    before = deepcopy(DOCUMENT)
    with pytest.raises(Invalid) as refused:
        apply_json_patch(DOCUMENT, operations)
    assert refused.value.code == code
    assert before == DOCUMENT


def test_copies_cannot_dig_deeper_than_a_resource_may() -> None:
    resource = {"resourceType": "Patient", "a": {"b": 1}}
    path = "/a"
    operations = []
    for _ in range(99):
        operations.append({"op": "add", "path": path + "/a", "value": {}})
        path += "/a"
    with pytest.raises(Invalid) as refused:
        apply_json_patch(resource, operations)
    assert refused.value.code == "json"


def test_the_document_patches_of_the_guides_work_by_fhirpath() -> None:
    label = f"DocumentReference.securityLabel.coding.where(system='{CONFIDENTIALITY}').code"
    first = apply_fhirpath_patch(
        DOCUMENT,
        parameters(
            operation("replace", "DocumentReference.status", value={"valueCode": "superseded"}),
            operation("replace", label, value={"valueCode": "R"}),
            operation(
                "add",
                "DocumentReference",
                name="extension",
                value={"part": [{"name": "url", "valueUri": ARCHIVED}, {"name": "valueBoolean", "valueBoolean": False}]},
            ),
        ),
    )
    assert first.touched == (
        "DocumentReference.status",
        "DocumentReference.securityLabel[0].coding[0].code",
        f"DocumentReference.extension('{ARCHIVED}')",
    )
    assert first.resource["securityLabel"][0]["coding"][0]["code"] == "R"
    by_address = f"DocumentReference.extension.where(url='{ARCHIVED}').value"
    second = apply_fhirpath_patch(first.resource, parameters(operation("replace", by_address, value={"valueBoolean": True})))
    assert second.resource["extension"] == [{"url": ARCHIVED, "valueBoolean": True}]
    assert second.touched == (f"DocumentReference.extension('{ARCHIVED}').valueBoolean",)
    assert validate(second.resource) == []
    assert first.resource["extension"] == [{"url": ARCHIVED, "valueBoolean": False}]


def test_the_mailbox_patches_of_the_guide_work() -> None:
    box = "Practitioner.telecom.where(value = 'a.durand@exemple.mssante.fr')"
    new = {"system": "email", "value": "b@exemple.mssante.fr"}
    patched = apply_fhirpath_patch(
        PRACTITIONER,
        parameters(
            operation("replace", f"{box}.extension('{METADATA}').extension('listeRouge').value", value={"valueBoolean": True}),
            operation("insert", "Practitioner.telecom", index=0, value={"valueContactPoint": new}),
            operation("delete", "Practitioner.telecom.where(system='phone' and value='01 99 00 12 34')"),
            operation("delete", "Practitioner.telecom.where(value='absent')"),
            operation("move", "Practitioner.telecom", source=0, destination=1),
        ),
    )
    assert [t["value"] for t in patched.resource["telecom"]] == ["a.durand@exemple.mssante.fr", "b@exemple.mssante.fr"]
    assert patched.resource["telecom"][0]["extension"][0]["extension"] == [{"url": "listeRouge", "valueBoolean": True}]
    assert patched.touched[0] == f"Practitioner.telecom[1].extension('{METADATA}').extension('listeRouge').valueBoolean"
    emptied = apply_fhirpath_patch(
        PRACTITIONER,
        parameters(*[operation("delete", "Practitioner.telecom[0]"), operation("delete", "Practitioner.telecom[0]")]),
    )
    assert emptied.resource == {"resourceType": "Practitioner", "id": "a-1"}


def test_a_choice_changes_its_type_with_its_value() -> None:
    resource = {"resourceType": "Patient", "deceasedBoolean": True}
    patched = apply_fhirpath_patch(
        resource, parameters(operation("replace", "Patient.deceased", value={"valueDateTime": "2025"}))
    )
    assert patched.resource == {"resourceType": "Patient", "deceasedDateTime": "2025"}
    again = parameters(operation("add", "Patient", name="deceased", value={"valueBoolean": True}))
    with pytest.raises(Invalid):
        apply_fhirpath_patch(resource, again)
    added = apply_fhirpath_patch({"resourceType": "Patient", "active": True}, again)
    assert added.resource == {"resourceType": "Patient", "active": True, "deceasedBoolean": True}


@pytest.mark.parametrize(
    ("patch", "code"),
    [
        ({"resourceType": "Parameters"}, "patch"),
        ({"resourceType": "Patient", "parameter": [{}]}, "patch"),
        (parameters(operation("upsert", "DocumentReference.status", value={"valueCode": "x"})), "patch"),
        (parameters(operation("replace", "DocumentReference.status")), "patch"),
        (parameters(operation("insert", "DocumentReference.category", value={"valueString": "x"})), "patch"),
        (parameters(operation("replace", "Patient.status", value={"valueCode": "x"})), "patch-path"),
        (parameters(operation("replace", "DocumentReference", value={"valueString": "x"})), "patch-path"),
        (parameters(operation("replace", "DocumentReference.description", value={"valueString": "x"})), "patch-path"),
        (parameters(operation("replace", "DocumentReference.contained.id", value={"valueString": "x"})), "patch-path"),
        (parameters(operation("delete", "DocumentReference.contained")), "patch-path"),
        (parameters(operation("add", "DocumentReference", name="nom", value={"valueString": "x"})), "patch-path"),
        (parameters(operation("add", "DocumentReference", name="status", value={"valueCode": "x"})), "patch-path"),
        (parameters(operation("insert", "DocumentReference.category", index=7, value={"valueString": "x"})), "patch-path"),
        (parameters(operation("insert", "DocumentReference.status", index=0, value={"valueString": "x"})), "patch-path"),
        (parameters(operation("replace", "DocumentReference.id", value={"valueId": "x"})), "patch-path"),
        (parameters(operation("delete", "DocumentReference.repeat(item)")), "patch-filter"),
        (parameters(operation("delete", "DocumentReference.category.where($this.exists())")), "patch-filter"),
        (parameters(operation("delete", "DocumentReference.status | status")), "patch-filter"),
    ],
)
def test_what_a_fhirpath_patch_cannot_do_is_refused(patch: dict[str, Any], code: str) -> None:
    with pytest.raises(Invalid) as refused:
        apply_fhirpath_patch(DOCUMENT, patch)
    assert refused.value.code == code


_pointers = st.sampled_from(
    ["", "/status", "/category/0", "/category/-", "/content/0/attachment/size", "/x", "/a~1b", "/0", "x", "/id"]
)
_values = st.none() | st.booleans() | st.integers(0, 9) | st.text(max_size=3) | st.just([]) | st.just({"a": []})
_operations = st.lists(
    st.fixed_dictionaries(
        {"op": st.sampled_from(["add", "remove", "replace", "move", "copy", "test"]), "path": _pointers},
        optional={"value": _values, "from": _pointers},
    ),
    min_size=1,
    max_size=6,
)


@settings(deadline=None)
@given(_operations)
def test_a_patch_succeeds_whole_or_is_refused_and_never_changes_what_it_was_given(operations: list[dict[str, Any]]) -> None:
    before = deepcopy(DOCUMENT)
    try:
        patched = apply_json_patch(DOCUMENT, operations)
    except Invalid:
        changed = False
    else:
        changed = patched.resource != before
        assert patched.touched or not changed
        validate(patched.resource)
    assert before == DOCUMENT


_paths = st.text(alphabet="DocumentReferencatgywhx.()[]'= 01$", max_size=40).map(lambda tail: "DocumentReference" + tail)


@settings(deadline=None)
@given(st.sampled_from(["add", "insert", "delete", "replace", "move"]), _paths)
def test_no_path_makes_a_patch_fail_otherwise_than_refused(kind: str, path: str) -> None:
    patch = parameters(operation(kind, path, name="category", index=0, source=0, destination=0, value={"valueCode": "x"}))
    before = deepcopy(DOCUMENT)
    try:
        apply_fhirpath_patch(DOCUMENT, patch)
    except Invalid as refused:
        known = refused.code in ("patch", "patch-path", "patch-filter")
    else:
        known = True
    assert known
    assert before == DOCUMENT
