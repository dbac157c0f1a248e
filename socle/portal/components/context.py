"""What every template may read without its view giving it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from socle import clock
from socle.base.access.actor import VISITOR, Actor

WARNING_S = 120
THEMES = frozenset({"light", "dark"})
THEME_COOKIE = "apparence"


@dataclass(frozen=True, slots=True)
class Session:
    """When the sign-in session locks by itself, for the warning shown two minutes before."""

    locks_at: datetime

    @property
    def seconds_left(self) -> int:
        return max(0, int((self.locks_at - clock.now()).total_seconds()))


def page(request: HttpRequest) -> dict[str, Any]:
    """`actor` (a visitor before sign-in), `path`, `demo`, `theme` (light, dark or empty), `session` (None before sign-in),
    `warning_s`, `today` and `counts` (a view gives its own over this empty one)."""
    actor: Actor = getattr(request, "actor", None) or VISITOR
    locks_at: datetime | None = getattr(request, "session_locks_at", None)
    theme = request.COOKIES.get(THEME_COOKIE, "")
    return {
        "actor": actor,
        "path": request.path_info,
        "demo": getattr(settings, "SOCLE_PROFILE", "production") != "production",
        "theme": theme if theme in THEMES else "",
        "session": Session(locks_at) if locks_at else None,
        "warning_s": WARNING_S,
        "today": clock.today(),
        "counts": {},
    }
