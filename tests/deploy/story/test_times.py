from __future__ import annotations

from datetime import date

import pytest

from socle.deploy.story.times import WRITTEN_FOR, Times


@pytest.mark.parametrize(
    ("today", "told", "found"),
    [
        (WRITTEN_FOR, date(2026, 6, 12), date(2026, 6, 12)),
        (WRITTEN_FOR, date(2019, 3, 14), date(2019, 3, 14)),
        (date(2027, 1, 5), date(2026, 6, 12), date(2026, 8, 12)),
        (date(2027, 1, 5), date(2019, 3, 14), date(2019, 3, 14)),
        (date(2027, 3, 31), date(2026, 10, 31), date(2027, 2, 28)),
        (date(2026, 11, 1), date(2026, 11, 2), date(2026, 11, 1)),
    ],
)
def test_old_days_stay_and_recent_ones_follow_by_whole_months(today: date, told: date, found: date) -> None:
    assert Times(today).on(told.year, told.month, told.day) == found


def test_days_ago_are_counted_from_the_day_of_telling() -> None:
    assert Times(date(2026, 11, 23)).ago(7) == date(2026, 11, 16)
