"""When things happen in the story: old history keeps its dates, the rest follows the day the story is told.

The story was written for 23 November 2026. A date before 2024 stays as it is (the letter of 14 March 2019 is always of that
day); a later one moves by whole months with the day of telling, so that "June" stays five months before November.
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

WRITTEN_FOR = date(2026, 11, 23)
_FIXED_BEFORE = date(2024, 1, 1)


@dataclass(frozen=True, slots=True)
class Times:
    today: date

    def on(self, year: int, month: int, day: int) -> date:
        """The day that the story calls so, never after today."""
        told = date(year, month, day)
        if told < _FIXED_BEFORE:
            return told
        months = (self.today.year - WRITTEN_FOR.year) * 12 + self.today.month - WRITTEN_FOR.month
        years, zero_month = divmod(month - 1 + months, 12)
        moved_year, moved_month = year + years, zero_month + 1
        moved = date(moved_year, moved_month, min(day, monthrange(moved_year, moved_month)[1]))
        return min(moved, self.today)

    def ago(self, days: int) -> date:
        return self.today - timedelta(days=days)


def french(day: date) -> str:
    """`14/03/2019`."""
    return day.strftime("%d/%m/%Y")
