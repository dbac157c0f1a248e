"""Coded entries of the sample synthèse, kind by kind; what must never be mixed up; what is skipped."""

from __future__ import annotations

import time
from decimal import Decimal

import pytest

from socle.formats import cda
from socle.formats.cda import Assertion
from tests.formats.cda.sample import SYNTHESE, changed


@pytest.fixture(scope="module")
def entries() -> cda.Entries:
    return cda.parse(SYNTHESE).entries


def raw(period: cda.Period) -> tuple[str | None, str | None]:
    return period.start and period.start.raw, period.end and period.end.raw


class TestKinds:
    def test_problems(self, entries):
        asthma, diabetes, none = entries.problems
        assert (asthma.label, asthma.code.code, asthma.code.system) == (
            "Asthme, sans précision",
            "J45.9",
            "2.16.840.1.113883.6.3",
        )
        assert (asthma.section, asthma.anchor, asthma.narrative) == ("11450-4", "pb1", "Asthme persistant")
        assert (asthma.severity.display, asthma.clinical_status.code, asthma.certainty.display) == (
            "modéré",
            "active",
            "confirmé",
        )
        assert (asthma.concern_status, asthma.status, asthma.comment) == ("active", "completed", "Asthme persistant")
        assert raw(asthma.period) == ("20190811", None)
        assert asthma.ids[0].root == "5f0c1f6e-0000-4000-8000-000000000002"
        assert asthma.assertion is Assertion.PRESENT
        assert diabetes.assertion is Assertion.REFUTED
        assert raw(diabetes.period) == ("202003", "20210615")
        assert diabetes.period.start.precision is cda.Precision.MONTH
        assert none.assertion is Assertion.NONE_KNOWN
        assert none.section == "11348-0"

    def test_allergies(self, entries):
        amoxicillin, food, answered, coded, unknown = entries.allergies
        assert (amoxicillin.label, amoxicillin.agent.code, amoxicillin.code.code) == ("amoxicilline", "J01CA04", "J01CA04")
        assert [found.code.display for found in amoxicillin.reactions] == ["urticaire"]
        assert (amoxicillin.severity.display, amoxicillin.criticality.code) == ("sévère", "high")
        assert amoxicillin.kind.display == "allergie médicamenteuse"
        assert raw(amoxicillin.period) == ("2001", None)
        assert amoxicillin.assertion is Assertion.PRESENT
        assert food.assertion is Assertion.NONE_KNOWN  # said in words only
        assert answered.assertion is Assertion.NONE_KNOWN  # « Non » in a form
        assert coded.assertion is Assertion.NONE_KNOWN
        assert unknown.assertion is Assertion.NO_INFORMATION

    def test_treatments(self, entries):
        inhaled, tablets, none = entries.treatments
        assert (inhaled.label, inhaled.name) == ("PULMODOUX 100 µg, suspension pour inhalation", "PULMODOUX 100 µg")
        assert [found.code for found in inhaled.code.translations] == ["R03AC02"]
        assert (inhaled.dose.shown, inhaled.max_dose.shown) == ("2 bouffée(s)", "800 ug / 1 d")
        assert [found.label for found in inhaled.frequencies] == ["au coucher"]
        assert (inhaled.route.display, [found.code for found in inhaled.reasons]) == ("Voie inhalée", ["J45.9"])
        assert raw(inhaled.period) == ("20240110", None)
        assert not inhaled.dispensed
        assert (tablets.mood, tablets.dose.shown, tablets.instructions) == (
            "INT",
            "1 à 2 comprimé(s)",
            "Prendre avec un verre d’eau",
        )
        assert [found.label for found in tablets.frequencies] == ["toutes les 8 h"]
        assert raw(tablets.period) == ("20260312", "20260319")
        assert tablets.dispensed
        assert (tablets.dispensed_at.raw, tablets.dispenser.organization.name) == ("20260313", "Pharmacie des Lilas")
        assert tablets.quantity.value == 1
        assert none.assertion is Assertion.NONE_KNOWN

    def test_immunizations(self, entries):
        flu, refused = entries.immunizations
        assert (flu.label, flu.lot, flu.dose_number) == ("VACGRIPPE, suspension injectable", "LOT-77A", 3)
        assert (flu.anchor, flu.kind.code, flu.route.display) == ("va1", "BOOSTER", "Voie intramusculaire")
        assert [found.code.display for found in flu.reactions] == ["Fièvre"]
        assert [found.name.shown for found in flu.performers] == ["Hugo PERRAULT"]
        assert raw(flu.period) == ("20251014", "20251014")
        assert not flu.refused
        assert refused.refused
        assert [found.display for found in refused.reasons] == ["refus du patient"]

    def test_measures(self, entries):
        weight, pressure = entries.measures
        assert (weight.code.code, weight.value, weight.value.shown) == ("29463-7", cda.Quantity(Decimal("61.5"), "kg"), "61,5 kg")
        assert raw(weight.period) == ("20260312", "20260312")  # of the group
        assert pressure.value.shown == "128 mmHg"
        assert [found.code for found in pressure.interpretations] == ["N"]
        assert (pressure.method.display, pressure.site.display, pressure.reference.shown) == (
            "auscultation",
            "bras gauche",
            "≤ 140 mmHg",
        )

    def test_results(self, entries):
        glucose, protein, aspect, nitrites = entries.results
        assert glucose.value == cda.Quantity(Decimal("4.89"), "mmol/L", (cda.Quantity(Decimal("0.88"), "g/L"),))
        assert glucose.reference.shown == "3,89 à 6,00 mmol/L"  # not the range of what is too high
        assert [found.code for found in glucose.interpretations] == ["N"]
        assert [found.code for found in glucose.panels] == ["24321-2", "18719-5"]
        assert (glucose.specimen.display, raw(glucose.collected)[0]) == ("Sang", "202603100830+0100")
        assert glucose.laboratory.name == "Laboratoire des Ormes"
        assert glucose.narrative == "4,89 mmol/L"
        assert protein.value.shown == "< 0,5 mg/L"
        assert (aspect.value, aspect.reference_text) == ("Limpide", "Limpide")
        assert isinstance(nitrites.value, cda.Code)
        assert nitrites.value.display == "négatif"
        assert nitrites.assertion is Assertion.PRESENT  # the analysis was done; its result is another thing

    def test_procedures_and_stays(self, entries):
        done, planned = entries.procedures
        assert (done.code.code, done.mood, raw(done.period)[0]) == ("HHFA016", "EVN", "20180114")
        assert done.performers[0].organization.name == "Clinique des Ormes"
        assert (planned.mood, planned.status) == ("INT", "active")
        (stay,) = entries.stays
        assert [found.code for found in stay.reasons] == ["J45.9"]
        assert (stay.code.code, stay.place, raw(stay.period)) == ("IMP", "Clinique des Ormes", ("20250515", "20250530"))


