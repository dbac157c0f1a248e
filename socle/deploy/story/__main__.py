"""`python -m socle.deploy.story`: loads the demo story; run by `socle demo` before it serves."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import django

MARK = "story.loaded"
"""File of the data folder that says that the story is whole there."""


def main() -> int:
    django.setup()
    from django.conf import settings

    import socle.deploy.story.reactions  # noqa: F401 - the queue must know who reacts before anything is asked
    from socle import clock
    from socle.deploy.story import filling
    from socle.deploy.story.loading import LOADER, load
    from socle.deploy.story.people import cast

    folder = Path(settings.SOCLE.data)
    mark = folder / MARK
    _write(folder / "simulators" / "people.json", json.dumps({"people": cast().raw["people"]}, ensure_ascii=False))
    if not mark.exists():
        found = load(clock.today())
        mark.touch()
        print(
            f"Histoire : {found.people} personnes, {found.professionals} professionnels, {found.documents} documents.", flush=True
        )
    filling.ask(actor=LOADER)
    return 0


def _write(path: Path, text: str) -> None:
    """The file is whole with its new content, or as before: the simulators read it when it changes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    part.write_text(text, "utf-8")
    part.replace(path)


if __name__ == "__main__":
    sys.exit(main())
