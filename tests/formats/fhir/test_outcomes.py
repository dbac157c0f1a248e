from __future__ import annotations

import orjson

from socle.errors import Forbidden, Invalid, Issue
from socle.formats.fhir import operation_outcome, validate
from tests.formats.fhir.samples import patient


def test_every_issue_is_told_with_its_code_place_and_sentence() -> None:
    ours = Issue("ins-key", "La clé du matricule INS est fausse.", severity="warning")
    issues = [*validate(patient(gender="x", nom="y", id=None)), ours]
    outcome = orjson.loads(operation_outcome(issues))
    assert validate(outcome) == []
    assert [(i["severity"], i["code"], i["details"]["coding"][0]["code"], i.get("expression")) for i in outcome["issue"]] == [
        ("error", "code-invalid", "code-invalid", ["Patient.gender"]),
        ("error", "structure", "unknown-element", ["Patient.nom"]),
        ("warning", "business-rule", "ins-key", None),
    ]
    assert outcome["issue"][2]["details"]["text"] == "La clé du matricule INS est fausse."


def test_errors_and_success_have_an_outcome_too() -> None:
    refused = Forbidden()
    for issues, code in (
        (Invalid("json", "x").issues, "structure"),
        ([Issue(refused.code, refused.sentence)], "forbidden"),
        ([Issue("bdl-7", "x")], "invariant"),
        ([], "informational"),
    ):
        outcome = orjson.loads(operation_outcome(issues))
        assert validate(outcome) == []
        assert outcome["issue"][0]["code"] == code