class TestWhatIsNotTaken:
    def test_counted(self, entries):
        """A nullified act, a relative's problem, a way of life and a file give no fact."""
        document = cda.parse(SYNTHESE)
        assert entries.skipped == 4
        assert entries.read + entries.skipped == document.entry_count

    def test_a_relative_is_not_the_patient(self):
        assert [found.code.code for found in changed(("<subject>", "<x>"), ("</subject>", "</x>")).entries.problems] == [
            "J45.9",
            "E11",
            "no-known-problems",
            "E11",
        ]

    def test_a_goal_is_not_a_measure(self, entries):
        assert "58" not in {str(found.value.value) for found in entries.measures}
        assert "58" in {str(found.value.value) for found in changed(('moodCode="GOL"', 'moodCode="EVN"')).entries.measures}

    def test_an_unknown_template_is_skipped(self):
        unknown = changed(("1.3.6.1.4.1.19376.1.5.3.1.4.14", "1.2.3.4"), ("1.2.250.1.213.1.1.3.58", "1.2.3.5")).entries
        assert unknown.stays == ()
        assert unknown.skipped == 5

    def test_an_entry_that_says_nothing_is_skipped(self):
        silent = changed(
            ('code="IMP" displayName="Hospitalisation" codeSystem="2.16.840.1.113883.5.4"', 'nullFlavor="NA"'), ("#se1", "#")
        ).entries
        assert silent.stays == ()
        assert silent.skipped == 5


class TestAssertions:
    @pytest.mark.parametrize(
        ("words", "expected"),
        [
            ("Aucune allergie alimentaire connue", Assertion.NONE_KNOWN),
            ("aucun", Assertion.NONE_KNOWN),
            ("Néant", Assertion.NONE_KNOWN),
            ("Pas d’allergie", Assertion.NONE_KNOWN),
            ("Aucune sauf la pénicilline", Assertion.PRESENT),
            ("Aucunement testée", Assertion.PRESENT),
            ("Arachide", Assertion.PRESENT),
            ("Passiflore", Assertion.PRESENT),
        ],
    )
    def test_words_of_an_entry_without_code(self, words, expected):
        assert changed(("Aucune allergie alimentaire connue", words)).entries.allergies[1].assertion is expected

    def test_words_never_deny_what_is_coded(self):
        assert changed(("Amoxicilline</content>", "Aucune</content>")).entries.allergies[0].assertion is Assertion.PRESENT

    def test_the_answer_no_denies_what_is_coded(self):
        """Forms print every question: the narrative, which was signed, holds the answer."""
        assert changed(("Asthme persistant", "Non")).entries.problems[0].assertion is Assertion.REFUTED
        assert changed(("Asthme persistant", "Oui")).entries.problems[0].assertion is Assertion.PRESENT

    def test_a_negated_entry_that_names_nothing(self):
        unnamed = ('code="J45.9" displayName="Asthme, sans précision" codeSystem="2.16.840.1.113883.6.3"><', 'nullFlavor="NI"><')
        assert changed(unnamed).entries.problems[0].assertion is Assertion.PRESENT
        negated = changed(unnamed, ('negationInd="false"', 'negationInd="true"'))
        assert negated.entries.problems[0].assertion is Assertion.NONE_KNOWN


def test_speed():
    """Parse, header and entries: 5 ms of CPU for 30 KB. The best of several runs, since other work shares the machine."""
    best = min(_seconds() for _ in range(15))
    assert best < 0.005 * len(SYNTHESE) / 30_000


def _seconds() -> float:
    started = time.process_time()
    assert cda.parse(SYNTHESE).entries.read
    return time.process_time() - started
