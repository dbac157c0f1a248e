"""The brake on guessing, shared by all processes: one statement a try, outside doors since nobody is known yet."""

from __future__ import annotations

import hashlib

from socle import clock
from socle.base.signin import rules
from socle.base.signin.session import statement
from socle.errors import Forbidden

_TRIED = """
INSERT INTO signin_attempt (key, started_at, count) VALUES (%(key)s, %(now)s, 1)
ON CONFLICT (key) DO UPDATE SET
  count = CASE WHEN signin_attempt.started_at < %(start)s THEN 1 ELSE signin_attempt.count + 1 END,
  started_at = CASE WHEN signin_attempt.started_at < %(start)s THEN %(now)s ELSE signin_attempt.started_at END
RETURNING count
"""


def tried(what: str) -> None:
    """One more try. Forbidden `trop-d-essais` beyond ten in a quarter of an hour: even the right proof is refused then."""
    now = clock.now()
    with statement() as cursor:
        cursor.execute(_TRIED, {"key": _key(what), "now": now, "start": now - rules.TRIES_WITHIN})
        count = cursor.fetchone()[0]
    if count > rules.TRIES:
        raise Forbidden("trop-d-essais", "Trop d’essais : attendez un quart d’heure avant de recommencer.")


def succeeded(what: str) -> None:
    """The count starts again."""
    with statement() as cursor:
        cursor.execute("DELETE FROM signin_attempt WHERE key = %s", [_key(what)])


def _key(what: str) -> bytes:
    return hashlib.sha256(what.encode()).digest()
