"""What was stated in coded form is what the reader extracts."""

from __future__ import annotations

from decimal import Decimal

from socle.formats.cda import Entries, parse
from socle.formats.cda.entries.facts import Assertion
from socle.formats.cda.values import Quantity
from tests.formats.cda_writer.samples import DOCUMENTS


def entries(name: str) -> Entries:
    return parse(DOCUMENTS[name][0]).entries


def test_problems_and_history_of_a_summary() -> None:
    found = entries("summary").problems
    assert [(problem.code.code, problem.narrative) for problem in found if problem.section == "11450-4"] == [
        ("J45.0", "Asthme persistant modéré"),
        ("", "Lombalgie chronique"),
    ]
    (past,) = [problem for problem in found if problem.section == "11348-0"]
    assert (past.code.code, past.period.end is not None) == ("K40.9", True)


def test_an_allergy_and_the_statement_that_none_is_known() -> None:
    (allergy,) = entries("summary").allergies
    assert (allergy.agent.code, allergy.assertion) == ("J01C", Assertion.PRESENT)
    (none,) = entries("empty summary").allergies
    assert none.assertion is not Assertion.PRESENT


def test_treatments_with_their_dose_and_frequency() -> None:
    first, second = entries("summary").treatments
    assert [code.code for code in first.code.translations] == ["R03AK07"]
    assert first.dose.low == Quantity(Decimal(2))
    assert first.frequencies[0].every == Quantity(Decimal(12), "h")
    assert second.name == "Paracétamol 1 g"


def test_results_with_their_range_and_interpretation() -> None:
    found = {result.code.code: result for result in entries("laboratory").results}
    assert found["711-2"].value == Quantity(Decimal("0.62"), "10*9/L")
    assert [code.code for code in found["711-2"].interpretations] == ["H"]
    assert [code.code for code in found["62238-1"].interpretations] == ["L"]
    assert found["5767-9"].value == "Limpide"


def test_vaccinations_with_lot_rank_and_performer() -> None:
    first, second = entries("vaccinations").immunizations
    assert (first.lot, first.dose_number, first.kind.code) == ("FICTIF-01", 4, "BOOSTER")
    assert first.performers[0].ids[0].extension == "899700000019"
    assert (second.lot, second.dose_number) == ("", None)
