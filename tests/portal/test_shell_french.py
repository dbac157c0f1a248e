"""French wording: dates as people say them, ages, numbers, spaces; and days as people type them."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from socle.errors import Invalid
from socle.portal.components import french

DAYS = st.dates(min_value=date(1000, 1, 1), max_value=date(9999, 12, 31))


def plain(text: str) -> str:
    return text.replace(french.NBSP, " ")


@pytest.mark.parametrize(
    ("value", "said", "figures"),
    [
        (date(2019, 3, 14), "14 mars 2019", "14/03/2019"),
        (date(2026, 2, 1), "1er février 2026", "01/02/2026"),
        ("1987-11-04", "4 novembre 1987", "04/11/1987"),
        ("1987-11", "novembre 1987", "11/1987"),
        ("1987", "1987", "1987"),
        ("1987-00-00", "1987", "1987"),
        ("inconnue", "inconnue", "inconnue"),
        ("1987-13-01", "1987-13-01", "1987-13-01"),
    ],
)
def test_a_day_is_said_and_written(value: date | str, said: str, figures: str) -> None:
    assert (plain(french.day(value)), french.numeric(value)) == (said, figures)


def test_a_moment_is_that_of_paris() -> None:
    assert plain(french.moment(datetime(2026, 9, 14, 7, 30, tzinfo=UTC))) == "lundi 14 septembre 2026, 9 h 30"
    assert plain(french.hour(datetime(2026, 12, 1, 16, 0, tzinfo=UTC))) == "17 h"
    assert plain(french.day(datetime(2026, 12, 31, 23, 30, tzinfo=UTC))) == "1er janvier 2027"


@pytest.mark.parametrize(
    ("birth", "said"),
    [
        ("1987-11-04", "39 ans"),
        (date(1987, 11, 25), "38 ans"),
        ("2025-06-01", "17 mois"),
        ("2026-11-12", "12 jours"),
        ("2026-11-23", "1 jour"),
        ("2026-11-24", "0 jour"),
        ("1987", ""),
        ("1987-02-30", ""),
        ("2027-01-01", ""),
    ],
)
def test_age(birth: date | str, said: str) -> None:
    assert plain(french.age(birth, date(2026, 11, 24))) == said


@given(birth=DAYS, days=st.integers(0, 40_000))
def test_age_never_goes_down(birth: date, days: int) -> None:
    today = min(birth + timedelta(days=days), date(9999, 12, 30)) if birth < date(9800, 1, 1) else birth
    years = (today.year - birth.year) - ((today.month, today.day) < (birth.month, birth.day))
    said = plain(french.age(birth, today))
    assert said == f"{years} ans" if years >= 2 else said.split()[1] in {"mois", "jour", "jours"}


def test_numbers_in_groups() -> None:
    assert plain(french.matricule("187114410900038")) == "1 87 11 44 109 000 38"
    assert plain(french.matricule("1 55 06 2A 004 001 67")) == "1 55 06 2A 004 001 67"
    assert french.matricule("123") == "123"
    assert plain(french.phone("+33199009300")) == "01 99 00 93 00"
    assert plain(french.phone("3608")) == "36 08"
    assert french.phone("+44 20 7946 0000") == "+44 20 7946 0000"


def test_since() -> None:
    now = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
    elapsed = [timedelta(seconds=20), timedelta(minutes=40), timedelta(hours=2), timedelta(days=3), timedelta(days=20)]
    said = [plain(french.since(now - span, now)) for span in elapsed]
    assert said == ["à l’instant", "il y a 40 min", "il y a 2 h", "il y a 3 j", "le 4 novembre 2026"]


@pytest.mark.parametrize(
    "typed",
    [
        "04/11/1987",
        "4/11/1987",
        " 04-11-1987 ",
        "04.11.1987",
        "4 11 1987",
        "04111987",
        "1987-11-04",
        "4 novembre 1987",
        "4 nov. 1987",
    ],
)
def test_a_typed_day_is_read(typed: str) -> None:
    assert french.read_day(typed) == date(1987, 11, 4)


@pytest.mark.parametrize(
    "typed", ["", "4/11", "4/11/87", "31/02/1987", "1987", "04/13/1987", "4 ju 1987", "٠٤/١١/١٩٨٧", "0" * 10_000, "04/11/1987 x"]
)
def test_another_text_is_refused_with_the_way_to_mend_it(typed: str) -> None:
    with pytest.raises(Invalid) as refusal:
        french.read_day(typed, where="naissance")
    assert refusal.value.issues[0].where == "naissance"
    assert "04/11/1987" in refusal.value.sentence


@pytest.mark.parametrize(
    ("typed", "absent"), [("31/02/1987", True), ("29 février 2023", True), ("4/11/87", False), ("4 ju 1987", False)]
)
def test_a_day_that_no_calendar_has_is_told_from_one_badly_written(typed: str, absent: bool) -> None:
    with pytest.raises(Invalid) as refusal:
        french.read_day(typed)
    assert ("Cette date n’existe pas." in refusal.value.sentence) is absent


@given(DAYS)
def test_a_day_is_read_as_it_is_shown(day: date) -> None:
    assert french.read_day(french.numeric(day)) == day
    assert french.read_day(french.day(day)) == day
    assert french.read_day(day.isoformat()) == day


@given(st.text(max_size=40))
def test_any_text_is_a_day_or_a_clear_refusal(text: str) -> None:
    """Nothing but Invalid is raised."""
    with suppress(Invalid):
        assert isinstance(french.read_day(text), date)


def test_spaces() -> None:
    assert french.spaced("Besoin d’aide ? « oui » : 7 % en 3 jours") == (
        "Besoin d’aide\xa0? «\xa0oui\xa0»\xa0: 7\xa0% en 3\xa0jours"
    )


@given(st.text(max_size=60))
def test_spacing_twice_changes_nothing(text: str) -> None:
    once = french.spaced(text)
    assert french.spaced(once) == once
